"""POST /_sim/…: acting in the simulated world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from aiohttp import web
from pydantic import TypeAdapter

from bot.simulator.acts import ActRefused
from bot.simulator.calls import Expected
from bot.simulator.control import bodies, shown
from bot.simulator.control.reading import chat_id, checked, number, read_body, read_json
from bot.simulator.faults import Fault
from bot.simulator.flood import FloodLimits
from bot.simulator.model import Chat, Member, Person

if TYPE_CHECKING:
    from bot.simulator.simulator import Simulator

_PERSON: TypeAdapter[Person] = TypeAdapter(Person)
_CHAT: TypeAdapter[Chat] = TypeAdapter(Chat)


class Acts:
    """Each carries out what a request asks and returns what is answered as JSON; raises ActRefused."""

    def __init__(self, simulator: Simulator) -> None:
        """Act in this simulator."""
        self._simulator = simulator
        self._state = simulator.state
        self._people = simulator.people
        self._groups = simulator.groups

    async def say(self, request: web.Request) -> shown.Shown:
        """Write a text; answers with the message."""
        body = await read_body(request, bodies.Say)
        chat = chat_id(self._state, body.chat)
        said = self._people.say(chat, body.user, body.text, reply_to=body.reply_to, thread=body.thread)
        return shown.message(said, self._state)

    async def press(self, request: web.Request) -> shown.Shown:
        """Press a button; answers with what the bot answered within `wait` seconds."""
        body = await read_body(request, bodies.Press)
        chat = chat_id(self._state, body.chat)
        pressed = self._people.press(chat, body.user, message=body.message, label=body.label, data=body.data)
        return shown.callback(await self._simulator.feed.answer(pressed.id, body.wait))

    async def edit(self, request: web.Request) -> shown.Shown:
        """Reword a message; answers with it."""
        body = await read_body(request, bodies.Edit)
        edited = self._people.edit(chat_id(self._state, body.chat), body.user, body.message, body.text)
        return shown.message(edited, self._state)

    async def delete(self, request: web.Request) -> shown.Shown:
        """Take a message away."""
        body = await read_body(request, bodies.Deletion)
        self._people.delete(chat_id(self._state, body.chat), body.message)
        return {"deleted": body.message}

    async def start(self, request: web.Request) -> shown.Shown:
        """Press Start; answers with the message."""
        body = await read_body(request, bodies.Start)
        return shown.message(self._people.start(body.user, body.payload), self._state)

    async def block(self, request: web.Request) -> shown.Shown:
        """Block the bot."""
        body = await read_body(request, bodies.User)
        self._people.block(body.user)
        return shown.person(self._state.people[body.user])

    async def unblock(self, request: web.Request) -> shown.Shown:
        """Unblock the bot."""
        body = await read_body(request, bodies.User)
        self._people.unblock(body.user)
        return shown.person(self._state.people[body.user])

    async def add(self, request: web.Request) -> shown.Shown:
        """Bring the bot or a person into a chat."""
        body = await read_body(request, bodies.Membership)
        return self._shown(self._groups.add(*self._who(body), by=body.by))

    async def kick(self, request: web.Request) -> shown.Shown:
        """Throw the bot or a person out."""
        body = await read_body(request, bodies.Membership)
        return self._shown(self._groups.kick(*self._who(body), by=body.by))

    async def mute(self, request: web.Request) -> shown.Shown:
        """Take away the right to write."""
        body = await read_body(request, bodies.Membership)
        return self._shown(self._groups.mute(*self._who(body), by=body.by))

    async def promote(self, request: web.Request) -> shown.Shown:
        """Give or take an administrator's rights."""
        body = await read_body(request, bodies.Promotion)
        rights = None if body.rights is None else tuple(body.rights)
        return self._shown(self._groups.promote(*self._who(body), rights, by=body.by))

    async def migrate(self, request: web.Request) -> shown.Shown:
        """Turn a plain group into a supergroup; answers with the new chat."""
        body = await read_body(request, bodies.Migration)
        return self._shown(self._groups.migrate(chat_id(self._state, body.chat), body.new_id))

    async def person(self, request: web.Request) -> shown.Shown:
        """Create a person, or change the fields given of a known one."""
        value = await read_json(request)
        known = self._state.people.get(_given_id(value))
        merged = {**(asdict(known) if known else {}), **value}
        return shown.person(self._groups.add_person(checked(_PERSON, merged)))

    async def chat(self, request: web.Request) -> shown.Shown:
        """Create a chat, or change the fields given of a known one; members are ids or objects."""
        value = dict(await read_json(request))
        members = value.get("members")
        if isinstance(members, list):
            value["members"] = [Member(each) if isinstance(each, int) else each for each in members]
        known = self._state.chats.get(_given_id(value))
        merged: dict[str, Any] = {**(asdict(known) if known else {}), **value}
        chat = checked(_CHAT, merged)
        if known is None and "members" not in value:
            chat = replace(chat, members=(Member(self._state.bot.id),))
        return self._shown(self._groups.add_chat(chat))

    async def fault(self, request: web.Request) -> shown.Shown:
        """Order a trouble."""
        body = await read_body(request, bodies.NewFault)
        chat = None if body.chat is None else chat_id(self._state, body.chat)
        return asdict(self._simulator.faults.add(Fault(**{**body.model_dump(), "chat": chat})))

    async def clear_faults(self, request: web.Request) -> list[shown.Shown]:
        """End all troubles, or the one of `?id=`."""
        wanted = request.query.get("id")
        self._simulator.faults.clear(None if wanted is None else number(wanted, "id"))
        return [asdict(fault) for fault in self._simulator.faults.listed()]

    async def flood(self, request: web.Request) -> shown.Shown:
        """Switch the flood model on or off."""
        body = await read_body(request, bodies.NewFlood)
        limits = FloodLimits(**body.model_dump(exclude={"on"})) if body.on else None
        self._simulator.flood.limits = limits
        return {"flood": asdict(limits) if limits else None}

    async def move_clock(self, request: web.Request) -> None:
        """Freeze or thaw, set, advance: in this order."""
        body = await read_body(request, bodies.ClockMove)
        clock = self._simulator.clock
        if body.freeze is not None:
            clock.freeze() if body.freeze else clock.thaw()
        if body.set is not None:
            clock.set(body.set)
        if body.advance is not None:
            clock.advance(timedelta(seconds=body.advance))

    async def update(self, request: web.Request) -> shown.Shown:
        """Deliver an update again, or a raw one of any kind."""
        body = await read_body(request, bodies.InjectedUpdate)
        if body.duplicate is not None:
            known = self._state.updates.get(body.duplicate)
            if known is None:
                raise ActRefused("duplicate", f"no update {body.duplicate}")
            self._simulator.queue.deliver_again(known)
            return shown.update(known)
        if body.kind is None or body.payload is None:
            raise ActRefused("kind", "give duplicate, or kind and payload")
        added = self._simulator.queue.add(body.kind, body.payload, lane="injected")
        return shown.update(added) if added else {"update_id": None, "kind": body.kind}

    async def expect(self, request: web.Request) -> shown.Shown:
        """Announce a refusal."""
        body = await read_body(request, bodies.Expectation)
        self._simulator.calls.expect(Expected(**body.model_dump()))
        return body.model_dump()

    async def forgive(self, request: web.Request) -> list[shown.Shown]:
        """Forget problems and announcements."""
        self._simulator.calls.forgive()
        return []

    def _who(self, body: bodies.Membership) -> tuple[int, int]:
        return chat_id(self._state, body.chat), self._state.bot.id if body.user is None else body.user

    def _shown(self, chat: Chat) -> shown.Shown:
        return shown.chat(chat, self._state)


def _given_id(value: Mapping[str, object]) -> int:
    given = value.get("id")
    if not isinstance(given, int) or isinstance(given, bool):
        raise ActRefused("id", "must be a whole number")
    return given
