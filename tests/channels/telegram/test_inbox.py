"""What was received is kept before anything else, carried out once, and bound to what the person saw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from bot.channels.telegram.buttons import Action
from bot.channels.telegram.client import BotIdentity
from bot.channels.telegram.decode import Origin
from bot.channels.telegram.inbox import Inbox, Receiver, key_of, update_id_of
from bot.model.commands import Acknowledge, Act, AskApproval, AskEdit, Edit, Invalid, Return
from bot.simulator.cast import BOT, DUTY_ROOM
from bot.store import telegram_inbox as store
from bot.store.database import Database, Tx
from tests.channels.telegram.incoming import (
    COLLEAGUE,
    INCIDENT,
    KEY,
    OWNER,
    Acts,
    Chats,
    a_card,
    a_chat,
    a_prompt,
    an_open_incident,
    button,
    chat,
    press,
    reply,
    said,
    user,
)
from tests.conftest import MovableClock


class Desk:
    """An inbox with everything around it."""

    def __init__(self, database: Database, clock: MovableClock) -> None:
        self.database = database
        self.chats, self.acts, self.cancelled = Chats(), Acts(), list[Origin]()
        self.receiver = Receiver(database, clock, self.acts)
        self.inbox = Inbox(clock, BOT.id, KEY, self.chats, playbooks=lambda: ["epidemic"], on_cancel=self._cancel)

    async def _cancel(self, tx: Tx, origin: Origin) -> None:
        self.cancelled.append(origin)

    async def take(self, key: str) -> Act | None:
        async with self.database.write() as tx:
            return await self.inbox.take(tx, key)

    async def receives(self, raw: Mapping[str, Any]) -> Act | None:
        await self.receiver.receive([raw], polled=False)
        return await self.take(key_of(raw["update_id"]))

    async def kept(self, raw: Mapping[str, Any]) -> Mapping[str, Any] | None:
        async with self.database.read() as tx:
            return await store.load(tx, raw["update_id"])


@pytest.fixture
def desk(database: Database, clock: MovableClock) -> Desk:
    return Desk(database, clock)


async def test_an_update_delivered_twice_is_carried_out_once(desk: Desk) -> None:
    raw = press(button(Action.ACKNOWLEDGE))
    key = key_of(raw["update_id"])
    assert await desk.receiver.receive([raw, raw], polled=True) == 1
    assert await desk.receiver.receive([raw], polled=False) == 0
    assert desk.acts.keys == [key]
    act = await desk.take(key)
    assert act is not None
    assert act.command == Acknowledge(INCIDENT)
    assert await desk.take(key) is None


async def test_an_act_whose_transaction_is_rolled_back_can_be_taken_again(desk: Desk) -> None:
    raw = said("/xem 7K2")
    await desk.receiver.receive([raw], polled=False)
    with pytest.raises(RuntimeError):
        async with desk.database.write() as tx:
            assert await desk.inbox.take(tx, key_of(raw["update_id"])) is not None
            raise RuntimeError("killed between taking and committing")
    assert await desk.take(key_of(raw["update_id"])) is not None


async def test_after_a_crash_everything_undone_is_started_again(desk: Desk, clock: MovableClock) -> None:
    first, second = said("/xem 7K2"), said("/ds")
    await desk.receiver.receive([first, second], polled=True)
    await desk.take(key_of(first["update_id"]))
    after = Acts()
    assert await Receiver(desk.database, clock, after).sweep() == 1
    assert after.keys == [key_of(second["update_id"])]


async def test_what_could_not_be_started_is_started_with_the_next_arrival(desk: Desk) -> None:
    desk.acts.failing = 1
    first, second = said("/xem 7K2"), said("/ds")
    await desk.receiver.receive([first], polled=True)
    assert desk.acts.keys == []
    await desk.receiver.receive([second], polled=True)
    assert desk.acts.keys == [key_of(first["update_id"]), key_of(second["update_id"])]


async def test_the_offset_moves_with_the_updates_and_survives(desk: Desk, clock: MovableClock) -> None:
    assert await desk.receiver.offset() is None
    raw = said("/ds")
    await desk.receiver.receive([raw], polled=True)
    assert await Receiver(desk.database, clock, Acts()).offset() == raw["update_id"] + 1


async def test_after_a_silent_week_the_offset_is_not_trusted(desk: Desk, clock: MovableClock) -> None:
    await desk.receiver.receive([said("/ds")], polled=True)
    clock.advance(days=7)
    assert await desk.receiver.offset() is None
    await desk.receiver.receive([{**said("/ds"), "update_id": 3}], polled=True)
    assert await desk.receiver.offset() == 4


@pytest.mark.parametrize(
    "bad", [None, 1, "x", [], {}, {"update_id": "7"}, {"update_id": True}, {"update_id": -1}, {"update_id": 2**70}]
)
async def test_what_is_no_update_is_left_out_and_the_rest_is_kept(desk: Desk, bad: object) -> None:
    assert await desk.receiver.receive([bad, said("/ds")], polled=True) == 1


async def test_texts_that_a_database_cannot_hold_do_not_stop_intake(desk: Desk) -> None:
    nested: dict[str, Any] = {}
    inner = nested
    for _ in range(5000):
        inner["a"] = {}
        inner = inner["a"]
    odd = said("/xem 7K2\x00\ud800")
    odd["extra"] = [float("nan"), 10**40]
    deep = {"update_id": odd["update_id"] + 10_000, "message": nested}
    assert await desk.receiver.receive([odd, deep], polled=True) == 2
    assert await desk.take(key_of(odd["update_id"])) is not None
    assert await desk.take(key_of(deep["update_id"])) is None


async def test_a_reply_to_a_card_is_bound_to_the_version_the_card_showed(desk: Desk) -> None:
    await an_open_incident(desk.database)
    await a_chat(desk.database)
    await a_card(desk.database, version=3, message_id=77)
    act = await desk.receives(reply("Lời mới", to=77, where=DUTY_ROOM, who=COLLEAGUE))
    assert act is not None
    assert act.command == Edit(INCIDENT, 3, "Lời mới")
    assert act.actor.user_id == COLLEAGUE


async def test_a_message_number_in_another_chat_is_another_message(desk: Desk) -> None:
    await an_open_incident(desk.database)
    await a_chat(desk.database)
    await a_card(desk.database, version=3, message_id=77)
    act = await desk.receives(reply("Lời mới", to=77, where=OWNER))
    assert act is not None
    assert act.command == Invalid("reply_to_what")


async def test_a_reply_to_a_prompt_is_what_it_asked_for(desk: Desk) -> None:
    await an_open_incident(desk.database)
    await a_chat(desk.database, OWNER, "person:truc")
    await a_prompt(desk.database, "edit", 2, 78, "person:truc")
    await a_prompt(desk.database, "return", 2, 79, "person:truc")
    edit, back = await desk.receives(reply("Lời mới", to=78)), await desk.receives(reply("thiếu số liệu", to=79))
    assert edit is not None
    assert back is not None
    assert (edit.command, back.command) == (Edit(INCIDENT, 2, "Lời mới"), Return(INCIDENT, "thiếu số liệu", 2))


async def test_a_typed_edit_is_bound_to_the_card_in_that_chat_and_to_none_where_there_is_none(desk: Desk) -> None:
    await an_open_incident(desk.database)
    await a_chat(desk.database)
    await a_card(desk.database, version=3)
    seen, unseen = await desk.receives(said("/sua 7k2", where=DUTY_ROOM)), await desk.receives(said("/sua 7K2 Lời"))
    assert seen is not None
    assert unseen is not None
    assert (seen.command, unseen.command) == (AskEdit("7k2", 3), Edit("7K2", 0, "Lời"))


async def test_commands_that_name_the_bot_are_understood_after_a_restart_without_telegram(desk: Desk) -> None:
    await desk.receiver.identify(BotIdentity(BOT.id, "keng_demo_bot"))
    act = await desk.receives(said("/duyet@Keng_Demo_Bot 7K2", where=DUTY_ROOM))
    assert act is not None
    assert act.command == AskApproval("7K2")


async def test_a_chat_that_speaks_can_be_reached_and_one_that_blocks_cannot(desk: Desk) -> None:
    await desk.receives(said("/ds"))
    standing = {"chat": chat(OWNER), "from": user(OWNER), "new_chat_member": {"status": "kicked"}}
    assert await desk.receives({"update_id": 5, "my_chat_member": standing}) is None
    back = {**standing, "new_chat_member": {"status": "member"}}
    assert await desk.receives({"update_id": 6, "my_chat_member": back}) is None
    assert desk.chats.told == [
        ("reachable", OWNER),
        ("unreachable", OWNER, "bot was kicked"),
        ("reachable", OWNER),
    ]


async def test_a_group_that_became_a_supergroup_is_followed(desk: Desk) -> None:
    assert await desk.receives(said(None, where=-5, migrate_to_chat_id=-1005)) is None
    assert desk.chats.told == [("moved", -5, -1005)]


async def test_cancel_is_told_to_whoever_asked(desk: Desk) -> None:
    assert await desk.receives(press(button(Action.CANCEL))) is None
    assert [origin.callback_id for origin in desk.cancelled] == ["4242"]


async def test_talk_that_is_not_for_us_is_not_kept(desk: Desk) -> None:
    talk, command = said("chuyện riêng trong nhóm", where=DUTY_ROOM), said("/ds", where=DUTY_ROOM)
    assert await desk.receives(talk) is None
    await desk.receives(command)
    assert await desk.kept(talk) == {"update_id": talk["update_id"]}
    assert await desk.kept(command) == command


async def test_the_origin_of_an_act_can_be_asked_for_later(desk: Desk) -> None:
    raw = press(button(Action.ACKNOWLEDGE), who=COLLEAGUE)
    await desk.receives(raw)
    async with desk.database.read() as tx:
        origin = await desk.inbox.origin(tx, key_of(raw["update_id"]))
        assert await desk.inbox.origin(tx, "tg:404") is None
        assert await desk.inbox.origin(tx, "mail:1") is None
    assert origin is not None
    assert (origin.chat_id, origin.callback_id, origin.user_id) == (DUTY_ROOM, "4242", COLLEAGUE)


@pytest.mark.parametrize("key", ["", "tg:", "tg:x", "tg:-1", "mail:1", "tg:" + "9" * 30, "tg:１"])
async def test_keys_that_are_not_ours_are_nobodys_act(desk: Desk, key: str) -> None:
    assert update_id_of(key) is None
    assert await desk.take(key) is None
