"""New versions of a statement: drafted from a playbook or written by a person; each one voids the one before."""

from __future__ import annotations

from datetime import datetime

from bot.approval.clocks import policy_of
from bot.approval.desk import Desk
from bot.drafting import DraftContext, draft_holding
from bot.drafting.prefill import reported_place
from bot.drafting.promises import names_instant
from bot.model.fact import PLACE, Fact, FactState
from bot.model.incident import Incident
from bot.model.person import Role
from bot.model.statement import (
    APPROVABLE,
    Author,
    StatementKind,
    StatementState,
    StatementVersion,
    canonical,
    version_sha256,
)
from bot.store import incidents, statements
from bot.store.database import Tx

SPOKEN_BY_TEMPLATE = "vi/full"
"""The one text a version carries today: what the card shows whole is what is approved, and nothing beside it."""


async def draft(tx: Tx, desk: Desk, incident: Incident, by: str, reason: str | None = None) -> StatementVersion:
    """Fill the incident's playbook with the facts at hand and make that the current version."""
    playbook = desk.playbooks[incident.playbook]
    facts = await statements.facts_of(tx, incident.id)
    speaker = next(
        (p for role in (Role.REGULAR, Role.HEAD) for p in desk.organisation.in_role(role, desk.now, None)), None
    )
    policy = await policy_of(tx, desk, incident)
    promises_at = desk.now + policy.target(incident.level).next_update
    context = DraftContext(
        agency=desk.organisation.agency,
        number=1,
        issued_at=desk.now,
        as_of=desk.now,
        next_update_at=promises_at,
        place=_place(facts, incident),
        spokesperson_name=speaker.name if speaker else None,
        spokesperson_title=speaker.title if speaker else None,
    )
    text = draft_holding(playbook, facts, context).texts[SPOKEN_BY_TEMPLATE]
    return await add(tx, desk, incident, text, Author.TEMPLATE, by, reason, promises_at=promises_at)


async def add(
    tx: Tx,
    desk: Desk,
    incident: Incident,
    text: str,
    author: Author,
    by: str,
    reason: str | None = None,
    *,
    promises_at: datetime | None = None,
    kind: StatementKind | None = None,
    refers_to: int | None = None,
) -> StatementVersion:
    """Make ``text`` the current version; whatever stood before and was not yet public is void, approvals included.

    ``promises_at`` is the hour that the words promise; a person's words still promise the hour before them where they
    name it. Without a ``kind`` it is another draft of what the version before was going to be.
    """
    before = await statements.current(tx, incident.id)
    if before is not None:
        await statements.enter(tx, incident.id, before.version, StatementState.VOIDED, desk.now)
    if promises_at is None and before is not None:
        promises_at = _still_promised(desk, incident, before, text)
    if kind is None:
        kind = before.kind if before else StatementKind.INITIAL
        refers_to = before.refers_to if before else None
    texts = {SPOKEN_BY_TEMPLATE: canonical(text)}
    version = StatementVersion(
        incident_id=incident.id,
        version=before.version + 1 if before else 1,
        state=StatementState.DRAFT,
        texts=texts,
        sha256=version_sha256(texts),
        author=author,
        created_at=desk.now,
        created_by=by,
        playbook=incident.playbook,
        reason=reason,
        promises_at=promises_at,
        kind=kind,
        refers_to=refers_to,
        facts=await statements.facts_of(tx, incident.id),
    )
    await statements.add_version(tx, version)
    await incidents.touch(tx, incident.id)
    return version


def promise_is_past(version: StatementVersion, now: datetime) -> datetime | None:
    """The hour that words waiting for approval promise, where it is over; None where they may still keep it."""
    promised = version.promises_at
    return promised if promised is not None and promised <= now and version.state in APPROVABLE else None


def _still_promised(desk: Desk, incident: Incident, before: StatementVersion, text: str) -> datetime | None:
    playbook = desk.playbooks.get(incident.playbook)
    if before.promises_at is None or playbook is None:
        return None
    return before.promises_at if names_instant(text, before.promises_at, playbook.phrases) else None


def _place(facts: dict[str, Fact], incident: Incident) -> str | None:
    """Where it happened: as somebody confirmed or as the alert reported it."""
    fact = facts.get(PLACE)
    return fact.value if fact and fact.state is FactState.CONFIRMED else reported_place(incident.location.text)
