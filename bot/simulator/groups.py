"""What people do with chats: create, add, kick, promote, turn a group into a supergroup."""

from __future__ import annotations

from dataclasses import replace

from bot.simulator.acts import ActRefused, chat_of
from bot.simulator.cast import ADMINISTRATOR_RIGHTS, CHANNEL_RIGHTS
from bot.simulator.members import change_standing
from bot.simulator.messages import post_service
from bot.simulator.model import Chat, ChatKind, Member, Person, Service, Standing
from bot.simulator.world import World

_SUPERGROUP_BASE = -1_000_000_000_000


class Groups:
    """The administrators' side of the simulation. `user` may be the bot or a person; acts raise ActRefused."""

    def __init__(self, world: World) -> None:
        """Act in this world."""
        self._world = world
        self._state = world.state

    def add_person(self, person: Person) -> Person:
        """A new account, or new properties of a known one; the private chat comes with it."""
        if person.id <= 0 or person.id == self._state.bot.id:
            raise ActRefused("id", "must be positive and not the bot's")
        self._state.put(person)
        if person.id not in self._state.chats:
            self._state.put(Chat(person.id, ChatKind.PRIVATE))
        return person

    def add_chat(self, chat: Chat) -> Chat:
        """A new chat, or new properties of a known one."""
        if chat.kind is ChatKind.PRIVATE or chat.id >= 0:
            raise ActRefused("id", "groups and channels have negative ids; private chats come with their person")
        is_super = chat.kind is not ChatKind.GROUP
        if is_super != (chat.id < _SUPERGROUP_BASE):
            raise ActRefused("id", f"ids of supergroups and channels, and only those, are below {_SUPERGROUP_BASE}")
        unknown = [member.user for member in chat.members if member.user not in self._state.people]
        if unknown:
            raise ActRefused("members", f"nobody has the id {unknown[0]}")
        self._state.put(chat)
        return chat

    def add(self, chat: int, user: int, *, by: int | None = None) -> Chat:
        """Bring the bot or a person into a chat."""
        place = self._shared(chat, user)
        actor = self._actor(place, by)
        place = change_standing(self._world, place, Member(user), actor)
        if place.is_group:
            post_service(self._world, place, actor, Service("new_chat_members", users=(user,)))
        return place

    def kick(self, chat: int, user: int, *, by: int | None = None) -> Chat:
        """Throw the bot or a person out; the bot hears of its own removal by `my_chat_member` only."""
        place = self._shared(chat, user)
        actor = self._actor(place, by)
        place = change_standing(self._world, place, Member(user, Standing.KICKED), actor)
        if place.is_group:
            post_service(self._world, place, actor, Service("left_chat_member", users=(user,)))
        return place

    def promote(self, chat: int, user: int, rights: tuple[str, ...] | None = None, *, by: int | None = None) -> Chat:
        """Make somebody administrator with these rights, by default the usual ones; with none at all, a member."""
        place = self._shared(chat, user)
        if rights is None:
            rights = CHANNEL_RIGHTS if place.kind is ChatKind.CHANNEL else ADMINISTRATOR_RIGHTS
        standing = Standing.ADMINISTRATOR if rights else Standing.MEMBER
        return change_standing(self._world, place, Member(user, standing, rights), self._actor(place, by))

    def mute(self, chat: int, user: int, *, by: int | None = None) -> Chat:
        """Take away the right to write."""
        place = self._shared(chat, user)
        return change_standing(self._world, place, Member(user, Standing.RESTRICTED), self._actor(place, by))

    def migrate(self, chat: int, new_id: int | None = None) -> Chat:
        """Turn a plain group into a supergroup with a new id; returns the supergroup.

        Both chats tell it by a service message, and calls to the old id answer with the new one.
        """
        old = chat_of(self._state, chat)
        if old.kind is not ChatKind.GROUP or old.migrated_to is not None:
            raise ActRefused("chat", "only a plain group can become a supergroup, once")
        new_id = new_id if new_id is not None else _SUPERGROUP_BASE - 5_000_000_000 + old.id
        if new_id in self._state.chats or new_id >= _SUPERGROUP_BASE:
            raise ActRefused("new_id", "is taken or no id of a supergroup")
        actor = self._actor(old, None)
        new = replace(old, id=new_id, kind=ChatKind.SUPERGROUP, migrated_from=old.id, pinned=())
        self._state.put(new)
        self._state.put(replace(old, migrated_to=new.id))
        post_service(self._world, old, actor, Service("migrate_to_chat_id", chat=new.id))
        post_service(self._world, new, actor, Service("migrate_from_chat_id", chat=old.id))
        return new

    def _shared(self, chat: int, user: int) -> Chat:
        place = chat_of(self._state, chat)
        if place.kind is ChatKind.PRIVATE:
            raise ActRefused("chat", "is private: nobody joins or leaves it")
        if user not in self._state.people:
            raise ActRefused("user", f"nobody has the id {user}")
        return place

    def _actor(self, place: Chat, by: int | None) -> int:
        if by is not None:
            if by not in self._state.people:
                raise ActRefused("by", f"nobody has the id {by}")
            return by
        bosses = [member.user for member in place.members if member.is_administrator]
        people = [user for user in (*bosses, *self._state.people) if user != self._state.bot.id]
        if not people:
            raise ActRefused("by", "there is nobody who could do this")
        return people[0]
