"""A sender may ask what became of what they sent, accepted or not, with the same credentials (DESIGN §5)."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from bot.intake import FeedConfig
from bot.intake.formats.alertmanager import alertmanager
from bot.intake.retrying import retry
from bot.intake.signature import new_secret
from bot.model.alert import AlertOutcome
from bot.store import alerts, incidents, quarantine
from bot.store.database import Database
from tests.conftest import MovableClock
from tests.intake.conftest import INTAKE, Client, OpenDoor
from tests.intake.signing import signed
from tests.store.samples import an_incident

AM = {"Authorization": "Bearer token-am"}
DEFAULT = {"Authorization": "Basic " + base64.b64encode(b"user:pass").decode()}
SECRET = new_secret(b"k" * 32)
FEEDS = {
    "default": FeedConfig(basic="user:pass"),
    "am": FeedConfig(bearer="token-am", format=alertmanager()),
    "signing": FeedConfig(secrets=(SECRET,)),
}


@pytest.fixture
async def door(open_door: OpenDoor) -> Client:
    return await open_door(**FEEDS)


def attacks(door: Client) -> dict[str, int]:
    """How many requests each feed has turned away."""
    totals = door.server.app[INTAKE].tallies.totals()
    return {feed: count for (feed, what), count in totals.items() if what == "not_authentic"}


async def not_understood(door: Client, **headers: str) -> str:
    """Send what the feed ``am`` cannot read; the id that it is answered."""
    answer = await door.post("/v1/feeds/am", json={"alerts": [{"labels": {}}]}, headers=AM | headers)
    assert answer.status == 422
    return str((await answer.json())["results"][0]["id"])


async def mend(database: Database, clock: MovableClock, item_id: str) -> str:
    """The item is read again as a person who mended the settings would have it; the alert that it becomes."""
    mended = FeedConfig(format=FEEDS["am"].format)
    async with database.write() as tx:
        item = await quarantine.get(tx, item_id)
        assert item is not None
        readable = quarantine.Quarantined(
            item.id, item.feed, item.received_at, item.reason, b'{"alerts":[{"labels":{"alertname":"x"}}]}'
        )
        (result,) = await retry(tx, mended, readable, clock.now())
    assert result.outcome is AlertOutcome.ACCEPTED
    return result.id


async def asked(door: Client, item_id: str, headers: dict[str, str]) -> tuple[int, dict[str, Any]]:
    answer = await door.get(f"/v1/alerts/{item_id}", headers=headers)
    return answer.status, await answer.json()


async def test_the_sender_of_what_waits_is_told_why(door: Client) -> None:
    item_id = await not_understood(door)
    status, said = await asked(door, item_id, AM)
    assert status == 200
    assert (said.pop("reason")).startswith("annotations.summary")
    assert said == {"id": item_id, "incident": None, "outcome": "quarantined", "alert_id": None}
    assert attacks(door) == {}


async def test_nobody_else_is_told_and_the_attack_is_counted_where_it_was_tried(door: Client) -> None:
    item_id = await not_understood(door)
    for headers in ({}, DEFAULT, {"Authorization": "Bearer token-am2"}):
        status, said = await asked(door, item_id, headers)
        assert (status, "reason" in said, "outcome" in said) == (401, False, False)
    assert attacks(door) == {"am": 3}


async def test_the_senders_id_leads_to_what_it_became(door: Client, database: Database, clock: MovableClock) -> None:
    item_id = await not_understood(door)
    alert_id = await mend(database, clock, item_id)
    status, said = await asked(door, item_id, AM)
    assert (status, said) == (
        200,
        {
            "id": item_id,
            "incident": None,
            "outcome": "accepted",
            "reason": "waiting_for_grouping",
            "alert_id": alert_id,
        },
    )
    incident = an_incident()
    async with database.write() as tx:
        await incidents.add(tx, incident)
        await alerts.place(tx, alert_id, incident.id, AlertOutcome.OPENED, "nothing_like_it", clock.now())
    _, said = await asked(door, item_id, AM)
    assert (said["incident"], said["outcome"], said["reason"]) == (incident.id, "opened", "nothing_like_it")
    _, itself = await asked(door, alert_id, AM)
    assert "alert_id" not in itself
    assert (itself["incident"], itself["outcome"]) == (incident.id, "opened")


async def test_the_same_request_again_is_a_duplicate_once_it_was_understood(
    door: Client, database: Database, clock: MovableClock
) -> None:
    item_id = await not_understood(door, **{"webhook-id": "w-1"})
    assert await not_understood(door, **{"webhook-id": "w-1"}) == item_id
    alert_id = await mend(database, clock, item_id)
    again = await door.post("/v1/feeds/am", json={"alerts": [{"labels": {}}]}, headers=AM | {"webhook-id": "w-1"})
    (result,) = (await again.json())["results"]
    assert (again.status, result["id"], result["outcome"]) == (202, alert_id, "duplicate")


async def test_what_was_let_go_still_says_why_it_was_not_understood(
    door: Client, database: Database, clock: MovableClock
) -> None:
    item_id = await not_understood(door)
    async with database.write() as tx:
        assert await quarantine.expire(tx, item_id, clock.now())
    status, said = await asked(door, item_id, AM)
    assert (status, said["outcome"], said["alert_id"]) == (200, "quarantined", None)


async def test_an_unknown_id_is_a_404_for_the_credentials_of_any_feed(door: Client, clock: MovableClock) -> None:
    for headers in (AM, DEFAULT, signed(clock, SECRET, body="")):
        assert (await asked(door, "unknown", headers))[0] == 404
    assert attacks(door) == {}
    assert (await asked(door, "unknown", {"Authorization": "Bearer x"}))[0] == 401
    assert attacks(door) == {"default": 1}


async def test_what_a_feed_sent_that_is_no_more_is_told_to_nobody(door: Client, open_door: OpenDoor) -> None:
    item_id = await not_understood(door)
    later = await open_door(default=FeedConfig(), other=FEEDS["am"])
    assert (await asked(later, item_id, AM))[0] == 401
    assert attacks(later) == {"am": 1}
