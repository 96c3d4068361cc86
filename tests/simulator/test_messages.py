"""Sending, editing, answering as python-telegram-bot sees it."""

from __future__ import annotations

from datetime import timedelta

import aiohttp
import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeChat,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    ReplyParameters,
)
from telegram.error import BadRequest

from bot.simulator import Simulator, SimulatorClock
from tests.simulator.conftest import BOT, CHANNEL, DUTY_ROOM, NOON, OFFICER, SPOKESPERSON, png

APPROVE = InlineKeyboardMarkup([[InlineKeyboardButton("Duyệt", callback_data="ok:7K2:1")]])


async def test_a_card_arrives_as_it_was_sent(bot: Bot, simulator: Simulator) -> None:
    sent = await bot.send_message(
        DUTY_ROOM, "<b>7K2</b> &lt;5 người", parse_mode="HTML", reply_markup=APPROVE, protect_content=True
    )
    assert (sent.text, sent.text_html, sent.date) == ("7K2 <5 người", "<b>7K2</b> &lt;5 người", NOON)
    assert sent.has_protected_content
    [kept] = simulator.messages(DUTY_ROOM)
    assert kept.protected and kept.author == BOT


async def test_a_channel_speaks_for_itself_and_is_found_by_its_name(bot: Bot) -> None:
    post = await bot.send_message("@ThuongGiang_TinChinhThuc", "Thông báo")
    assert post.chat.id == CHANNEL
    assert post.sender_chat is not None and post.from_user is None


async def test_an_edit_without_markup_removes_the_keyboard(bot: Bot, simulator: Simulator) -> None:
    card = await bot.send_message(SPOKESPERSON, "bản 1", reply_markup=APPROVE)
    edited = await bot.edit_message_text("bản 2", SPOKESPERSON, card.message_id)
    assert edited.reply_markup is None and edited.edit_date == NOON
    wordings = simulator.state.revisions[SPOKESPERSON, card.message_id]
    assert [(each.content.text, each.markup is not None) for each in wordings] == [("bản 1", True), ("bản 2", False)]


async def test_exchanging_only_buttons_does_not_mark_the_message_as_edited(bot: Bot) -> None:
    card = await bot.send_message(SPOKESPERSON, "thẻ", reply_markup=APPROVE)
    edited = await bot.edit_message_reply_markup(SPOKESPERSON, card.message_id, reply_markup=None)
    assert edited.reply_markup is None and edited.edit_date is None


async def test_a_reply_carries_what_it_answers(bot: Bot) -> None:
    first = await bot.send_message(OFFICER, "một")
    second = await bot.send_message(OFFICER, "hai", reply_parameters=ReplyParameters(first.message_id))
    assert second.reply_to_message.text == "một"
    lone = await bot.send_message(
        OFFICER, "ba", reply_parameters=ReplyParameters(999, allow_sending_without_reply=True)
    )
    assert lone.reply_to_message is None


async def test_a_photo_keeps_its_size_and_comes_back_from_download(bot: Bot) -> None:
    picture = png(1200, 600)
    sent = await bot.send_photo(OFFICER, picture, caption="<i>đồ thị</i>", parse_mode="HTML")
    assert [(size.width, size.height) for size in sent.photo] == [(320, 160), (800, 400), (1200, 600)]
    assert sent.caption_html == "<i>đồ thị</i>"
    file = await bot.get_file(sent.photo[-1].file_id)
    assert bytes(await file.download_as_bytearray()) == picture
    again = await bot.send_photo(DUTY_ROOM, sent.photo[-1].file_id)
    assert again.photo[-1].file_unique_id == sent.photo[-1].file_unique_id


async def test_a_document_keeps_its_name_and_an_album_its_group(bot: Bot) -> None:
    sent = await bot.send_document(OFFICER, b"%PDF", filename="thông cáo.pdf")
    assert (sent.document.file_name, sent.document.file_size) == ("thông cáo.pdf", 4)
    album = await bot.send_media_group(OFFICER, [InputMediaPhoto(png(9, 9), caption="c"), InputMediaPhoto(png(8, 8))])
    assert len({message.media_group_id for message in album}) == 1
    assert [message.caption for message in album] == ["c", None]


async def test_a_picture_can_be_exchanged_and_a_text_can_gain_one(bot: Bot) -> None:
    sent = await bot.send_photo(OFFICER, png(10, 10), caption="1")
    changed = await bot.edit_message_media(InputMediaPhoto(png(20, 20), caption="2"), OFFICER, sent.message_id)
    assert (changed.photo[-1].width, changed.caption) == (20, "2")
    text = await bot.send_message(OFFICER, "chữ")
    assert (await bot.edit_message_media(InputMediaDocument(b"x", filename="x.txt"), OFFICER, text.message_id)).document


