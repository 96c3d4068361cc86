"""Facts by question and answer: the bot asks as the playbook does; the answer is kept with who and when, unconfirmed.

A second press confirms exactly the value that was shown, and only then may a statement carry it.
"""

from __future__ import annotations

import zlib

from bot.approval import standing
from bot.approval.changes import FACT_LIMIT, confirm_fact
from bot.approval.desk import Desk
from bot.approval.refusals import refuse
from bot.model.commands import AnswerFact, AskFact, ConfirmFact, ConfirmHeldFact
from bot.model.fact import PLACE, Fact, FactState
from bot.model.incident import Incident
from bot.model.outcome import Outcome
from bot.model.person import Person
from bot.model.playbook import UNCLASSIFIED, Playbook
from bot.model.reasons import Reason
from bot.store import incidents, statements
from bot.store.database import Tx

_CHECK_VALUES = 36**5


async def ask_fact(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: AskFact) -> Outcome:
    """Without a slot, show which facts nobody has confirmed; with one, ask its question."""
    refused = standing.work_refusal(desk, person, incident)
    if refused is not None:
        return refused
    current = await standing.current(tx, incident)
    playbook = desk.playbooks.get(incident.playbook) or desk.playbooks[UNCLASSIFIED]
    names = _names(playbook)
    slot = command.slot.lower()
    if slot:
        if slot not in names:
            return refuse(Reason.UNKNOWN_FACT, incident, current, slot=slot[:64], names=", ".join(sorted(names)))
        named = playbook.slot(slot)
        question = named.ask.vi if named else names[slot]
        return standing.done(Reason.ASK_FACT_VALUE, incident, current, arg=slot, question=question)
    facts = await statements.facts_of(tx, incident.id)
    open_slots = [s for s in names if s not in facts or facts[s].state is not FactState.CONFIRMED]
    listed = "\n".join(f"{slot}\t{names[slot]}" for slot in open_slots)
    return standing.done(Reason.ASK_FACT, incident, current, slots=listed)


async def answer_fact(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: AnswerFact) -> Outcome:
    """Keep the answer, unconfirmed; a confirmed value is not pushed aside by hearsay."""
    refused = standing.work_refusal(desk, person, incident)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    current = await standing.current(tx, incident)
    playbook = desk.playbooks.get(incident.playbook) or desk.playbooks[UNCLASSIFIED]
    names, slot, value = _names(playbook), command.slot.lower(), " ".join(command.value.split())
    if slot not in names:
        return refuse(Reason.UNKNOWN_FACT, incident, current, slot=slot[:64], names=", ".join(sorted(names)))
    if not value:
        return refuse(Reason.TEXT_EMPTY, incident, current)
    if len(value) > FACT_LIMIT:
        return refuse(Reason.TEXT_TOO_LONG, incident, current, length=str(len(value)), limit=str(FACT_LIMIT))
    held = (await statements.facts_of(tx, incident.id)).get(slot)
    if held is not None and held.state is FactState.CONFIRMED:
        return refuse(Reason.FACT_IS_CONFIRMED, incident, current, slot_name=names[slot], value=held.value, slot=slot)
    await statements.put_fact(tx, incident.id, Fact(slot, FactState.UNCONFIRMED, value, person.id, desk.now))
    await incidents.touch(tx, incident.id)
    return standing.done(
        Reason.ASK_FACT_CONFIRMED,
        incident,
        current,
        slot=slot,
        slot_name=names[slot],
        value=value,
        by=person.name,
        check=str(check_of(value)),
    )


async def confirm_held(
    tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: ConfirmHeldFact
) -> Outcome:
    """Confirm the value that was shown; another answer since makes this press stale."""
    refused = standing.work_refusal(desk, person, incident)
    if refused is not None:
        return refused
    held = (await statements.facts_of(tx, incident.id)).get(command.slot)
    if held is None or check_of(held.value) != command.check:
        return refuse(Reason.FACT_CHANGED, incident, await standing.current(tx, incident))
    return await confirm_fact(tx, desk, person, incident, ConfirmFact(command.ref, held.slot, held.value))


def check_of(value: str) -> int:
    """A small number that stands for a value on a button."""
    return zlib.crc32(value.encode()) % _CHECK_VALUES


def _names(playbook: Playbook) -> dict[str, str]:
    return {PLACE: playbook.phrases.place.vi} | {slot.id: slot.name.vi for slot in playbook.facts}
