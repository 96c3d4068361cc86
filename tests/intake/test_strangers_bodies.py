"""What strangers send in large bodies has a bound, and whoever sends a small one does not feel it."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp import ClientResponse
from standardwebhooks import Webhook

from bot.intake import FeedConfig
from bot.intake.signature import Claim, new_secret
from bot.intake.transfer import NoRoomForBody, Unproven
from tests.conftest import MovableClock
from tests.intake.conftest import Client, OpenDoor

SECRET = new_secret(b"k" * 32)
KIB = 1024


def headers(clock: MovableClock, body: bytes, secret: str = SECRET) -> dict[str, str]:
    signature = Webhook(secret).sign("m", clock.now(), body.decode())
    return {"webhook-id": "m", "webhook-timestamp": str(int(clock.now().timestamp())), "webhook-signature": signature}


async def _slowly(whole: bytes, let_go: asyncio.Event) -> AsyncIterator[bytes]:
    yield whole[:-1]
    await let_go.wait()
    yield whole[-1:]


async def sending(door: Client, whole: bytes, let_go: asyncio.Event, sent: dict[str, str]) -> ClientResponse:
    return await door.post("/v1/alerts", data=_slowly(whole, let_go), headers=sent)


async def test_the_largest_body_that_nobody_has_proven_gives_way_to_a_small_one(
    open_door: OpenDoor, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    unproven = Unproven(most=700 * KIB)
    monkeypatch.setattr("bot.intake.http.Unproven", lambda: unproven)
    door = await open_door(default=FeedConfig(secrets=(SECRET,)))
    let_go = asyncio.Event()
    alert = json.dumps({"title": "Cá chết", "summary": "x" * 200 * KIB}).encode()
    strangers = {"webhook-id": "s", "webhook-timestamp": headers(clock, alert)["webhook-timestamp"]}
    strangers |= {"webhook-signature": "v1,AAAA"}
    waiting = [asyncio.create_task(sending(door, b"x" * 300 * KIB, let_go, strangers)) for _ in range(2)]
    async with asyncio.timeout(10):
        while unproven.held < 590 * KIB:
            await asyncio.sleep(0.01)
    goes_on = asyncio.Event()
    honest = asyncio.create_task(sending(door, alert, goes_on, headers(clock, alert)))
    done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED, timeout=10)
    (refused,) = [task.result() for task in done]
    assert (refused.status, refused.headers["Retry-After"]) == (503, "5")
    assert (await refused.json())["type"] == "about:blank#no_room_for_body"
    goes_on.set()
    assert (await asyncio.wait_for(honest, 10)).status == 202
    let_go.set()
    assert sorted(answer.status for answer in await asyncio.gather(*waiting)) == [401, 503]
    assert unproven.held == 0


async def test_a_body_that_has_come_is_counted_until_it_is_known_whose_it_is() -> None:
    unproven = Unproven(most=100)
    with unproven.one_more() as whole:
        async with whole.in_time():
            unproven.count(whole, 80)
        with unproven.one_more() as other, pytest.raises(NoRoomForBody):
            async with other.in_time():
                unproven.count(other, 30)
        assert unproven.held == 80
    assert unproven.held == 0


async def test_the_deadline_of_one_that_gives_way_is_now() -> None:
    unproven = Unproven(most=100)
    with unproven.one_more() as large, unproven.one_more() as small:

        async def stalls() -> None:
            async with large.in_time():
                unproven.count(large, 90)
                await asyncio.sleep(3600)

        stalled = asyncio.create_task(stalls())
        await asyncio.sleep(0)
        async with small.in_time():
            unproven.count(small, 20)
        with pytest.raises(NoRoomForBody):
            await asyncio.wait_for(stalled, 5)


def test_each_secret_is_tried_once_however_many_feeds_share_it(monkeypatch: pytest.MonkeyPatch) -> None:
    signed: list[bytes] = []

    def digest(_key: bytes, message: bytes, _kind: object) -> bytes:
        signed.append(message.rpartition(b".")[2])
        return b"other"

    now, body = datetime(2026, 11, 26, tzinfo=UTC), b"{}"
    sent = {"webhook-id": "m", "webhook-timestamp": str(int(now.timestamp())), "webhook-signature": "v1,AAAA"}
    monkeypatch.setattr(hmac, "digest", digest)
    claim = Claim(sent, body, now)
    feed = FeedConfig(secrets=(SECRET, new_secret(b"o" * 32)))
    assert not any(claim.proves(feed) for _ in range(5))
    assert signed == [b"{}", b"{}"]