async def test_forwarding_names_the_source_and_protected_words_cannot_be_forwarded(bot: Bot) -> None:
    post = await bot.send_message(CHANNEL, "đã đăng")
    forwarded = await bot.forward_message(DUTY_ROOM, CHANNEL, post.message_id)
    assert forwarded.forward_origin.chat.id == CHANNEL
    copy = await bot.copy_message(DUTY_ROOM, CHANNEL, post.message_id)
    assert copy.message_id == forwarded.message_id + 1
    draft = await bot.send_message(OFFICER, "bản thảo", protect_content=True)
    with pytest.raises(BadRequest, match="can't be forwarded"):
        await bot.forward_message(DUTY_ROOM, OFFICER, draft.message_id)


async def test_supergroups_and_channels_number_their_messages_alone(bot: Bot) -> None:
    ids = [(await bot.send_message(chat, "x")).message_id for chat in (OFFICER, SPOKESPERSON, DUTY_ROOM, CHANNEL)]
    assert ids == [1, 2, 1, 1]


async def test_pinning_needs_the_right_and_tells_the_chat(bot: Bot, simulator: Simulator) -> None:
    card = await bot.send_message(DUTY_ROOM, "thẻ")
    simulator.groups.promote(DUTY_ROOM, BOT)
    assert await bot.pin_chat_message(DUTY_ROOM, card.message_id)
    assert (await bot.get_chat(DUTY_ROOM)).pinned_message.message_id == card.message_id
    pinned = [update for update in await bot.get_updates() if update.message and update.message.pinned_message]
    assert pinned[0].message.pinned_message.message_id == card.message_id
    assert await bot.unpin_chat_message(DUTY_ROOM)
    assert (await bot.get_chat(DUTY_ROOM)).pinned_message is None


async def test_commands_are_kept_per_scope_and_language(bot: Bot) -> None:
    await bot.set_my_commands([BotCommand("duyet", "Duyệt")])
    await bot.set_my_commands([BotCommand("approve", "Approve")], language_code="en")
    await bot.set_my_commands([BotCommand("truc", "Ai trực")], scope=BotCommandScopeChat(DUTY_ROOM))
    assert [c.command for c in await bot.get_my_commands()] == ["duyet"]
    assert [c.command for c in await bot.get_my_commands(language_code="en")] == ["approve"]
    assert [c.command for c in await bot.get_my_commands(scope=BotCommandScopeChat(DUTY_ROOM))] == ["truc"]


async def test_a_forced_reply_is_shown_to_the_person_but_is_no_keyboard(bot: Bot, simulator: Simulator) -> None:
    sent = await bot.send_message(OFFICER, "Nội dung mới?", reply_markup=ForceReply(input_field_placeholder="Viết…"))
    assert sent.reply_markup is None
    [kept] = simulator.messages(OFFICER)
    assert kept.prompt is not None and kept.prompt.placeholder == "Viết…"


async def test_a_callback_is_answered_once_and_in_time(bot: Bot, simulator: Simulator, clock: SimulatorClock) -> None:
    await bot.send_message(SPOKESPERSON, "thẻ", reply_markup=APPROVE)
    first = simulator.people.press(SPOKESPERSON, SPOKESPERSON, label="Duyệt")
    assert await bot.answer_callback_query(first.id, "Đã duyệt", show_alert=True)
    answered = simulator.state.callbacks[first.id]
    assert (answered.text, answered.alert, answered.answered_at) == ("Đã duyệt", True, NOON)
    with pytest.raises(BadRequest, match=r"(?i)query is too old"):
        await bot.answer_callback_query(first.id)
    second = simulator.people.press(SPOKESPERSON, SPOKESPERSON, label="Duyệt")
    clock.advance(timedelta(seconds=16))
    with pytest.raises(BadRequest, match=r"(?i)query is too old"):
        await bot.answer_callback_query(second.id)


@pytest.mark.parametrize("way", ["query", "form", "json", "multipart"])
async def test_parameters_may_come_in_any_form(http: aiohttp.ClientSession, simulator: Simulator, way: str) -> None:
    path, params = f"/bot{simulator.token}/SENDmessage", {"chat_id": str(OFFICER), "text": "xin chào"}
    multipart = aiohttp.FormData(params)
    multipart.add_field("unused", b"x", filename="x")
    sending = {
        "query": lambda: http.get(path, params=params),
        "form": lambda: http.post(path, data=params),
        "json": lambda: http.post(path, json=params),
        "multipart": lambda: http.post(path, data=multipart),
    }
    async with sending[way]() as response:
        assert (await response.json())["result"]["text"] == "xin chào"
