"""Changes of the words: an edit, another playbook, a confirmed fact. Each is one transaction's worth."""

from __future__ import annotations

from dataclasses import replace

from bot.approval import corrections, gates, linting, own_matter, standing, versions
from bot.approval.desk import Desk
from bot.approval.fact_slots import read_value, slot_named, slot_names, unknown_slot
from bot.approval.plain import plain
from bot.approval.refusals import refuse
from bot.approval.text_names import text_name
from bot.locale import local_time
from bot.locale import text as tell
from bot.model.commands import (
    AskEdit,
    AskPlaybook,
    ChoosePlaybook,
    ConfirmFact,
    DraftAnew,
    Edit,
)
from bot.model.fact import Fact, FactState
from bot.model.incident import Incident
from bot.model.languages import LANGUAGES
from bot.model.muting import mute_ended
from bot.model.outcome import Outcome
from bot.model.person import Person
from bot.model.playbook import UNCLASSIFIED
from bot.model.reasons import Reason
from bot.model.statement import (
    PUBLIC,
    Author,
    StatementKind,
    StatementVersion,
)
from bot.model.statement_templates import FULL_VI
from bot.store import audit, incidents, statements
from bot.store.database import Tx

_OF_A_PLAYBOOK = frozenset({StatementKind.INITIAL, StatementKind.REFUSAL})
"""Kinds that another playbook can draft anew; its template knows nothing of what was said before."""

_MUCH_SHORTER = 4
"""Words that are a fourth of those before, or less, may have been a remark."""


async def ask_edit(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: AskEdit) -> Outcome:
    """Ask for the new text, bound to the version the person saw."""
    refused = await standing.change_refusal(tx, desk, person, incident, command.version)
    return refused or standing.asked(Reason.ASK_EDIT, incident, command.version)


async def edit(
    tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: Edit, *, by_machine: bool = False
) -> Outcome:
    """A person's own words become the new version, literally; any approval of the old ones is void.

    ``by_machine`` where a machine said the words of the version before in other ones, at the person's asking.
    """
    refused = await standing.change_refusal(tx, desk, person, incident, command.version)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    text = plain(command.text)
    current = await standing.current(tx, incident)
    if not text:
        return refuse(Reason.TEXT_EMPTY, incident, current)
    if len(text) > gates.TEXT_LIMIT:
        return refuse(Reason.TEXT_TOO_LONG, incident, current, length=str(len(text)), limit=str(gates.TEXT_LIMIT))
    if linting.bears_a_mark_of_secrecy(text):
        return refuse(Reason.MARKED_SECRET, incident, current)
    if text == current.full_vi:
        return refuse(Reason.TEXT_UNCHANGED, incident, current)
    await standing.withdraw_queued(tx, desk, incident, current)
    read = current.version if by_machine else None
    new = await versions.add(tx, desk, incident, {FULL_VI: text}, Author.PERSON, person.id, rephrases=read)
    dropped = [key for key in current.texts if key != FULL_VI]
    left = await _left_to_mend(tx, desk, incident, new, is_short=len(text) * _MUCH_SHORTER < len(current.full_vi))
    if dropped:  # they were made with the words before; one that contradicts the full text must not go out with it
        named = ", ".join(text_name(key) for key in dropped)
        return standing.done(
            Reason.EDITED_TEXTS_DROPPED, incident, new, by=person.name, sha256=new.sha256, dropped=named, **left
        )
    return standing.done(Reason.EDITED, incident, new, by=person.name, sha256=new.sha256, **left)


async def _left_to_mend(
    tx: Tx, desk: Desk, incident: Incident, new: StatementVersion, *, is_short: bool
) -> dict[str, str]:
    """What whoever wrote new words is told of them: of errors with which nobody can approve them, and of a remark.

    A remark that answers a card by mistake takes the place of the words (``is_short``); how to drop it is said at once.
    """
    errors = (await linting.linted(tx, desk, incident, new)).blocks
    keys = [*(["edited.short"] if is_short else []), *(["edited.errors_left"] if errors else [])]
    values = {"code": incident.code, "count": str(len(errors))}
    if not keys:
        return {}
    return {f"lines_{lang}": "\n".join(tell(lang, key, **values) for key in keys) for lang in LANGUAGES}


async def ask_playbook(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: AskPlaybook) -> Outcome:
    """Show the playbooks to choose from."""
    current = await standing.current(tx, incident)
    refused = await standing.change_refusal(tx, desk, person, incident, current.version)
    listed = (
        [p for p in desk.playbooks if p != UNCLASSIFIED]
        if command.everything
        else [c.playbook for c in incident.candidates]
    )
    return refused or Outcome(
        Reason.ASK_PLAYBOOK,
        incident_id=incident.id,
        version=current.version,
        values={
            "code": incident.code,
            "playbooks": " ".join(listed),
            "everything": "1" if command.everything else "",
            "author": current.author.value,
        },
    )


