"""The linter before the gates: what it says of a version, what it refuses, and the reasons that lift a warning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from bot.approval import authority, standing
from bot.approval.desk import Desk
from bot.approval.refusals import refuse
from bot.drafting.lint import LintContext, LintRules, lint
from bot.drafting.lint.normal import normal
from bot.intake.secrecy import marks_in
from bot.locale import LOCAL
from bot.model.commands import AskLintReason, ExplainLint, ShowLint
from bot.model.fact import Fact, FactState
from bot.model.incident import Incident
from bot.model.lint import Hit, Linted, LintReason, warned_of
from bot.model.outcome import Outcome
from bot.model.person import SPEAKING_ROLES, Person
from bot.model.reasons import Reason
from bot.model.statement import APPROVABLE, StatementVersion
from bot.store import incidents, lint_reasons, statements
from bot.store.database import Tx

REASON_LIMIT = 500
"""Characters of a reason."""


async def linted(tx: Tx, desk: Desk, incident: Incident, current: StatementVersion) -> Linted:
    """What the linter says of a version as the matter stands in this transaction."""
    facts = await statements.facts_of(tx, incident.id)
    hits = hits_of(desk, incident, current, facts)
    if all(hit.blocks for hit in hits):
        return Linted(hits)
    return Linted(hits, await lint_reasons.of_version(tx, incident.id, current.version, current.sha256))


def hits_of(desk: Desk, incident: Incident, current: StatementVersion, facts: Mapping[str, Fact]) -> tuple[Hit, ...]:
    """The hits in the words, by the rules that were in force when the incident was opened."""
    organisation = desk.organisation
    confirmed = sorted(fact.value for fact in facts.values() if fact.state is FactState.CONFIRMED)
    context = LintContext(
        day=incident.opened_at.astimezone(LOCAL).date(),
        now=desk.now.replace(second=0, microsecond=0),
        kind=current.kind,
        confirmed=tuple(confirmed),
        numbers=(organisation.agency.press_phone,),
        speakers=tuple(p.name for p in organisation.people if p.roles(desk.now) & SPEAKING_ROLES),
        places=organisation.places,
        unit_names={unit.id: unit.name_vi for unit in organisation.units},
    )
    return _hits(_Question(tuple(current.texts.items()), desk.lint.version, _told(context), desk.lint, context))


async def refusal(tx: Tx, desk: Desk, incident: Incident, current: StatementVersion) -> Outcome | None:
    """Why the words may be neither submitted, nor checked, nor approved; None when the linter lets them pass."""
    found = await linted(tx, desk, incident, current)
    if found.blocks:
        return _told_of(Reason.LINT_BLOCKED, incident, current, found.blocks)
    if found.unexplained:
        return _told_of(Reason.LINT_UNEXPLAINED, incident, current, found.unexplained)
    return None


def bears_a_mark_of_secrecy(text: str) -> bool:
    """True for words that must not even be kept as a draft (Law 29/2018 Art. 5), however they are disguised."""
    return next(marks_in(normal(text).text), None) is not None


def asked_instead(refused: Outcome) -> Outcome:
    """A refusal for want of a reason, as the question for it."""
    return Outcome(
        Reason.ASK_LINT_REASON,
        incident_id=refused.incident_id,
        version=refused.version,
        values=refused.values,
        hits=refused.hits,
    )


async def show(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: ShowLint) -> Outcome:
    """All hits, whole."""
    refused = authority.may_work(person, incident, desk.now)
    if refused is not None:
        return refuse(refused, incident)
    current = await standing.current(tx, incident)
    found = await linted(tx, desk, incident, current)
    return _told_of(Reason.LINT_SHOWN if found.hits else Reason.LINT_CLEAN, incident, current, found.hits)


async def ask_reason(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: AskLintReason) -> Outcome:
    """Ask why the words that are warned of stay."""
    refused = await _explaining_refusal(tx, desk, person, incident, command.version)
    if refused is not None:
        return refused
    current = await standing.current(tx, incident)
    found = await linted(tx, desk, incident, current)
    return _told_of(Reason.ASK_LINT_REASON, incident, current, found.unexplained)


async def explain(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: ExplainLint) -> Outcome:
    """Keep a person's reason for every warning of these words that has none yet."""
    current = await standing.current(tx, incident)
    version = current.version if command.version is None else command.version
    refused = await _explaining_refusal(tx, desk, person, incident, version)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    why = " ".join(command.reason.split())[:REASON_LIMIT]
    if not any(character.isalpha() for character in why):
        return refuse(Reason.REASON_MISSING, incident, current, put="lydo")
    found = await linted(tx, desk, incident, current)
    rules = warned_of(found.unexplained)
    for rule in rules:
        given = LintReason(incident.id, current.version, rule, current.sha256, why, person.id, desk.now)
        await lint_reasons.add(tx, given)
    await incidents.touch(tx, incident.id)
    return standing.done(
        Reason.LINT_EXPLAINED, incident, current, by=person.name, why=why, rules=", ".join(rules), sha256=current.sha256
    )


async def _explaining_refusal(
    tx: Tx, desk: Desk, person: Person | None, incident: Incident, version: int
) -> Outcome | None:
    refused = await standing.change_refusal(tx, desk, person, incident, version)
    if refused is not None:
        return refused
    current = await standing.current(tx, incident)
    if current.state not in APPROVABLE:
        return refuse(Reason.NOT_APPROVABLE, incident, current)
    found = await linted(tx, desk, incident, current)
    return None if found.unexplained else refuse(Reason.NOTHING_TO_EXPLAIN, incident, current)


def _told_of(reason: Reason, incident: Incident, current: StatementVersion, hits: tuple[Hit, ...]) -> Outcome:
    return Outcome(
        reason,
        incident_id=incident.id,
        version=current.version,
        values={
            "code": incident.code,
            "version": str(current.version),
            "count": str(len(hits)),
            "rules": ", ".join(dict.fromkeys(hit.rule for hit in hits)),
            "first": _first(hits, "vi"),
            "first_en": _first(hits, "en"),
        },
        hits=hits,
    )


def _first(hits: tuple[Hit, ...], lang: str) -> str:
    """The words of the gravest hit and what is wrong with them, for an answer that has room for one hit."""
    if not hits:
        return ""
    why = hits[0].message.in_(lang)
    return f"“{' '.join(hits[0].words.split())[:80]}”: {why}" if hits[0].words else why


def _told(context: LintContext) -> tuple[object, ...]:
    """What of a context can change a hit, small enough to compare."""
    return (
        *(context.day, context.now, context.kind, context.confirmed, context.numbers, context.speakers),
        *(id(context.places), len(context.unit_names)),
    )


@dataclass(frozen=True, slots=True)
class _Question:
    """One version and its matter; equal when the answer is the same, so that a card drawn again costs nothing."""

    texts: tuple[tuple[str, str], ...]
    rules_version: str
    told: tuple[object, ...]
    rules: LintRules = field(compare=False)
    context: LintContext = field(compare=False)


@lru_cache(maxsize=256)
def _hits(question: _Question) -> tuple[Hit, ...]:
    return lint(dict(question.texts), question.rules, question.context)
