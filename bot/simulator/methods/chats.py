"""getChat, getChatMember, getChatAdministrators, getChatMemberCount."""

from __future__ import annotations

from bot.simulator.access import readable_chat
from bot.simulator.errors import bad_request
from bot.simulator.methods.registry import method
from bot.simulator.model import Chat, ChatKind, Member, Standing
from bot.simulator.params import Params
from bot.simulator.wire import Wire, chat_on_wire, member_on_wire, message_on_wire
from bot.simulator.world import World

_PERMISSIONS = (
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
    "can_invite_users",
)
_NO_GIFTS = {
    "unlimited_gifts": False,
    "limited_gifts": False,
    "unique_gifts": False,
    "premium_subscription": False,
    "gifts_from_channels": False,
}


@method("getChat")
def get_chat(world: World, params: Params) -> object:
    """A `ChatFullInfo`."""
    chat = readable_chat(world.state, params)
    wire: Wire = chat_on_wire(chat, world.state)
    wire |= {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": dict(_NO_GIFTS)}
    if chat.description:
        wire["description"] = chat.description
    if chat.is_group:
        wire["permissions"] = dict.fromkeys(_PERMISSIONS, True)
    if chat.pinned and (pinned := world.state.message(chat.id, chat.pinned[-1])):
        wire["pinned_message"] = message_on_wire(pinned, world.state, with_reply=False)
    return wire


@method("getChatMember")
def get_chat_member(world: World, params: Params) -> object:
    """A `ChatMember`."""
    chat = readable_chat(world.state, params)
    user = params.integer("user_id")
    if not user:
        raise bad_request("invalid user_id specified")
    if user not in world.state.people:
        raise bad_request("user not found")
    return member_on_wire(_member(world, chat, user), world.state)


@method("getChatAdministrators")
def get_chat_administrators(world: World, params: Params) -> object:
    """The `ChatMember`s who own or administer a chat; other bots would not be told."""
    chat = readable_chat(world.state, params)
    if chat.kind is ChatKind.PRIVATE:
        raise bad_request("there are no administrators in the private chat")
    return [member_on_wire(member, world.state) for member in chat.members if member.is_administrator]


@method("getChatMemberCount")
def get_chat_member_count(world: World, params: Params) -> object:
    """How many are in a chat."""
    chat = readable_chat(world.state, params)
    if chat.kind is ChatKind.PRIVATE:
        return 2
    return sum(member.is_present for member in chat.members)


def _member(world: World, chat: Chat, user: int) -> Member:
    if chat.kind is not ChatKind.PRIVATE:
        return chat.member(user)
    return Member(user, Standing.MEMBER if user in (chat.id, world.state.bot.id) else Standing.LEFT)
