"""The emergency stop in the story: held deliveries stay held through every sweep, and go out once when released."""

from __future__ import annotations

from bot.approval import acts
from bot.model import commands as c
from bot.model.reasons import Reason
from bot.store import deliveries, statements
from tests.approval.office import PHAT, PHO, TRUC, act
from tests.village import Village, village

__all__ = ["village"]


async def test_what_is_queued_when_somebody_stops_waits_and_then_goes_out_once(village: Village) -> None:
    incident_id = await village.alert()
    async with village.database.read() as tx:
        assert await deliveries.of_incident(tx, incident_id) == []
    await _queue_without_starting(village, incident_id)
    assert (await village.does(TRUC, c.StopPublishing("Kênh bị chiếm"))).reason is Reason.STOPPED
    for _ in range(3):
        village.clock.advance(minutes=5)
        await village.story.sweep()
    assert village.newsroom.heard == []
    await village.does(PHAT, c.ReleaseStop())
    assert (await village.does(PHO, c.ReleaseStop())).reason is Reason.STOP_RELEASED
    await village.until(lambda: len(village.newsroom.heard) == 1 and len(village.square.heard) == 1)
    village.clock.advance(minutes=5)
    await village.story.sweep()
    assert len(village.newsroom.heard) == 1


async def _queue_without_starting(village: Village, incident_id: str) -> None:
    """An approval whose process died before it started the deliveries."""
    async with village.database.write() as tx:
        current = await statements.current(tx, incident_id)
        assert current is not None
        command = c.Approve(incident_id, current.version, current.sha256[:8])
        outcome = await acts.perform(tx, village.story.parts.desk(), act(PHAT, command))
    assert outcome.reason is Reason.APPROVED
