"""Facts by question and answer: the bot asks as the playbook does; the answer is kept with who and when, unconfirmed.

A second press confirms exactly the value that was shown, and only then may a statement carry it.
"""

from __future__ import annotations

import zlib

from bot.approval import fact_units, standing
from bot.approval.changes import keep_confirmed
from bot.approval.desk import Desk
from bot.approval.fact_slots import listed, playbook_of, read_value, slot_kind, slot_named, slot_names, unknown_slot
from bot.approval.refusals import refuse
from bot.locale import local_time, text
from bot.model.commands import AnswerFact, AskFact, ConfirmHeldFact
from bot.model.fact import Fact, FactState
from bot.model.incident import Incident
from bot.model.languages import LANGUAGES
from bot.model.outcome import Outcome
from bot.model.person import Person
from bot.model.reasons import Reason
from bot.store import incidents, statements
from bot.store.database import Tx

_CHECK_VALUES = 36**5


async def ask_fact(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: AskFact) -> Outcome:
    """Without a slot, show every fact and how it stands; with one, ask its question."""
    refused = standing.work_refusal(desk, person, incident)
    if refused is not None:
        return refused
    current = await standing.current(tx, incident)
    playbook = playbook_of(desk, incident)
    names = slot_names(playbook)
    if command.slot:
        slot = slot_named(playbook, command.slot)
        if slot is None:
            return unknown_slot(playbook, command.slot, incident, current)
        declared = playbook.slot(slot)
        ask = {lang: declared.ask.in_(lang) if declared else text(lang, "ask.place") for lang in LANGUAGES}
        return standing.done(
            Reason.ASK_FACT_VALUE,
            incident,
            current,
            arg=slot,
            slot=slot,
            question=ask["vi"],
            question_en=ask["en"],
            example=kind if (kind := slot_kind(playbook, slot)) in ("count", "place") else "words",
        )
    facts = await statements.facts_of(tx, incident.id)
    in_english = slot_names(playbook, "en")
    units = fact_units.unit_names(desk, fact_units.units_of_slots(desk, incident, playbook))
    open_slots = [s for s in names if s not in facts or facts[s].state is not FactState.CONFIRMED]
    return standing.done(
        Reason.ASK_FACT,
        incident,
        current,
        slots="\n".join(f"{slot}\t{names[slot]}\t{in_english[slot]}" for slot in open_slots),
        facts=listed(desk, playbook, facts, units),
        held="\n".join(
            f"{slot}\t{names[slot]}\t{in_english[slot]}\t{check_of(facts[slot])}"
            for slot in open_slots
            if slot in facts and facts[slot].state is FactState.UNCONFIRMED
        ),
    )


async def answer_fact(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: AnswerFact) -> Outcome:
    """Keep the answer, unconfirmed; a confirmed value is not pushed aside by hearsay."""
    refused = standing.work_refusal(desk, person, incident)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    current = await standing.current(tx, incident)
    playbook = playbook_of(desk, incident)
    slot = slot_named(playbook, command.slot)
    if slot is None:
        return unknown_slot(playbook, command.slot, incident, current)
    answer = read_value(desk, playbook, slot, command.value, incident, current)
    if isinstance(answer, Outcome):
        return answer
    name = slot_names(playbook)[slot]
    held = (await statements.facts_of(tx, incident.id)).get(slot)
    if held is not None and held.state is FactState.CONFIRMED:
        return refuse(Reason.FACT_IS_CONFIRMED, incident, current, slot_name=name, value=held.value, slot=slot)
    fact = Fact(
        slot, FactState.UNCONFIRMED, answer.value, person.id, desk.now, answer.source, answer.as_of, told_by=person.id
    )
    await statements.put_fact(tx, incident.id, fact)
    await incidents.touch(tx, incident.id)
    return standing.done(
        Reason.ASK_FACT_CONFIRMED,
        incident,
        current,
        slot=slot,
        slot_name=name,
        value=answer.value,
        source=answer.source or "–",
        as_of=local_time(answer.as_of or desk.now),
        by=person.name,
        check=str(check_of(fact)),
    )


async def confirm_held(
    tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: ConfirmHeldFact
) -> Outcome:
    """Confirm the value that was shown; another answer since makes this press stale."""
    refused = standing.work_refusal(desk, person, incident)
    if refused is not None:
        return refused
    held = (await statements.facts_of(tx, incident.id)).get(command.slot)
    if held is None or check_of(held) != command.check:
        return refuse(Reason.FACT_CHANGED, incident, await standing.current(tx, incident))
    return await keep_confirmed(tx, desk, person, incident, held)


def check_of(answer: Fact) -> int:
    """A small number that stands for an answer on a button: for its value, its source, its hour, and when it was given.

    With the instant nobody can give another answer for which a colleague's button would do as well.
    """
    said = (answer.value, answer.source, answer.as_of and answer.as_of.timestamp(), answer.at.timestamp())
    return zlib.crc32(repr(said).encode("utf-8", "surrogatepass")) % _CHECK_VALUES
