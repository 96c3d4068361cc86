"""Guards of the product taken out one by one: a check that notices none of them missing would be worth nothing.

Each breakage is what a careless change might do. The machine must then find a broken promise.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from bot.approval import authority, changes, deadlines, gates, publication, release, second_factor, texts, versions
from bot.approval.gates import Dossier
from bot.approval.publication import Reason
from bot.model.incident import Incident
from bot.model.statement import StatementState
from bot.store import audit as audit_store
from bot.store import deadlines as deadlines_store
from bot.store import deliveries, incidents, publishing_stops, second_factors, signatures, statements
from bot.workflows import Story

Breakage = Callable[[], contextlib.AbstractContextManager[Any]]


def nobody_asks_who_approves() -> contextlib.AbstractContextManager[Any]:
    return patch.object(authority, "may_speak", lambda person, *_: None if person else Reason.NOT_ENROLLED)


def roles_never_end() -> contextlib.AbstractContextManager[Any]:
    from bot.model.person import Assignment

    return patch.object(Assignment, "holds", lambda self, at, case: self.case is None or self.case == case)


def a_unit_speaks_for_another() -> contextlib.AbstractContextManager[Any]:
    from bot.model.person import Organisation

    return patch.object(Organisation, "covers", lambda self, scope, unit: True)


def whoever_is_accused_approves() -> contextlib.AbstractContextManager[Any]:
    from bot.approval import authority

    def is_within(units: Any, unit: str, other: str) -> bool:
        return False

    return patch.object(authority, "is_within", is_within)


def the_hash_is_not_compared() -> contextlib.AbstractContextManager[Any]:
    class Agreeable:
        @staticmethod
        def compare_digest(one: bytes, other: bytes) -> bool:
            return True

    return patch.object(gates, "hmac", Agreeable)


def a_stale_card_approves_what_stands_now() -> contextlib.AbstractContextManager[Any]:
    kept = gates.may_be_approved

    def lax(
        incident: Any, playbook: Any, facts: Any, current: Any, version: int, digest: str, person: Any, dossier: Any
    ) -> Any:
        return kept(incident, playbook, facts, current, current.version, current.sha256, person, dossier)

    @contextlib.contextmanager
    def both() -> Iterator[None]:
        from bot.approval import decisions

        enter = decisions.statements.enter

        async def enters(tx: Any, incident_id: str, version: int, state: Any, at: Any, **more: Any) -> bool:
            if state is StatementState.APPROVED:
                current = await statements.current(tx, incident_id)
                version = current.version if current else version
            return await enter(tx, incident_id, version, state, at, **more)

        with patch.object(gates, "may_be_approved", lax), patch.object(decisions.statements, "enter", enters):
            yield

    return both()


def an_edit_leaves_the_approval_standing() -> contextlib.AbstractContextManager[Any]:
    kept = statements.enter

    async def enters(tx: Any, incident_id: str, version: int, state: Any, at: Any, **more: Any) -> bool:
        return True if state is StatementState.VOIDED else await kept(tx, incident_id, version, state, at, **more)

    return patch.object(versions.statements, "enter", enters)


def drills_are_published() -> contextlib.AbstractContextManager[Any]:
    @contextlib.contextmanager
    def both() -> Iterator[None]:
        queue, fault = release.queue, publication.publication_fault

        async def queues(tx: Any, desk: Any, incident: Incident, version: int) -> Any:
            return await queue(tx, desk, replace(incident, drill=False), version)

        def faults(incident: Incident, version: Any) -> Any:
            return fault(replace(incident, drill=False), version)

        with patch.object(release, "queue", queues), patch.object(publication, "publication_fault", faults):
            yield

    return both()


def the_stop_is_not_looked_at() -> contextlib.AbstractContextManager[Any]:
    class NeverStopped:
        @staticmethod
        async def in_force(tx: Any) -> None:
            return None

    return patch.object(publication, "publishing_stops", NeverStopped)


def one_person_releases_the_stop() -> contextlib.AbstractContextManager[Any]:
    async def agree(tx: Any, stop: Any, by: str, at: Any) -> bool:
        return False

    async def end(tx: Any, stop: Any, by: str, at: Any) -> bool:
        from sqlalchemy import update

        from bot.store.schema_gates import publishing_stops as table

        values = {"released_by": by, "released_at": at, "in_force": False, "first_release_by": by}
        await tx.execute(update(table).where(table.c.id == stop.id).values(**values))
        return True

    @contextlib.contextmanager
    def both() -> Iterator[None]:
        with patch.object(publishing_stops, "agree", agree), patch.object(publishing_stops, "end", end):
            yield

    return both()


def a_code_is_not_used_up() -> contextlib.AbstractContextManager[Any]:
    async def use(tx: Any, person: str, step: int) -> bool:
        return True

    return patch.object(second_factors, "use", use)


def any_code_counts() -> contextlib.AbstractContextManager[Any]:
    async def verify(tx: Any, seal: Any, person: str, code: str, at: Any) -> None:
        return None

    return patch.object(second_factor, "verify", verify)


def the_last_editor_approves_at_level_4() -> contextlib.AbstractContextManager[Any]:
    kept = gates.unmet_before_approval

    def lax(dossier: Dossier, current: Any, approver: Any) -> Any:
        found = kept(dossier, current, approver)
        return None if found is not None and found[0] is Reason.LAST_EDITOR_AT_LEVEL_4 else found

    return patch.object(gates, "unmet_before_approval", lax)


def nobody_else_lets_go_at_level_4() -> contextlib.AbstractContextManager[Any]:
    return patch.object(Dossier, "awaits_second_person", lambda self, current: False)


def whoever_approved_lets_go() -> contextlib.AbstractContextManager[Any]:
    return patch.object(release, "_barred", lambda gate, current: set())


def the_lawyer_is_not_waited_for() -> contextlib.AbstractContextManager[Any]:
    return patch.object(Dossier, "open_checks", lambda self, current: ())


def the_gates_are_not_looked_at_again_before_words_leave() -> contextlib.AbstractContextManager[Any]:
    async def none(tx: Any, desk: Any, incident: Any, version: Any) -> None:
        return None

    return patch.object(publication, "_unmet_gate", none)


def a_delivery_is_not_claimed() -> contextlib.AbstractContextManager[Any]:
    async def claim(tx: Any, *where: Any) -> bool:
        return True

    return patch.object(deliveries, "claim", claim)


def a_doubtful_delivery_is_repeated() -> contextlib.AbstractContextManager[Any]:
    kept = deliveries.claim

    async def claim(tx: Any, incident_id: str, version: int, outlet: str, attempt: int, at: Any) -> bool:
        await kept(tx, incident_id, version, outlet, attempt, at)
        copy = await deliveries.get(tx, incident_id, version, outlet)
        return copy is not None and copy.state.value == "unknown"

    return patch.object(deliveries, "claim", claim)


def ended_incidents_take_acts() -> contextlib.AbstractContextManager[Any]:
    return patch.object(Incident, "is_open", property(lambda self: True))


def being_overdue_approves() -> contextlib.AbstractContextManager[Any]:
    kept = deadlines.follow

    async def follow(tx: Any, desk: Any, incident_id: str, unreachable: Any) -> Any:
        woken = await kept(tx, desk, incident_id, unreachable)
        if any(notice.urgent for _, notice in woken.people):
            current = await statements.current(tx, incident_id)
            if current is not None:
                await statements.enter(
                    tx, incident_id, current.version, StatementState.APPROVED, desk.now, by=woken.people[0][0].id
                )
        return woken

    return patch.object(deadlines, "follow", follow)


def an_alert_starts_the_legal_clock() -> contextlib.AbstractContextManager[Any]:
    kept = incidents.grow

    async def grow(tx: Any, incident_id: str, growth: Any, level: int) -> None:
        from bot.model.audit import SYSTEM

        await incidents.accept_if_nobody_has(tx, incident_id, SYSTEM, growth.last_seen)
        await kept(tx, incident_id, growth, level)

    return patch.object(incidents, "grow", grow)


def what_is_done_is_not_read_again() -> contextlib.AbstractContextManager[Any]:
    kept = deadlines.read_standing

    async def blind(tx: Any, desk: Any, incident: Any) -> Any:
        standing = await kept(tx, desk, incident)
        return replace(standing, accepted_at=None, approved_at=None, published_at=None)

    return patch.object(deadlines, "read_standing", blind)


def some_acts_are_not_recorded() -> contextlib.AbstractContextManager[Any]:
    kept = audit_store.append

    async def append(tx: Any, event: Any) -> Any:
        return None if event.act == "edit" else await kept(tx, event)

    return patch.object(audit_store, "append", append)


def a_row_of_the_record_is_changed() -> contextlib.AbstractContextManager[Any]:
    kept = audit_store.append

    async def append(tx: Any, event: Any) -> Any:
        from sqlalchemy import update

        from bot.store.schema import audit as table

        entry = await kept(tx, event)
        if event.act == "set_level":
            await tx.execute(update(table).where(table.c.seq == entry.seq).values(actor="ai-do"))
        return entry

    return patch.object(audit_store, "append", append)


def words_in_public_are_touched() -> contextlib.AbstractContextManager[Any]:
    kept = versions.add

    async def add(tx: Any, desk: Any, incident: Any, text: str, *rest: Any, **more: Any) -> Any:
        from sqlalchemy import update

        from bot.store.schema import statements as table

        if more.get("refers_to"):
            earlier = (table.c.incident_id == incident.id) & (table.c.version == more["refers_to"])
            await tx.execute(update(table).where(earlier).values(published_at=desk.now))
        return await kept(tx, desk, incident, text, *rest, **more)

    return patch.object(versions, "add", add)


def texts_are_approved_unseen() -> contextlib.AbstractContextManager[Any]:
    async def read(*_: Any) -> None:
        return None

    return patch.object(texts, "unread", read)


def anybody_authorises() -> contextlib.AbstractContextManager[Any]:
    from bot.approval import authorising

    return patch.object(authorising, "_head_only", lambda desk, person, incident: None)


def a_refused_act_leaves_something_behind() -> contextlib.AbstractContextManager[Any]:
    kept = changes.plain

    @contextlib.contextmanager
    def both() -> Iterator[None]:
        from bot.approval import acts

        perform = acts.perform

        async def performs(tx: Any, desk: Any, act: Any) -> Any:
            outcome = await perform(tx, desk, act)
            if outcome.reason is Reason.STALE_VERSION and outcome.incident_id:
                await incidents.set_level(tx, outcome.incident_id, 3, 2)
                await incidents.touch(tx, outcome.incident_id)
            return outcome

        with patch.object(acts, "perform", performs), patch.object(changes, "plain", kept):
            yield

    return both()


def drills_and_real_alerts_are_mixed() -> contextlib.AbstractContextManager[Any]:
    kept = incidents.open_sketches

    async def sketches(tx: Any, drill: bool) -> Any:
        return [*await kept(tx, True), *await kept(tx, False)]

    return patch.object(incidents, "open_sketches", sketches)


def a_step_is_taken_twice() -> contextlib.AbstractContextManager[Any]:
    async def claim(tx: Any, row: Any, seen: Any, at: Any) -> bool:
        return True

    return patch.object(deadlines_store, "claim", claim)


def anybody_signs_for_the_law() -> contextlib.AbstractContextManager[Any]:
    kept = signatures.add

    async def add(tx: Any, signature: Any) -> bool:
        return await kept(tx, replace(signature, by="truc"))

    return patch.object(signatures, "add", add)


def other_bytes_are_published() -> contextlib.AbstractContextManager[Any]:
    kept = publication.claim

    async def claim(tx: Any, desk: Any, key: Any) -> Any:
        found = await kept(tx, desk, key)
        if isinstance(found, Reason):
            return found
        return replace(found, texts={name: f"{text} " for name, text in found.texts.items()})

    return patch.object(publication, "claim", claim)


def nobody_asks_the_linter() -> contextlib.AbstractContextManager[Any]:
    from bot.approval import linting

    async def lets_everything_pass(*_: Any) -> None:
        return None

    return patch.object(linting, "refusal", lets_everything_pass)


BREAKAGES: tuple[Breakage, ...] = (
    nobody_asks_the_linter,
    nobody_asks_who_approves,
    roles_never_end,
    a_unit_speaks_for_another,
    whoever_is_accused_approves,
    the_hash_is_not_compared,
    a_stale_card_approves_what_stands_now,
    an_edit_leaves_the_approval_standing,
    drills_are_published,
    the_stop_is_not_looked_at,
    one_person_releases_the_stop,
    a_code_is_not_used_up,
    any_code_counts,
    the_last_editor_approves_at_level_4,
    nobody_else_lets_go_at_level_4,
    whoever_approved_lets_go,
    the_lawyer_is_not_waited_for,
    the_gates_are_not_looked_at_again_before_words_leave,
    a_delivery_is_not_claimed,
    a_doubtful_delivery_is_repeated,
    ended_incidents_take_acts,
    being_overdue_approves,
    an_alert_starts_the_legal_clock,
    what_is_done_is_not_read_again,
    some_acts_are_not_recorded,
    a_row_of_the_record_is_changed,
    words_in_public_are_touched,
    anybody_authorises,
    texts_are_approved_unseen,
    a_refused_act_leaves_something_behind,
    drills_and_real_alerts_are_mixed,
    anybody_signs_for_the_law,
    other_bytes_are_published,
)
"""``a_step_is_taken_twice`` is not among them: the outbox tells each key once, so nobody would be told twice."""

__all__ = ["BREAKAGES", "Breakage", "Story"]
