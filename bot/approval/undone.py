"""An approval that somebody undid before its words left: whoever gave it, and the duty room, hear of it.

Cards change without a sound. Whoever approved at night and lay down again would find out from the public, or never.
"""

from __future__ import annotations

from dataclasses import replace

from bot.approval import authority, standing
from bot.approval.desk import Desk
from bot.locale import text
from bot.model import commands as c
from bot.model.incident import Incident
from bot.model.languages import LANGUAGES
from bot.model.outcome import DUTY_ROOM, Notice, Outcome
from bot.model.person import Person
from bot.model.reasons import Reason
from bot.model.statement import StatementState, StatementVersion
from bot.store import people, statements
from bot.store.database import Tx

_HOW = {
    Reason.EDITED: "edited",
    Reason.EDITED_TEXTS_DROPPED: "edited",
    Reason.LEVEL_SET_APPROVAL_VOID: "level",
    Reason.RETURNED: "returned",
}


_UNDOING = (
    *(c.AskEdit, c.Edit, c.ChoosePlaybook, c.ConfirmFact, c.ConfirmHeldFact, c.DraftAnew),
    *(c.AddText, c.WriteText, c.DropText, c.TakeRewording),
)
"""What puts other words in the place of approved ones; who may not is told before they have written any."""


def is_barred(desk: Desk, incident: Incident, person: Person, command: c.Command) -> bool:
    """True where somebody of a unit that is accused would undo what the unit above approved.

    They help with a draft; with an edit after each approval they could keep their own matter from the public for ever.
    """
    return isinstance(command, _UNDOING) and authority.is_of_accused_unit(person, incident, desk.organisation, desk.now)


async def approved(tx: Tx, incident: Incident) -> StatementVersion | None:
    """The version that stands approved and is not yet in public; None where none does."""
    current = await statements.current(tx, incident.id)
    return current if current is not None and current.state is StatementState.APPROVED else None


async def told(
    tx: Tx, desk: Desk, incident: Incident, by: Person, before: StatementVersion, outcome: Outcome
) -> Outcome:
    """``outcome``, of which the approver of ``before`` and the duty room are told too, where it undid that approval.

    The room is spared it where the act tells the room in words of its own; so is whoever undid what they gave, and an
    approver whose unit is accused by now: they hear nothing here of who said so.
    """
    current = await statements.current(tx, incident.id)
    if outcome.refused or current is None or current.version == before.version:
        return outcome
    how = _HOW.get(outcome.reason, "other")
    values = {
        "code": incident.code,
        "title": incident.title,
        "by": by.name,
        "approver": desk.name_of(before.approved_by),
        "version": str(before.version),
        "current": str(current.version),
        **{f"how_{lang}": text(lang, f"undone.{how}") for lang in LANGUAGES},
    }
    readers = [] if any(notice.to == DUTY_ROOM for notice in outcome.notices) else [DUTY_ROOM]
    if before.approved_by is not None and before.approved_by != by.id:
        by_now = replace(desk.organisation, accused=await people.accused(tx))  # the act itself may have noted it
        if not standing.is_of_accused_unit(replace(desk, organisation=by_now), incident, before.approved_by):
            readers.append(before.approved_by)
    notices = (Notice(to, "approval_undone", values, incident_id=incident.id) for to in readers)
    return standing.telling(outcome, *notices)
