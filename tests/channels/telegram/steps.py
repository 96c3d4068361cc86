"""What people do on their phones, and what comes of it: the steps that the tests of the chat share."""

from __future__ import annotations

from bot.model.reasons import Reason
from bot.model.statement import StatementVersion
from bot.store import statements
from tests.channels.telegram.outgoing import Room


async def opened(room: Room, **fields: object) -> str:
    """A matter is opened and its card sent; returns its id."""
    incident = await room.opens(**fields)
    await room.sends()
    return incident.id


async def says(room: Room, who: int, text: str, reply_to: int | None = None, *, chat: int | None = None) -> Reason:
    """Somebody types, in their own chat unless another is named; returns what came of it once all is sent."""
    room.simulator.people.say(who if chat is None else chat, who, text, reply_to=reply_to)
    (outcome,) = await room.hears()
    await room.sends_for(8)
    return outcome.reason


async def presses(room: Room, chat: int, who: int, label: str) -> Reason:
    """Somebody presses the latest button of this name in a chat; returns what came of it once all is sent."""
    room.simulator.people.press(chat, who, label=label)
    (outcome,) = await room.hears()
    await room.sends_for(8)
    return outcome.reason


async def current_of(room: Room, incident_id: str) -> StatementVersion:
    """The version that counts now."""
    async with room.database.read() as tx:
        found = await statements.current(tx, incident_id)
    assert found is not None
    return found
