"""Hand a case over, merge two, split one. Words in public stay where they are.

A unit that is accused in a matter stays accused in what it becomes, and one that holds it too goes on holding it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.approval import authority, numbered_alerts, once_more, one_matter, own_matter, split_kind, standing, versions
from bot.approval.desk import Desk
from bot.approval.fact_slots import slot_names
from bot.approval.reach import reached
from bot.approval.refusals import refuse
from bot.approval.units import unit_for_a_task
from bot.grouping import pack, unpack
from bot.grouping.growth import together, without
from bot.grouping.regroup import Before, regrouped
from bot.locale import text
from bot.model.alert import Alert
from bot.model.commands import HandOver, Merge, Split
from bot.model.incident import Growth, Incident, IncidentState
from bot.model.languages import LANGUAGES
from bot.model.muting import mute_ended
from bot.model.outcome import DUTY_ROOM, Notice, Outcome
from bot.model.person import WORKING_ROLES, Person
from bot.model.reasons import Reason
from bot.model.statement import PUBLIC, StatementState, StatementVersion
from bot.model.unit import is_within_any
from bot.store import alerts, audit, deliveries, incidents, sketches, statements
from bot.store.database import Tx
from bot.store.ids import new_id

_READ = 1000
"""Alerts of one incident that are read when it is regrouped, the first and the latest: a storm brings many more."""


async def hand_over(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: HandOver) -> Outcome:
    """Another unit takes the case; its people are told, and whom no message reaches is named. Unsent words are void.

    No unit is given a matter that is about itself, and none gives away one: of what is said of the top of the office,
    above which nobody stands, the head does.
    """
    refused = standing.end_refusal(desk, person, incident)
    if refused is not None and refused.reason is Reason.CONFLICT_OF_INTEREST and person is not None:
        is_theirs = authority.is_head_of_all_that_is_accused(person, incident, desk.organisation, desk.now)
        refused = None if is_theirs else refused
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    unit = unit_for_a_task(desk, incident, command.unit)
    if isinstance(unit, Outcome):
        return unit
    accused = desk.organisation.route(incident, desk.now).accused
    if is_within_any(desk.organisation.units, unit.id, accused):
        return refuse(Reason.TAKER_IS_ACCUSED, incident, unit=unit.name_vi)
    why = " ".join(command.reason.split())
    if not why:
        return refuse(Reason.REASON_MISSING, incident, put="chuyen", unit=unit.id)
    current = await standing.current(tx, incident)
    asking = {"unit": unit.name_vi, "unit_id": unit.id, "why": why, **once_more.words_void(current)}
    shown = (unit.id, current.version, current.state)
    question = once_more.asked(Reason.ASK_HAND_OVER, incident, command, asking, *shown)
    if question is not None:
        return question
    if not await _end(tx, desk, incident, person, IncidentState.HANDED_OVER):
        return refuse(Reason.WORDS_ARE_LEAVING, incident)
    await incidents.note_end(tx, incident.id, handed_to=unit.id)
    values = {"code": incident.code, "by": person.name, "unit": unit.name_vi, "why": why, "title": incident.title}
    there = [p for p in desk.organisation.people if p.unit == unit.id and p.roles(desk.now) & WORKING_ROLES]
    others = [p for p in there if p.id != person.id]
    able = await reached(tx, desk, others)
    nobody = {f"lines_{lang}": text(lang, "told.nobody_there") for lang in LANGUAGES} if not there else {}
    return Outcome(
        Reason.HANDED_OVER,
        incident_id=incident.id,
        values=values | able.values | nobody,
        notices=(
            Notice(DUTY_ROOM, "handed_over_room", {**values, "why": why.rstrip(".")}),
            *(Notice(p.id, "handed_over", values) for p in others),
        ),
    )


async def merge(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: Merge) -> Outcome:
    """The incident becomes part of another: its alerts, clocks and facts go there, its unsent words are void."""
    refused = standing.end_refusal(desk, person, incident)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    other = await incidents.find(tx, command.into)
    if other is None or not other.is_open:
        return refuse(Reason.UNKNOWN_INCIDENT, incident, code=command.into[:16])
    elsewhere = incident.merged_into not in {None, other.id}  # who wrote of the matter is found along these links
    if other.id == incident.id or other.drill != incident.drill or elsewhere:
        return refuse(Reason.CANNOT_MERGE, incident, other=other.code)
    if authority.may_work(person, other, desk.now) is not None:
        return refuse(Reason.NO_RIGHT_TO_ACT, incident)
    meets_its_limits = await statements.latest_public(tx, incident.id) is not None
    if meets_its_limits and authority.may_end(person, other, desk.organisation, desk.now) is not None:
        return refuse(Reason.CONFLICT_OF_INTEREST, other)
    current = await standing.current(tx, incident)
    asking = {"other": other.code, "other_title": other.title, **once_more.words_void(current)}
    shown = (other.id, other.title, current.version, current.state)
    question = once_more.asked(Reason.ASK_MERGE, incident, command, asking, *shown)
    if question is not None:
        return question
    if not await _end(tx, desk, incident, person, IncidentState.MERGED):
        return refuse(Reason.WORDS_ARE_LEAVING, incident)
    await incidents.note_end(tx, incident.id, merged_into=other.id)
    accused = await own_matter.follow(tx, desk, incident, other, person)
    if incident.level > other.level:
        await own_matter.keep(tx, desk, other, other)
    void = await own_matter.take_back(tx, desk, other, accused)
    before = [*await _before(tx, other), *await _before(tx, incident)]
    brings_any = await alerts.count(tx, incident.id) > 0  # one that was opened again had left its alerts there before
    await alerts.move(tx, incident.id, other.id)
    level = max(other.level, incident.level)
    grown = together(other.growth, incident.growth) if brings_any else other.growth
    await _regroup(tx, replace(other, level=level), before, lambda _: grown)
    ended = mute_ended(other, level, desk.now)
    if ended is not None:
        await audit.append(tx, ended)
    joined = await one_matter.join(tx, desk, incident, other, person)
    values = {"code": incident.code, "other": other.code, "by": person.name} | _told_of(
        joined, void, desk, incident, other
    )
    told = {"by": person.name, "code": incident.code, "title": incident.title}
    told |= {"other": other.code, "other_title": other.title}
    return Outcome(
        Reason.MERGED,
        incident_id=incident.id,
        values=values,
        also=(other.id,),
        notices=(Notice(DUTY_ROOM, "merged", told),),
    )


async def split(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: Split) -> Outcome:
    """Some alerts are another matter: they open an incident of their own, of the same level.

    Its playbook is taken over, and nothing is approved until a person chose or confirmed it. Without numbers the alerts
    are listed, or as the numbers ask. At least one alert stays.
    """
    refused = standing.work_refusal(desk, person, incident)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    leaving = await numbered_alerts.named(tx, incident, command)
    if isinstance(leaving, Outcome):
        return leaving
    before = await _before(tx, incident)
    made = await _open(tx, desk, split_kind.provisional(desk, incident, before, leaving), leaving)
    await alerts.move(tx, incident.id, made.id, [alert.id for alert in leaving])
    await _regroup(tx, incident, before, lambda ends: without(incident.growth, made.growth, ends))
    await _regroup(tx, made, before, lambda _: made.growth)
    await own_matter.follow(tx, desk, incident, made, person)
    await versions.draft(tx, desk, made, by=person.id)
    values = {"code": incident.code, "other": made.code, "by": person.name, "count": str(len(leaving)), "new": made.id}
    values |= numbered_alerts.moved(leaving, incident.code, made.code) | split_kind.told(incident, made)
    return Outcome(Reason.SPLIT, incident_id=incident.id, values=values, also=(made.id,))


async def _end(tx: Tx, desk: Desk, incident: Incident, person: Person, state: IncidentState) -> bool:
    """End an incident for another; False while words of it are just leaving."""
    current = await standing.current(tx, incident)
    if current.state not in PUBLIC and await standing.is_going_out(tx, incident, current):
        return False
    if not await incidents.enter(tx, incident.id, state, person.id, desk.now):
        return False
    await deliveries.fail_queued(tx, incident.id, current.version, state.value, desk.now)
    await statements.enter(tx, incident.id, current.version, StatementState.VOIDED, desk.now)
    return True


def _told_of(
    joined: one_matter.Joined, void: StatementVersion | None, desk: Desk, incident: Incident, other: Incident
) -> dict[str, str]:
    """What whoever merged should know: facts that differ, words in public that count for both, words that are void."""
    playbook = desk.playbooks.get(other.playbook)
    names = slot_names(playbook) if playbook else {}
    codes = {"code": incident.code, "other": other.code}
    values = {"differing": " ".join(fact.slot for fact, _ in joined.differing)} if joined.differing else {}
    for lang in LANGUAGES:
        lines = [
            text(
                lang, "merge.differs", **codes, slot=names.get(told.slot, told.slot), gone=told.value, stands=kept.value
            )
            for told, kept in joined.differing
        ]
        lines += [text(lang, "merge.in_public", **codes)] if joined.in_public else []
        lines += [own_matter.told_void(other, void)[f"lines_{lang}"]] if void else []
        values |= {f"lines_{lang}": "\n".join(lines)} if lines else {}
    return values


async def _before(tx: Tx, incident: Incident) -> list[Before]:
    """What grouping remembers of an incident, with the alerts that it is about; nothing where it remembers nothing."""
    sketch = await sketches.of_incident(tx, incident.id)
    belonging = [stored.alert for stored in await alerts.first_and_latest(tx, incident.id, _READ)]
    return [Before(unpack(*sketch), belonging)] if sketch else []


async def _regroup(tx: Tx, incident: Incident, before: Sequence[Before], counted: Callable[[Growth], Growth]) -> None:
    """Count anew what belongs to an incident; vectors go where their alerts went.

    A storm's alerts are too many to be read while the store waits: there the growth is ``counted`` from what is known,
    given the growth of the first and the latest alone.
    """
    belonging = [stored.alert for stored in await alerts.first_and_latest(tx, incident.id, _READ)]
    if not belonging:  # an incident that no alert opened has nothing to count
        await incidents.grow(tx, incident.id, incident.growth, incident.level)
        return
    growth, sketched = regrouped(belonging, incident.playbook, before)
    number = await alerts.count(tx, incident.id)
    if number > len(belonging):
        growth = replace(counted(growth), alerts=number)
    await incidents.grow(tx, incident.id, growth, incident.level)
    await sketches.put(tx, incident.id, sketched.sketch.to_json(), pack(sketched.vectors))


async def _open(tx: Tx, desk: Desk, parent: Incident, leaving: list[Alert]) -> Incident:
    made_id = new_id(desk.now)
    growth, _ = regrouped(leaving, parent.playbook)
    made = replace(
        parent,
        id=made_id,
        code=await incidents.free_code(tx, made_id),
        state=IncidentState.NEW,
        title=leaving[0].title,
        location=leaving[0].location,
        opened_at=desk.now,
        growth=growth,
        accepted_at=None,
        accepted_by=None,
        closed_at=None,
        closed_by=None,
        event_at=min((alert.first_seen for alert in leaving if alert.first_seen), default=None),
        alert_received_at=min(alert.received_at for alert in leaving),
        impact_determined_at=None,
        impact_determined_by=None,
        last_act_at=None,
        rules_version=desk.law.version,
        muted_until=None,
        muted_by=None,
        merged_into=None,
        handed_to=None,
        split_from=parent.id,
        revision=0,
    )
    made = await one_matter.apart(tx, desk, parent, made)
    await incidents.add(tx, made)
    return made
