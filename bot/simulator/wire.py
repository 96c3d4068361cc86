"""The simulated world as the Bot API shows it: JSON objects named as in https://core.telegram.org/bots/api."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.simulator.markup import keyboard_on_wire
from bot.simulator.model import (
    Chat,
    ChatKind,
    Entity,
    Media,
    MediaKind,
    Member,
    Message,
    Origin,
    Person,
    Service,
    Standing,
)
from bot.simulator.records import StoredFile
from bot.simulator.state import State

Wire = dict[str, Any]
# The first of the six colours that Telegram allows for a topic's icon.
TOPIC_COLOR = 0x6FB9F0
_ADMINISTRATOR_FLAGS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_send_welcome_messages",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)
_RESTRICTED_FLAGS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)


def timestamp(instant: datetime) -> int:
    """Unix seconds, as the Bot API gives dates."""
    return int(instant.timestamp())


def person_on_wire(person: Person) -> Wire:
    """A `User`."""
    wire: Wire = {"id": person.id, "is_bot": person.is_bot, "first_name": person.first_name}
    if person.last_name:
        wire["last_name"] = person.last_name
    if person.username:
        wire["username"] = person.username
    if person.language and not person.is_bot:
        wire["language_code"] = person.language
    return wire


def chat_on_wire(chat: Chat, state: State) -> Wire:
    """A `Chat`."""
    wire: Wire = {"id": chat.id, "type": chat.kind.value}
    if chat.kind is ChatKind.PRIVATE:
        person = person_on_wire(state.people[chat.id])
        return wire | {name: person[name] for name in ("first_name", "last_name", "username") if name in person}
    wire["title"] = chat.title
    if chat.username:
        wire["username"] = chat.username
    if chat.is_forum:
        wire["is_forum"] = True
    return wire


def member_on_wire(member: Member, state: State) -> Wire:
    """A `ChatMember` of the kind that fits the standing."""
    wire: Wire = {"status": member.standing.value, "user": person_on_wire(state.people[member.user])}
    match member.standing:
        case Standing.CREATOR:
            wire["is_anonymous"] = False
        case Standing.ADMINISTRATOR:
            flags = dict.fromkeys(_ADMINISTRATOR_FLAGS, False) | dict.fromkeys(member.rights, True)
            wire |= {"can_be_edited": False, "is_anonymous": False, **flags}
        case Standing.RESTRICTED:
            flags = dict.fromkeys(_RESTRICTED_FLAGS, False) | dict.fromkeys(member.rights, True)
            wire |= {"is_member": True, "until_date": 0, **flags}
        case Standing.KICKED:
            wire["until_date"] = 0
        case _:
            pass
    return wire


def entity_on_wire(entity: Entity, state: State) -> Wire:
    """A `MessageEntity`; offset and length in UTF-16 units."""
    wire: Wire = {"type": entity.type, "offset": entity.offset, "length": entity.length}
    optional = {
        "url": entity.url,
        "language": entity.language,
        "custom_emoji_id": entity.custom_emoji_id,
        "unix_time": entity.unix_time,
        "date_time_format": entity.date_time_format,
    }
    wire |= {name: value for name, value in optional.items() if value not in ("", None)}
    if entity.user is not None and entity.user in state.people:
        wire["user"] = person_on_wire(state.people[entity.user])
    return wire


def file_on_wire(file: StoredFile) -> Wire:
    """A `PhotoSize` or a `Document`."""
    wire: Wire = {"file_id": file.file_id, "file_unique_id": file.unique_id, "file_size": len(file.data)}
    if file.kind is MediaKind.PHOTO:
        return wire | {"width": file.width, "height": file.height}
    optional = {"file_name": file.name, "mime_type": file.mime}
    return wire | {name: value for name, value in optional.items() if value}


def message_on_wire(message: Message, state: State, *, with_reply: bool = True) -> Wire:
    """A `Message`; the message replied to comes along once, without its own, as in Telegram."""
    chat = state.chats[message.chat_id]
    wire: Wire = {"message_id": message.message_id, "date": timestamp(message.date), "chat": chat_on_wire(chat, state)}
    if message.sender is not None and chat.kind is not ChatKind.CHANNEL:
        wire["from"] = person_on_wire(state.people[message.sender])
    if message.sender_chat is not None:
        wire["sender_chat"] = chat_on_wire(state.chats[message.sender_chat], state)
    if message.edited is not None:
        wire["edit_date"] = timestamp(message.edited)
    if message.thread_id is not None:
        wire |= {"message_thread_id": message.thread_id, "is_topic_message": True}
    if message.origin is not None:
        wire["forward_origin"] = _origin_on_wire(message.origin, state)
    if message.protected:
        wire["has_protected_content"] = True
    if message.media_group:
        wire["media_group_id"] = message.media_group
    if with_reply and message.reply_to is not None:
        original = state.message(chat.id, message.reply_to)
        if original is not None:
            wire["reply_to_message"] = message_on_wire(original, state, with_reply=False)
    wire |= _content_on_wire(message, state)
    if message.service is not None:
        wire |= _service_on_wire(message.service, chat, state)
    if message.markup is not None:
        wire["reply_markup"] = keyboard_on_wire(message.markup)
    return wire


def _content_on_wire(message: Message, state: State) -> Wire:
    content = message.content
    entities = [entity_on_wire(entity, state) for entity in content.entities]
    if content.media is None:
        wire: Wire = {"text": content.text} if content.text else {}
        return wire | ({"entities": entities} if entities else {})
    wire = _media_on_wire(content.media, state)
    if content.text:
        wire["caption"] = content.text
    if entities:
        wire["caption_entities"] = entities
    return wire


def _media_on_wire(media: Media, state: State) -> Wire:
    files = [file_on_wire(state.files[file_id]) for file_id in media.files]
    return {"photo": files} if media.kind is MediaKind.PHOTO else {"document": files[-1]}


def _service_on_wire(service: Service, chat: Chat, state: State) -> Wire:
    users = [person_on_wire(state.people[user]) for user in service.users]
    match service.event:
        case "new_chat_members":
            return {"new_chat_members": users}
        case "left_chat_member":
            return {"left_chat_member": users[0]}
        case "migrate_to_chat_id" | "migrate_from_chat_id":
            return {service.event: service.chat}
        case "pinned_message":
            pinned = state.message(chat.id, service.message or 0)
            return {"pinned_message": message_on_wire(pinned, state, with_reply=False)} if pinned else {}
        case "forum_topic_created":
            return {"forum_topic_created": {"name": service.text, "icon_color": TOPIC_COLOR}}
        case _:
            return {service.event: True}


def _origin_on_wire(origin: Origin, state: State) -> Wire:
    wire: Wire = {"date": timestamp(origin.date)}
    if origin.chat is not None:
        chat = chat_on_wire(state.chats[origin.chat], state)
        return wire | {"type": "channel", "chat": chat, "message_id": origin.message_id}
    return wire | {"type": "user", "sender_user": person_on_wire(state.people[origin.user or 0])}


def inaccessible_message(chat: Chat, message_id: int, state: State) -> Wire:
    """What stands for a message that the bot may no longer see: `date` 0."""
    return {"chat": chat_on_wire(chat, state), "message_id": message_id, "date": 0}
