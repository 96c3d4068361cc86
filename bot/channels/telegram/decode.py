"""From an update as it came to a typed command. Pure and total: whatever comes in, nothing is raised.

Telegram checks nothing about what a client sends: the structure is walked with care, and who acts is the user id alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bot.channels.telegram import menu
from bot.channels.telegram.answers import meant_by_reply
from bot.channels.telegram.buttons import Action, Button, ForgedButton, read_sure_arg
from bot.channels.telegram.buttons import decode as decode_button
from bot.channels.telegram.presses import meaning
from bot.model.commands import DIGITS, Act, Actor, AnswerDoubt, Command, Invalid
from bot.model.reasons import Reason
from bot.store.telegram_inbox import Shown, Target, is_id

GROUP_ANONYMOUS_BOT = 1087968824
CHANNEL_BOT = 136817688
"""The users in whose name Telegram shows what anonymous administrators and channels say in a group."""

_END_OF_TIME = 2**35
"""Seconds: about the year 3058. A later date is nobody's message."""

_CONTENT = ("text", "photo", "document", "video", "voice", "audio", "animation", "video_note", "sticker", "contact")
_ONE_TIME_CODE = re.compile(r"[0-9]{3} ?[0-9]{3}")
_PRESENT = frozenset({"creator", "administrator", "member"})


@dataclass(frozen=True, slots=True)
class Context:
    """What reading an update needs besides it.

    ``replied`` is the message of ours that it replies to, ``seen`` the version on the card of the incident that a typed
    command names, in that chat. ``playbooks`` are the ids that a button may name.
    """

    key: str
    bot_id: int
    bot_username: str
    button_key: bytes
    playbooks: Collection[str] = ()
    replied: Shown | None = None
    seen: int = 0
    asked: Command | None = None
    """What the question below which *Đúng* was pressed is about."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an act came from: what an answer to it needs. ``thread_id`` is the forum topic, if it was in one."""

    chat_id: int
    chat_type: str
    message_id: int | None
    callback_id: str | None
    user_id: int
    user_name: str
    user_lang: str
    thread_id: int | None = None
    update_id: int = 0

    @property
    def is_private(self) -> bool:
        """True when nobody else sees the chat."""
        return self.chat_type == "private"


@dataclass(frozen=True, slots=True)
class Membership:
    """The bot was let into a chat (or unblocked), or put out of it (or blocked); ``status`` is Telegram's word."""

    chat_id: int
    present: bool
    status: str


def decode(raw: Any, context: Context) -> Act | None:
    """The act behind an update; None when it asks nothing of us (talk among people, edited messages, news of chats)."""
    origin = origin_of(raw)
    if origin is None:
        return None
    if origin.callback_id is not None:
        command = _press(raw, context)
    else:
        message = _part(raw, "message")
        if _part(message, "from").get("is_bot") is True and not _is_anonymous(message):
            return None
        command = _said(message, origin, context)
        if command is not None and _is_anonymous(message):
            command = Invalid(Reason.ANONYMOUS_SENDER.value)
    return None if command is None else Act(context.key, Actor("telegram", origin.user_id), command)


def pressed(raw: Any, context: Context) -> Button:
    """The button behind a press.

    Raises:
        ForgedButton: it is no press of a button of ours.
    """
    data = _part(raw, "callback_query").get("data")
    if not isinstance(data, str):
        raise ForgedButton("no data")
    return decode_button(data, context.button_key, context.playbooks)


def update_asked_by(raw: Any, button_key: bytes) -> int | None:
    """The update whose act a press on *Đúng* confirms; None for everything else. It came before the press."""
    data = _part(raw, "callback_query").get("data")
    try:
        button = decode_button(data, button_key) if isinstance(data, str) else None
        if button is None or button.action is not Action.SURE:
            return None
        _, asked = read_sure_arg(button.arg)
    except ForgedButton:
        return None
    return asked if asked < (_id(raw, "update_id") or 0) else None


def origin_of(raw: Any) -> Origin | None:
    """Where a message or a press came from; None for every other kind of update."""
    query = _part(raw, "callback_query")
    message = _part(query, "message") if query else _part(raw, "message")
    user, chat = _part(query or message, "from"), _part(message, "chat")
    user_id = user.get("id")
    if not is_id(user_id):
        return None
    # A press may come without its message (from an inline result): the person's own chat is then the place to answer.
    chat_id = chat.get("id") if is_id(chat.get("id")) else user_id if query else None
    if chat_id is None or (query and not isinstance(query.get("id"), str)):
        return None
    names = (user.get("first_name"), user.get("last_name"))
    lang = user.get("language_code")
    return Origin(
        chat_id=chat_id,
        chat_type=chat["type"] if isinstance(chat.get("type"), str) else "private" if chat_id == user_id else "group",
        message_id=_id(message, "message_id"),
        callback_id=query.get("id"),
        user_id=user_id,
        user_name=" ".join(name for name in names if isinstance(name, str) and name),
        user_lang=lang.partition("-")[0].lower() if isinstance(lang, str) and lang else "vi",
        thread_id=_id(message, "message_thread_id") if message.get("is_topic_message") is True else None,
        update_id=_id(raw, "update_id") or 0,
    )


