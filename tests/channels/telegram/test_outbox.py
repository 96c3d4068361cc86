"""The outbox loses nothing, delays nobody for another's sake, and outlives Telegram and us."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.model.commands import Acknowledge
from bot.simulator import Fault, FaultKind
from bot.simulator.calls import Expected
from bot.simulator.cast import DEPUTY, DUTY_ROOM, HEAD, SPOKESPERSON
from bot.simulator.flood import FloodLimits
from bot.store import telegram_cards
from bot.store import telegram_outbox as store
from bot.store.schema_telegram import telegram_outbox
from tests.approval.office import PHAT, TRUC
from tests.channels.telegram.outgoing import Room


async def queue(room: Room, text: str, chat: int = SPOKESPERSON, key: str | None = None, **params: object) -> None:
    payload = {"method": "sendMessage", "params": {"text": text, **params}, "plain": text}
    async with room.database.write() as tx:
        where = await room.channel._chats.of(tx, chat, room.clock.now())
        await store.enqueue(tx, key or f"test:{chat}:{text}", where, payload, room.clock.now())


async def states(room: Room) -> list[str]:
    async with room.database.read() as tx:
        return list((await tx.execute(select(telegram_outbox.c.state).order_by(telegram_outbox.c.id))).scalars())


async def test_messages_of_one_chat_arrive_in_order(room: Room) -> None:
    for number in range(6):
        await queue(room, f"thứ {number}")
    await room.sends_for(10)
    assert room.texts(SPOKESPERSON) == [f"thứ {number}" for number in range(6)]


async def test_the_same_key_is_sent_once(room: Room) -> None:
    await queue(room, "một", key="reply:tg:1")
    await queue(room, "một", key="reply:tg:1")
    await room.sends_for(5)
    await queue(room, "một", key="reply:tg:1")
    await room.sends_for(5)
    assert room.texts(SPOKESPERSON) == ["một"]


async def test_a_429_in_one_chat_delays_no_other_and_is_heeded(room: Room) -> None:
    room.simulator.faults.add(
        Fault(
            FaultKind.ERROR,
            chat=SPOKESPERSON,
            code=429,
            description="Too Many Requests: retry after 20",
            retry_after=20,
        )
    )
    await room.opens()
    await queue(room, "một", SPOKESPERSON)
    await queue(room, "hai", SPOKESPERSON)
    await room.sends()
    for chat in (DUTY_ROOM, HEAD, DEPUTY):
        assert len(room.texts(chat)) == 1, chat
    await room.sends_for(19)
    assert room.calls(chat=SPOKESPERSON) == 1, "no busy retries"
    await room.sends_for(10)
    assert room.texts(SPOKESPERSON)[:2] == ["một", "hai"]
    assert len(room.texts(SPOKESPERSON)) == 3


async def test_a_storm_of_incidents_shows_urgent_things_first_and_every_final_state(room: Room) -> None:
    room.simulator.flood.limits = FloodLimits(per_chat_per_second=3)
    incidents = []
    for number in range(12):
        incidents.append(await room.opens(code=f"4M{number % 10}{'X' if number > 9 else ''}", title=f"Việc {number}"))
        for _ in range(3):
            await room.changes(incidents[-1])
            await room.sends()
        room.clock.advance(seconds=2)
    await queue(room, "khẩn", DUTY_ROOM)
    await room.sends_for(25)
    assert "khẩn" in room.texts()
    for incident in incidents:
        await room.does(TRUC, Acknowledge(incident.id))
    await room.sends_for(240)
    cards = [text for text in room.texts() if text != "khẩn"]
    assert len(cards) == 12
    assert all("đã tiếp nhận" in text for text in cards)
    assert all(call.status == 200 for call in room.simulator.calls.listed(chat=DUTY_ROOM)), "nobody had to say 429"


async def test_of_many_cards_the_gravest_is_shown_first_and_a_drills_last(room: Room) -> None:
    await room.opens(code="7K2", level=4, title="Nặng nhất")
    for code, level, drill in (("4M1", 1, False), ("4M2", 3, False), ("4M3", 4, True)):
        room.clock.advance(seconds=1)
        await room.opens(code=code, level=level, title=f"Mức {level}", drill=drill)
    await room.sends_for(60)
    codes = [next(code for code in ("7K2", "4M1", "4M2", "4M3") if code in card) for card in room.texts()]
    assert codes == ["7K2", "4M2", "4M1", "4M3"]


async def test_a_refused_connection_is_tried_again_with_growing_waits(room: Room) -> None:
    room.simulator.faults.add(Fault(FaultKind.BAD_GATEWAY, method="sendMessage", times=5))
    await queue(room, "một")
    await room.sends_for(2)
    assert room.calls("sendMessage") <= 3
    assert room.channel._outbox.trouble is not None
    await room.sends_for(60)
    assert room.texts(SPOKESPERSON) == ["một"]
    assert room.channel._outbox.trouble is None


async def test_what_telegram_will_never_take_is_given_up_and_the_next_goes_on(room: Room) -> None:
    room.simulator.calls.expect(Expected(400, containing="BUTTON_DATA_INVALID"))
    keyboard = {"inline_keyboard": [[{"text": "?", "callback_data": "x" * 65}]]}
    await queue(room, "xấu", reply_markup=keyboard)
    await queue(room, "tốt")
    await room.sends_for(5)
    assert room.texts(SPOKESPERSON) == ["tốt"]
    assert await states(room) == ["dead", "sent"]


@pytest.mark.parametrize(
    "payload",
    [
        {"method": "sendMessage"},
        {"method": "sendMessage", "params": {"text": "⟦⟧"}, "sealed": "keng1|totp/p103|made with another key"},
        {"method": "sendPhoto", "params": {}, "picture": {"of": "another release"}},
    ],
    ids=["another form", "another key", "another picture"],
)
async def test_a_message_that_we_cannot_put_together_silences_its_chat_for_seconds_only(
    room: Room, payload: dict[str, object]
) -> None:
    async with room.database.write() as tx:
        where = await room.channel._chats.of(tx, SPOKESPERSON, room.clock.now())
        await store.enqueue(tx, "broken", where, payload, room.clock.now())
    await queue(room, "hai")
    await room.sends_for(2)
    assert room.texts(SPOKESPERSON) == [], "it may be mended by another try, and messages keep their order"
    await room.sends_for(30)
    assert room.texts(SPOKESPERSON) == ["hai"]
    assert await states(room) == ["dead", "sent"]


async def test_broken_markup_is_sent_once_more_as_plain_words(room: Room) -> None:
    room.simulator.calls.expect(Expected(400, containing="can't parse entities"))
    await queue(room, "<br>xuống dòng", parse_mode="HTML")
    await room.sends_for(5)
    assert room.texts(SPOKESPERSON) == ["<br>xuống dòng"]
    assert await states(room) == ["sent"]


async def test_to_somebody_who_blocked_the_bot_nothing_more_is_tried(room: Room) -> None:
    room.simulator.people.block(SPOKESPERSON)
    room.simulator.calls.expect(Expected(403))
    await queue(room, "một")
    await queue(room, "hai")
    await queue(room, "ba", HEAD)
    await room.sends_for(60)
    assert room.calls(chat=SPOKESPERSON) == 1
    assert room.texts(HEAD) == ["ba"]


async def test_after_a_kill_what_was_being_sent_goes_on_at_once(room: Room) -> None:
    incident = await room.opens()
    await queue(room, "một")
    now = room.clock.now()
    async with room.database.write() as tx:
        for message in await store.due_messages(tx, now):
            assert await store.claim_message(tx, message.id, now, now + timedelta(seconds=45))
        for card in await telegram_cards.due_cards(tx, now):
            assert await telegram_cards.claim_card(tx, card, now, now + timedelta(seconds=45))
    room.restart()
    await room.sends()
    assert "một" in room.texts(SPOKESPERSON)
    assert incident.code in room.texts()[0]


async def test_a_second_process_takes_nothing_that_the_first_has_in_hand(room: Room) -> None:
    await room.opens()
    await queue(room, "một")
    now = room.clock.now()
    until = now + timedelta(seconds=45)
    async with room.database.write() as tx:
        (message,) = await store.due_messages(tx, now)
        cards = await telegram_cards.due_cards(tx, now)
        assert await store.claim_message(tx, message.id, now, until)
        assert not await store.claim_message(tx, message.id, now, until)
        assert await telegram_cards.claim_card(tx, cards[0], now, until)
        assert not await telegram_cards.claim_card(tx, cards[0], now, until)
        assert await store.due_messages(tx, now) == []
        assert len(await telegram_cards.due_cards(tx, now)) == len(cards) - 1
        assert await store.due_messages(tx, until) != []


async def away(room: Room, seconds: float) -> None:
    fault = room.simulator.faults.add(Fault(FaultKind.BAD_GATEWAY, times=None))
    incident = await room.opens(code="9Z9", playbook="food-poisoning")
    await room.sends_for(seconds)
    room.simulator.faults.clear(fault.id)
    await room.does(PHAT, Acknowledge(incident.id))
    await room.sends_for(40)


async def test_after_ten_minutes_without_telegram_pending_cards_are_posted_anew_with_a_notice(room: Room) -> None:
    await room.opens()
    await room.sends()
    (old,) = room.messages()
    await away(room, 600)
    texts = room.texts()
    assert len(texts) == 3, texts
    assert "đã được gửi lại bên dưới" in texts[0]
    assert room.labels(room.messages()[0]) == []
    anew = next(m for m in room.messages() if "7K2" in m.content.text and m.message_id != old.message_id)
    assert "Telegram vừa gián đoạn" in anew.content.text
    assert "/duyet 7K2" in anew.content.text
    assert "Duyệt" in room.labels(anew)


async def test_a_short_outage_posts_nothing_anew(room: Room) -> None:
    await room.opens()
    await room.sends()
    await away(room, 100)
    assert len(room.texts()) == 2
    assert not any("gián đoạn" in text for text in room.texts())


async def test_a_process_that_was_down_for_minutes_posts_pending_cards_anew(room: Room) -> None:
    await room.opens()
    await room.sends()
    room.clock.advance(minutes=10)
    room.restart()
    await room.sends_for(5)
    assert "gián đoạn" in room.texts()[-1]
    assert len(room.texts()) == 2


async def test_a_decided_incident_is_not_posted_anew(room: Room) -> None:
    from bot.model.commands import FalseAlarm

    incident = await room.opens()
    await room.sends()
    await room.does(PHAT, FalseAlarm(incident.id))
    await room.sends_for(5)
    room.clock.advance(minutes=10)
    room.restart()
    await room.sends_for(5)
    assert len(room.texts()) == 1


async def test_the_worker_sends_what_it_is_woken_for_and_ends_when_cancelled(room: Room) -> None:
    worker = asyncio.create_task(room.channel._outbox.run())
    await room.opens()
    room.channel.wake()
    await room.until(lambda: bool(room.texts()) and bool(room.texts(HEAD)))
    worker.cancel()
    with suppress(asyncio.CancelledError):
        await worker
    assert worker.cancelled()


@pytest.mark.parametrize("method", ["sendMessage", "editMessageText"])
async def test_the_worker_outlives_a_fault_of_our_own(room: Room, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    incident = await room.opens()
    if method == "editMessageText":
        await room.sends()
        await room.changes(incident)
        room.clock.advance(seconds=5)
    draw = room.channel._outbox._cards.show

    async def broken(card: object) -> None:
        raise RuntimeError("a fault of our own")

    monkeypatch.setattr(room.channel._outbox._cards, "show", broken)
    await room.sends()
    monkeypatch.setattr(room.channel._outbox._cards, "show", draw)
    before = room.calls()
    await room.sends_for(60)
    assert room.calls() > before
