"""What acts of people share: finding what is meant, and saying which parameter is wrong."""

from __future__ import annotations

from bot.simulator.model import Chat, Message, Person
from bot.simulator.state import State


class ActRefused(ValueError):
    """A person cannot do this; `field` names the parameter that is wrong."""

    def __init__(self, field: str, reason: str) -> None:
        """Keep both, and say them together."""
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


def chat_of(state: State, chat: int, field: str = "chat") -> Chat:
    """The chat of this id; raises ActRefused."""
    if chat not in state.chats:
        raise ActRefused(field, f"no chat {chat}")
    return state.chats[chat]


def person_of(state: State, user: int, field: str = "user") -> Person:
    """The person of this id; raises ActRefused, also for the bot itself."""
    person = state.people.get(user)
    if person is None or person.is_bot:
        raise ActRefused(field, f"no person {user}")
    return person


def message_of(state: State, chat: Chat, message: int, field: str) -> Message:
    """The message of this id, if it was not deleted; raises ActRefused."""
    found = state.message(chat.id, message)
    if found is None:
        raise ActRefused(field, f"no message {message} in chat {chat.id}")
    return found
