"""Troubles on order, and the record of calls."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import aiohttp
import pytest
from telegram import Bot
from telegram.error import NetworkError, RetryAfter

from bot.simulator import Expected, Fault, FaultKind, FloodLimits, Simulator, SimulatorClock
from tests.simulator.conftest import CHANNEL, DUTY_ROOM, OFFICER, SPOKESPERSON, Call


async def test_a_429_for_one_chat_leaves_others_alone(call: Call, simulator: Simulator) -> None:
    simulator.faults.add(Fault(FaultKind.ERROR, method="sendMessage", chat=DUTY_ROOM, code=429, retry_after=7))
    assert (await call("sendMessage", chat_id=OFFICER, text="x"))["ok"]
    refused = await call("sendMessage", chat_id=DUTY_ROOM, text="x")
    assert (
        refused["http_status"],
        refused["description"],
        refused["parameters"],
        refused["headers"]["Retry-After"],
    ) == (
        429,
        "Too Many Requests: retry after 7",
        {"retry_after": 7},
        "7",
    )
    assert (await call("sendMessage", chat_id=DUTY_ROOM, text="x"))["ok"]


@pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
async def test_python_telegram_bot_understands_the_429(bot: Bot, simulator: Simulator) -> None:
    simulator.faults.add(Fault(FaultKind.ERROR, code=429, retry_after=3))
    with pytest.raises(RetryAfter) as refusal:
        await bot.send_message(OFFICER, "x")
    assert refusal.value._retry_after == timedelta(seconds=3)  # the public name warns of its future type


@pytest.mark.parametrize("kind", [FaultKind.LOST, FaultKind.LOST_500])
async def test_a_lost_answer_has_had_its_effect(bot: Bot, simulator: Simulator, kind: FaultKind) -> None:
    simulator.faults.add(Fault(kind, method="sendMessage", chat=CHANNEL))
    with pytest.raises(NetworkError):
        await bot.send_message(CHANNEL, "Thông báo")
    assert [message.content.text for message in simulator.messages(CHANNEL)] == ["Thông báo"]


async def test_a_refused_call_has_had_none(bot: Bot, simulator: Simulator) -> None:
    simulator.faults.add(Fault(FaultKind.REFUSE))
    with pytest.raises(NetworkError):
        await bot.send_message(CHANNEL, "x")
    assert simulator.messages(CHANNEL) == []


async def test_a_bad_gateway_is_an_html_page(http: aiohttp.ClientSession, simulator: Simulator) -> None:
    simulator.faults.add(Fault(FaultKind.BAD_GATEWAY))
    async with http.get(f"/bot{simulator.token}/getMe") as response:
        assert (response.status, response.content_type) == (502, "text/html")
        assert "502 Bad Gateway" in await response.text()


async def test_a_hanging_call_ends_when_the_trouble_is_cleared(
    http: aiohttp.ClientSession, simulator: Simulator
) -> None:
    simulator.faults.add(Fault(FaultKind.HANG, times=None))
    hanging = asyncio.create_task(http.post(f"/bot{simulator.token}/getMe").__aenter__())
    await asyncio.wait_for(simulator.faults.hanging.wait(), 5)
    simulator.faults.clear()
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await asyncio.wait_for(hanging, 5)


async def test_a_fault_strikes_as_often_as_ordered_after_as_many_as_ordered(call: Call, simulator: Simulator) -> None:
    simulator.faults.add(Fault(FaultKind.ERROR, method="getMe", code=401, after=1, times=2))
    statuses = [(await call("getMe"))["http_status"] for _ in range(4)]
    assert statuses == [200, 401, 401, 200]


async def test_a_delay_delays_and_then_carries_out(call: Call, simulator: Simulator) -> None:
    simulator.faults.add(Fault(FaultKind.DELAY, seconds=0.05))
    assert (await call("getMe"))["ok"]
    assert simulator.faults.listed() == []


async def test_a_stray_404_on_polling_loses_nothing(call: Call, simulator: Simulator) -> None:
    simulator.people.say(OFFICER, OFFICER, "còn đây")
    simulator.faults.add(Fault(FaultKind.ERROR, method="getUpdates", code=404))
    assert (await call("getUpdates"))["http_status"] == 404
    assert (await call("getUpdates"))["result"][0]["message"]["text"] == "còn đây"


async def test_an_outage_cuts_a_poll_that_was_waiting_and_loses_nothing(call: Call, simulator: Simulator) -> None:
    poll = asyncio.create_task(call("getUpdates", timeout=30))
    await asyncio.wait_for(simulator.world.polls.occupied.wait(), 5)
    simulator.faults.add(Fault(FaultKind.REFUSE, times=None))
    simulator.people.say(OFFICER, OFFICER, "giữ lấy")
    with pytest.raises(aiohttp.ClientError):
        await poll
    simulator.faults.clear()
    assert (await call("getUpdates"))["result"][0]["message"]["text"] == "giữ lấy"


async def test_the_flood_model_refuses_what_telegram_would(
    call: Call, simulator: Simulator, clock: SimulatorClock
) -> None:
    simulator.flood.limits = FloodLimits()
    assert (await call("sendMessage", chat_id=DUTY_ROOM, text="1"))["ok"]
    refused = await call("editMessageText", chat_id=DUTY_ROOM, message_id=1, text="2")
    assert refused["parameters"] == {"retry_after": 1}
    assert (await call("sendMessage", chat_id=SPOKESPERSON, text="1"))["ok"]
    for _ in range(19):
        clock.advance(timedelta(seconds=1))
        assert (await call("sendMessage", chat_id=DUTY_ROOM, text="x"))["ok"]
    clock.advance(timedelta(seconds=1))
    assert (await call("sendMessage", chat_id=DUTY_ROOM, text="x"))["parameters"] == {"retry_after": 40}


async def test_all_calls_are_on_record_and_unannounced_refusals_are_problems(call: Call, simulator: Simulator) -> None:
    simulator.calls.expect(Expected(400, method="deleteMessage", containing="not found"))
    simulator.faults.add(Fault(FaultKind.ERROR, method="getMe", code=401))
    await call("getMe")
    await call("deleteMessage", chat_id=OFFICER, message_id=9)
    await call("sendMessage", chat_id=OFFICER, text="x")
    await call("sendMessage", chat_id=OFFICER, text="")
    record = simulator.calls.listed()
    assert [(each.method, each.status) for each in record] == [
        ("getMe", 401),
        ("deleteMessage", 400),
        ("sendMessage", 200),
        ("sendMessage", 400),
    ]
    assert record[2].params == {"chat_id": OFFICER, "text": "x"}
    assert [each.description for each in simulator.calls.problems()] == ["Bad Request: message text is empty"]
