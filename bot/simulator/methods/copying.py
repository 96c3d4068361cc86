"""copyMessage, forwardMessage."""

from __future__ import annotations

from dataclasses import replace

from bot.simulator.access import readable_chat
from bot.simulator.errors import bad_request
from bot.simulator.messages import draft
from bot.simulator.methods.registry import method
from bot.simulator.methods.send import prepare, read_caption
from bot.simulator.model import Message, Origin
from bot.simulator.params import Params
from bot.simulator.wire import message_on_wire
from bot.simulator.world import World


@method("copyMessage")
def copy_message(world: World, params: Params) -> object:
    """Send a message's content again, without naming its source."""
    source = _source(world, params, "copy")
    sending = prepare(world, params, "text messages")
    content = source.content
    if content.media is not None and "caption" in params.values:
        content = replace(read_caption(params), media=content.media)
    return {"message_id": sending.post(world, content).message_id}


@method("forwardMessage")
def forward_message(world: World, params: Params) -> object:
    """Send a message on, naming its source."""
    source = _source(world, params, "forward")
    sending = prepare(world, params, "text messages")
    origin = source.origin or Origin(
        source.date,
        user=source.sender,
        chat=source.sender_chat,
        message_id=source.message_id if source.sender_chat is not None else None,
    )
    base = replace(draft(sending.chat, world.state.bot.id, source.content), origin=origin)
    return message_on_wire(sending.post(world, source.content, base=base), world.state)


def _source(world: World, params: Params, verb: str) -> Message:
    chat = readable_chat(world.state, params, "from_chat_id")
    message = world.state.message(chat.id, params.integer("message_id"))
    if message is None:
        raise bad_request(f"message to {verb} not found")
    if message.protected or message.service is not None:
        raise bad_request(f"message can't be {'copied' if verb == 'copy' else 'forwarded'}")
    return message
