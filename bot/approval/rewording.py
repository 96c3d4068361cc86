"""A draft said more plainly by a machine: asked for by a person, taken as that person's edit, approved by nobody yet.

Whoever wrote the words before has written them still: at level 4 neither they nor who asked approves (`writers.py`).

Which words may come back is decided in :mod:`bot.drafting.rephrasing`; here is who may ask, and what becomes of them.
"""

from __future__ import annotations

from bot.approval import changes, standing
from bot.approval.desk import Desk
from bot.approval.refusals import refuse
from bot.model.commands import AskRewording, Edit, TakeRewording
from bot.model.incident import Incident
from bot.model.outcome import Outcome
from bot.model.person import Person
from bot.model.reasons import Reason
from bot.model.statement import StatementState
from bot.store.database import Tx


async def ask(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: AskRewording) -> Outcome:
    """Ask for the words as they are now. Approved ones are left alone: a press must not void them by the way."""
    current = await standing.current(tx, incident)
    refused = await standing.change_refusal(tx, desk, person, incident, current.version)
    if refused is not None or person is None:
        return refused or refuse(Reason.NOT_ENROLLED, incident)
    if not desk.rewords:
        return refuse(Reason.WORDING_OFF, incident, current)
    if current.state is StatementState.APPROVED:
        return refuse(Reason.ALREADY_APPROVED, incident, current)
    return standing.done(Reason.REWORDING_ASKED, incident, current, by=person.name)


async def take(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: TakeRewording) -> Outcome:
    """The new version, in the name of whoever asked; thrown away when the words changed or were approved meanwhile."""
    current = await standing.current(tx, incident)
    if current.version == command.version and current.state is StatementState.APPROVED:
        return refuse(Reason.ALREADY_APPROVED, incident, current)
    as_edit = Edit(command.ref, command.version, command.text)
    edited = await changes.edit(tx, desk, person, incident, as_edit, by_machine=True)
    if edited.refused or person is None:
        return edited
    new = await standing.current(tx, incident)
    return standing.done(Reason.REWORDED, incident, new, by=person.name, sha256=new.sha256, model=command.model)
