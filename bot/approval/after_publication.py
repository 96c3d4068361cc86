"""After publication: what was said is updated, corrected, replaced or taken back by a new version that names it.

The words in public are never changed. The new version goes the whole way of any other, with every gate; when it is
published the one it names is marked, and both keep their addresses.
"""

from __future__ import annotations

from bot.approval import authority, gates, linting, standing, versions
from bot.approval.desk import Desk
from bot.approval.fact_slots import playbook_of
from bot.approval.plain import plain
from bot.approval.refusals import refuse
from bot.drafting.answers import one_line
from bot.drafting.context import Earlier
from bot.drafting.follow_up import follow_up
from bot.drafting.stage_blocks import REASON_LENGTH
from bot.model.commands import AskFollowUp, FollowUp
from bot.model.fact import FactState
from bot.model.incident import Incident
from bot.model.outcome import Outcome
from bot.model.person import Person
from bot.model.reasons import Reason
from bot.model.statement import PUBLIC, Author, StatementKind, StatementState, StatementVersion
from bot.model.statement_templates import FULL_VI
from bot.store import statements
from bot.store.database import Tx

_DEAD = frozenset({StatementState.RETURNED, StatementState.REFUSED, StatementState.VOIDED})
FOLLOW_UPS = (
    StatementKind.UPDATE,
    StatementKind.CORRECTION,
    StatementKind.SUPERSESSION,
    StatementKind.RETRACTION,
    StatementKind.CLOSING,
)
"""What may follow words in public, in the order in which it is offered."""

_FROM_FACTS = frozenset({StatementKind.UPDATE, StatementKind.CLOSING})
_TAKES_BACK = frozenset({StatementKind.CORRECTION, StatementKind.RETRACTION})


async def ask_follow_up(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: AskFollowUp) -> Outcome:
    """Draft what follows from the facts as they stand now; ask for the words where facts cannot say it.

    An update, and what closes a matter, are drafted at once; so is a correction where a fact that was published has
    another value now. For another correction a person says what was wrong, for a replacement the new text, for a
    retraction the reason: each is bound to the version in public.
    """
    earlier = await statements.latest_public(tx, incident.id)
    refused = await _refusal(tx, desk, person, incident, command.kind, earlier)
    if refused is not None or earlier is None or person is None:
        return refused or refuse(Reason.NOTHING_PUBLISHED, incident)
    kind = StatementKind(command.kind)
    if kind in _FROM_FACTS or (kind is StatementKind.CORRECTION and await _facts_differ(tx, incident, earlier)):
        new = await versions.draft(tx, desk, incident, by=person.id, kind=kind, refers_to=earlier.version)
        values = {"kind": kind.value, "earlier": str(earlier.version), "by": person.name}
        return standing.done(Reason.FOLLOW_UP_DRAFTED, incident, new, **values)
    reason = Reason.ASK_RETRACTION if kind is StatementKind.RETRACTION else Reason.ASK_FOLLOW_UP
    return standing.done(reason, incident, earlier, arg=kind.value, kind=kind.value)


async def write_follow_up(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: FollowUp) -> Outcome:
    """The new version, a draft like any other, that names the one in public."""
    earlier = await statements.latest_public(tx, incident.id)
    refused = await _refusal(tx, desk, person, incident, command.kind, earlier)
    if refused is not None or person is None or earlier is None or earlier.published_at is None:
        return refused or refuse(Reason.NOTHING_PUBLISHED, incident)
    if command.version is not None and command.version != earlier.version:
        return refuse(Reason.STALE_VERSION, incident, earlier, version=str(command.version))
    kind, said = StatementKind(command.kind), plain(command.text)
    if not said:
        return refuse(Reason.TEXT_EMPTY, incident, earlier)
    if linting.bears_a_mark_of_secrecy(said):
        return refuse(Reason.MARKED_SECRET, incident, earlier)
    public = [v for v in await statements.versions(tx, incident.id) if v.state in PUBLIC]
    if kind is StatementKind.RETRACTION:
        context = await versions.draft_context(
            tx, desk, incident, {}, desk.now, kind, earlier.version, reason=said[:REASON_LENGTH]
        )
        text = versions.draft_texts(desk, incident, kind, {}, context, {FULL_VI})[FULL_VI]
    else:
        named = Earlier(public.index(earlier) + 1, earlier.published_at, earlier.full_vi)
        playbook, agency = playbook_of(desk, incident), desk.organisation.agency
        text = follow_up(kind, playbook, agency, named, said, len(public) + 1, desk.now)
    if len(text) > gates.TEXT_LIMIT:
        return refuse(Reason.TEXT_TOO_LONG, incident, earlier, length=str(len(text)), limit=str(gates.TEXT_LIMIT))
    new = await versions.add(
        tx,
        desk,
        incident,
        {FULL_VI: text},
        Author.PERSON,
        person.id,
        reason=said[:REASON_LENGTH] if kind is StatementKind.RETRACTION else None,
        kind=kind,
        refers_to=earlier.version,
    )
    return standing.done(
        Reason.FOLLOW_UP_WRITTEN, incident, new, by=person.name, kind=kind.value, earlier=str(earlier.version)
    )


async def _refusal(
    tx: Tx, desk: Desk, person: Person | None, incident: Incident, kind: str, earlier: StatementVersion | None
) -> Outcome | None:
    reason = authority.may_work(person, incident, desk.now)
    if reason is None and kind not in {follows.value for follows in FOLLOW_UPS}:
        reason = Reason.USAGE
    current = await standing.current(tx, incident)
    if reason is None and not incident.is_open:
        reason = Reason.INCIDENT_NOT_OPEN if earlier is None else Reason.OPEN_IT_FIRST
    elif reason is None and earlier is None:
        reason = Reason.NOTHING_PUBLISHED
    elif reason is None and current.state not in PUBLIC | _DEAD:
        reason = Reason.FOLLOW_UP_UNDER_WAY
    elif reason is None and earlier is not None and earlier.state is StatementState.RETRACTED and kind in _TAKES_BACK:
        reason = Reason.ALREADY_RETRACTED
    return None if reason is None else refuse(reason, incident, current)


async def _facts_differ(tx: Tx, incident: Incident, earlier: StatementVersion) -> bool:
    """True when a fact that was confirmed in public has another value now: a correction can be drafted from that."""
    now = await statements.facts_of(tx, incident.id)
    return any(
        said.state is FactState.CONFIRMED
        and (held := now.get(slot)) is not None
        and held.state is FactState.CONFIRMED
        and one_line(held.value) != one_line(said.value)
        for slot, said in earlier.facts.items()
    )
