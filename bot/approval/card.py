"""The card of one incident, put together from committed state: what every channel shows."""

from __future__ import annotations

from typing import Any

from bot.approval import linting, standing, stopping, untranslated, versions
from bot.approval.clocks import clocks_of, policy_of, read_standing
from bot.approval.desk import Desk
from bot.approval.gates import Dossier
from bot.curves.words import curve_words
from bot.drafting.gaps import find_gaps
from bot.model.alert import Source
from bot.model.card import CandidateView, CardView, ToldApart
from bot.model.fact import PLACE, Fact, FactState
from bot.model.incident import Incident, IncidentState
from bot.model.lint import Linted
from bot.model.playbook import UNCLASSIFIED, Bilingual, FactSlot, Playbook
from bot.model.policy import Leg
from bot.model.routing import Route
from bot.model.statement import APPROVABLE, StatementState, StatementVersion
from bot.store import alerts, deliveries, email_letters, incidents, statements
from bot.store.alerts import StoredAlert
from bot.store.database import Tx
from index import MatchReason

SHOWN_SOURCES = 3
LIKELY = 0.1
"""From this probability on another playbook is a neighbour to be told apart."""

SHOWN_ALERTS = 200
"""Sample links are looked for among this many alerts of the incident."""


async def read_card(tx: Tx, desk: Desk, incident_id: str) -> CardView | None:
    """The card as of ``desk.now``; None when there is no such incident."""
    incident = await incidents.get(tx, incident_id)
    if incident is None:
        return None
    desk = await desk.seated(tx)
    route = desk.organisation.route(incident, desk.now)
    playbook = desk.playbooks.get(incident.playbook) or desk.playbooks[UNCLASSIFIED]
    statement = await statements.current(tx, incident_id)
    facts = await statements.facts_of(tx, incident_id)
    copies = await deliveries.of_incident(tx, incident_id)
    arrived = await alerts.of_incident(tx, incident_id, SHOWN_ALERTS)
    target = desk.law.target(incident.level)
    clocks = clocks_of(await policy_of(tx, desk, incident), await read_standing(tx, desk, incident))
    people = {incident.accepted_by, incident.closed_by, incident.playbook_chosen_by, incident.impact_determined_by}
    letters = await email_letters.of_version(tx, incident_id, statement.version) if statement else []
    people |= {letter.person for letter in letters}
    people |= {incident.muted_by}
    if statement is not None:
        people |= {statement.created_by, statement.approved_by}
    dossier = await standing.dossier(tx, desk, incident, statement) if statement else None
    if dossier is not None:
        people |= {signature.by for signature in dossier.signatures}
    linted = Linted()
    if statement is not None and statement.state in APPROVABLE and incident.is_open:
        linted = await linting.linted(tx, desk, incident, statement)
        people |= {reason.by for reason in linted.reasons}
    return CardView(
        incident=incident,
        as_of=desk.now,
        playbook_name=playbook.name,
        confidence=_confidence(incident),
        candidates=_candidates(incident, desk),
        level_name=Bilingual(target.name_vi, target.name_en),
        clocks=tuple(clock for clock in clocks if clock.rule != Leg.PROGRESS),
        sources=_sample(arrived),
        summary=arrived[0].alert.summary if arrived else "",
        statement=statement,
        gaps=find_gaps(statement.full_vi) if statement else (),
        unknown=_unknown(playbook, facts),
        confirmed=_confirmed(playbook, facts),
        first_hour=playbook.first_hour,
        lead_name=_unit_name(desk, route.lead or playbook.lead),
        deliveries=tuple(copies),
        names={person: desk.name_of(person) for person in people if person},
        place=_place(facts),
        place_gap=statement is not None and playbook.phrases.place.vi in find_gaps(statement.full_vi),
        **_gates(desk, statement, dossier),
        unconfirmed=_unconfirmed(playbook, facts),
        went_to=await _went_to(tx, desk, incident),
        stopped=await stopping.notice(tx, desk),
        on_duty=desk.name_of(route.on_duty),
        approved_above=_approved_above(desk, route),
        told_apart=_told_apart(incident, desk),
        is_undecided=incident.match_reason == MatchReason.CANNOT_TELL_APART,
        promise_past=versions.promise_is_past(statement, desk.now) if statement else None,
        letters=tuple(letters),
        perhaps_of=await _perhaps_of(tx, incident),
        linted=linted,
        curve=await curve_words(tx, incident.id, desk.now),
        left_in_vietnamese=(
            untranslated.told(desk, statement.texts) if statement is not None and statement.state in APPROVABLE else {}
        ),
    )


