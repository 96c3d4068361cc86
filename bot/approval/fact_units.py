"""Whom a fact is asked of: the unit that its slot names, as it stands for this incident, and the people who are there.

Everybody is asked in their own chat; whoever has none there is named, so that somebody picks up a telephone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from bot.approval import standing
from bot.approval.clocks import policy_of
from bot.approval.desk import Desk, without_account
from bot.approval.fact_slots import playbook_of, slot_named, slot_names, unknown_slot
from bot.approval.quiet import quiet_around
from bot.approval.refusals import refuse
from bot.approval.units import unit_there
from bot.model.commands import AskUnits
from bot.model.fact import PLACE, Fact, FactState
from bot.model.incident import Incident
from bot.model.outcome import Notice, Outcome
from bot.model.person import WORKING_ROLES, Person
from bot.model.playbook import Bilingual, Playbook
from bot.model.reasons import Reason
from bot.model.unit import is_within, is_within_any
from bot.store import statements
from bot.store.database import Tx


def units_of_slots(desk: Desk, incident: Incident, playbook: Playbook) -> dict[str, str]:
    """Slot → the id of the unit that is to confirm it in this incident; the leading unit for the place."""
    route = desk.organisation.route(incident, desk.now)
    wanted = {PLACE: route.lead or playbook.lead} | {slot.id: slot.confirm_by for slot in playbook.facts}
    return {slot: unit_there(desk, incident, unit) for slot, unit in wanted.items()}


def unit_names(desk: Desk, units: Mapping[str, str]) -> dict[str, Bilingual]:
    """The same with the names of the units."""
    found = {slot: (desk.organisation.unit(unit), unit) for slot, unit in units.items()}
    return {slot: Bilingual(u.name_vi, u.name_en) if u else Bilingual(name, name) for slot, (u, name) in found.items()}


def people_of_unit(desk: Desk, incident: Incident, unit: str) -> tuple[Person, ...]:
    """Everybody of a unit, or of one below it, who handles incidents now."""
    return tuple(
        person
        for person in desk.organisation.people
        if is_within(desk.organisation.units, person.unit, unit)
        and person.roles(desk.now, None, incident.id, incident.code) & WORKING_ROLES
    )


async def ask_units(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: AskUnits) -> Outcome:
    """Send the open questions, or one of them, to the units that should know."""
    refused = standing.work_refusal(desk, person, incident)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    current = await standing.current(tx, incident)
    playbook = playbook_of(desk, incident)
    slot = slot_named(playbook, command.slot) if command.slot else ""
    if slot is None:
        return unknown_slot(playbook, command.slot, incident, current)
    open_slots = _open_slots(playbook, await statements.facts_of(tx, incident.id))
    asked = [s for s in open_slots if not slot or s == slot]
    if not asked:
        return refuse(Reason.NO_OPEN_FACT, incident, current)
    units = {unit for slot, unit in units_of_slots(desk, incident, playbook).items() if slot in asked}
    known = [p for p in desk.organisation.people if is_within_any(desk.organisation.units, p.unit, units)]
    out = await desk.out_of_chat(tx, known)
    notices, reached, silent = _questions(desk, incident, playbook, asked, out, by=person)
    reason = Reason.UNITS_ASKED if notices else Reason.NO_UNIT_REACHED
    values = {"units": ", ".join(reached), "silent": ", ".join(silent) or "–", "by": person.name}
    done = standing.done(reason, incident, current, **values)
    return standing.telling(done, *notices)


async def questions_on_opening(tx: Tx, desk: Desk, incident: Incident) -> tuple[Notice, ...]:
    """What the units are asked when an incident opens: not those who see its card anyway, and nobody who may sleep."""
    policy = await policy_of(tx, desk, incident)
    quiet = policy.quiet_at(incident.level)
    if quiet is not None and quiet_around(quiet, desk.now) is not None:
        return ()
    playbook = playbook_of(desk, incident)
    open_slots = _open_slots(playbook, await statements.facts_of(tx, incident.id))
    out = await without_account(tx, desk.organisation.people)
    notices, _, _ = _questions(desk, incident, playbook, [s for s in open_slots if s != PLACE], out)
    in_the_office = {p.id for p in desk.organisation.people if any(a.unit is None for a in p.in_force(desk.now))}
    return tuple(notice for notice in notices if notice.to not in in_the_office)


def _questions(
    desk: Desk,
    incident: Incident,
    playbook: Playbook,
    slots: Sequence[str],
    out_of_chat: Collection[str],
    by: Person | None = None,
) -> tuple[tuple[Notice, ...], list[str], list[str]]:
    """One message for each person with the questions of their unit; names of units reached and of those that are not.

    Whoever asks is not asked.
    """
    by_unit: dict[str, list[str]] = {}
    for slot, unit in units_of_slots(desk, incident, playbook).items():
        if slot in slots:
            by_unit.setdefault(unit, []).append(slot)
    names, in_english = slot_names(playbook), slot_names(playbook, "en")
    notices: list[Notice] = []
    reached: list[str] = []
    silent: list[str] = []
    for unit, wanted in by_unit.items():
        people = [p for p in people_of_unit(desk, incident, unit) if by is None or p.id != by.id]
        on_chat = [p for p in people if p.id not in out_of_chat]
        (reached if on_chat else silent).append(standing.unit_name(desk, unit))
        values = {
            "code": incident.code,
            "title": incident.title,
            "unit": standing.unit_name(desk, unit),
            "by": by.name if by else "",
            "questions": "\n".join(f"{s}\t{names[s]}\t{_question(playbook, s).vi}" for s in wanted),
            "questions_en": "\n".join(f"{s}\t{in_english[s]}\t{_question(playbook, s).en}" for s in wanted),
        }
        words = "facts_asked_drill" if incident.drill else "facts_asked"
        notices += [Notice(p.id, words, values, incident_id=incident.id) for p in on_chat]
    return tuple(notices), reached, silent


def _open_slots(playbook: Playbook, facts: Mapping[str, Fact]) -> list[str]:
    return [s for s in slot_names(playbook) if s not in facts or facts[s].state is not FactState.CONFIRMED]


def _question(playbook: Playbook, slot: str) -> Bilingual:
    declared = playbook.slot(slot)
    return declared.ask if declared else playbook.phrases.place
