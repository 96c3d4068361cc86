"""Who is reached where: the duty room, people's own chats, and any chat that somebody wrote from.

A chat is known by a key of ours (``duty``, ``person:<id>``, ``chat:<number>``), because its number at Telegram changes:
a group becomes a supergroup, a person gets another account.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import structlog

from bot.channels.base import LawyerAwaited, OrganisationSource
from bot.channels.telegram.render import one
from bot.model.audience import Duty, audience
from bot.model.incident import Incident
from bot.model.person import WORKING_ROLES, Organisation, Person, Role
from bot.store import bindings, incidents, telegram_cards, telegram_inbox, telegram_outbox
from bot.store import telegram_chats as store
from bot.store.database import Tx
from bot.store.people import TELEGRAM, enrolled, with_accounts
from bot.store.telegram_chats import BY_NUMBER

log = structlog.get_logger(__name__)

DUTY = "duty"
"""The key of the duty room."""

_PERSONS = "person:"
"""How the keys of people's own chats begin."""


class Chats:
    """The address book. Satisfies the inbox's ``ChatBook``."""

    def __init__(
        self,
        organisation: OrganisationSource,
        duty_chat: int | None,
        lawyer_awaited: LawyerAwaited,
    ) -> None:
        """Take the people as they are at each moment, and the duty room's address from the settings."""
        self._organisation = organisation
        self._duty_chat = duty_chat
        self._lawyer_awaited = lawyer_awaited

    async def address(self, tx: Tx, incident: Incident, at: datetime) -> None:
        """Note that the audience of an incident is to see its card."""
        await self._address(tx, await enrolled(tx, self._organisation(), at), incident, at)

    async def address_all_open(self, tx: Tx, at: datetime) -> None:
        """The same for every open incident: who is reached where has changed. The people are read once."""
        organisation = await enrolled(tx, self._organisation(), at)
        for incident in await incidents.open_incidents(tx):
            await self._address(tx, organisation, incident, at)

    async def audience(self, tx: Tx, incident: Incident, at: datetime) -> list[str]:
        """The keys of everybody who is to see an incident now: the duty room, and whoever of its audience has a chat.

        Without a duty room whoever is on duty sees the card in their own chat; so do all its officers while the room
        cannot be reached, or nobody on duty has a chat.
        """
        return await self._audience(tx, await enrolled(tx, self._organisation(), at), incident, at)

    async def _address(self, tx: Tx, organisation: Organisation, incident: Incident, at: datetime) -> None:
        for key in await self._audience(tx, organisation, incident, at):
            await telegram_cards.add_card(tx, incident.id, key)

    async def _audience(self, tx: Tx, organisation: Organisation, incident: Incident, at: datetime) -> list[str]:
        keys = [] if self._duty_chat is None else [await self._ensure(tx, DUTY, self._duty_chat, at)]
        if keys:  # a room that is lost had been everybody's
            duty = Duty.ROOM if await self._is_reachable(tx, DUTY) else Duty.EVERY
        else:
            duty = Duty.ONE if _whose_turn_has_a_chat(organisation, incident, at) else Duty.EVERY
        asked = await self._lawyer_awaited(tx, incident)
        concerned = audience(organisation, incident, at, duty, lawyers_asked=asked)
        for person in organisation.people:
            if person.telegram_id is not None and person.id in concerned:
                keys.append(await self._ensure(tx, person_key(person), person.telegram_id, at))
        return list(dict.fromkeys(keys))

    async def may_see(self, tx: Tx, key: str, incident: Incident, at: datetime) -> bool:
        """False for the chat of somebody whose account it is no longer, or who holds no role any more.

        A private chat that is known as a mere number, a person's second account perhaps, is judged by whose account it
        is now; of groups only the duty room sees drafts. Nobody is shut out because the files cannot be read: then
        roles are not asked for, accounts are. What the record knows of roles is asked only where the files say no.
        """
        filed, known = self._organisation(), await store.by_key(tx, key)
        if known is None or key == DUTY:
            return True
        if not is_persons(key) and known.chat_id < 0:  # Telegram counts people upwards, groups downwards
            return self._duty_chat is not None and known.chat_id == await self._now_at(tx, self._duty_chat)
        person = _owner(await self.accounts(tx), key, known.chat_id)
        if person is None:
            return filed.fault is not None and is_persons(key)
        if known.chat_id not in person.accounts:
            return False
        if filed.fault is not None or _has_a_role(person, incident, at):
            return True
        return _has_a_role((await enrolled(tx, filed, at)).person(person.id), incident, at)

    async def accounts(self, tx: Tx) -> Sequence[Person]:
        """Everybody with the accounts that are theirs in this transaction, for as many questions as there are."""
        return with_accounts(self._organisation().people, await bindings.of_channel(tx, TELEGRAM))

    async def is_still_theirs(self, tx: Tx, key: str, chat_id: int, people: Sequence[Person], at: datetime) -> bool:
        """False when a person's chat is to be sent something at an account that is theirs no longer.

        Then what waits goes where they are reached now, or nowhere: a stolen phone is told nothing more. ``people`` are
        those of :meth:`accounts`.
        """
        if not is_persons(key):
            return True
        person = _owner(people, key, chat_id)
        if self._organisation().fault is not None if person is None else chat_id in person.accounts:
            return True
        await self._follow(tx, key, person, at)
        return False

    async def of_duty(self, tx: Tx, at: datetime) -> list[str]:
        """Where the duty room is told something; without one that can be reached, everybody who handles incidents."""
        if self._duty_chat is not None:
            room = await self._ensure(tx, DUTY, self._duty_chat, at)
            if await self._is_reachable(tx, room):
                return [room]
        people = (await enrolled(tx, self._organisation(), at)).people
        return [
            await self._ensure(tx, person_key(p), p.telegram_id, at)
            for p in people
            if p.telegram_id is not None and p.roles(at) & (WORKING_ROLES | {Role.ADMIN})
        ]

    async def of_person(self, tx: Tx, person_id: str, at: datetime) -> str | None:
        """The chat of a person; None when they have no account here."""
        person = (await enrolled(tx, self._organisation(), at)).person(person_id)
        if person is None or person.telegram_id is None:
            return None
        return await self._ensure(tx, person_key(person), person.telegram_id, at)

    async def reaches(self, tx: Tx, person_id: str) -> bool:
        """True when something of ours has arrived in this person's own chat, and nothing has failed there since."""
        key = f"{_PERSONS}{person_id}"
        known = await store.by_key(tx, key)
        return known is not None and known.reachable and await store.has_received(tx, key)

    async def who(self, tx: Tx, account: int, at: datetime) -> Person | None:
        """The person whose account it is."""
        return (await enrolled(tx, self._organisation(), at)).by_telegram(account)

    async def forget_cards(self, tx: Tx, person_id: str, gone: Iterable[int], at: datetime) -> None:
        """The person's chat shows nothing more: its cards stand still, and new ones go where the person is reached.

        So does every chat of the accounts that are ``gone`` from the person, under whatever key.
        """
        key = f"{_PERSONS}{person_id}"
        await telegram_cards.remove_cards(tx, key)
        await self._follow(tx, key, (await enrolled(tx, self._organisation(), at)).person(person_id), at)
        for account in gone:
            await store.end_at(tx, account, DUTY)

    async def of(self, tx: Tx, chat_id: int, at: datetime) -> str:
        """The key of the chat with this number, which is written down when it is new."""
        person = await self.who(tx, chat_id, at)
        if person is not None and person.telegram_id == chat_id:
            return await self._ensure(tx, person_key(person), chat_id, at)
        known = await store.by_address(tx, chat_id)
        # A chat kept under somebody's key who has left it is a stranger's: what is said there must not follow them.
        if known is not None and not is_persons(known.key):
            return known.key
        return await self._ensure(tx, f"{BY_NUMBER}{chat_id}", chat_id, at)

    async def duty_room(self, tx: Tx, at: datetime) -> str | None:
        """The key of the duty room; None where there is none."""
        return None if self._duty_chat is None else await self._ensure(tx, DUTY, self._duty_chat, at)

    async def own(self, tx: Tx, person: Person, at: datetime) -> str | None:
        """The key of a person's own chat; None for somebody without a Telegram account."""
        return (
            None if person.telegram_id is None else await self._ensure(tx, person_key(person), person.telegram_id, at)
        )

    def language(self, key: str) -> str:
        """The language that a chat reads: its person's, Vietnamese where many read."""
        person = self._organisation().person(key.removeprefix(_PERSONS)) if is_persons(key) else None
        return person.lang if person else "vi"

    async def mark_reachable(self, tx: Tx, chat_id: int, at: datetime) -> None:
        """Somebody spoke from this chat, or let the bot in: open incidents are shown there again."""
        if await store.set_reachable(tx, chat_id, at):
            log.info("telegram_chat_reachable_again", chats=await store.at_address(tx, chat_id))

    async def mark_unreachable(self, tx: Tx, chat_id: int, error: str, at: datetime) -> None:
        """The bot was blocked, put out, or never let in: nothing is tried there until somebody lets it in."""
        if not await store.set_unreachable(tx, chat_id, error, at):
            return
        chats = await store.at_address(tx, chat_id)
        log.warning("telegram_chat_unreachable", chats=chats, error=error)
        if DUTY in chats:
            await self._tell_that_the_room_is_lost(tx, error, at)

    async def migrate(self, tx: Tx, old_chat_id: int, new_chat_id: int, at: datetime) -> None:
        """The group became a supergroup. The settings may go on to name the old number: it is remembered as moved."""
        await telegram_inbox.put_state(tx, _moved(old_chat_id), str(new_chat_id))
        for key in await store.at_address(tx, old_chat_id):
            await store.move(tx, key, new_chat_id, at)

    async def _tell_that_the_room_is_lost(self, tx: Tx, error: str, at: datetime) -> None:
        """Nobody in the duty room sees that it hears nothing any more; everybody is told in their own chat."""
        for chat in await self.of_duty(tx, at):
            told = one(self.language(chat), "notice.room_lost", error=error)
            await telegram_outbox.enqueue(tx, f"room-lost:{at.isoformat()}:{chat}", chat, told.payload(), at)
        await self.address_all_open(tx, at)

    async def _is_reachable(self, tx: Tx, key: str) -> bool:
        known = await store.by_key(tx, key)
        return known is None or known.reachable

    async def _ensure(self, tx: Tx, key: str, chat_id: int, at: datetime) -> str:
        address = await self._now_at(tx, chat_id)
        known = await store.by_key(tx, key)
        if known is not None and known.chat_id == address:
            return key
        if known is None:
            same = await store.by_address(tx, address)
            # The duty room may be somebody's own chat: two would get every card twice.
            if same is not None and (same.key == DUTY or key.startswith(BY_NUMBER)) and not is_persons(same.key):
                return same.key
        # Who wrote before they were enrolled, or before the room was named, has a chat already: it becomes this one.
        former = None if key.startswith(BY_NUMBER) else await store.by_number(tx, address)
        if known is not None:
            await store.move(tx, key, address, at)
        elif former is None:
            await store.add(tx, key, address, at)
        if former is not None:
            await store.take_over(tx, former, key)
        return key

    async def _now_at(self, tx: Tx, chat_id: int) -> int:
        """The address of a chat that was given in the settings: the group may have become a supergroup."""
        moved_to = await telegram_inbox.state(tx, _moved(chat_id))
        return chat_id if moved_to is None else int(moved_to)

    async def _follow(self, tx: Tx, key: str, person: Person | None, at: datetime) -> None:
        """What waits for the person goes to the account that is theirs now; without one it is not sent."""
        if person is not None and person.telegram_id is not None:
            await self._ensure(tx, key, person.telegram_id, at)
        else:
            await store.drop_waiting(tx, key)


def person_key(person: Person) -> str:
    """The key of a person's own chat."""
    return f"{_PERSONS}{person.id}"


def is_persons(key: str) -> bool:
    """True for the key of a person's own chat."""
    return key.startswith(_PERSONS)


def _owner(people: Sequence[Person], key: str, chat_id: int) -> Person | None:
    """Whose chat it is: the key's person, or whose account a mere number is now."""
    person_id = key.removeprefix(_PERSONS) if is_persons(key) else None
    return next((p for p in people if (chat_id in p.accounts if person_id is None else p.id == person_id)), None)


def _whose_turn_has_a_chat(organisation: Organisation, incident: Incident, at: datetime) -> bool:
    on_duty = organisation.person(organisation.route(incident, at).on_duty or "")
    return on_duty is not None and on_duty.telegram_id is not None


def _has_a_role(person: Person | None, incident: Incident, at: datetime) -> bool:
    return person is not None and bool(person.roles(at, None, incident.id, incident.code))


def _moved(chat_id: int) -> str:
    return f"moved:{chat_id}"
