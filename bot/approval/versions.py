"""New versions of a statement: drafted from a playbook or written by a person; each one voids the one before."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from bot.approval.clocks import policy_of
from bot.approval.desk import Desk
from bot.approval.fact_slots import playbook_of
from bot.approval.speakers import spokesperson
from bot.drafting import DraftContext, Earlier, draft_statement
from bot.drafting.limits import limit_of
from bot.drafting.prefill import reported_place
from bot.drafting.promises import names_instant
from bot.locale import text
from bot.model.fact import PLACE, Fact, FactState
from bot.model.gate import RefusalGround
from bot.model.incident import Incident
from bot.model.person import Role
from bot.model.statement import (
    APPROVABLE,
    PUBLIC,
    Author,
    StatementKind,
    StatementState,
    StatementVersion,
    canonical,
    version_sha256,
)
from bot.model.statement_templates import FULL_VI, TEXT_KEYS
from bot.store import incidents, statements
from bot.store.database import Tx

_HAVE_A_NEXT = frozenset(
    {StatementKind.INITIAL, StatementKind.UPDATE, StatementKind.CORRECTION, StatementKind.SUPERSESSION}
)
"""Kinds whose template promises an hour for the next information."""

TAKES_A_REASON = frozenset({StatementKind.RETRACTION, StatementKind.REFUSAL})
"""Kinds whose version keeps why: what the public was told wrongly, or the ground of law on which nothing is told."""


async def draft(
    tx: Tx,
    desk: Desk,
    incident: Incident,
    by: str,
    *,
    kind: StatementKind | None = None,
    refers_to: int | None = None,
    keys: Iterable[str] | None = None,
) -> StatementVersion:
    """Fill the templates with the facts at hand and make that the current version.

    Without a ``kind`` it is another draft of what the version before was going to be. Without ``keys`` it carries the
    texts that the version before carries, or in a new statement those that the office uses.
    """
    before = await statements.current(tx, incident.id)
    going_on = before if before is not None and kind is None and before.state not in PUBLIC else None
    if kind is None:
        kind, refers_to = (going_on.kind, going_on.refers_to) if going_on else (StatementKind.INITIAL, None)
    wanted = set(keys) if keys is not None else set(going_on.texts) if going_on else set(desk.office.texts)
    promises_at = desk.now + (await policy_of(tx, desk, incident)).target(incident.level).next_update
    facts = await statements.facts_of(tx, incident.id)
    context = await draft_context(tx, desk, incident, facts, promises_at, kind, refers_to)
    made = draft_texts(desk, incident, kind, facts, context, wanted | {FULL_VI})
    asked_for = {FULL_VI, *(keys or ())}
    fitting = {
        key: text for key, text in made.items() if key in asked_for or limit_of(key).length(text) <= limit_of(key).most
    }
    return await add(
        tx,
        desk,
        incident,
        fitting,
        Author.TEMPLATE,
        by,
        promises_at=promises_at if kind in _HAVE_A_NEXT else None,
        kind=kind,
        refers_to=refers_to,
    )


def draft_texts(
    desk: Desk,
    incident: Incident,
    kind: StatementKind,
    facts: Mapping[str, Fact],
    context: DraftContext,
    keys: Collection[str],
) -> dict[str, str]:
    """The texts named by ``keys`` as the incident's playbook makes them, in the order in which they are shown."""
    playbook = playbook_of(desk, incident)
    there = [key for key in TEXT_KEYS if key in keys and playbook.template(kind, key) is not None]
    return dict(draft_statement(kind, playbook, facts, context, there).texts)