async def choose_playbook(
    tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: ChoosePlaybook
) -> Outcome:
    """A person knows better which playbook fits: remember who, raise the level if it starts higher, draft anew.

    Choosing the one in force throws a text away that somebody wrote by mistake; in a matter that was split off it
    confirms what was taken over. Whoever was accused stays accused.
    """
    current = await standing.current(tx, incident)
    refused = await standing.change_refusal(tx, desk, person, incident, current.version)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    if current.kind not in _OF_A_PLAYBOOK:
        return refuse(Reason.ALREADY_IN_PUBLIC, incident, current)
    playbook = desk.playbooks.get(command.playbook)
    if playbook is None:
        return refuse(Reason.UNKNOWN_PLAYBOOK, incident, current, playbook=command.playbook[:64])
    confirms = incident.playbook_is_provisional and playbook.id == incident.playbook
    if command.confirms and not confirms:
        return refuse(Reason.PLAYBOOK_MOVED_ON, incident, current)
    if playbook.id == incident.playbook and current.author is Author.TEMPLATE and not confirms:
        return refuse(Reason.SAME_PLAYBOOK, incident, current, playbook=playbook.name.vi)
    await standing.withdraw_queued(tx, desk, incident, current)
    kept = await own_matter.keep(tx, desk, incident, incident)
    level = max(incident.level, playbook.start_level)
    await incidents.choose_playbook(tx, incident.id, playbook.id, level, person.id)
    ended = mute_ended(incident, level, desk.now)
    if ended is not None:
        await audit.append(tx, ended)
    await corrections.playbook_chosen(tx, desk, incident, playbook.id, person)
    changed = await incidents.get(tx, incident.id)
    values = {"by": person.name, "playbook": playbook.name.vi, "playbook_id": playbook.id}
    values |= own_matter.told(desk, incident, kept)
    if confirms:  # the words are of this playbook already, or a person's: none are thrown away
        return standing.done(Reason.PLAYBOOK_CONFIRMED, incident, current, **values)
    new = await versions.draft(tx, desk, changed or incident, by=person.id, kind=_given_up(current))
    return standing.done(Reason.PLAYBOOK_CHOSEN, incident, new, instead_of=incident.playbook, **values)


async def confirm_fact(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: ConfirmFact) -> Outcome:
    """A person vouches for a fact, typed at once. Its value is read as an answer is: source and cut-off may follow."""
    current = await standing.current(tx, incident)
    refused = standing.work_refusal(desk, person, incident)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    playbook = desk.playbooks.get(incident.playbook)
    if playbook is None:
        return refuse(Reason.UNKNOWN_PLAYBOOK, incident, current, playbook=incident.playbook)
    slot = slot_named(playbook, command.slot)
    if slot is None:
        return unknown_slot(playbook, command.slot, incident, current)
    answer = read_value(desk, playbook, slot, command.value, incident, current)
    if isinstance(answer, Outcome):
        return answer
    fact = Fact(slot, FactState.CONFIRMED, answer.value, person.id, desk.now, answer.source, answer.as_of)
    return await keep_confirmed(tx, desk, person, incident, fact)


async def keep_confirmed(tx: Tx, desk: Desk, person: Person | None, incident: Incident, fact: Fact) -> Outcome:
    """Keep a fact as confirmed by ``person``, with its source, its cut-off and whoever told it.

    A draft made by the template is filled anew; a person's own text is left alone, and so is what is in public or on
    its way there: the next statement will say it.
    """
    current = await standing.current(tx, incident)
    refused = standing.work_refusal(desk, person, incident)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    playbook = desk.playbooks.get(incident.playbook)
    if playbook is None:
        return refuse(Reason.UNKNOWN_PLAYBOOK, incident, current, playbook=incident.playbook)
    told_by = fact.told_by if fact.told_by != person.id else ""
    as_of = fact.as_of or (fact.at if fact.at != desk.now else None)
    kept = replace(fact, state=FactState.CONFIRMED, by=person.id, at=desk.now, as_of=as_of, told_by=told_by)
    await statements.put_fact(tx, incident.id, kept)
    shown = {
        "slot": kept.slot,
        "slot_name": slot_names(playbook)[kept.slot],
        "value": kept.value,
        "source": kept.source,
        "told_by": desk.name_of(told_by or None),
        "by": person.name,
    }
    if current.state in PUBLIC or await standing.is_going_out(tx, incident, current):
        await incidents.touch(tx, incident.id)
        return standing.done(Reason.FACT_NOTED_FOR_LATER, incident, current, **shown)
    if current.author is Author.PERSON:
        await incidents.touch(tx, incident.id)
        return standing.done(Reason.FACT_CONFIRMED_TEXT_KEPT, incident, current, **shown)
    await standing.withdraw_queued(tx, desk, incident, current)
    new = await versions.draft(tx, desk, incident, by=person.id)
    return standing.done(Reason.FACT_CONFIRMED, incident, new, **shown)


async def draft_anew(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: DraftAnew) -> Outcome:
    """Fill the playbook again with the facts and the hours of this moment.

    A person's own words are thrown away only where that was said with as many words; the version that carried them
    stays on the record and can be compared with.
    """
    current = await standing.current(tx, incident)
    refused = await standing.change_refusal(tx, desk, person, incident, current.version)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    if current.author is Author.PERSON and not command.discard:
        return refuse(Reason.WORDS_OF_A_PERSON, incident, current)
    if incident.playbook not in desk.playbooks:
        return refuse(Reason.UNKNOWN_PLAYBOOK, incident, current, playbook=incident.playbook)
    await standing.withdraw_queued(tx, desk, incident, current)
    return await redraft(tx, desk, person, incident, current, Reason.DRAFTED_ANEW)


async def redraft(
    tx: Tx, desk: Desk, person: Person, incident: Incident, current: StatementVersion, reason: Reason
) -> Outcome:
    """Words that nobody wrote, filled anew. Whoever asked is not their editor: at level 4 they may still approve."""
    new = await versions.draft(tx, desk, incident, by=current.created_by, kind=_given_up(current))
    promised = local_time(current.promises_at) if current.promises_at else ""
    return standing.done(reason, incident, new, by=person.name, promised=promised, instead_of=str(current.version))


def _given_up(current: StatementVersion) -> StatementKind | None:
    """What is drafted instead: for a refusal that is given up a first statement, else the same kind again."""
    return StatementKind.INITIAL if current.kind is StatementKind.REFUSAL else None
