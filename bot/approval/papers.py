"""Who may have the document of a version, and the list of where each copy of the words is."""

from __future__ import annotations

from bot.approval import authority
from bot.approval.desk import Desk
from bot.approval.refusals import refuse
from bot.locale import has, local_time, text
from bot.model.commands import ShowCopies, ShowDocument
from bot.model.delivery import Delivery, DeliveryState
from bot.model.incident import Incident
from bot.model.outcome import Outcome
from bot.model.person import Person
from bot.model.reasons import Reason
from bot.store import deliveries, outlet_letters, statements
from bot.store.database import Tx

SHOWN_COPIES = 30
_NEWSROOM = "newsroom"


async def show_document(
    tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: ShowDocument
) -> Outcome:
    """Hand out the document of a version, the last one when none is named. That it was read is on the record."""
    refusal = authority.may_work(person, incident, desk.now)
    if refusal is not None:
        return refuse(refusal, incident)
    found = {v.version: v for v in await statements.versions(tx, incident.id)}
    version = found.get(command.version or max(found, default=0))
    if version is None:
        return refuse(Reason.NO_SUCH_VERSION, incident, version=str(command.version))
    values = {
        "code": incident.code,
        "version": str(version.version),
        "format": "pdf" if command.pdf else "docx",
        "sha256": version.sha256,
    }
    return Outcome(Reason.DOCUMENT_SENT, incident_id=incident.id, version=version.version, values=values)


async def show_copies(tx: Tx, desk: Desk, person: Person | None, incident: Incident, command: ShowCopies) -> Outcome:
    """Where each copy of each version is, newest first."""
    refusal = authority.may_work(person, incident, desk.now)
    if refusal is not None:
        return refuse(refusal, incident)
    copies = list(reversed(await deliveries.of_incident(tx, incident.id)))
    lang = person.lang if person else "vi"
    lines = [await copy_line(tx, copy, lang, site=desk.site or "") for copy in copies[:SHOWN_COPIES]]
    reason = Reason.COPIES_SHOWN if copies else Reason.NO_COPIES
    return Outcome(reason, incident_id=incident.id, values={"code": incident.code}, lines=tuple(lines))


async def copy_line(tx: Tx, copy: Delivery, lang: str, *, where: bool = True, site: str = "") -> str:
    """One copy: version, outlet, state, when, and unless told otherwise where; for many addresses how many of each.

    A page of our own newsroom is named by its address, below ``site`` where that is known.
    """
    name = f"outlet.{copy.outlet}"
    is_under_way = copy.state is DeliveryState.UNKNOWN and not copy.asked
    line = text(
        lang,
        "copies.line",
        version=str(copy.version),
        outlet=text(lang, name) if has(name) else copy.outlet,
        state=text(lang, "delivery.under_way" if is_under_way else f"delivery.{copy.state.value}"),
        at=local_time(copy.updated_at, lang),
    )
    counts = await outlet_letters.counts(tx, copy.incident_id, copy.version, copy.outlet)
    if counts:
        states = ", ".join(f"{text(lang, f'letter.{state}')} {number}" for state, number in sorted(counts.items()))
        line = f"{line}; {states}"
    elif copy.reference and where:
        line = f"{line}; {site}/newsroom/{copy.reference}" if copy.outlet == _NEWSROOM else f"{line}; {copy.reference}"
    return f"{line} ({copy.error[:80]})" if copy.error and copy.state.value != "sent" else line
