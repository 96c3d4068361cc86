"""A matter about a unit of this administration stays one, whatever becomes of it (conflict of interest, ADR 0014)."""

from __future__ import annotations

from bot.approval.desk import Desk
from bot.locale import LANGUAGES, text
from bot.model.audit import SYSTEM, AuditEvent
from bot.model.incident import Incident
from bot.model.routing import RouteReason
from bot.store import audit, people
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


def told(desk: Desk, incident: Incident, kept: tuple[str, ...]) -> dict[str, str]:
    """What whoever changed the matter is told of the units that stay accused; nothing where there are none."""
    if not kept:
        return {}
    named = [desk.organisation.unit(unit) for unit in kept]
    names = ", ".join(found.name_vi if found else unit for found, unit in zip(named, kept, strict=True))
    words = {"code": incident.code, "units": names, "unit": kept[0]}
    return {f"lines_{lang}": text(lang, "accused.stays", **words) for lang in LANGUAGES}