def _gates(desk: Desk, statement: StatementVersion | None, dossier: Dossier | None) -> dict[str, Any]:
    """What the gates say of the version on the card."""
    if statement is None or dossier is None:
        return {}
    return {
        "open_checks": dossier.open_checks(statement) if statement.state in APPROVABLE else (),
        "signed": tuple((s.kind, s.by) for s in dossier.signatures if s.sha256 == statement.sha256),
        "silent_units": tuple(_unit_name(desk, unit) for unit in dossier.silent_units(statement)),
        "awaits_second_person": statement.state is StatementState.APPROVED and dossier.awaits_second_person(statement),
    }


def _confidence(incident: Incident) -> float | None:
    """How sure the match was; None when a person chose or nothing fitted."""
    if incident.playbook_chosen_by is not None:
        return None
    return next((c.confidence for c in incident.candidates if c.playbook == incident.playbook), None)


def _candidates(incident: Incident, desk: Desk) -> tuple[CandidateView, ...]:
    return tuple(
        CandidateView(c.playbook, desk.playbooks[c.playbook].name, c.confidence, c.because)
        for c in incident.candidates
        if c.playbook in desk.playbooks
    )


def _told_apart(incident: Incident, desk: Desk) -> tuple[ToldApart, ...]:
    """What the first candidate says of the others, as far as they are its neighbours; nothing once a person chose."""
    if incident.playbook_chosen_by is not None or not incident.candidates:
        return ()
    first = desk.playbooks.get(incident.candidates[0].playbook)
    if first is None:
        return ()
    return tuple(
        ToldApart(desk.playbooks[other.playbook].name, first.not_this[other.playbook])
        for other in incident.candidates[1:]
        if other.confidence >= LIKELY and other.playbook in first.not_this and other.playbook in desk.playbooks
    )


def _sample(arrived: list[StoredAlert]) -> tuple[Source, ...]:
    """The first few distinct pages, the press before the rest."""
    pages: dict[str, Source] = {}
    for stored in arrived:
        for source in stored.alert.sources:
            if source.url:
                pages.setdefault(source.url, source)
    return tuple(sorted(pages.values(), key=lambda s: not s.is_press)[:SHOWN_SOURCES])


def _unknown(playbook: Playbook, facts: dict[str, Fact]) -> tuple[FactSlot, ...]:
    """The slots nobody has answered: what is reported and not confirmed is listed under that alone."""
    return tuple(slot for slot in playbook.facts if slot.id not in facts or facts[slot.id].state is FactState.UNKNOWN)


def _confirmed(playbook: Playbook, facts: dict[str, Fact]) -> tuple[tuple[FactSlot, Fact], ...]:
    return tuple((slot, facts[slot.id]) for slot in playbook.facts if _is_confirmed(facts.get(slot.id)))


def _place(facts: dict[str, Fact]) -> str:
    fact = facts.get(PLACE)
    return fact.value if fact is not None and fact.state is FactState.CONFIRMED else ""


def _is_confirmed(fact: Fact | None) -> bool:
    return fact is not None and fact.slot != PLACE and fact.state is FactState.CONFIRMED


def _approved_above(desk: Desk, route: Route) -> Bilingual | None:
    """The unit that approves in the place of the one that leads, because that one is accused itself."""
    if route.approves is None or route.approves == route.lead:
        return None
    return _unit_name(desk, route.approves)


def _unconfirmed(playbook: Playbook, facts: dict[str, Fact]) -> tuple[tuple[Bilingual, str], ...]:
    held = [fact for fact in facts.values() if fact.state is FactState.UNCONFIRMED]
    slots = {slot.id: slot.name for slot in playbook.facts}
    return tuple((slots.get(fact.slot, playbook.phrases.place), fact.value) for fact in held)


async def _went_to(tx: Tx, desk: Desk, incident: Incident) -> str:
    """Where a case that ended here went on."""
    other = await incidents.get(tx, incident.merged_into) if incident.merged_into else None
    if other is not None:
        return other.code
    return standing.unit_name(desk, incident.handed_to) if incident.handed_to else ""


async def _perhaps_of(tx: Tx, incident: Incident) -> Incident | None:
    """The incident that it may belong to, while both are open and nothing was published of this one."""
    if incident.may_belong_to is None or incident.state not in (IncidentState.NEW, IncidentState.ACCEPTED):
        return None
    other = await incidents.get(tx, incident.may_belong_to)
    return other if other is not None and other.is_open else None


def _unit_name(desk: Desk, unit_id: str) -> Bilingual:
    unit = desk.organisation.unit(unit_id)
    return Bilingual(unit.name_vi, unit.name_en) if unit else Bilingual(unit_id, unit_id)
