"""Open a case again: it goes on as it was, and no legal limit begins anew by it."""

from __future__ import annotations

from bot.approval import authority, one_matter, own_matter, standing, versions
from bot.approval.desk import Desk
from bot.approval.refusals import refuse
from bot.model.commands import Reopen
from bot.model.incident import REOPENABLE, Incident, IncidentState
from bot.model.outcome import Outcome
from bot.model.person import Person
from bot.model.reasons import Reason
from bot.model.statement import APPROVABLE, PUBLIC, StatementState
from bot.store import incidents, instants, sketches, statements
from bot.store.database import Tx


async def reopen(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: Reopen) -> Outcome:
    """A case that was closed, dismissed or handed over is open again, with a draft where none is left.

    Approved words of which a copy may be out stand as they are: what the public may have read is not taken back unsaid.
    One that was merged is opened for the sake of its words in public alone, which nobody could correct otherwise; the
    matter stays where it went, and who was accused or came to hold it there is accused and holds it here.
    """
    refusal = authority.may_work(person, incident, desk.now)
    if refusal is not None or person is None:
        return refuse(refusal or Reason.NOT_ENROLLED, incident)
    why = " ".join(command.reason.split())
    is_merged = incident.state is IncidentState.MERGED
    speaks = is_merged and await statements.latest_public(tx, incident.id) is not None
    if incident.state not in REOPENABLE and not speaks:
        other = await incidents.get(tx, incident.merged_into) if is_merged and incident.merged_into else None
        if other is not None:
            return refuse(Reason.CANNOT_REOPEN_MERGED, incident, other=other.code)
        return refuse(Reason.CANNOT_REOPEN, incident)
    if not why:
        return refuse(Reason.REASON_MISSING, incident, put="molai")
    public = [await statements.latest_public(tx, one) for one in await instants.matter_of(tx, incident.id)]
    state = IncidentState.RESPONDING if any(public) else IncidentState.ACCEPTED
    taken_on = one_matter.taken_on_before(incident, person.id, desk.now)
    if not await incidents.reopen(tx, incident, state, *taken_on):
        return refuse(Reason.CANNOT_REOPEN, incident)
    opened = await incidents.get(tx, incident.id) or incident
    if is_merged:
        await sketches.forget(tx, incident.id)  # what comes now joins the incident that the matter went to
        for other in await _went_to(tx, incident):
            await own_matter.follow(tx, desk, other, opened, person)
    current = await standing.current(tx, incident)
    stands = current.state in PUBLIC | APPROVABLE | {StatementState.RETURNED}
    if not stands and not await standing.is_going_out(tx, opened, current):
        await standing.withdraw_queued(tx, desk, opened, current)
        await versions.again(tx, desk, opened, current)
    return Outcome(
        Reason.REOPENED, incident_id=incident.id, values={"code": opened.code, "by": person.name, "why": why}
    )


async def _went_to(tx: Tx, incident: Incident) -> list[Incident]:
    """The incident that this one was merged into, the one that that was merged into, and so on."""
    found, known, ref = [], {incident.id}, incident.merged_into
    while ref is not None and ref not in known:
        other = await incidents.get(tx, ref)
        if other is None:
            break
        known.add(ref)
        found.append(other)
        ref = other.merged_into
    return found
