"""What people do, and what the bot hears of it."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Bot, Update
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.simulator import Simulator
from bot.simulator.acts import ActRefused
from bot.simulator.model import Chat, ChatKind, Member, Standing
from tests.simulator.conftest import (
    BOT,
    CHANNEL,
    DUTY_ROOM,
    HEAD,
    OFFICER,
    SPOKESPERSON,
    STRANGER,
    Call,
    keyboard,
)


async def heard(bot: Bot) -> list[Update]:
    found = await bot.get_updates()
    if found:
        await bot.get_updates(offset=found[-1].update_id + 1)
    return list(found)


async def test_in_a_group_the_bot_hears_commands_and_replies_but_not_small_talk(bot: Bot, simulator: Simulator) -> None:
    card = await bot.send_message(DUTY_ROOM, "thẻ")
    people = simulator.people
    people.say(DUTY_ROOM, OFFICER, "chuyện riêng")
    people.say(DUTY_ROOM, OFFICER, "/duyet 7K2")
    people.say(DUTY_ROOM, OFFICER, "/duyet@keng_demo_bot 7K2")
    people.say(DUTY_ROOM, OFFICER, "/duyet@bot_khac 7K2")
    people.say(DUTY_ROOM, OFFICER, "nội dung mới", reply_to=card.message_id)
    updates = await heard(bot)
    assert [u.message.text for u in updates] == ["/duyet 7K2", "/duyet@keng_demo_bot 7K2", "nội dung mới"]
    assert updates[0].message.entities[0].type == "bot_command"
    assert updates[2].message.reply_to_message.message_id == card.message_id


async def test_without_privacy_mode_the_bot_hears_everything(call: Call, simulator: Simulator) -> None:
    simulator.world.group_privacy = False
    simulator.people.say(DUTY_ROOM, OFFICER, "chuyện riêng")
    assert len((await call("getUpdates"))["result"]) == 1
    assert (await call("getMe"))["result"]["can_read_all_group_messages"]


async def test_a_press_carries_who_pressed_what(bot: Bot, simulator: Simulator, call: Call) -> None:
    await call("sendMessage", chat_id=DUTY_ROOM, text="thẻ 1", reply_markup=keyboard("Duyệt", "Sửa"))
    await call("sendMessage", chat_id=DUTY_ROOM, text="thẻ 2", reply_markup=keyboard("Duyệt"))
    simulator.people.press(DUTY_ROOM, SPOKESPERSON, label="Duyệt")
    simulator.people.press(DUTY_ROOM, SPOKESPERSON, label="Sửa")
    simulator.people.press(DUTY_ROOM, OFFICER, label="Duyệt", message=1)
    queries = [update.callback_query for update in await heard(bot)]
    assert [(q.from_user.id, q.data, q.message.text) for q in queries] == [
        (SPOKESPERSON, "do:Duyệt", "thẻ 2"),
        (SPOKESPERSON, "do:Sửa", "thẻ 1"),
        (OFFICER, "do:Duyệt", "thẻ 1"),
    ]


async def test_forged_data_arrives_though_no_button_carries_it(bot: Bot, simulator: Simulator, call: Call) -> None:
    await call("sendMessage", chat_id=OFFICER, text="thẻ", reply_markup=keyboard("Duyệt"))
    simulator.people.press(OFFICER, OFFICER, data="ok:999:1")
    simulator.people.press(OFFICER, OFFICER, data="x", message=77)
    first, second = [update.callback_query for update in await heard(bot)]
    assert (first.data, first.message.text) == ("ok:999:1", "thẻ")
    assert not second.message.is_accessible


async def test_a_stranger_becomes_reachable_by_pressing_start(bot: Bot, simulator: Simulator) -> None:
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await bot.send_message(STRANGER, "x")
    simulator.people.start(STRANGER, "abc_123")
    [update] = await heard(bot)
    assert update.message.text == "/start abc_123"
    assert (await bot.send_message(STRANGER, "chào")).chat.id == STRANGER


async def test_blocking_and_unblocking_are_told(bot: Bot, simulator: Simulator) -> None:
    simulator.people.block(OFFICER)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(OFFICER, "x")
    simulator.people.unblock(OFFICER)
    changes = [update.my_chat_member for update in await heard(bot)]
    assert [change.new_chat_member.status for change in changes] == ["kicked", "member"]
    assert (await bot.send_message(OFFICER, "x")).message_id


async def test_the_bot_thrown_out_of_a_group_is_told_and_may_come_back(bot: Bot, simulator: Simulator) -> None:
    simulator.groups.kick(DUTY_ROOM, BOT)
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await bot.send_message(DUTY_ROOM, "x")
    simulator.groups.add(DUTY_ROOM, BOT)
    updates = await heard(bot)
    assert [u.my_chat_member.new_chat_member.status for u in updates if u.my_chat_member] == ["kicked", "member"]
    assert [u.message.new_chat_members[0].id for u in updates if u.message] == [BOT]
    assert await bot.send_message(DUTY_ROOM, "x")


async def test_a_group_that_becomes_a_supergroup_moves_with_its_people(bot: Bot, simulator: Simulator) -> None:
    members = (Member(HEAD, Standing.CREATOR), Member(OFFICER), Member(BOT))
    simulator.groups.add_chat(Chat(-77, ChatKind.GROUP, "Tổ cũ", members=members))
    await bot.send_message(-77, "trước")
    new = simulator.groups.migrate(-77)
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(-77, "sau")
    assert moved.value.new_chat_id == new.id
    assert (await bot.send_message(new.id, "sau")).message_id == 2
    told = [update.message for update in await heard(bot)]
    assert (told[0].migrate_to_chat_id, told[1].migrate_from_chat_id) == (new.id, -77)


async def test_an_edit_by_a_person_is_told_and_a_deletion_is_not(bot: Bot, simulator: Simulator) -> None:
    said = simulator.people.say(OFFICER, OFFICER, "sai")
    simulator.people.edit(OFFICER, OFFICER, said.message_id, "đúng")
    card = await bot.send_message(OFFICER, "thẻ")
    simulator.people.delete(OFFICER, card.message_id)
    updates = await heard(bot)
    assert updates[1].edited_message.text == "đúng"
    assert len(updates) == 2
    with pytest.raises(BadRequest, match=r"(?i)message to edit not found"):
        await bot.edit_message_text("x", OFFICER, card.message_id)


async def test_taking_the_right_to_post_silences_the_channel(bot: Bot, simulator: Simulator) -> None:
    simulator.groups.promote(CHANNEL, BOT, ("can_manage_chat",))
    with pytest.raises(BadRequest, match=r"(?i)need administrator rights in the channel chat"):
        await bot.send_message(CHANNEL, "x")
    simulator.groups.promote(CHANNEL, BOT)
    assert await bot.send_message(CHANNEL, "x")


async def test_topics_of_a_forum_are_known(bot: Bot, simulator: Simulator) -> None:
    members = (Member(HEAD, Standing.CREATOR), Member(OFFICER), Member(BOT))
    forum = Chat(-1009000000001, ChatKind.SUPERGROUP, "Diễn đàn", members=members, is_forum=True, topics=(7,))
    simulator.groups.add_chat(forum)
    assert (await bot.send_message(forum.id, "x", message_thread_id=7)).is_topic_message
    simulator.groups.promote(forum.id, BOT)
    topic = await bot.create_forum_topic(forum.id, "Vụ 7K2")
    assert (await bot.send_message(forum.id, "x", message_thread_id=topic.message_thread_id)).message_thread_id


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("say", {"chat": 5, "user": OFFICER, "text": "x"}, "chat"),
    ("say", {"chat": OFFICER, "user": 5, "text": "x"}, "user"),
    ("say", {"chat": OFFICER, "user": SPOKESPERSON, "text": "x"}, "user"),
    ("say", {"chat": DUTY_ROOM, "user": STRANGER, "text": "x"}, "user"),
    ("say", {"chat": CHANNEL, "user": OFFICER, "text": "x"}, "user"),
    ("say", {"chat": OFFICER, "user": OFFICER, "text": "  "}, "text"),
    ("say", {"chat": OFFICER, "user": OFFICER, "text": "x", "reply_to": 9}, "reply_to"),
    ("press", {"chat": OFFICER, "user": OFFICER, "label": "Duyệt"}, "label"),
    ("press", {"chat": OFFICER, "user": OFFICER}, "label"),
    ("press", {"chat": OFFICER, "user": OFFICER, "data": "x"}, "message"),
    ("edit", {"chat": OFFICER, "user": OFFICER, "message": 1, "text": "x"}, "message"),
]


@pytest.mark.parametrize(("act", "arguments", "field"), WRONG)
def test_an_impossible_act_names_what_is_wrong(
    simulator: Simulator, act: str, arguments: dict[str, Any], field: str
) -> None:
    with pytest.raises(ActRefused) as refusal:
        getattr(simulator.people, act)(**arguments)
    assert refusal.value.field == field
