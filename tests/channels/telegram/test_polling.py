"""Polling loses nothing, outlives everything, and says how it stands."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta

import pytest

from bot.channels.telegram.client import TelegramClient
from bot.channels.telegram.errors import InDoubt
from bot.channels.telegram.inbox import Receiver
from bot.channels.telegram.polling import Polling, backoff
from bot.simulator import DEFAULT_TOKEN, Fault, FaultKind, Simulator
from bot.simulator.cast import DUTY_OFFICER, DUTY_ROOM
from bot.simulator.server import serve
from bot.store import telegram_inbox as store
from bot.store.database import Database, StoreUnavailable
from tests.channels.telegram.incoming import Acts, Naps
from tests.conftest import MovableClock


@pytest.fixture
def simulator() -> Simulator:
    return Simulator()


@pytest.fixture
async def client(simulator: Simulator) -> AsyncIterator[TelegramClient]:
    async with serve(simulator) as base:
        client = TelegramClient(DEFAULT_TOKEN, base)
        yield client
        simulator.faults.clear()
        await client.close()


@pytest.fixture
def acts() -> Acts:
    return Acts()


@pytest.fixture
def receiver(database: Database, clock: MovableClock, acts: Acts) -> Receiver:
    return Receiver(database, clock, acts)


def polls(simulator: Simulator) -> int:
    return sum(1 for call in simulator.calls.listed() if call.method.lower() == "getupdates")


def say(simulator: Simulator, text: str = "/ds") -> None:
    simulator.people.say(DUTY_OFFICER, DUTY_OFFICER, text)


async def test_what_is_fetched_is_stored_and_started(
    client: TelegramClient,
    simulator: Simulator,
    receiver: Receiver,
    clock: MovableClock,
    acts: Acts,
    database: Database,
) -> None:
    say(simulator)
    say(simulator, "/help")
    polling = Polling(client, receiver, clock, long_poll=0)
    assert await polling.poll_once() == 2
    async with database.read() as tx:
        assert [f"tg:{number}" for number in await store.undone(tx)] == acts.keys
    assert await polling.poll_once() == 0
    assert polling.health.last_success == clock.now()


async def test_another_bot_is_heard_from_its_own_first_update_on(
    client: TelegramClient, simulator: Simulator, receiver: Receiver, clock: MovableClock, database: Database
) -> None:
    async with database.write() as tx:  # what is left of a bot that had been used for trying Keng out
        await store.put_state(tx, "identity", "trial_bot")
        await store.put_state(tx, "offset", str(10**9))
        await store.put_state(tx, "offset_at", clock.now().isoformat())
    say(simulator)
    polling = Polling(client, receiver, clock, long_poll=0)
    assert await polling.poll_once() == 1
    say(simulator, "/help")
    again = Polling(client, receiver, clock, long_poll=0)  # the same bot after a restart goes on where it was
    assert await again.poll_once() == 1


async def test_a_process_killed_before_the_commit_hears_the_same_updates_again(
    client: TelegramClient,
    simulator: Simulator,
    receiver: Receiver,
    clock: MovableClock,
    acts: Acts,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def no_room(*_: object) -> list[int]:
        raise StoreUnavailable("disk full")

    say(simulator)
    with monkeypatch.context() as broken:
        broken.setattr(store, "keep", no_room)
        with pytest.raises(StoreUnavailable):
            await Polling(client, receiver, clock, long_poll=0).poll_once()
    assert acts.keys == []
    assert await Polling(client, receiver, clock, long_poll=0).poll_once() == 1
    assert len(acts.keys) == 1


async def test_updates_delivered_twice_are_started_once(
    client: TelegramClient, simulator: Simulator, receiver: Receiver, clock: MovableClock, acts: Acts
) -> None:
    simulator.faults.add(Fault(FaultKind.DUPLICATE))
    polling = Polling(client, receiver, clock, long_poll=0)
    say(simulator)
    for _ in range(3):
        await polling.poll_once()
    assert len(acts.keys) == 1


async def test_a_long_poll_brings_a_press_at_once(
    client: TelegramClient, simulator: Simulator, receiver: Receiver, clock: MovableClock, acts: Acts
) -> None:
    polling = Polling(client, receiver, clock, long_poll=25)
    await polling._prepare()
    waiting = asyncio.create_task(polling.poll_once())
    await client.call("sendMessage", {"chat_id": DUTY_ROOM, "text": "x"})
    say(simulator)
    assert await asyncio.wait_for(waiting, 5) == 1


TROUBLES = {
    "401": Fault(FaultKind.ERROR, "getUpdates", code=401, description="Unauthorized"),
    "404": Fault(FaultKind.ERROR, "getUpdates", code=404, description="Not Found"),
    "409": Fault(FaultKind.ERROR, "getUpdates", code=409, description="Conflict: terminated by other request"),
    "500": Fault(FaultKind.ERROR, "getUpdates", code=500, description="Internal Server Error"),
    "502": Fault(FaultKind.BAD_GATEWAY, "getUpdates"),
    "reset": Fault(FaultKind.REFUSE, "getUpdates"),
    "lost": Fault(FaultKind.LOST, "getUpdates"),
    "getMe 502": Fault(FaultKind.BAD_GATEWAY, "getMe"),
    "deleteWebhook 404": Fault(FaultKind.ERROR, "deleteWebhook", code=404, description="Not Found"),
}


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES.keys())
async def test_no_stray_answer_ends_polling(
    client: TelegramClient, simulator: Simulator, receiver: Receiver, clock: MovableClock, acts: Acts, trouble: Fault
) -> None:
    simulator.faults.add(trouble)
    say(simulator)
    naps = Naps()
    polling = Polling(client, receiver, clock, sleep=naps, long_poll=1)
    running = asyncio.create_task(polling.run())
    await asyncio.wait_for(acts.heard.wait(), 10)
    await stop(running)
    assert naps.waited == [1.0]
    assert len(acts.keys) == 1


async def test_an_outage_is_waited_out_with_growing_pauses_and_shown(
    client: TelegramClient, simulator: Simulator, receiver: Receiver, clock: MovableClock, acts: Acts
) -> None:
    back = asyncio.Event()

    def pass_time(count: int) -> None:
        clock.advance(seconds=naps.waited[-1])
        if count == 7:
            seen.append(polling.health)
            simulator.faults.clear()
            back.set()

    seen: list[object] = []
    naps = Naps(then=pass_time)
    polling = Polling(client, receiver, clock, sleep=naps, long_poll=0)
    await polling.poll_once()
    assert polling.health.ok(clock.now())
    simulator.faults.add(Fault(FaultKind.BAD_GATEWAY, times=None))
    running = asyncio.create_task(polling.run())
    await asyncio.wait_for(back.wait(), 10)
    assert naps.waited == [1, 2, 4, 8, 16, 30, 30]
    assert not polling.health.ok(clock.now())
    assert polling.health.failures == 7
    assert "InDoubt" in (polling.health.last_error or "")
    await stop(running)
    await polling.poll_once()
    assert polling.health.ok(clock.now())
    assert polling.health.last_error is None


async def test_a_second_instance_is_named_as_the_cause(
    client: TelegramClient, simulator: Simulator, receiver: Receiver, clock: MovableClock
) -> None:
    simulator.faults.add(TROUBLES["409"])
    napped = asyncio.Event()
    polling = Polling(client, receiver, clock, sleep=stuck_after(napped), long_poll=0)
    running = asyncio.create_task(polling.run())
    await asyncio.wait_for(napped.wait(), 10)
    await stop(running)
    assert polling.health.another_instance
    assert polling.health.last_error == "another instance polls"


async def test_a_webhook_in_the_way_is_removed_and_what_piled_up_there_is_kept(
    client: TelegramClient, simulator: Simulator, receiver: Receiver, clock: MovableClock, acts: Acts
) -> None:
    polling = Polling(client, receiver, clock, sleep=Naps(), long_poll=0)
    await polling.poll_once()
    # Somebody sets a webhook while we poll; nobody listens at its address.
    await client.call("setWebhook", {"url": "http://127.0.0.1:9/hook"})
    say(simulator)
    running = asyncio.create_task(polling.run())
    await asyncio.wait_for(acts.heard.wait(), 10)
    await stop(running)
    assert len(acts.keys) == 1
    assert not polling.health.another_instance


async def test_slow_down_is_heeded(
    client: TelegramClient, simulator: Simulator, receiver: Receiver, clock: MovableClock
) -> None:
    simulator.faults.add(Fault(FaultKind.ERROR, "getUpdates", code=429, retry_after=17))
    napped, waited = asyncio.Event(), list[float]()
    polling = Polling(client, receiver, clock, sleep=stuck_after(napped, waited), long_poll=0)
    running = asyncio.create_task(polling.run())
    await asyncio.wait_for(napped.wait(), 10)
    await stop(running)
    assert waited == [17.0]


async def test_a_fault_of_our_own_does_not_make_the_desk_deaf(
    client: TelegramClient,
    simulator: Simulator,
    receiver: Receiver,
    clock: MovableClock,
    acts: Acts,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    say(simulator)
    real, calls = store.keep, 0

    async def wrong_once(*args: object) -> list[int]:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise TypeError("a fault of our own")
        return await real(*args)

    monkeypatch.setattr(store, "keep", wrong_once)
    running = asyncio.create_task(Polling(client, receiver, clock, sleep=Naps(), long_poll=0).run())
    await asyncio.wait_for(acts.heard.wait(), 10)
    await stop(running)
    assert len(acts.keys) == 1


@pytest.mark.parametrize("answer", [{"not": "a list"}, [1, 2], [{"update_id": "x"}]])
async def test_an_answer_that_is_no_list_of_updates_is_no_success(
    client: TelegramClient, receiver: Receiver, clock: MovableClock, monkeypatch: pytest.MonkeyPatch, answer: object
) -> None:
    async def odd(*_: object, **__: object) -> object:
        return answer

    polling = Polling(client, receiver, clock, long_poll=0)
    await polling.poll_once()
    monkeypatch.setattr(client, "call", odd)
    with pytest.raises(InDoubt):
        await polling.poll_once()


def test_silence_for_a_minute_is_unhealthy_from_the_start(clock: MovableClock) -> None:
    polling = Polling(TelegramClient(DEFAULT_TOKEN, "http://127.0.0.1:9"), None, clock)
    assert polling.health.ok(clock.now() + timedelta(seconds=60))
    assert not polling.health.ok(clock.now() + timedelta(seconds=61))


def test_pauses_grow_to_half_a_minute() -> None:
    assert [backoff(n) for n in (1, 2, 3, 4, 5, 6, 50)] == [1, 2, 4, 8, 16, 30, 30]


def stuck_after(napped: asyncio.Event, waited: list[float] | None = None):
    async def nap(seconds: float) -> None:
        if waited is not None:
            waited.append(seconds)
        napped.set()
        await asyncio.Event().wait()

    return nap


async def stop(task: asyncio.Task[None]) -> None:
    assert not task.done(), "polling ended by itself"
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
