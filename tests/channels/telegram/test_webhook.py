"""The webhook stores before it answers, and only what Telegram itself brings."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.telegram.client import TelegramClient
from bot.channels.telegram.inbox import Receiver
from bot.channels.telegram.webhook import MAX_BODY, SECRET_HEADER, Webhook
from bot.simulator import DEFAULT_TOKEN, Fault, FaultKind, Simulator
from bot.simulator.cast import DUTY_OFFICER
from bot.simulator.server import serve
from bot.store import telegram_inbox as store
from bot.store.database import Database, StoreUnavailable
from tests.channels.telegram.incoming import Acts, Naps, said
from tests.conftest import MovableClock

SECRET = "s3cret_-"
PATH = "/telegram/hook"

Door = TestClient[web.Request, web.Application]


class House:
    """A server with the webhook and nothing else."""

    def __init__(self, database: Database, clock: MovableClock, client: TelegramClient) -> None:
        self.acts, self.naps, self.database = Acts(), Naps(), database
        receiver = Receiver(database, clock, self.acts)
        app = web.Application()
        self.server = TestServer(app)
        self.webhook: Webhook | None = None
        self._make = lambda url: Webhook(client, receiver, clock, url=url, secret=SECRET, sleep=self.naps)
        app.router.add_post(PATH, self._handle)

    async def _handle(self, request: web.Request) -> web.Response:
        assert self.webhook is not None
        return await self.webhook.handle(request)

    async def open(self) -> Webhook:
        await self.server.start_server()
        self.webhook = self._make(f"http://127.0.0.1:{self.server.port}{PATH}")
        return self.webhook

    async def stored(self) -> list[int]:
        async with self.database.read() as tx:
            return await store.undone(tx)


@pytest.fixture
def simulator() -> Simulator:
    return Simulator()


@pytest.fixture
async def house(database: Database, clock: MovableClock, simulator: Simulator) -> AsyncIterator[House]:
    async with serve(simulator) as base:
        client = TelegramClient(DEFAULT_TOKEN, base)
        house = House(database, clock, client)
        await house.open()
        yield house
        await client.call("deleteWebhook", {})
        await house.server.close()
        await client.close()


@pytest.fixture
async def door(house: House) -> AsyncIterator[Door]:
    async with TestClient(house.server) as door:
        yield door


async def push(door: Door, body: Any, secret: str | None = SECRET) -> int:
    headers = {} if secret is None else {SECRET_HEADER: secret}
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with door.post(PATH, data=data, headers=headers) as response:
        return response.status


async def test_an_update_is_stored_before_it_is_answered_and_then_started(house: House, door: Door) -> None:
    raw = said("/ds")
    assert await push(door, raw) == 200
    assert await house.stored() == [raw["update_id"]]
    assert house.acts.keys == [f"tg:{raw['update_id']}"]


async def test_the_same_update_twice_is_answered_twice_and_started_once(house: House, door: Door) -> None:
    raw = said("/ds")
    assert [await push(door, raw), await push(door, raw)] == [200, 200]
    assert len(house.acts.keys) == 1


@pytest.mark.parametrize("secret", [None, "", "S3cret_-", SECRET + "x", "bí-mật"])
async def test_a_wrong_or_missing_secret_stores_nothing(house: House, door: Door, secret: str | None) -> None:
    assert await push(door, said("/ds"), secret) == 403
    assert await house.stored() == []


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"null", b"[]", b"{}", b'{"update_id": "7"}', b'{"update_id": 1e3}', b"[" * 100_000],
)
async def test_what_is_no_update_is_refused(house: House, door: Door, body: bytes) -> None:
    assert await push(door, body) == 400
    assert await house.stored() == []


async def test_a_body_over_a_mebibyte_is_refused_with_and_without_a_length(house: House, door: Door) -> None:
    large = json.dumps({**said("/ds"), "x": "x" * MAX_BODY}).encode()
    assert await push(door, large) == 413

    async def parts() -> AsyncIterator[bytes]:
        for start in range(0, len(large), 65536):
            yield large[start : start + 65536]

    async with door.post(PATH, data=parts(), headers={SECRET_HEADER: SECRET}) as response:
        assert response.status == 413
    assert await house.stored() == []


async def test_an_unknown_kind_of_update_is_kept_like_any_other(house: House, door: Door) -> None:
    assert await push(door, {"update_id": 9, "something_new": {"a": 1}}) == 200
    assert await house.stored() == [9]


async def test_with_the_store_away_telegram_is_asked_to_come_again(
    house: House, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> list[int]:
        raise StoreUnavailable("gone")

    raw = said("/ds")
    with monkeypatch.context() as broken:
        broken.setattr(store, "keep", away)
        async with door.post(PATH, json=raw, headers={SECRET_HEADER: SECRET}) as response:
            assert response.status == 503
            assert int(response.headers["Retry-After"]) > 0
    assert house.acts.keys == []
    assert await push(door, raw) == 200
    assert house.acts.keys == [f"tg:{raw['update_id']}"]


async def test_an_act_that_cannot_be_started_is_stored_and_answered_all_the_same(house: House, door: Door) -> None:
    house.acts.failing = 1
    raw = said("/ds")
    assert await push(door, raw) == 200
    assert await house.stored() == [raw["update_id"]]


async def test_registered_it_is_where_telegram_pushes_with_the_secret(
    house: House, simulator: Simulator, clock: MovableClock
) -> None:
    simulator.faults.add(Fault(FaultKind.BAD_GATEWAY, "setWebhook"))
    simulator.faults.add(Fault(FaultKind.ERROR, "setWebhook", code=429, retry_after=9))
    assert house.webhook is not None
    await house.webhook.register()
    assert house.naps.waited == [1.0, 9.0]
    assert house.webhook.health.ok(clock.now())
    simulator.people.say(DUTY_OFFICER, DUTY_OFFICER, "/ds")
    await asyncio.wait_for(house.acts.heard.wait(), 10)
    assert len(house.acts.keys) == 1
