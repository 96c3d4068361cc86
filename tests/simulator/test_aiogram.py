"""The simulator as an independent, strict library sees it: every answer must fit aiogram's models."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest, TelegramConflictError, TelegramForbiddenError, TelegramRetryAfter
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    ReplyParameters,
)

from bot.simulator import Fault, FaultKind, Simulator
from bot.simulator.model import Chat, ChatKind, Member, Standing
from tests.simulator.conftest import BOT, CHANNEL, DUTY_ROOM, HEAD, OFFICER, SPOKESPERSON, STRANGER, png

KEYBOARD = InlineKeyboardMarkup(inline_keyboard=[[
    InlineKeyboardButton(text="Duyệt", callback_data="ok", style="success"),
    InlineKeyboardButton(text="Trang tin", url="https://example.vn/newsroom"),
]])  # fmt: skip


@pytest.fixture
async def aiogram(base: str, simulator: Simulator) -> AsyncIterator[Bot]:
    bot = Bot(simulator.token, session=AiohttpSession(api=TelegramAPIServer.from_base(base)))
    yield bot
    await bot.session.close()


async def test_it_reads_every_kind_of_answer(aiogram: Bot, simulator: Simulator) -> None:
    me = await aiogram.get_me()
    assert (me.id, me.username, me.is_bot, me.can_read_all_group_messages) == (BOT, "keng_demo_bot", True, False)
    html = '<b>7K2</b> <a href="https://example.vn/x">x</a> <tg-spoiler>kín</tg-spoiler>'
    card = await aiogram.send_message(DUTY_ROOM, html, parse_mode="HTML", reply_markup=KEYBOARD, protect_content=True)
    assert card.html_text == html
    assert card.reply_markup is not None and card.reply_markup.model_dump() == KEYBOARD.model_dump()
    edited = await aiogram.edit_message_text("mới", chat_id=DUTY_ROOM, message_id=card.message_id)
    assert not isinstance(edited, bool) and edited.text == "mới" and edited.reply_markup is None
    photo = await aiogram.send_photo(CHANNEL, BufferedInputFile(png(640, 480), "p.png"), caption="c")
    assert photo.photo is not None and photo.photo[-1].width == 640
    album = await aiogram.send_media_group(
        OFFICER, [InputMediaPhoto(media=BufferedInputFile(png(10 + n, 10), f"{n}.png")) for n in range(3)]
    )
    assert len(album) == 3
    document = await aiogram.send_document(OFFICER, BufferedInputFile(b"x", "x.docx"), reply_markup=ForceReply())
    assert document.document is not None and document.document.file_name == "x.docx"
    file = await aiogram.get_file(photo.photo[-1].file_id)
    assert file.file_path and (await aiogram.download_file(file.file_path)).read() == png(640, 480)
    reply = await aiogram.send_message(OFFICER, "r", reply_parameters=ReplyParameters(message_id=document.message_id))
    assert reply.reply_to_message is not None
    forwarded = await aiogram.forward_message(DUTY_ROOM, CHANNEL, photo.message_id)
    assert forwarded.forward_origin is not None
    assert await aiogram.set_my_commands([BotCommand(command="duyet", description="Duyệt")])
    assert (await aiogram.get_my_commands())[0].command == "duyet"
    assert await aiogram.send_chat_action(OFFICER, "typing")
    assert await aiogram.delete_message(DUTY_ROOM, card.message_id)


async def test_it_reads_chats_and_members(aiogram: Bot, simulator: Simulator) -> None:
    channel = await aiogram.get_chat("@thuonggiang_tinchinhthuc")
    assert (channel.id, channel.type, channel.title) == (CHANNEL, "channel", "Cổng thông tin tỉnh Thượng Giang")
    assert (await aiogram.get_chat(OFFICER)).first_name == "Trần Thị Trực"
    administrators = await aiogram.get_chat_administrators(CHANNEL)
    assert [each.status for each in administrators] == ["creator", "administrator"]
    simulator.groups.mute(DUTY_ROOM, SPOKESPERSON)
    simulator.groups.kick(DUTY_ROOM, HEAD)
    for user, status in ((OFFICER, "creator"), (SPOKESPERSON, "restricted"), (HEAD, "kicked"), (STRANGER, "left")):
        assert (await aiogram.get_chat_member(DUTY_ROOM, user)).status == status
    assert await aiogram.get_chat_member_count(DUTY_ROOM) == 4


async def test_it_reads_every_kind_of_update(aiogram: Bot, simulator: Simulator) -> None:
    await aiogram.send_message(OFFICER, "thẻ", reply_markup=KEYBOARD)
    members = (Member(HEAD, Standing.CREATOR), Member(BOT))
    simulator.groups.add_chat(Chat(-66, ChatKind.GROUP, "Tổ", members=members))
    said = simulator.people.say(OFFICER, OFFICER, "/start x")
    simulator.people.edit(OFFICER, OFFICER, said.message_id, "/start y")
    simulator.people.press(OFFICER, OFFICER, label="Duyệt")
    simulator.people.press(OFFICER, OFFICER, data="z", message=999)
    simulator.people.say(CHANNEL, HEAD, "bài của người")
    simulator.people.block(OFFICER)
    simulator.groups.migrate(-66)
    simulator.groups.promote(DUTY_ROOM, BOT)
    simulator.groups.kick(DUTY_ROOM, BOT)
    kinds = [update.event_type for update in await aiogram.get_updates()]
    assert kinds == [
        "message",
        "edited_message",
        "callback_query",
        "callback_query",
        "channel_post",
        "my_chat_member",
        "message",
        "message",
        "my_chat_member",
        "my_chat_member",
    ]


async def test_it_reads_refusals(aiogram: Bot, simulator: Simulator) -> None:
    with pytest.raises(TelegramForbiddenError, match="can't initiate conversation"):
        await aiogram.send_message(STRANGER, "x")
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await aiogram.edit_message_text("x", chat_id=OFFICER, message_id=5)
    simulator.faults.add(Fault(FaultKind.ERROR, code=429, retry_after=9))
    with pytest.raises(TelegramRetryAfter) as refusal:
        await aiogram.send_message(OFFICER, "x")
    assert refusal.value.retry_after == 9
    await aiogram.set_webhook("https://example.vn/hook", secret_token="a-B_9")
    with pytest.raises(TelegramConflictError):
        await aiogram.get_updates()
    assert (await aiogram.get_webhook_info()).url == "https://example.vn/hook"
