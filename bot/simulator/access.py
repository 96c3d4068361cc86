"""May the bot do this in that chat? Telegram's answers, worded as in Client.cpp `check_chat` and td's own errors."""

from __future__ import annotations

from bot.simulator.errors import bad_request, forbidden
from bot.simulator.model import Chat, ChatKind, Standing
from bot.simulator.params import Params
from bot.simulator.state import State


def find_chat(state: State, params: Params, name: str = "chat_id") -> Chat:
    """The chat named by an id or an `@username`; raises ApiError 400 for an empty or unknown one."""
    reference = params.text(name).strip()
    if not reference:
        raise bad_request(f"{name} is empty")
    is_name = reference.startswith("@")
    chat = state.chat_by_username(reference[1:]) if is_name else state.chats.get(params.integer(name))
    if chat is None:
        raise bad_request("chat not found")
    return chat


def readable_chat(state: State, params: Params, name: str = "chat_id") -> Chat:
    """A chat that the bot may look at; raises ApiError for one that it was thrown out of or that moved."""
    chat = find_chat(state, params, name)
    if chat.kind is ChatKind.PRIVATE:
        person = state.people[chat.id]
        if not person.started and not person.blocked:
            raise bad_request("chat not found")
        return chat
    _refuse_outsider(state, chat)
    return chat


def writable_chat(state: State, params: Params, what: str = "text messages") -> Chat:
    """A chat that the bot may send to; raises ApiError with Telegram's reason.

    `what` names the kind of message in the refusal of a muted bot.
    """
    chat = find_chat(state, params)
    if chat.kind is ChatKind.PRIVATE:
        _refuse_unreachable_person(state, chat)
        return chat
    _refuse_outsider(state, chat)
    bot = chat.member(state.bot.id)
    if chat.kind is ChatKind.CHANNEL and not bot.may("can_post_messages"):
        raise bad_request("need administrator rights in the channel chat")
    if bot.standing is Standing.RESTRICTED and "can_send_messages" not in bot.rights:
        raise bad_request(f"not enough rights to send {what} to the chat")
    return chat


def _refuse_unreachable_person(state: State, chat: Chat) -> None:
    person = state.people[chat.id]
    if person.deactivated:
        raise forbidden("user is deactivated")
    if person.blocked:
        raise forbidden("bot was blocked by the user")
    if not person.started:
        raise forbidden("bot can't initiate conversation with a user")


def _refuse_outsider(state: State, chat: Chat) -> None:
    if chat.migrated_to is not None:
        raise bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
    bot = chat.member(state.bot.id)
    if bot.standing is Standing.KICKED:
        raise forbidden(f"bot was kicked from the {chat.kind.value} chat")
    if not bot.is_present:
        raise forbidden(f"bot is not a member of the {chat.kind.value} chat")
