"""Handing a draft in (trình duyệt), and refusing to speak on a ground of law (từ chối cung cấp thông tin)."""

from __future__ import annotations

from datetime import datetime

from bot.approval import authority, checkers, linting, standing, versions
from bot.approval.clocks import clocks_of, policy_of, read_standing
from bot.approval.desk import Desk
from bot.approval.reach import reached
from bot.approval.refusals import refuse as not_done
from bot.approval.speakers import named, speakers
from bot.locale import local_time, text, times
from bot.model.commands import AskRefuse, AskRefuseReason, DraftRefusal, Refuse, Submit
from bot.model.incident import Incident
from bot.model.languages import LANGUAGES
from bot.model.outcome import Notice, Outcome
from bot.model.person import Person
from bot.model.policy import Leg
from bot.model.reasons import Reason
from bot.model.statement import APPROVABLE, Author, StatementKind, StatementState, StatementVersion
from bot.model.statement_templates import FULL_VI
from bot.store import audit, incidents, statements
from bot.store.database import Tx

REASON_LIMIT = 500

_MET_WITHOUT_APPROVAL = frozenset({Leg.ACKNOWLEDGE.value, Leg.DRAFT.value, Leg.PROGRESS.value})


async def submit(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: Submit) -> Outcome:
    """The draft is ready: whoever may speak in this case, or pass a check that is open, is told that it waits.

    Whom no message reaches is named, so that somebody rings them; so is who is waited for, where that was done before.
    """
    refused = await standing.change_refusal(tx, desk, person, incident, command.version)
    if refused is not None or person is None:
        return refused or not_done(Reason.NOT_ENROLLED, incident)
    current = await standing.current(tx, incident)
    waiting = await _waited_for(tx, desk, incident, current)
    if current.state is StatementState.SUBMITTED:
        at = await _submitted_at(tx, incident, current)
        since = {
            f"since_{lang}": text(lang, "submitted.at", at=local_time(at, lang)) if at else "" for lang in LANGUAGES
        }
        people = [p for p in desk.organisation.people if p.id in waiting]
        return not_done(Reason.ALREADY_SUBMITTED, incident, current, **since, **named(people))
    if incident.playbook_is_provisional:  # nobody could approve it
        return not_done(Reason.PLAYBOOK_NOT_CHOSEN, incident, current)
    linted = await linting.refusal(tx, desk, incident, current) if current.state in APPROVABLE else None
    if linted is not None:
        return linted
    if not await statements.enter(tx, incident.id, current.version, StatementState.SUBMITTED, desk.now):
        return not_done(Reason.NOT_APPROVABLE, incident, current)
    await incidents.touch(tx, incident.id)
    values = {
        **{"code": incident.code, "version": str(current.version), "by": person.name, "title": incident.title},
        **what_it_is(current),
        **{f"waits_{lang}": await _waits_too(tx, desk, incident, current, lang) for lang in LANGUAGES},
    }
    others = [p for p in desk.organisation.people if p.id in waiting and p.id != person.id]
    able = await reached(tx, desk, others)
    reason = Reason.SUBMITTED if able.told else Reason.SUBMITTED_UNHEARD
    told = {"told": ", ".join(p.name for p in able.told)}
    done = standing.done(reason, incident, current, by=person.name, sha256=current.sha256, **told, **able.values)
    due = await next_due(tx, desk, incident)
    if due is not None:  # of the approval, so it is the speakers' hour
        values |= times("due", due)
        waiting = {one: "submitted.due" if words == "submitted" else words for one, words in waiting.items()}
    return standing.telling(done, *(Notice(p.id, waiting[p.id], values) for p in others))


def what_it_is(current: StatementVersion) -> dict[str, str]:
    """Which kind of statement a version is, in both languages: the third of a matter looks like the first."""
    return {f"kind_{lang}": text(lang, f"kind.{current.kind.value}") for lang in LANGUAGES}


async def _waits_too(tx: Tx, desk: Desk, incident: Incident, current: StatementVersion, lang: str) -> str:
    """What whoever may approve is told of the checks that still stand before it; empty where none does."""
    dossier = await standing.dossier(tx, desk, incident, current)
    checks = [text(lang, f"submitted.check.{kind.value}") for kind in dossier.open_checks(current)]
    return text(lang, "submitted.waits", checks=", ".join(checks)) if checks else ""


async def _waited_for(tx: Tx, desk: Desk, incident: Incident, current: StatementVersion) -> dict[str, str]:
    """Whom the words wait for, by id: whoever may approve them or pass an open check, and what each of them is told."""
    waiting = {speaker.id: "submitted" for speaker in speakers(desk, incident)}
    dossier = await standing.dossier(tx, desk, incident, current)
    for kind, people in checkers.waited_for(desk, incident, dossier, current).items():
        for one in people:
            waiting.setdefault(one.id, f"submitted.{kind.value}")
    return waiting


async def _submitted_at(tx: Tx, incident: Incident, current: StatementVersion) -> datetime | None:
    """When the version was submitted, as the record says; None where it does not."""
    at = None
    async for entry in audit.entries(tx, incident.id):
        event = entry.event
        if event.act == "submit" and event.version == current.version and not event.details.get("refused"):
            at = event.at
    return at


