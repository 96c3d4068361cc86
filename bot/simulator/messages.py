"""Writing into a chat: posting, rewording and deleting, and which of it the bot hears of."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

from bot.simulator.model import Chat, ChatKind, Content, InlineKeyboard, Message, Service
from bot.simulator.records import Revision
from bot.simulator.wire import message_on_wire
from bot.simulator.world import World

_UNDATED = datetime.fromtimestamp(0, UTC)


def post(world: World, chat: Chat, message: Message) -> Message:
    """Put a new message into the chat, numbered and dated now; the bot hears of it if Telegram would tell it."""
    now = world.now()
    message = replace(message, message_id=world.state.next_message_id(chat), date=now)
    world.state.put(message)
    world.state.put(Revision(chat.id, message.message_id, now, message.content, message.markup))
    if bot_hears(world, chat, message):
        kind = "channel_post" if chat.kind is ChatKind.CHANNEL else "message"
        world.queue.add(kind, message_on_wire(message, world.state), lane=f"chat:{chat.id}")
    return message


def draft(chat: Chat, sender: int | None, content: Content) -> Message:
    """A message to be posted: in a channel the channel itself speaks. Number and date are given when it is posted."""
    in_channel = chat.kind is ChatKind.CHANNEL
    return Message(
        chat_id=chat.id,
        message_id=0,
        date=_UNDATED,
        author=sender,
        sender=None if in_channel else sender,
        sender_chat=chat.id if in_channel else None,
        content=content,
    )


def reword(world: World, message: Message, content: Content, markup: InlineKeyboard | None) -> Message:
    """Give a message other words or buttons, keeping its history; a person's edit is told to the bot."""
    now = world.now()
    is_only_buttons = content == message.content
    changed = replace(message, content=content, markup=markup, edited=message.edited if is_only_buttons else now)
    world.state.put(changed)
    world.state.put(Revision(message.chat_id, message.message_id, now, content, markup))
    return changed


def announce_edit(world: World, chat: Chat, message: Message) -> None:
    """Tell the bot that a person edited a message."""
    if bot_hears(world, chat, message):
        kind = "edited_channel_post" if chat.kind is ChatKind.CHANNEL else "edited_message"
        world.queue.add(kind, message_on_wire(message, world.state), lane=f"chat:{chat.id}")


def delete(world: World, message: Message) -> None:
    """Take a message away from everybody; Telegram tells bots nothing about it."""
    world.state.put(replace(message, deleted=True))


def post_service(world: World, chat: Chat, actor: int | None, service: Service) -> Message:
    """Post an event such as "joined the group"."""
    return post(world, chat, replace(draft(chat, actor, Content()), service=service))


def is_own(world: World, message: Message) -> bool:
    """Whether the bot wrote it."""
    return message.author == world.state.bot.id


def bot_hears(world: World, chat: Chat, message: Message) -> bool:
    """Whether Telegram tells the bot: not of its own messages, and in groups only what privacy mode lets through."""
    bot = world.state.bot
    if message.author == bot.id:
        return message.service is not None and message.service.event == "pinned_message"
    if chat.kind is ChatKind.PRIVATE:
        return True
    member = chat.member(bot.id)
    if not member.is_present:
        return False
    if chat.kind is ChatKind.CHANNEL or message.service is not None:
        return True
    return not world.group_privacy or member.is_administrator or _is_meant_for_bot(world, message)


def _is_meant_for_bot(world: World, message: Message) -> bool:
    original = world.state.message(message.chat_id, message.reply_to or 0)
    if original is not None and original.author == world.state.bot.id:
        return True
    command = re.match(r"/[A-Za-z0-9_]+(?:@(\w+))?", message.content.text)
    return command is not None and (command[1] or world.state.bot.username).lower() == world.state.bot.username.lower()
