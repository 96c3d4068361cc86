"""What takes back what came, and drills: neither touches what is real."""

from __future__ import annotations

from bot.intake import FeedConfig
from bot.intake.formats.cap import CAP
from bot.model.alert import AlertStatus
from bot.store.database import Database
from tests.intake.conftest import OpenDoor
from tests.intake.formats.reading import sample
from tests.intake.kept import quarantined, stored

CAP_FEED = FeedConfig(format=CAP)


async def test_warning_update_and_withdrawal_are_accepted_in_turn(open_door: OpenDoor, database: Database) -> None:
    door = await open_door(cap=CAP_FEED)
    early = await door.post("/v1/feeds/cap", data=sample("cap/cancel.xml"))
    assert early.status == 422  # it takes back what never came: kept for a person, who may have it read again
    for name in ("alert", "update", "cancel"):
        assert (await door.post("/v1/feeds/cap", data=sample(f"cap/{name}.xml"))).status == 202
    assert len(await stored(database)) == 3


async def test_a_withdrawal_that_is_a_drill_does_not_touch_what_is_real(
    open_door: OpenDoor, database: Database
) -> None:
    door = await open_door(cap=CAP_FEED)
    await door.post("/v1/feeds/cap", data=sample("cap/alert.xml"))
    drill = sample("cap/cancel.xml").replace(b"<status>Actual", b"<status>Exercise")
    assert (await door.post("/v1/feeds/cap", data=drill)).status == 422
    assert len(await stored(database)) == 1


async def test_a_drill_swallows_nothing_real_that_comes_under_its_id(open_door: OpenDoor, database: Database) -> None:
    trial = await open_door(default=FeedConfig(drill=AlertStatus.TEST))
    alert = {"id": "a-1", "title": "Nước máy có mùi dầu"}
    assert (await trial.post("/v1/alerts", json=alert)).status == 202
    live = await open_door(default=FeedConfig())  # the feed is connected, and the vendor sends the same again
    assert (await live.post("/v1/alerts", json=alert)).status == 422
    assert await quarantined(database) == ["id: 'a-1' was sent before as a drill, and is real now"]
    assert (await trial.post("/v1/alerts", json=alert)).status == 202  # as a drill it is known