async def ask_refuse(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: AskRefuse) -> Outcome:
    """Show the grounds of law on which information may be refused."""
    refused = await _refusal(tx, desk, person, incident, command.version)
    if refused is not None:
        return refused
    current = await standing.current(tx, incident)
    return standing.done(
        Reason.ASK_REFUSE,
        incident,
        current,
        grounds_vi="\n".join(f"{g.id}\t{g.short_vi}\t{g.vi}" for g in desk.grounds),
        grounds_en="\n".join(f"{g.id}\t{g.short_en}\t{g.en}" for g in desk.grounds),
    )


async def ask_refuse_reason(
    tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: AskRefuseReason
) -> Outcome:
    """A ground was chosen: ask for the reason, which the law wants stated (NĐ 244/2026 Art. 4)."""
    refused = await _refusal(tx, desk, person, incident, command.version)
    if refused is not None:
        return refused
    ground = next((g for g in desk.grounds if g.id == command.ground), None)
    current = await standing.current(tx, incident)
    if ground is None:
        return not_done(Reason.UNKNOWN_GROUND, incident, current, grounds=_grounds(desk))
    return standing.done(
        Reason.ASK_REFUSE_REASON, incident, current, arg=ground.id, ground=ground.vi, basis=ground.basis
    )


async def refuse(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: Refuse) -> Outcome:
    """A spokesperson refuses to give information: on a ground of law, and saying why. Nothing is published."""
    current = await standing.current(tx, incident)
    version = current.version if command.version is None else command.version
    refused = await _refusal(tx, desk, person, incident, version)
    if refused is not None or person is None:
        return refused or not_done(Reason.NOT_ENROLLED, incident)
    ground = next((g for g in desk.grounds if g.id == command.ground.strip().lower().rstrip(")")), None)
    if ground is None:
        return not_done(Reason.UNKNOWN_GROUND, incident, current, grounds=_grounds(desk))
    why = " ".join(command.reason.split())
    if not why:
        return not_done(Reason.REASON_MISSING, incident, current, put="tuchoi", ground=ground.id)
    if linting.bears_a_mark_of_secrecy(why):  # the reply to the press would say it
        return not_done(Reason.MARKED_SECRET, incident, current)
    kept = f"{ground.basis}: {why[:REASON_LIMIT]}"
    if not await statements.enter(tx, incident.id, version, StatementState.REFUSED, desk.now, reason=kept):
        return not_done(Reason.NOT_APPROVABLE, incident, current)
    await incidents.touch(tx, incident.id)
    return standing.done(
        Reason.REFUSED, incident, current, by=person.name, ground=ground.id, basis=ground.basis, why=why[:REASON_LIMIT]
    )


async def draft_refusal(
    tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: DraftRefusal
) -> Outcome:
    """The reply to the press, a draft like any other: its ground and its reason are those that were given."""
    refused = standing.work_refusal(desk, person, incident)
    if refused is not None or person is None:
        return refused or not_done(Reason.NOT_ENROLLED, incident)
    current = await standing.current(tx, incident)
    ground = next((g for g in desk.grounds if (current.reason or "").startswith(f"{g.basis}: ")), None)
    if current.state is not StatementState.REFUSED or ground is None:
        return not_done(Reason.NOT_REFUSED, incident, current)
    kind, reason = StatementKind.REFUSAL, current.reason or ""
    why = reason.removeprefix(f"{ground.basis}: ")
    facts = await statements.facts_of(tx, incident.id)
    context = await versions.draft_context(tx, desk, incident, facts, desk.now, kind, None, reason=why, ground=ground)
    made = versions.draft_texts(desk, incident, kind, facts, context, {FULL_VI})
    new = await versions.add(tx, desk, incident, made, Author.PERSON, person.id, reason, kind=kind)
    return standing.done(Reason.REFUSAL_DRAFTED, incident, new, by=person.name, basis=ground.basis)


async def _refusal(tx: Tx, desk: Desk, person: Person | None, incident: Incident, version: int) -> Outcome | None:
    refusal = authority.may_speak(person, incident, desk.organisation, desk.now)
    if refusal is not None:
        return not_done(refusal, incident)
    changed = await standing.change_refusal(tx, desk, person, incident, version)
    if changed is not None:
        return changed
    current = await standing.current(tx, incident)
    return None if current.state in APPROVABLE else not_done(Reason.NOT_APPROVABLE, incident, current)


async def next_due(tx: Tx, desk: Desk, incident: Incident) -> datetime | None:
    """When the next limit runs out that an approval has to keep; None where none is still to be kept."""
    clocks = clocks_of(await policy_of(tx, desk, incident), await read_standing(tx, desk, incident))
    running = [c for c in clocks if c.met_at is None and not c.provisional and c.due_at > desk.now]
    return min((c.due_at for c in running if c.rule not in _MET_WITHOUT_APPROVAL), default=None)


def _grounds(desk: Desk) -> str:
    return "; ".join(ground.short_vi for ground in desk.grounds)
