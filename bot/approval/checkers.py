"""Who may pass a check that still stands open before the current words, and whether a lawyer is waited for."""

from __future__ import annotations

from bot.approval import authority, joint, standing
from bot.approval.desk import Desk
from bot.approval.gates import Dossier
from bot.model.gate import GateKind, Part
from bot.model.incident import Incident
from bot.model.person import Person, Role
from bot.model.statement import APPROVABLE, StatementState, StatementVersion
from bot.store import signatures, statements
from bot.store.database import Tx

_MAY_STILL_BE_CHECKED = APPROVABLE | {StatementState.APPROVED}
"""Approved words too: another playbook may have set up a gate behind them, and then they do not leave."""


async def is_lawyer_awaited(tx: Tx, desk: Desk, incident: Incident) -> bool:
    """True while the current words wait for a legal check that the role ``legal`` may make.

    Asked of every card that is shown: most matters cost no query or two, and the people are read only where somebody
    has made the check. That of somebody whose unit is accused in the matter counts as little here as before the gate.
    """
    legal = next((g for g in standing.gates_before(desk, incident) if g.kind is GateKind.LEGAL_CHECK), None)
    if not incident.is_open or legal is None or Role.LEGAL not in legal.by:
        return False
    current = await statements.current(tx, incident.id)
    if current is None or current.state not in _MAY_STILL_BE_CHECKED:
        return False
    signed = await signatures.of_version(tx, incident.id, current.version)
    checked = Dossier((legal,), signed).signed(GateKind.LEGAL_CHECK, current)
    seated = await desk.seated(tx) if checked else desk
    return all(standing.is_of_accused_unit(seated, incident, signature.by) for signature in checked)


def waited_for(
    desk: Desk, incident: Incident, dossier: Dossier, current: StatementVersion
) -> dict[GateKind, tuple[Person, ...]]:
    """For each open check, who may pass it and has to do with the matter; of those on duty only whose turn it is."""
    return {kind: _who(desk, incident, dossier, current, kind) for kind in dossier.open_checks(current)}


def _who(
    desk: Desk, incident: Incident, dossier: Dossier, current: StatementVersion, kind: GateKind
) -> tuple[Person, ...]:
    if kind is GateKind.JOINT_TEXT:
        return tuple(p for unit in dossier.silent_units(current) for p in joint.may_agree(desk, incident, unit))
    gate, organisation = dossier.gate(kind), desk.organisation
    if gate is None:
        return ()
    route = organisation.route(incident, desk.now)
    lawyers = organisation.lawyers(route, incident, desk.now) if Role.LEGAL in gate.by else frozenset()
    found = []
    for person in organisation.people:
        roles = authority.roles_in(person, incident, desk.now) & gate.by
        others = roles - {Role.LEGAL, Role.DUTY}
        is_meant = (
            person.id in lawyers
            or (Role.DUTY in roles and person.id == route.on_duty)
            or organisation.concerns(route, incident, person, others, desk.now)
        )
        if is_meant and not (Part.LAST_EDITOR in gate.apart_from and dossier.wrote(person.id, current)):
            found.append(person)
    return tuple(found)
