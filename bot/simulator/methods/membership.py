"""leaveChat."""

from __future__ import annotations

from bot.simulator.access import readable_chat
from bot.simulator.errors import bad_request
from bot.simulator.members import change_standing
from bot.simulator.methods.registry import method
from bot.simulator.model import ChatKind, Member, Standing
from bot.simulator.params import Params
from bot.simulator.world import World


@method("leaveChat")
def leave_chat(world: World, params: Params) -> object:
    """Walk out of a group or channel."""
    chat = readable_chat(world.state, params)
    if chat.kind is ChatKind.PRIVATE:
        raise bad_request("chat member status can't be changed in private chats")
    change_standing(world, chat, Member(world.state.bot.id, Standing.LEFT), world.state.bot.id)
    return True
