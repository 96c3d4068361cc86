"""The open matters in a list, the gravest first, with what waits in each although it counts as published."""

from __future__ import annotations

from collections.abc import Iterable

from bot.approval import boards, stopping
from bot.approval.clocks import clocks_of, policy_of, read_standing, repair_waiting
from bot.approval.desk import Desk
from bot.locale import text
from bot.model.incident import Incident, IncidentState
from bot.model.languages import LANGUAGES
from bot.model.outcome import Outcome
from bot.model.person import Person
from bot.model.reasons import Reason
from bot.store import incidents
from bot.store.database import Tx

_SHOWN = 20


def gravest_first(found: Iterable[Incident]) -> list[Incident]:
    """In the order in which people look: the gravest first, drills after everything real; else as they came."""
    return sorted(found, key=lambda incident: (incident.drill, -incident.level))


async def listed(tx: Tx, desk: Desk, person: Person | None) -> Outcome:
    """The gravest open incidents by their ids, of the same level the newest first, and how many there are.

    Of a matter about the reader's own unit no title is shown, as on the board: a list of everything must not be how the
    accused follow their own case.
    """
    opened = await incidents.open_incidents(tx)
    shown, waiting = gravest_first(opened)[:_SHOWN], {}
    withheld = [i.id for i in shown if person is not None and boards.is_of_accused_unit(person, i, desk)]
    for incident in shown:
        if incident.state is not IncidentState.RESPONDING:  # nothing of it is in public
            continue
        clocks = clocks_of(await policy_of(tx, desk, incident), await read_standing(tx, desk, incident))
        found = repair_waiting(clocks)
        if found is not None:
            waiting[incident.id] = found
    stop = await stopping.notice(tx, desk)
    key = "card.stopped.first" if stop.get("first") else "card.stopped"
    standstill = {f"stopped_{lang}": text(lang, key, **stop) for lang in LANGUAGES} if stop else {}
    values = standstill | {
        "withheld": " ".join(withheld),
        "ids": " ".join(incident.id for incident in shown),
        "count": str(len(opened)),
    }
    return Outcome(Reason.LISTED, values=values, waiting=waiting)
