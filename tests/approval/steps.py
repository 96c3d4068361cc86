"""What people do again and again in these tests: approve and publish the words, open another case, bring alerts."""

from __future__ import annotations

from datetime import timedelta

from bot.approval import publication, versions
from bot.grouping import unpack
from bot.model import commands as c
from bot.model.alert import Alert, AlertOutcome, Location, Volume
from bot.model.delivery import DeliveryKey
from bot.model.incident import Incident
from bot.model.reasons import Reason
from bot.model.statement import StatementState, StatementVersion
from bot.store import alerts, incidents, sketches, statements
from bot.store.ids import new_id
from tests.approval.conftest import Office
from tests.approval.factors import Authenticator
from tests.approval.office import NIGHT, PHAT
from tests.store.samples import an_incident


async def approve(office: Office, who: int = PHAT, app: Authenticator | None = None) -> Reason:
    """Approve the current version as it stands, with a code where ``app`` gives one; returns what came of it."""
    current = await office.current()
    code = app.code(office.now) if app else ""
    command = c.Approve(office.incident_id, current.version, current.sha256[:8], code)
    return (await office.does(who, command)).reason


async def publish(office: Office) -> int:
    """Approve the current version and bring it to the newsroom; returns its number."""
    assert await approve(office) is Reason.APPROVED
    version = (await office.current()).version
    key = DeliveryKey(office.incident_id, version, "newsroom", 1)
    async with office.database.write() as tx:
        assert isinstance(await publication.claim(tx, office.desk, key), StatementVersion)
        ending = publication.Ending(publication.Ended.SENT, f"{office.incident_id}-{version}")
        await publication.settle(tx, key, ending, office.now)
    return version


async def states(office: Office) -> list[StatementState]:
    """The states of all versions, the first one first."""
    async with office.database.read() as tx:
        return [v.state for v in await statements.versions(tx, office.incident_id)]


async def another(office: Office, **fields: object) -> Incident:
    """A second open incident with a draft: ``9Z9``, where nothing else is said."""
    made = an_incident(**{"code": "9Z9", **fields})
    async with office.database.write() as tx:
        await incidents.add(tx, made)
        await versions.draft(tx, office.desk, made, by="system")
    return made


async def incident(office: Office, ref: str) -> Incident:
    """The incident with this id or code."""
    async with office.database.read() as tx:
        found = await incidents.find(tx, ref)
    assert found is not None
    return found


async def with_alerts(office: Office, incident_id: str, *titles: str) -> None:
    """Alerts that belong to an incident, a minute after each other."""
    async with office.database.write() as tx:
        for number, title in enumerate(titles):
            made = Alert(
                id=new_id(NIGHT),
                feed="default",
                title=title,
                received_at=NIGHT + timedelta(minutes=number),
                volume=Volume(100 * (number + 1), 50, 2.0 * (number + 1)),
                location=Location(text="phường Sông Thượng"),
            )
            await alerts.add(tx, made, b"{}", "0" * 64)
            await alerts.place(tx, made.id, incident_id, AlertOutcome.JOINED, "same_words", NIGHT)


async def titles(office: Office, incident_id: str) -> list[str]:
    """The titles of the alerts of an incident."""
    async with office.database.read() as tx:
        return [s.alert.title for s in await alerts.of_incident(tx, incident_id)]


async def vectors(office: Office, incident_id: str) -> list[list[float]]:
    """What grouping keeps of the alerts of an incident."""
    async with office.database.read() as tx:
        kept = await sketches.of_incident(tx, incident_id)
    assert kept is not None
    return [vector.tolist() for vector in unpack(*kept).vectors]