async def draft_context(
    tx: Tx,
    desk: Desk,
    incident: Incident,
    facts: Mapping[str, Fact],
    promises_at: datetime,
    kind: StatementKind,
    refers_to: int | None,
    *,
    issued_at: datetime | None = None,
    reason: str = "",
    ground: RefusalGround | None = None,
) -> DraftContext:
    """What templates need beside playbook and facts, as the matter stands now."""
    speaker, role = spokesperson(desk, incident) or (None, Role.REGULAR)
    public = [v for v in await statements.versions(tx, incident.id) if v.state in PUBLIC]
    named = next((v for v in public if v.version == refers_to), None)
    earlier = None
    if named is not None and named.published_at is not None:
        earlier = Earlier(public.index(named) + 1, named.published_at, named.full_vi, named.facts)
    return DraftContext(
        agency=desk.organisation.agency,
        number=1 if kind is StatementKind.INITIAL else len(public) + 1,
        issued_at=issued_at or desk.now,
        as_of=issued_at or desk.now,
        next_update_at=promises_at,
        place=_place(facts, incident),
        spokesperson_name=speaker.name if speaker else None,
        spokesperson_title=speaker.title if speaker else None,
        spokesperson_title_en=(speaker.title_en or text("en", f"title.{role}")) if speaker else None,
        earlier=earlier,
        reason=reason,
        ground=ground,
    )


async def add(
    tx: Tx,
    desk: Desk,
    incident: Incident,
    texts: Mapping[str, str],
    author: Author,
    by: str,
    reason: str | None = None,
    *,
    promises_at: datetime | None = None,
    kind: StatementKind | None = None,
    refers_to: int | None = None,
    facts: Mapping[str, Fact] | None = None,
    rephrases: int | None = None,
) -> StatementVersion:
    """Make ``texts`` (by ``lang/variant``) the current version; whatever stood before and was not yet public is void.

    ``promises_at`` is the hour that the words promise; a person's words still promise the hour before them where they
    name it. Without a ``kind`` it is another draft of what the version before was going to be. ``facts`` are those that
    the words were made from; without them the facts as they stand. ``rephrases`` is the version that a machine read.
    """
    before = await statements.current(tx, incident.id)
    if before is not None:
        await statements.enter(tx, incident.id, before.version, StatementState.VOIDED, desk.now)
    if promises_at is None and before is not None:
        promises_at = _still_promised(desk, incident, before, texts[FULL_VI])
    if kind is None:
        kind = before.kind if before else StatementKind.INITIAL
        refers_to = before.refers_to if before else None
        if reason is None and before is not None and before.state is not StatementState.RETURNED:
            reason = before.reason if kind in TAKES_A_REASON else None  # of words that went back it says why they did
    kept = {key: canonical(text) for key, text in texts.items()}
    version = StatementVersion(
        incident_id=incident.id,
        version=before.version + 1 if before else 1,
        state=StatementState.DRAFT,
        texts=kept,
        sha256=version_sha256(kept),
        author=author,
        created_at=desk.now,
        created_by=by,
        playbook=incident.playbook,
        reason=reason,
        promises_at=promises_at,
        kind=kind,
        refers_to=refers_to,
        facts=await statements.facts_of(tx, incident.id) if facts is None else facts,
        rephrases=rephrases,
    )
    await statements.add_version(tx, version)
    await incidents.touch(tx, incident.id)
    return version


async def again(tx: Tx, desk: Desk, incident: Incident, version: StatementVersion) -> StatementVersion:
    """The same words as a draft once more, with all that belongs to them: whose they are, why, what they promise."""
    return await add(
        tx,
        desk,
        incident,
        version.texts,
        version.author,
        version.created_by,
        version.reason if version.kind in TAKES_A_REASON else None,
        promises_at=version.promises_at,
        facts=version.facts or None,
        rephrases=version.rephrases,
    )


def promise_is_past(version: StatementVersion, now: datetime) -> datetime | None:
    """The hour that words waiting for approval promise, where it is over; None where they may still keep it."""
    promised = version.promises_at
    return promised if promised is not None and promised <= now and version.state in APPROVABLE else None


def _still_promised(desk: Desk, incident: Incident, before: StatementVersion, text: str) -> datetime | None:
    playbook = desk.playbooks.get(incident.playbook)
    if before.promises_at is None or playbook is None:
        return None
    return before.promises_at if names_instant(text, before.promises_at, playbook.phrases) else None


def _place(facts: Mapping[str, Fact], incident: Incident) -> str | None:
    """Where it happened: as somebody confirmed or as the alert reported it."""
    fact = facts.get(PLACE)
    return fact.value if fact and fact.state is FactState.CONFIRMED else reported_place(incident.location.text)
