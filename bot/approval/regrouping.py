"""Hand a case over, merge two, split one, open one again. Words in public stay where they are.

A unit that is accused in a matter stays accused in what it becomes, and one that holds it too goes on holding it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.approval import authority, numbered_alerts, one_matter, standing, versions
from bot.approval.desk import Desk
from bot.approval.fact_slots import slot_names
from bot.approval.named_units import named_unit
from bot.approval.reach import reached
from bot.approval.refusals import refuse
from bot.grouping import pack, unpack
from bot.grouping.growth import together, without
from bot.grouping.regroup import Before, regrouped
from bot.locale import LANGUAGES, text
from bot.model.alert import Alert
from bot.model.commands import HandOver, Merge, Reopen, Split
from bot.model.incident import REOPENABLE, Growth, Incident, IncidentState
from bot.model.muting import mute_ended
from bot.model.outcome import Notice, Outcome
from bot.model.person import WORKING_ROLES, Person
from bot.model.reasons import Reason
from bot.model.statement import APPROVABLE, PUBLIC, StatementState
from bot.model.unit import is_within
from bot.store import alerts, audit, case_units, deliveries, incidents, instants, people, statements
from bot.store.database import Tx
from bot.store.ids import new_id

_READ = 1000
"""Alerts of one incident that are read when it is regrouped, the first and the latest: a storm brings many more."""


async def hand_over(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: HandOver) -> Outcome:
    """Another unit takes the case; its people are told, and whom no message reaches is named. Unsent words are void.

    No unit is given a matter that is about itself.
    """
    refused = standing.work_refusal(desk, person, incident)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    unit = named_unit(desk, incident, command.unit)
    if isinstance(unit, Outcome):
        return unit
    accused = desk.organisation.route(incident, desk.now).accused
    if any(is_within(desk.organisation.units, unit.id, wrongdoer) for wrongdoer in accused):
        return refuse(Reason.TAKER_IS_ACCUSED, incident, unit=unit.name_vi)
    why = " ".join(command.reason.split())
    if not why:
        return refuse(Reason.REASON_MISSING, incident)
    if not await _end(tx, desk, incident, person, IncidentState.HANDED_OVER):
        return refuse(Reason.WORDS_ARE_LEAVING, incident)
    await incidents.note_end(tx, incident.id, handed_to=unit.id)
    values = {"code": incident.code, "by": person.name, "unit": unit.name_vi, "why": why, "title": incident.title}
    there = [p for p in desk.organisation.people if p.unit == unit.id and p.roles(desk.now) & WORKING_ROLES]
    others = [p for p in there if p.id != person.id]
    able = await reached(tx, desk, others)
    nobody = {f"lines_{lang}": text(lang, "told.nobody_there") for lang in ("vi", "en")} if not there else {}
    return Outcome(
        Reason.HANDED_OVER,
        incident_id=incident.id,
        values=values | able.values | nobody,
        notices=tuple(Notice(p.id, "handed_over", values) for p in others),
    )


async def merge(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: Merge) -> Outcome:
    """The incident becomes part of another: its alerts, clocks and facts go there, its unsent words are void."""
    refused = standing.work_refusal(desk, person, incident)
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
    if not await _end(tx, desk, incident, person, IncidentState.MERGED):
        return refuse(Reason.WORDS_ARE_LEAVING, incident)
    await incidents.note_end(tx, incident.id, merged_into=other.id)
    await _units_follow(tx, desk, incident, other, person)
    before = [*await _before(tx, other), *await _before(tx, incident)]
    await alerts.move(tx, incident.id, other.id)
    level = max(other.level, incident.level)
    await _regroup(tx, replace(other, level=level), before, lambda _: together(other.growth, incident.growth))
    ended = mute_ended(other, level, desk.now)
    if ended is not None:
        await audit.append(tx, ended)
    joined = await one_matter.join(tx, desk, incident, other, person)
    values = {"code": incident.code, "other": other.code, "by": person.name} | _told_of(joined, desk, incident, other)
    return Outcome(Reason.MERGED, incident_id=incident.id, values=values, also=(other.id,))


async def split(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: Split) -> Outcome:
    """Some alerts are another matter: they open an incident of their own, of the same playbook and level.

    Without numbers the alerts are listed, or as the numbers ask. At least one alert stays.
    """
    refused = standing.work_refusal(desk, person, incident)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    leaving = await numbered_alerts.named(tx, incident, command)
    if isinstance(leaving, Outcome):
        return leaving
    before = await _before(tx, incident)
    made = await _open(tx, desk, incident, leaving)
    await alerts.move(tx, incident.id, made.id, [alert.id for alert in leaving])
    await _regroup(tx, incident, before, lambda ends: without(incident.growth, made.growth, ends))
    await _regroup(tx, made, before, lambda _: made.growth)
    await _units_follow(tx, desk, incident, made, person)
    await versions.draft(tx, desk, made, by=person.id)
    values = {"code": incident.code, "other": made.code, "by": person.name, "count": str(len(leaving)), "new": made.id}
    values |= numbered_alerts.moved(leaving, incident.code, made.code)
    return Outcome(Reason.SPLIT, incident_id=incident.id, values=values, also=(made.id,))


async def reopen(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: Reopen) -> Outcome:
    """A case that was closed, dismissed or handed over is open again, with a draft where none is left.

    Approved words of which a copy may be out stand as they are: what the public may have read is not taken back unsaid.
    One that was merged is opened for the sake of its words in public alone, which nobody could correct otherwise; the
    matter stays where it went.
    """
    refusal = authority.may_work(person, incident, desk.now)
    if refusal is not None or person is None:
        return refuse(refusal or Reason.NOT_ENROLLED, incident)
    why = " ".join(command.reason.split())
    is_merged = incident.state is IncidentState.MERGED
    speaks = is_merged and await statements.latest_public(tx, incident.id) is not None
    if incident.state not in REOPENABLE and not speaks:
        return refuse(Reason.CANNOT_REOPEN, incident)
    if not why:
        return refuse(Reason.REASON_MISSING, incident)
    public = [await statements.latest_public(tx, one) for one in await instants.matter_of(tx, incident.id)]
    state = IncidentState.RESPONDING if any(public) else IncidentState.ACCEPTED
    taken_on = one_matter.taken_on_before(incident, person.id, desk.now)
    if not await incidents.reopen(tx, incident, state, *taken_on):
        return refuse(Reason.CANNOT_REOPEN, incident)
    if is_merged:
        await incidents.forget_sketch(tx, incident.id)  # what comes now joins the incident that the matter went to
    opened = await incidents.get(tx, incident.id) or incident
    current = await standing.current(tx, incident)
    stands = current.state in PUBLIC | APPROVABLE | {StatementState.RETURNED}
    if not stands and not await standing.is_going_out(tx, opened, current):
        await standing.withdraw_queued(tx, desk, opened, current)
        await versions.again(tx, desk, opened, current)
    return Outcome(
        Reason.REOPENED, incident_id=incident.id, values={"code": opened.code, "by": person.name, "why": why}
    )


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


def _told_of(joined: one_matter.Joined, desk: Desk, incident: Incident, other: Incident) -> dict[str, str]:
    """What whoever merged should know of it: facts that differ, and words in public that count for both now."""
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
        values |= {f"lines_{lang}": "\n".join(lines)} if lines else {}
    return values


async def _before(tx: Tx, incident: Incident) -> list[Before]:
    """What grouping remembers of an incident, with the alerts that it is about; nothing where it remembers nothing."""
    sketch = await incidents.sketch_of(tx, incident.id)
    belonging = [stored.alert for stored in await alerts.first_and_latest(tx, incident.id, _READ)]
    return [Before(unpack(*sketch), belonging)] if sketch else []


async def _units_follow(tx: Tx, desk: Desk, former: Incident, now: Incident, person: Person) -> None:
    """Who is accused and who holds the case too goes where the alerts go: regrouping is no way around either."""
    for unit in sorted(desk.organisation.accused.get(former.id, ())):
        await people.accuse(tx, now.id, unit, person.id, desk.now)
    for unit in await case_units.of_incident(tx, former.id):
        await case_units.add(tx, now.id, unit, person.id, desk.now)


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
    await incidents.put_sketch(tx, incident.id, sketched.sketch.to_json(), pack(sketched.vectors))


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
