"""How the control interface shows things: plain JSON, times in ISO 8601 UTC."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.simulator.calls import Call
from bot.simulator.model import Button, Chat, ChatKind, Content, InlineKeyboard, Message, Person
from bot.simulator.records import Callback, Revision, StoredFile, Update
from bot.simulator.state import State
from bot.simulator.text import to_html
from bot.simulator.wire import entity_on_wire

Shown = dict[str, Any]


def instant(value: datetime | None) -> str | None:
    """ISO 8601 in UTC, or None."""
    return None if value is None else value.isoformat()


def person(value: Person) -> Shown:
    """A person with the name as phones show it."""
    return asdict(value) | {"name": value.name}


def chat(value: Chat, state: State) -> Shown:
    """A chat with its title as phones show it, and who is in it."""
    is_private = value.kind is ChatKind.PRIVATE
    standing = [message for message in state.messages[value.id].values() if not message.deleted]
    return asdict(value) | {
        "title": state.people[value.id].name if is_private else value.title,
        "messages": len(standing),
        "last_message": standing[-1].message_id if standing else None,
    }


def message(value: Message, state: State) -> Shown:
    """A message as somebody reading it would describe it, buttons with their hidden data included."""
    content = value.content
    author = state.people.get(value.sender) if value.sender is not None else None
    return {
        "id": value.message_id,
        "chat": value.chat_id,
        "date": instant(value.date),
        "edited": instant(value.edited),
        "sender": {"id": author.id, "name": author.name, "is_bot": author.is_bot} if author else None,
        "sender_chat": value.sender_chat,
        "from_bot": value.author == state.bot.id,
        **words(content, state),
        "buttons": buttons(value.markup),
        "prompt": asdict(value.prompt) if value.prompt else None,
        "reply_to": value.reply_to,
        "thread": value.thread_id,
        "media_group": value.media_group,
        "forwarded_from": _origin_name(value, state),
        "protected": value.protected,
        "silent": value.silent,
        "service": _service(value, state),
        "deleted": value.deleted,
    }


def words(content: Content, state: State) -> Shown:
    """Text, the same as HTML, entities, and the attachment with an address where its content is."""
    return {
        "text": content.text,
        "html": to_html(content.text, content.entities),
        "entities": [entity_on_wire(entity, state) for entity in content.entities],
        "media": _media(state.files[content.media.files[-1]]) if content.media else None,
    }


def buttons(keyboard: InlineKeyboard | None) -> list[list[Shown]]:
    """Rows of `{"text", "callback_data"}`, or another action in place of the latter."""
    return [[_button(each) for each in row] for row in keyboard.rows] if keyboard else []


def revision(value: Revision, state: State) -> Shown:
    """One wording of a message."""
    return {"at": instant(value.at), **words(value.content, state), "buttons": buttons(value.markup)}


def callback(value: Callback) -> Shown:
    """A press and what the bot answered."""
    return {
        "callback_id": value.id,
        "chat": value.chat_id,
        "message": value.message_id,
        "user": value.user,
        "data": value.data,
        "at": instant(value.at),
        "answered": value.answered_at is not None,
        "answered_at": instant(value.answered_at),
        "text": value.text,
        "alert": value.alert,
        "url": value.url,
    }


def call(value: Call) -> Shown:
    """A call of the bot."""
    return asdict(value) | {"at": instant(value.at)}


def update(value: Update) -> Shown:
    """An update that waits or was delivered."""
    return {
        "update_id": value.update_id,
        "kind": value.kind,
        "created": instant(value.created),
        "expires": instant(value.expires),
        "confirmed": value.confirmed,
        "payload": value.payload,
    }


def _button(value: Button) -> Shown:
    return {"text": value.text, value.action: value.value} | ({"style": value.style} if value.style else {})


def _media(file: StoredFile) -> Shown:
    return {
        "kind": file.kind.value,
        "file_id": file.file_id,
        "name": file.name,
        "mime": file.mime,
        "size": len(file.data),
        "width": file.width,
        "height": file.height,
        "href": f"/_sim/file/{file.file_id}",
    }


def _service(value: Message, state: State) -> Shown | None:
    if value.service is None:
        return None
    users = [{"id": user, "name": state.people[user].name} for user in value.service.users]
    return {"event": value.service.event, "users": users, "chat": value.service.chat, "message": value.service.message}


def _origin_name(value: Message, state: State) -> str | None:
    if value.origin is None:
        return None
    if value.origin.chat is not None:
        return state.chats[value.origin.chat].title
    return state.people[value.origin.user or 0].name
