"""What else can be done with an incident as it stands: the second row of acts, behind one button of the card."""

from __future__ import annotations

from bot.approval import after_publication, authorising, authority, standing
from bot.approval.desk import Desk
from bot.approval.refusals import refuse
from bot.model.commands import AskMore
from bot.model.incident import Incident
from bot.model.outcome import Outcome
from bot.model.person import Person, Role
from bot.model.reasons import Reason
from bot.model.statement import APPROVABLE, PUBLIC, StatementState
from bot.store import statements
from bot.store.database import Tx


async def ask_more(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: AskMore) -> Outcome:
    """Name the acts that this person could do now; each is judged again when it is done."""
    refusal = authority.may_work(person, incident, desk.now)
    if refusal is not None or person is None:
        return refuse(refusal or Reason.NOT_ENROLLED, incident)
    current = await standing.current(tx, incident)
    roles = authority.roles_in(person, incident, desk.now)
    speaks = authority.may_speak(person, incident, desk.organisation, desk.now) is None
    possible = {
        "submit": incident.is_open and current.state is StatementState.DRAFT,
        "refuse": incident.is_open and speaks and current.state in APPROVABLE,
        "draft_refusal": incident.is_open and current.state is StatementState.REFUSED,
        "ask_authorisation": incident.is_open and Role.HEAD not in roles,
        "authorise": incident.is_open and authorising.is_head(person, incident, desk),
    }
    possible |= dict.fromkeys(("diff", "ask_fact", "ask_level", "ask_mute", "ask_split"), incident.is_open)
    possible["ask_texts"] = incident.is_open and current.state in APPROVABLE
    possible["diff"] = current.version > 1
    public = await statements.latest_public(tx, incident.id) is not None
    free = incident.is_open and public and current.state in PUBLIC
    possible |= {f"follow_up_{kind.value}": free for kind in after_publication.FOLLOW_UPS}
    return standing.done(
        Reason.ASK_MORE, incident, current, options=" ".join(name for name, can in possible.items() if can)
    )
