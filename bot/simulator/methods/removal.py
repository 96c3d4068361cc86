"""deleteMessage, deleteMessages, pinChatMessage, unpinChatMessage, unpinAllChatMessages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.simulator.access import writable_chat
from bot.simulator.errors import bad_request
from bot.simulator.messages import delete, is_own, post_service
from bot.simulator.methods.registry import method
from bot.simulator.model import Chat, ChatKind, Message, Service
from bot.simulator.params import Params
from bot.simulator.world import World

DELETABLE = timedelta(hours=48)


@method("deleteMessage")
def delete_message(world: World, params: Params) -> object:
    """Take a message away: within 48 hours, others' messages only with the right to."""
    chat = writable_chat(world.state, params)
    if not params.integer("message_id"):
        raise bad_request("message identifier is not specified")
    message = world.state.message(chat.id, params.integer("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    if not _may_delete(world, chat, message):
        raise bad_request("message can't be deleted")
    delete(world, message)
    return True


@method("deleteMessages")
def delete_messages(world: World, params: Params) -> object:
    """Take several messages away; those that cannot be are skipped."""
    wanted = params.json("message_ids", "can't parse message identifiers JSON object")
    if not isinstance(wanted, list) or not wanted:
        raise bad_request("message identifiers are not specified")
    chat = writable_chat(world.state, params)
    for message_id in wanted:
        message = world.state.message(chat.id, int(message_id))
        if message is not None and _may_delete(world, chat, message):
            delete(world, message)
    return True


@method("pinChatMessage")
def pin_chat_message(world: World, params: Params) -> object:
    """Pin a message on top of its chat."""
    chat = _chat_to_pin_in(world, params)
    message = world.state.message(chat.id, params.integer("message_id"))
    if message is None:
        raise bad_request("message to pin not found")
    if message.message_id in chat.pinned[-1:]:
        return True
    others = tuple(pinned for pinned in chat.pinned if pinned != message.message_id)
    world.state.put(replace(chat, pinned=(*others, message.message_id)))
    if chat.kind is not ChatKind.CHANNEL:
        post_service(world, chat, world.state.bot.id, Service("pinned_message", message=message.message_id))
    return True


@method("unpinChatMessage")
def unpin_chat_message(world: World, params: Params) -> object:
    """Unpin one message, the newest pinned one if none is named."""
    chat = _chat_to_pin_in(world, params)
    wanted = params.integer("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if wanted not in chat.pinned:
        raise bad_request("message to unpin not found")
    world.state.put(replace(chat, pinned=tuple(pinned for pinned in chat.pinned if pinned != wanted)))
    return True


@method("unpinAllChatMessages")
def unpin_all_chat_messages(world: World, params: Params) -> object:
    """Unpin everything in a chat."""
    world.state.put(replace(_chat_to_pin_in(world, params), pinned=()))
    return True


def _may_delete(world: World, chat: Chat, message: Message) -> bool:
    if world.now() - message.date > DELETABLE:
        return False
    bot = chat.member(world.state.bot.id)
    return is_own(world, message) or chat.kind is ChatKind.PRIVATE or bot.may("can_delete_messages")


def _chat_to_pin_in(world: World, params: Params) -> Chat:
    chat = writable_chat(world.state, params)
    right = "can_edit_messages" if chat.kind is ChatKind.CHANNEL else "can_pin_messages"
    if chat.kind is not ChatKind.PRIVATE and not chat.member(world.state.bot.id).may(right):
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return chat
