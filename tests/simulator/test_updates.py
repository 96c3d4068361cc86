"""getUpdates: what is confirmed, how long it lives, who may wait."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from typing import Any

from bot.simulator import Simulator, SimulatorClock
from tests.simulator.conftest import DUTY_ROOM, OFFICER, SPOKESPERSON, Call, keyboard


async def updates(call: Call, **params: Any) -> list[dict[str, Any]]:
    return (await call("getUpdates", **params))["result"]


def texts(found: list[dict[str, Any]]) -> list[str]:
    return [update["message"]["text"] for update in found]


def say(simulator: Simulator, *words: str) -> None:
    for word in words:
        simulator.people.say(OFFICER, OFFICER, word)


async def test_an_offset_confirms_everything_below_it(simulator: Simulator, call: Call) -> None:
    say(simulator, "một", "hai", "ba")
    first = await updates(call)
    assert texts(first) == ["một", "hai", "ba"]
    assert texts(await updates(call, offset=first[1]["update_id"])) == ["hai", "ba"]
    assert texts(await updates(call)) == ["hai", "ba"]


async def test_a_negative_offset_counts_from_the_end_and_forgets_the_rest(simulator: Simulator, call: Call) -> None:
    say(simulator, "một", "hai", "ba")
    assert texts(await updates(call, offset=-1)) == ["ba"]
    assert texts(await updates(call)) == ["ba"]


async def test_a_batch_has_at_most_limit_updates(simulator: Simulator, call: Call) -> None:
    say(simulator, *(str(n) for n in range(105)))
    assert len(await updates(call, limit=2)) == 2
    assert len(await updates(call, limit=1000)) == 100


async def test_a_long_poll_wakes_at_once_when_something_happens(simulator: Simulator, call: Call) -> None:
    poll = asyncio.create_task(updates(call, timeout=30))
    await _until_waiting(simulator)
    began = time.perf_counter()
    say(simulator, "kìa")
    assert texts(await poll) == ["kìa"]
    assert time.perf_counter() - began < 0.5


async def test_a_long_poll_without_news_ends_empty(call: Call) -> None:
    began = time.perf_counter()
    assert await updates(call, timeout=1) == []
    assert 0.9 < time.perf_counter() - began < 3


async def test_a_second_poller_ends_the_first(simulator: Simulator, call: Call) -> None:
    first = asyncio.create_task(call("getUpdates", timeout=30))
    await _until_waiting(simulator)
    second = asyncio.create_task(updates(call, timeout=30))
    ended = await first
    assert (ended["http_status"], ended["description"]) == (
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    )
    await _until_waiting(simulator)
    say(simulator, "tiếp")
    assert texts(await second) == ["tiếp"]


async def test_polling_is_refused_while_a_webhook_is_set(call: Call) -> None:
    await call("setWebhook", url="https://example.vn/hook")
    answer = await call("getUpdates")
    assert (answer["http_status"], answer["description"]) == (
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    )
    assert (await call("deleteWebhook"))["description"] == "Webhook was deleted"
    assert (await call("getUpdates"))["ok"]


async def test_setting_a_webhook_ends_a_long_poll(simulator: Simulator, call: Call) -> None:
    poll = asyncio.create_task(call("getUpdates", timeout=30))
    await _until_waiting(simulator)
    await call("setWebhook", url="https://example.vn/hook")
    assert (await poll)["description"] == "Conflict: terminated by setWebhook request"


async def test_presses_live_150_seconds_and_messages_24_hours(
    simulator: Simulator, call: Call, clock: SimulatorClock
) -> None:
    await call("sendMessage", chat_id=OFFICER, text="thẻ", reply_markup=keyboard("Duyệt"))
    say(simulator, "/duyet")
    simulator.people.press(OFFICER, OFFICER, label="Duyệt")
    assert len(await updates(call)) == 2
    clock.advance(timedelta(seconds=151))
    assert [list(update)[1] for update in await updates(call)] == ["message"]
    clock.advance(timedelta(hours=24))
    assert await updates(call) == []


async def test_the_kinds_asked_for_are_remembered(simulator: Simulator, call: Call) -> None:
    await call("sendMessage", chat_id=OFFICER, text="thẻ", reply_markup=keyboard("Duyệt"))
    await updates(call, allowed_updates=["callback_query"])
    say(simulator, "không ai nghe")
    simulator.people.press(OFFICER, OFFICER, label="Duyệt")
    assert [list(update)[1] for update in await updates(call)] == ["callback_query"]
    await updates(call, allowed_updates=[])
    say(simulator, "nghe lại")
    assert texts((await updates(call))[-1:]) == ["nghe lại"]


async def test_other_peoples_membership_is_told_only_when_asked_for(simulator: Simulator, call: Call) -> None:
    simulator.groups.promote(DUTY_ROOM, simulator.state.bot.id)
    simulator.groups.promote(DUTY_ROOM, SPOKESPERSON)
    assert [list(update)[1] for update in await updates(call)] == ["my_chat_member"]
    await updates(call, allowed_updates=["chat_member"])
    simulator.groups.kick(DUTY_ROOM, SPOKESPERSON)
    assert [list(update)[1] for update in await updates(call)][-1] == "chat_member"


async def test_an_update_can_be_delivered_twice_though_it_was_confirmed(simulator: Simulator, call: Call) -> None:
    say(simulator, "một")
    [update] = await updates(call)
    assert await updates(call, offset=update["update_id"] + 1) == []
    simulator.queue.deliver_again(simulator.state.updates[update["update_id"]])
    assert await updates(call, offset=update["update_id"] + 1) == [update]
    assert await updates(call, offset=update["update_id"] + 1) == []


async def _until_waiting(simulator: Simulator) -> None:
    await asyncio.wait_for(simulator.world.polls.occupied.wait(), 5)
