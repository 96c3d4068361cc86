"""How the words of an incident stand, and whether this person may change them now."""

from __future__ import annotations

from bot.approval import authority
from bot.approval.desk import Desk
from bot.approval.refusals import refuse
from bot.model.delivery import DeliveryState
from bot.model.incident import Incident
from bot.model.outcome import Outcome
from bot.model.person import Person
from bot.model.reasons import Reason
from bot.model.statement import PUBLIC, StatementState, StatementVersion
from bot.store import statements
from bot.store.database import Tx


async def current_words(tx: Tx, incident: Incident) -> StatementVersion:
    """The version that counts now.

    Raises:
        LookupError: there is none, which cannot be.
    """
    current = await statements.current(tx, incident.id)
    if current is None:  # an incident is opened together with its first version
        raise LookupError(f"incident {incident.id} has no statement")
    return current


async def change_refusal(tx: Tx, desk: Desk, person: Person | None, incident: Incident, version: int) -> Outcome | None:
    """Why the words may not be changed by this person now, given the version before their eyes."""
    refusal = authority.may_work(person, incident, desk.now)
    current = await current_words(tx, incident)
    if refusal is None and not incident.is_open:
        refusal = Reason.INCIDENT_NOT_OPEN
    if refusal is None and (current.state in PUBLIC or await _is_going_out(tx, incident, current)):
        refusal = Reason.ALREADY_IN_PUBLIC
    if refusal is None and version != current.version:
        refusal = Reason.STALE_VERSION
    return None if refusal is None else refuse(refusal, incident, current, version=str(version))


async def withdraw_queued(tx: Tx, desk: Desk, incident: Incident, current: StatementVersion) -> None:
    """Voided words must not leave: their deliveries that have not begun fail for good."""
    if current.state is StatementState.APPROVED:
        await statements.fail_queued(tx, incident.id, current.version, "voided", desk.now)


def asked(reason: Reason, incident: Incident, version: int) -> Outcome:
    """The person is asked for something, bound to the version they saw."""
    return Outcome(
        reason, incident_id=incident.id, version=version, values={"code": incident.code, "version": str(version)}
    )


def done(reason: Reason, incident: Incident, version: StatementVersion, **values: str) -> Outcome:
    """It was done; ``version`` is the one that counts now."""
    return Outcome(
        reason,
        incident_id=incident.id,
        version=version.version,
        values={"code": incident.code, "version": str(version.version), **values},
    )


async def _is_going_out(tx: Tx, incident: Incident, current: StatementVersion) -> bool:
    """True when some outlet has the words or may have them."""
    copies = await statements.deliveries_of(tx, incident.id, current.version)
    return any(copy.state in (DeliveryState.SENT, DeliveryState.UNKNOWN) for copy in copies)
