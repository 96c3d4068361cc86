"""Delivery to a webhook: the secret, what confirms, when it is tried again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from bot.simulator import Fault, FaultKind, Simulator, SimulatorClock
from tests.simulator.conftest import OFFICER, SPOKESPERSON, Call


class Product:
    """The other side: keeps what arrives and answers with the statuses told, 200 when there are none left."""

    def __init__(self) -> None:
        self.url = ""
        self.arrived: asyncio.Queue[tuple[str | None, dict[str, Any]]] = asyncio.Queue()
        self.statuses: list[int] = []
        self.headers: dict[str, str] = {}

    async def handle(self, request: web.Request) -> web.Response:
        await self.arrived.put((request.headers.get("X-Telegram-Bot-Api-Secret-Token"), await request.json()))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200, headers=self.headers)

    async def next(self) -> dict[str, Any]:
        return (await asyncio.wait_for(self.arrived.get(), 5))[1]

    async def nothing_more(self) -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(self.arrived.get(), 0.1)


@pytest.fixture
async def product() -> AsyncIterator[Product]:
    product = Product()
    app = web.Application()
    app.router.add_post("/hook", product.handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    product.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield product
    await runner.cleanup()


async def test_an_update_comes_with_the_secret_and_2xx_confirms_it(
    simulator: Simulator, call: Call, product: Product
) -> None:
    simulator.people.say(OFFICER, OFFICER, "trước")
    assert (await call("setWebhook", url=product.url, secret_token="s3cret"))["description"] == "Webhook was set"
    simulator.people.say(SPOKESPERSON, SPOKESPERSON, "sau")
    both = [await asyncio.wait_for(product.arrived.get(), 5) for _ in range(2)]
    assert {secret for secret, _ in both} == {"s3cret"}
    assert {update["message"]["text"] for _, update in both} == {"trước", "sau"}
    while simulator.queue.pending():
        assert await simulator.feed.wait(simulator.feed.version, 5)


async def test_a_failed_update_comes_again_at_once_and_then_later_and_later(
    simulator: Simulator, call: Call, product: Product, clock: SimulatorClock
) -> None:
    product.statuses = [500, 503, 500]
    await call("setWebhook", url=product.url)
    simulator.people.say(OFFICER, OFFICER, "một")
    simulator.people.say(OFFICER, OFFICER, "hai")
    assert [(await product.next())["message"]["text"] for _ in range(2)] == ["một", "một"]
    await product.nothing_more()
    clock.advance(timedelta(seconds=1.9))
    await product.nothing_more()
    clock.advance(timedelta(seconds=0.2))
    assert (await product.next())["message"]["text"] == "một"
    await product.nothing_more()
    info = (await call("getWebhookInfo"))["result"]
    assert info["pending_update_count"] == 2
    assert info["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error"
    clock.advance(timedelta(seconds=4.1))
    assert [(await product.next())["message"]["text"] for _ in range(2)] == ["một", "hai"]


async def test_another_chat_does_not_wait_for_a_failing_one(simulator: Simulator, call: Call, product: Product) -> None:
    product.statuses = [500, 500]
    await call("setWebhook", url=product.url)
    simulator.people.say(OFFICER, OFFICER, "lỗi")
    assert [(await product.next())["message"]["text"] for _ in range(2)] == ["lỗi", "lỗi"]
    simulator.people.say(SPOKESPERSON, SPOKESPERSON, "tốt")
    assert (await product.next())["message"]["text"] == "tốt"


async def test_retry_after_is_honoured(
    simulator: Simulator, call: Call, product: Product, clock: SimulatorClock
) -> None:
    product.statuses, product.headers = [503], {"Retry-After": "30"}
    await call("setWebhook", url=product.url)
    simulator.people.say(OFFICER, OFFICER, "một")
    await product.next()
    clock.advance(timedelta(seconds=29))
    await product.nothing_more()
    clock.advance(timedelta(seconds=2))
    await product.next()


async def test_a_press_that_could_not_be_delivered_in_time_is_gone(
    simulator: Simulator, call: Call, product: Product, clock: SimulatorClock
) -> None:
    await call("sendMessage", chat_id=OFFICER, text="x", reply_markup={"inline_keyboard": [[
        {"text": "Duyệt", "callback_data": "ok"}]]})  # fmt: skip
    simulator.faults.add(Fault(FaultKind.REFUSE, times=None))
    simulator.people.press(OFFICER, OFFICER, label="Duyệt")
    clock.advance(timedelta(seconds=151))
    simulator.faults.clear()
    await call("setWebhook", url=product.url)
    await product.nothing_more()


async def test_an_outage_holds_deliveries_back(simulator: Simulator, call: Call, product: Product) -> None:
    await call("setWebhook", url=product.url)
    simulator.faults.add(Fault(FaultKind.BAD_GATEWAY, times=None))
    simulator.people.say(OFFICER, OFFICER, "một")
    await product.nothing_more()
    simulator.faults.clear()
    assert (await product.next())["message"]["text"] == "một"


async def test_a_duplicate_is_delivered_twice(simulator: Simulator, call: Call, product: Product) -> None:
    await call("setWebhook", url=product.url)
    simulator.faults.add(Fault(FaultKind.DUPLICATE))
    simulator.people.say(OFFICER, OFFICER, "một")
    first = await product.next()
    assert await product.next() == first
    await product.nothing_more()


async def test_a_second_change_within_a_second_must_wait(call: Call, product: Product, clock: SimulatorClock) -> None:
    await call("setWebhook", url=product.url)
    assert (await call("setWebhook", url=product.url))["description"] == "Webhook is already set"
    answer = await call("setWebhook", url=product.url + "2")
    assert (answer["http_status"], answer["parameters"]) == (429, {"retry_after": 1})
    clock.advance(timedelta(seconds=1))
    assert (await call("setWebhook", url=product.url))["ok"]


async def test_pending_updates_can_be_dropped(simulator: Simulator, call: Call, product: Product) -> None:
    simulator.people.say(OFFICER, OFFICER, "cũ")
    await call("setWebhook", url=product.url, drop_pending_updates=True)
    simulator.people.say(OFFICER, OFFICER, "mới")
    assert (await product.next())["message"]["text"] == "mới"
