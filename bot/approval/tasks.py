"""Who is asked what about the current words: letters say it, and a person whose task changed is written to again."""

from __future__ import annotations

from bot.approval import authority, release, standing
from bot.approval.checkers import waited_for
from bot.approval.desk import Desk
from bot.approval.gates import Dossier, has_checked_alone
from bot.approval.speakers import speakers
from bot.model.gate import GateKind
from bot.model.incident import Incident
from bot.model.statement import APPROVABLE, StatementState, StatementVersion
from bot.model.task import Task, Tasks
from bot.store import statements
from bot.store.database import Tx

_CHECK = {
    GateKind.LEGAL_CHECK: Task.LEGAL_CHECK,
    GateKind.CONTENT_CHECK: Task.CONTENT_CHECK,
    GateKind.JOINT_TEXT: Task.AGREE_JOINTLY,
}


async def tasks_of(tx: Tx, desk: Desk, incident: Incident) -> Tasks:
    """What the words ask of each person as things stand in this transaction.

    Who may both approve and check is asked to approve: whoever checks a text does not approve it themselves.
    """
    current = await statements.current(tx, incident.id)
    if current is None or not incident.is_open:
        return Tasks({})
    desk = await desk.seated(tx)
    dossier = await standing.dossier(tx, desk, incident, current)
    if current.state is StatementState.APPROVED and dossier.awaits_second_person(current):
        asked = {person: Task.RELEASE for person in _may_release(desk, incident, dossier, current)}
    elif current.state in APPROVABLE:
        checking = waited_for(desk, incident, dossier, current)
        asked = {person.id: _CHECK[kind] for kind in reversed(_CHECK) for person in checking.get(kind, ())}
        asked |= {person: Task.APPROVE for person in _may_approve(desk, incident, dossier, current)}
    else:
        return Tasks({})
    deciding = {person for person, task in asked.items() if task in (Task.APPROVE, Task.RELEASE)}
    return Tasks(asked, tuple(person.name for person in desk.organisation.people if person.id in deciding))


def _may_approve(desk: Desk, incident: Incident, dossier: Dossier, current: StatementVersion) -> list[str]:
    if incident.playbook_is_provisional:
        return []
    apart = dossier.gate(GateKind.LAST_EDITOR) is not None
    return [
        person.id
        for person in speakers(desk, incident)
        if not (apart and dossier.wrote(person.id, current)) and not has_checked_alone(dossier, current, person.id)
    ]


def _may_release(desk: Desk, incident: Incident, dossier: Dossier, current: StatementVersion) -> list[str]:
    gate = dossier.gate(GateKind.SECOND_PERSON)
    if gate is None:
        return []
    return [
        person.id
        for person in desk.organisation.people
        if authority.roles_in(person, incident, desk.now) & gate.by
        and not authority.is_of_accused_unit(person, incident, desk.organisation, desk.now)
        and not release.is_barred(person, gate, dossier, current)
    ]
