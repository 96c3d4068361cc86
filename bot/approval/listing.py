"""The open matters in a list, with what waits in each of them although it counts as published."""

from __future__ import annotations

from bot.approval.clocks import clocks_of, policy_of, read_standing, repair_waiting
from bot.approval.desk import Desk
from bot.model.incident import IncidentState
from bot.model.outcome import Outcome
from bot.model.reasons import Reason
from bot.store import incidents
from bot.store.database import Tx

_SHOWN = 20


async def listed(tx: Tx, desk: Desk) -> Outcome:
    """The latest open incidents by their ids, and how many there are."""
    opened = await incidents.open_incidents(tx)
    waiting = {}
    for incident in opened[:_SHOWN]:
        if incident.state is not IncidentState.RESPONDING:  # nothing of it is in public
            continue
        clocks = clocks_of(await policy_of(tx, desk, incident), await read_standing(tx, desk, incident))
        found = repair_waiting(clocks)
        if found is not None:
            waiting[incident.id] = found
    values = {"ids": " ".join(incident.id for incident in opened[:_SHOWN]), "count": str(len(opened))}
    return Outcome(Reason.LISTED, values=values, waiting=waiting)
