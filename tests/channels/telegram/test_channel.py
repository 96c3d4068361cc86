"""The channel as the rest of the product meets it: the port, the process around it, its own word on its health."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import date

import pytest
from aiohttp import web

from bot.channels.base import Channel
from bot.channels.telegram import TelegramChannel, TelegramClient
from bot.channels.telegram.channel import MOVE_AFTER
from bot.model.commands import Acknowledge, AskApproval
from bot.model.delivery import DeliveryKey
from bot.model.person import Assignment, Role
from bot.model.reach import Unreached
from bot.model.reasons import Reason
from bot.model.roster import Roster, Rota
from bot.simulator import DEFAULT_TOKEN, Fault, FaultKind
from bot.simulator.calls import Expected
from bot.simulator.cast import DUTY_OFFICER, DUTY_ROOM, HEAD, SPOKESPERSON, STRANGER
from tests.approval.office import PLAYBOOKS, person
from tests.channels.telegram.outgoing import KEY, Room


def test_it_is_a_channel(room: Room) -> None:
    channel: Channel = room.channel
    assert channel.name == "telegram"


async def test_an_act_is_taken_once(room: Room) -> None:
    await room.opens()
    await room.sends()
    room.simulator.people.press(DUTY_ROOM, DUTY_OFFICER, label="Tiếp nhận")
    await room.channel._intake.poll_once()
    (undone,) = await room.channel.undone()
    assert undone[0] == "telegram"
    async with room.database.write() as tx:
        act = await room.channel.take(tx, undone[1])
        assert act is not None
        assert isinstance(act.command, Acknowledge)
    async with room.database.write() as tx:
        assert await room.channel.take(tx, undone[1]) is None
    assert await room.channel.undone() == []


async def test_who_is_authorised_for_this_incident_sees_its_card(room: Room) -> None:
    guest = person(STRANGER, "Hoàng Khách", Assignment(Role.AUTHORISED, case="7K2"))
    room.people = replace(room.people, people=(*room.people.people, guest))
    room.simulator.people.start(STRANGER)
    await room.hears()
    await room.opens()
    await room.opens(code="4M9", playbook="food-poisoning")
    await room.sends_for(10)
    cards = [text for text in room.texts(STRANGER) if "Vụ việc" in text]
    assert len(cards) == 1
    assert "7K2" in cards[0]


async def test_without_a_duty_room_people_still_see_cards(room: Room) -> None:
    room.duty_chat = None
    room.restart()
    await room.opens()
    await room.sends()
    assert len(room.texts(SPOKESPERSON)) == 1
    assert room.texts() == []


async def test_without_a_duty_room_the_officers_see_cards_unless_the_roster_names_one_of_them(room: Room) -> None:
    room.duty_chat = None
    room.restart()
    await room.opens()
    await room.sends()
    assert len(room.texts(DUTY_OFFICER)) == 1, "there is no rota"
    colleague = replace(person(STRANGER, "Trực Hai", Assignment(Role.DUTY)), id="p888")
    rota = Rota(("p888",), date(2026, 11, 16))
    room.people = replace(room.people, people=(*room.people.people, colleague), roster=Roster(rota))
    room.simulator.people.start(STRANGER)
    await room.opens(code="4M9")
    await room.sends_for(10)
    assert any("4M9" in text for text in room.texts(STRANGER))
    assert not any("4M9" in text for text in room.texts(DUTY_OFFICER))


async def test_who_moved_to_another_account_sees_cards_there(room: Room) -> None:
    incident = await room.opens()
    await room.sends()
    moved = tuple(replace(p, telegram_id=STRANGER) if p.telegram_id == SPOKESPERSON else p for p in room.people.people)
    room.people = replace(room.people, people=moved)
    room.simulator.people.start(STRANGER)
    async with room.database.write() as tx:
        await room.channel.address(tx, incident)
    await room.sends_for(5)
    assert any("7K2" in text for text in room.texts(STRANGER))
    assert len(room.texts(SPOKESPERSON)) == 1


async def test_running_it_hears_and_speaks_until_it_is_cancelled(room: Room) -> None:
    running = asyncio.create_task(room.channel.run())
    await room.opens()
    room.channel.wake()
    await room.until(lambda: bool(room.texts()) and len(room.simulator.state.commands) >= 2)
    room.simulator.people.press(DUTY_ROOM, DUTY_OFFICER, label="Duyệt")
    async with asyncio.timeout(10):
        await room.heard.wait()
    async with room.database.write() as tx:
        act = await room.channel.take(tx, room.keys[0])
    assert act is not None
    assert isinstance(act.command, AskApproval)
    assert room.channel.health().ok
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert running.cancelled()


async def test_health_says_when_nothing_can_be_sent(room: Room) -> None:
    await room.hears()
    assert room.channel.health().ok
    fault = room.simulator.faults.add(Fault(FaultKind.BAD_GATEWAY, method="sendMessage", times=None))
    await room.opens()
    await room.sends()
    assert not room.channel.health().ok
    assert "InDoubt" in room.channel.health().detail
    room.simulator.faults.clear(fault.id)
    await room.sends_for(30)
    assert room.channel.health().ok


async def test_health_says_when_nothing_was_heard_for_a_minute(room: Room) -> None:
    await room.hears()
    room.clock.advance(seconds=61)
    assert not room.channel.health().ok


async def test_in_webhook_mode_the_door_is_open_and_nothing_polls(room: Room) -> None:
    channel = TelegramChannel(
        TelegramClient(DEFAULT_TOKEN, room.base),
        room.database,
        room.clock,
        room.sources,
        playbook_names={p.id: p.name for p in PLAYBOOKS.values()},
        button_key=KEY,
        duty_chat=DUTY_ROOM,
        on_act=room._heard,
        webhook_url="https://keng.example.vn/telegram",
        webhook_secret="s" * 32,
    )
    application = web.Application()
    channel.add_routes(application)
    assert [route.resource.canonical for route in application.router.routes() if route.resource] == ["/telegram"]
    running = asyncio.create_task(channel.run())
    await room.until(lambda: room.simulator.state.webhook.url != "")
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    await channel.close()
    assert room.calls("getUpdates") == 0


def test_a_webhook_without_a_secret_is_refused(room: Room) -> None:
    with pytest.raises(ValueError, match="secret"):
        TelegramChannel(
            TelegramClient(DEFAULT_TOKEN, room.base),
            room.database,
            room.clock,
            room.sources,
            playbook_names={},
            button_key=KEY,
            duty_chat=None,
            on_act=room._heard,
            webhook_url="https://keng.example.vn/telegram",
        )


async def test_it_says_whom_it_does_not_reach_and_why(room: Room) -> None:
    await room.opens()
    room.simulator.people.block(SPOKESPERSON)
    room.simulator.calls.expect(Expected(403))
    await room.sends()
    people = {p.telegram_id: p for p in room.people.people}
    blocked, fine = people[SPOKESPERSON], people[DUTY_OFFICER]
    now = room.clock.now()
    async with room.database.read() as tx:
        gaps = [await room.channel.gap(tx, p, now) for p in (blocked, fine, replace(fine, telegram_id=None))]
    assert [gap.why if gap else None for gap in gaps] == [Unreached.REFUSED, None, Unreached.NO_ADDRESS]


async def test_away_for_a_minute_it_reaches_nobody(room: Room) -> None:
    await room.opens()
    await room.sends_for(2)
    room.simulator.faults.add(Fault(FaultKind.REFUSE, method="*", times=None))
    await room.opens(code="4M9")
    await room.sends()
    await room.channel._outbox.pump()
    async with room.database.read() as tx:
        assert await room.channel.gap(tx, room.people.people[0], room.clock.now()) is None
        gap = await room.channel.gap(tx, room.people.people[0], room.clock.now() + MOVE_AFTER)
    assert gap is not None
    assert (gap.why, gap.since) == (Unreached.AWAY, room.clock.now())


async def test_when_the_bot_is_put_out_of_the_duty_room_everybody_hears_of_it_in_private_once(room: Room) -> None:
    await room.opens()
    await room.sends()
    room.simulator.groups.kick(DUTY_ROOM, room.simulator.state.bot.id)
    await room.hears()
    incident = await room.opens(code="9Z9", title="Cháy chợ")
    await room.sends_for(8)
    for who in (DUTY_OFFICER, SPOKESPERSON, HEAD):
        texts = "".join(room.texts(who))
        assert "không gửi được vào nhóm trực" in texts, who
        assert "7K2" in texts, who
        assert "Cháy chợ" in texts, who
    room.simulator.people.press(DUTY_OFFICER, DUTY_OFFICER, label="Tiếp nhận")
    assert [outcome.reason for outcome in await room.hears()] == [Reason.ACKNOWLEDGED]
    async with room.database.write() as tx:
        await room.channel.offer_follow_ups(tx, DeliveryKey(incident.id, 1, "newsroom", 1))
    await room.sends_for(8)
    assert [t for t in room.texts(DUTY_OFFICER) if "đã được công bố" in t], "what the room would hear goes to people"
    room.simulator.groups.add(DUTY_ROOM, room.simulator.state.bot.id)
    await room.hears()
    await room.sends_for(8)
    assert any("Cháy chợ" in text for text in room.texts(DUTY_ROOM))
    assert len([t for t in room.texts(HEAD) if "không gửi được vào nhóm trực" in t]) == 1