def reply_target(raw: Any) -> tuple[int, int] | None:
    """Chat and id of the message that a message replies to."""
    message = _part(raw, "message")
    chat_id, replied_id = _id(_part(message, "chat"), "id"), _id(_part(message, "reply_to_message"), "message_id")
    return None if chat_id is None or replied_id is None else (chat_id, replied_id)


def incident_to_edit(raw: Any) -> str | None:
    """The incident whose words a typed command changes or signs: which version did that chat show?"""
    text = _part(raw, "message").get("text")
    typed = menu.read(text) if isinstance(text, str) else None
    return typed.ref if typed is not None and typed.verb in menu.NEEDS_SEEN and typed.ref else None


def membership_of(raw: Any) -> Membership | None:
    """What an update says about the bot's own place in a chat."""
    changed = _part(raw, "my_chat_member")
    chat_id, now = _id(_part(changed, "chat"), "id"), _part(changed, "new_chat_member")
    status = now.get("status")
    if chat_id is None or not isinstance(status, str):
        return None
    present = status in _PRESENT or (status == "restricted" and now.get("is_member") is True)
    return Membership(chat_id, present, status)


def migration_of(raw: Any) -> tuple[int, int] | None:
    """Old and new id of a group that became a supergroup, told in either of the two chats."""
    message = _part(raw, "message")
    here = _id(_part(message, "chat"), "id")
    to, since = _id(message, "migrate_to_chat_id"), _id(message, "migrate_from_chat_id")
    if here is not None and to is not None:
        return here, to
    return (since, here) if here is not None and since is not None else None


def _press(raw: Any, context: Context) -> Command | None:
    if _id(_part(_part(raw, "callback_query"), "from"), "id") == GROUP_ANONYMOUS_BOT:
        return Invalid(Reason.ANONYMOUS_SENDER.value)
    try:
        return meaning(pressed(raw, context), context.asked)
    except ForgedButton:
        return Invalid(Reason.FORGED_BUTTON.value)


def _said(message: Mapping[str, Any], origin: Origin, context: Context) -> Command | None:
    text = message.get("text")
    replied = context.replied
    to_us = replied is not None or _is_reply_to(message, context.bot_id)
    # What was forwarded was said by somebody else: the one who passes it on has commanded nothing.
    forwarded = "forward_origin" in message or "forward_date" in message
    typed = menu.read(text) if isinstance(text, str) and not forwarded else None
    if typed is not None:
        if typed.addressee is not None and typed.addressee.casefold() != context.bot_username.casefold():
            return None
        if not (typed.is_known or typed.addressee is not None or origin.is_private or to_us):
            return None
        if replied is not None and not typed.rest:
            return menu.meaning(menu.Typed(typed.verb, None, replied.incident_id), replied.version)
        return _dated(menu.meaning(typed, context.seen), message)
    if replied is not None:
        return _answered(replied, text, origin)
    if to_us and isinstance(text, str):
        return Invalid(Reason.REPLY_TO_WHAT.value)
    if origin.is_private and any(kind in message for kind in _CONTENT):
        # Of a code that answers no message nobody can tell which act it is to prove: it proves none.
        alone = isinstance(text, str) and _ONE_TIME_CODE.fullmatch(text.strip()) is not None
        return Invalid(Reason.UNKNOWN_COMMAND.value, DIGITS if alone else "")
    return None


def _dated(command: Command, message: Mapping[str, Any]) -> Command:
    """The command with the time of its message, where it counts: an update may have waited at Telegram for a day."""
    if not isinstance(command, AnswerDoubt):
        return command
    sent = _id(message, "date")
    if sent is None or not 0 <= sent < _END_OF_TIME:
        return command
    return replace(command, written_at=datetime.fromtimestamp(sent, UTC))


def _answered(replied: Shown, text: Any, origin: Origin) -> Command | None:
    if not isinstance(text, str) or not text.strip():
        # A sticker under the card in the group is talk; where words were asked for, it is an answer without words.
        talk = replied.target is Target.CARD and not origin.is_private
        return None if talk else Invalid(Reason.TEXT_EMPTY.value)
    return meant_by_reply(replied, text)


def _is_anonymous(message: Mapping[str, Any]) -> bool:
    sender = _id(_part(message, "from"), "id")
    return "sender_chat" in message or sender in (GROUP_ANONYMOUS_BOT, CHANNEL_BOT)


def _is_reply_to(message: Mapping[str, Any], bot_id: int) -> bool:
    replied = _part(message, "reply_to_message")
    # In a forum everything said in a topic replies to the message that opened it.
    return _id(_part(replied, "from"), "id") == bot_id and "forum_topic_created" not in replied


def _part(value: Any, name: str) -> Mapping[str, Any]:
    inner = value.get(name) if isinstance(value, Mapping) else None
    return inner if isinstance(inner, Mapping) else {}


def _id(value: Mapping[str, Any], name: str) -> int | None:
    found = value.get(name)
    return found if is_id(found) else None
