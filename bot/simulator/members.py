"""Changing somebody's standing in a chat, and the updates that tell the bot of it."""

from __future__ import annotations

from dataclasses import replace

from bot.simulator.model import Chat, ChatKind, Member, Standing
from bot.simulator.wire import Wire, chat_on_wire, member_on_wire, person_on_wire, timestamp
from bot.simulator.world import World


def change_standing(world: World, chat: Chat, member: Member, actor: int) -> Chat:
    """Set a member's standing; returns the changed chat.

    The bot hears of its own standing by `my_chat_member`, of others' by `chat_member`, the latter only as
    administrator and only if it asked for that kind.
    """
    before = chat.member(member.user)
    others = tuple(other for other in chat.members if other.user != member.user)
    changed = replace(chat, members=(*others, member))
    world.state.put(changed)
    if member.user == world.state.bot.id:
        announce(world, changed, "my_chat_member", before, member, actor)
    elif changed.member(world.state.bot.id).is_administrator:
        announce(world, changed, "chat_member", before, member, actor)
    return changed


def announce_private(world: World, person: int, *, blocked: bool) -> None:
    """Tell the bot that a person blocked or unblocked it."""
    member, kicked = Member(world.state.bot.id), Member(world.state.bot.id, Standing.KICKED)
    before, after = (member, kicked) if blocked else (kicked, member)
    announce(world, world.state.chats[person], "my_chat_member", before, after, person)


def announce(world: World, chat: Chat, kind: str, before: Member, after: Member, actor: int) -> None:
    """Queue a `ChatMemberUpdated`."""
    payload: Wire = {
        "chat": chat_on_wire(chat, world.state),
        "from": person_on_wire(world.state.people[actor]),
        "date": timestamp(world.now()),
        "old_chat_member": member_on_wire(before, world.state),
        "new_chat_member": member_on_wire(after, world.state),
    }
    lane = f"user:{actor}" if chat.kind is ChatKind.PRIVATE else f"chat:{chat.id}"
    world.queue.add(kind, payload, lane)
