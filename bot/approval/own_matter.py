"""A matter about a unit of this administration stays one, whatever becomes of it (conflict of interest, ADR 0014)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from bot.approval import publication, standing, versions
from bot.approval.desk import Desk
from bot.locale import text
from bot.model.audit import SYSTEM, AuditEvent
from bot.model.gate import GateKind
from bot.model.incident import Incident
from bot.model.languages import LANGUAGES
from bot.model.person import Person
from bot.model.reasons import Reason
from bot.model.routing import RouteReason
from bot.model.statement import APPROVABLE, StatementVersion
from bot.store import audit, case_units, people, signatures
from bot.store.database import Tx

_BY_RULE = (RouteReason.ACCUSED_IN_TEXT, RouteReason.ACCUSED_BY_KIND)


async def keep(tx: Tx, desk: Desk, before: Incident, now: Incident) -> tuple[str, ...]:
    """Write down for ``now`` what routing says of ``before`` by its playbook, its title and its level; returns it new.

    To be done before any of them changes: what no file and no title says any more only a head outside of the unit takes
    back. What a person had said is on the record already.
    """
    derived = [step for step in desk.organisation.route(before, desk.now).steps if step.reason in _BY_RULE]
    known = desk.organisation.accused.get(now.id, frozenset())
    kept = {step.values["unit"]: step.reason for step in derived if step.values["unit"] not in known}
    for unit in sorted(kept):
        await people.accuse(tx, now.id, unit, SYSTEM, desk.now)
    if kept:
        details = {"units": sorted(kept), "why": [kept[unit].value for unit in sorted(kept)], "of": before.id}
        await audit.append(tx, AuditEvent("keep_accused", SYSTEM, desk.now, SYSTEM, now.id, details=details))
    return tuple(sorted(kept))


async def follow(tx: Tx, desk: Desk, former: Incident, now: Incident, person: Person) -> frozenset[str]:
    """Who is accused and who holds the case too goes where the alerts go: regrouping is no way around either.

    Returns the units that are accused.
    """
    said = desk.organisation.accused.get(former.id, frozenset())
    for unit in sorted(said):
        await people.accuse(tx, now.id, unit, person.id, desk.now)
    kept = await keep(tx, desk, former, now)
    for unit in await case_units.of_incident(tx, former.id):
        await case_units.add(tx, now.id, unit, person.id, desk.now)
    return said.union(kept)


async def take_back(tx: Tx, desk: Desk, incident: Incident, accused: Collection[str]) -> StatementVersion | None:
    """Void what people of a unit that is accused gave to words which have not begun to leave: they are a draft again.

    ``accused`` are units that were noted in this transaction. Returns the version that is void, None where none is.
    """
    desk = _with_accused(desk, incident, desk.organisation.accused.get(incident.id, frozenset()).union(accused))
    current = await standing.current(tx, incident)
    dossier = await standing.dossier(tx, desk, incident, current)
    lost = [
        signature
        for signature in await signatures.of_version(tx, incident.id, current.version)
        if signature not in dossier.signatures
        # An accused unit that agreed as one of those which hold the case too need not have agreed at all.
        and (signature.kind is not GateKind.JOINT_TEXT or signature.unit in dossier.units)
    ]
    if not lost and not standing.is_of_accused_unit(desk, incident, current.approved_by):
        return None
    if current.state not in APPROVABLE:
        voided = await publication.void_unless_leaving(tx, desk, incident, current, Reason.SIGNED_BY_THE_ACCUSED)
        return current if voided else None
    # A version takes one signature in each capacity: whoever signs now signs the same words under a new number.
    again = await versions.again(tx, desk, incident, current)
    details = {"why": Reason.SIGNED_BY_THE_ACCUSED.value, "again_as": again.version, "of": [s.kind.value for s in lost]}
    await audit.append(
        tx, AuditEvent("void_checks", SYSTEM, desk.now, SYSTEM, incident.id, current.version, details=details)
    )
    return current


def told_still(desk: Desk, incident: Incident, unit: str) -> dict[str, str]:
    """What the head is told who takes back what no person said: title and playbook say it on; nothing where none do."""
    desk = _with_accused(desk, incident, desk.organisation.accused.get(incident.id, frozenset()) - {unit})
    if unit not in desk.organisation.route(incident, desk.now).accused:
        return {}
    words = {"code": incident.code, "unit": standing.unit_name(desk, unit)}
    return {f"lines_{lang}": text(lang, "accused.still", **words) for lang in LANGUAGES}


def told_void(incident: Incident, void: StatementVersion | None) -> dict[str, str]:
    """What whoever noted the accusation is told of words that are void with it; nothing where none are."""
    if void is None:
        return {}
    words = {"code": incident.code, "version": str(void.version)}
    return {f"lines_{lang}": text(lang, "accused.words_void", **words) for lang in LANGUAGES}


def told(desk: Desk, incident: Incident, kept: Collection[str]) -> dict[str, str]:
    """What whoever changed the matter is told of the units that stay accused; nothing where there are none."""
    if not kept:
        return {}
    kept = tuple(kept)
    named = [desk.organisation.unit(unit) for unit in kept]
    names = ", ".join(found.name_vi if found else unit for found, unit in zip(named, kept, strict=True))
    words = {"code": incident.code, "units": names, "unit": kept[0]}
    return {f"lines_{lang}": text(lang, "accused.stays", **words) for lang in LANGUAGES}


def _with_accused(desk: Desk, incident: Incident, accused: frozenset[str]) -> Desk:
    """The desk as it is when exactly these units stand as accused in the record of the incident."""
    noted = {**desk.organisation.accused, incident.id: accused}
    return replace(desk, organisation=replace(desk.organisation, accused=noted))
