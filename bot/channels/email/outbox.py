"""The sending half: one worker writes the letters that are missing and hands in those whose time has come.

Whether a letter is still needed is looked at again in the transaction that claims it: nobody is woken for words that
were decided upon. A letter that may have arrived is handed in again under the same Message-ID, because a second letter
is better than none; nothing is ever taken for consent, whatever the server says.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage

import structlog

from bot.channels.base import Sources
from bot.channels.email.personal import PersonalLetters
from bot.channels.email.planning import NAME, Planner
from bot.channels.email.render import illustrate, letter
from bot.channels.email.sender import CLAIM, FIRST_WAIT, LONGEST_WAIT, Sender
from bot.channels.email.smtp import AddressRefused, InDoubt, LetterRefused, MailServer, Misconfigured, NotMailed
from bot.model.audit import SYSTEM, AuditEvent
from bot.model.card import CardView
from bot.model.clock import Clock
from bot.model.delivery import DeliveryState
from bot.model.incident import Incident
from bot.model.person import WORKING_ROLES, Organisation, Person
from bot.model.reach import DOUBT, REMINDED, LetterState
from bot.model.signoff import hindrance, token_of
from bot.model.statement import APPROVABLE
from bot.store import audit, deliveries, incidents
from bot.store import email_letters as store
from bot.store.database import Database, StoreUnavailable, Tx
from bot.store.email_letters import QueuedLetter

log = structlog.get_logger(__name__)

IDLE_SECONDS = 5.0
"""How often to look when nobody wakes the worker: a channel may have failed, or another process committed something."""

DRAWN_WITHIN = 10.0
"""Seconds that a letter waits for its picture."""


@dataclass(frozen=True, slots=True)
class Written:
    """A letter that is ready but for its picture; ``curve_in`` is the language of that, None where there is none."""

    message: EmailMessage
    curve_in: str | None = None


class Outbox:
    """Sends what the store says is due. One per process."""

    def __init__(
        self,
        server: MailServer,
        sender: Sender,
        database: Database,
        clock: Clock,
        planner: Planner,
        sources: Sources,
        personal: PersonalLetters,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Prepare; nothing is sent yet. ``personal`` letters go out after those about matters."""
        self._personal = personal
        self._server = server
        self._sender = sender
        self._database = database
        self._clock = clock
        self._planner = planner
        self._sources = sources
        self._sleep = sleep
        self._woken = asyncio.Event()
        self._claims_released = False
        self.trouble: str | None = None
        self.away_since: datetime | None = None

    def wake(self) -> None:
        """Look again now."""
        self._woken.set()

    async def run(self) -> None:
        """Send until cancelled. Neither the mail server nor the store ends it."""
        self._claims_released = False  # whoever sent before this process no longer does
        while True:
            self._woken.clear()
            try:
                await self.pump()
            except StoreUnavailable as error:
                log.warning("email_waits_for_the_store", error=str(error))
            except Exception:  # a fault of our own must not make the desk mute
                log.exception("email_fault")
            waiting = {asyncio.ensure_future(self._woken.wait()), asyncio.ensure_future(self._sleep(IDLE_SECONDS))}
            try:
                await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in waiting:
                    task.cancel()

    async def pump(self) -> int:
        """Write what is missing and hand in what is due, one after the other; returns how many the server took.

        Raises:
            StoreUnavailable: try again.
        """
        now = self._clock.now()
        async with self._database.write() as tx:
            if not self._claims_released:
                await store.release(tx)
                await self._personal.release(tx)
            await self._planner.write_missing(tx, now)
            due = await store.due(tx, now)
        self._claims_released = True
        taken = sum([await self._hand_in_or_put_off(queued) for queued in due])
        return taken + await self._personal.pump()

    async def _hand_in_or_put_off(self, queued: QueuedLetter) -> bool:
        """Hand one letter in; a fault in it, a crooked address perhaps, keeps no other letter back."""
        try:
            return await self._hand_in(queued)
        except StoreUnavailable:
            raise
        except Exception as error:
            log.exception("email_fault", person=queued.ticket.person)
            await self._put_off(queued, type(error).__name__, LONGEST_WAIT)
            return False

    async def _hand_in(self, queued: QueuedLetter) -> bool:
        now = self._clock.now()
        async with self._database.write() as tx:
            written = await self._claim(tx, queued, now)
        if written is None:
            return False
        try:
            if written.curve_in is not None:
                await self._illustrate(written.message, queued.ticket.incident_id, written.curve_in)
            said = await self._server.send(written.message)
        except NotMailed as error:
            await self._failed(queued, error)
            return False
        self.trouble, self.away_since = None, None
        async with self._database.write() as tx:
            await store.note_acceptance(tx, queued.ticket.address)
            await self._ended(tx, queued, LetterState.SENT, said)
        return True

    async def _illustrate(self, message: EmailMessage, incident_id: str, lang: str) -> None:
        """Lay the curve into the letter; without it the letter goes all the same, for its words say it too."""
        if self._sources.picture is None:
            return
        try:
            drawn = await asyncio.wait_for(self._sources.picture(incident_id, lang), DRAWN_WITHIN)
        except Exception as error:  # nobody waits for a decision because a picture failed
            log.warning("letter_without_picture", incident=incident_id, error=type(error).__name__)
            return
        if drawn is not None:
            illustrate(message, drawn)

    async def _claim(self, tx: Tx, queued: QueuedLetter, now: datetime) -> Written | None:
        """The letter to be handed in now; None when it is not ours or no longer needed."""
        if not await store.claim(tx, queued.ticket.id, now, now + CLAIM):
            return None
        ticket, organisation = queued.ticket, await self._sources.people(tx, now)
        person = organisation.person(ticket.person)
        view = await self._sources.card(tx, ticket.incident_id)
        if queued.cause == DOUBT:
            return await self._question(tx, queued, view, person, organisation, now)
        if view is None or person is None or not await self._is_wanted(tx, queued, view, person, organisation, now):
            await store.settle(tx, ticket.id, LetterState.DROPPED, now)
            return None
        link = f"{self._sender.base_url}/signoff/{token_of(ticket, self._sender.key)}"
        tasks = await self._sources.tasks(tx, view.incident)
        await store.ask(tx, ticket.id, tasks.of(person.id))
        written = letter(queued, view, person, organisation.agency, self._sender.address, link, tasks)
        return Written(written, None if view.curve is None else person.lang)

    async def _is_wanted(
        self,
        tx: Tx,
        queued: QueuedLetter,
        view: CardView,
        person: Person,
        organisation: Organisation,
        now: datetime,
    ) -> bool:
        """True while the very words of the letter wait for a decision, and its reader has to do with them."""
        ticket, current = queued.ticket, view.statement
        if current is None or current.version != ticket.version or not view.incident.is_open:
            return False
        waits_for_second = view.awaits_second_person and current.approved_by != ticket.person
        if current.state not in APPROVABLE and not waits_for_second:
            return False
        if hindrance(ticket, person, now) is not None or not _works(person, view.incident, now):
            return False
        if queued.cause == REMINDED:
            return True
        return person.id in await self._planner.concerned(tx, organisation, view.incident, now)

    async def _question(
        self,
        tx: Tx,
        queued: QueuedLetter,
        view: CardView | None,
        person: Person | None,
        organisation: Organisation,
        now: datetime,
    ) -> Written | None:
        """The letter that asks whether words appeared; None when somebody has said so since."""
        ticket = queued.ticket
        doubted = await deliveries.of_incident(tx, ticket.incident_id, ticket.version)
        open_ = any(copy.state is DeliveryState.UNKNOWN and copy.asked for copy in doubted)
        stands = person is not None and hindrance(ticket, person, now) is None
        if view is None or person is None or not open_ or not stands or not _works(person, view.incident, now):
            await store.settle(tx, ticket.id, LetterState.DROPPED, now)
            return None
        link = f"{self._sender.base_url}/signoff/{token_of(ticket, self._sender.key)}"
        return Written(letter(queued, view, person, organisation.agency, self._sender.address, link))

    async def _failed(self, queued: QueuedLetter, error: NotMailed) -> None:
        now, why = self._clock.now(), str(error)
        log.warning("email_not_sent", person=queued.ticket.person, kind=type(error).__name__, error=why)
        if not isinstance(error, AddressRefused | LetterRefused):  # those two are answers
            self.trouble, self.away_since = why, self.away_since or now
        async with self._database.write() as tx:
            if isinstance(error, AddressRefused):
                await store.note_refusal(tx, queued.ticket.address, why, now)
            if isinstance(error, AddressRefused | LetterRefused):
                await self._ended(tx, queued, LetterState.DEAD, why)
                return
        wait = LONGEST_WAIT if isinstance(error, Misconfigured) else FIRST_WAIT * 2.0 ** min(queued.tries, 10)
        await self._put_off(queued, why, min(wait, LONGEST_WAIT))
        if isinstance(error, InDoubt):
            log.warning("email_in_doubt", person=queued.ticket.person)

    async def _put_off(self, queued: QueuedLetter, why: str, seconds: float) -> None:
        """Try again later."""
        async with self._database.write() as tx:
            await store.later(tx, queued.ticket.id, self._clock.now() + timedelta(seconds=seconds), why)
            if queued.tries == 0:  # from now on the card says that it is not out yet
                await incidents.touch(tx, queued.ticket.incident_id)

    async def _ended(self, tx: Tx, queued: QueuedLetter, state: LetterState, said: str) -> None:
        """Write down how it ended, on the record and on the card."""
        now, ticket = self._clock.now(), queued.ticket
        error = None if state is LetterState.SENT else said
        await store.settle(tx, queued.ticket.id, state, now, error)
        await incidents.touch(tx, ticket.incident_id)
        details = {"person": ticket.person, "state": state.value, "cause": queued.cause, "said": said[:200]}
        await audit.append(tx, AuditEvent("letter", SYSTEM, now, NAME, ticket.incident_id, ticket.version, details))


def _works(person: Person, incident: Incident, now: datetime) -> bool:
    """True while the person handles the matter: a reminder waited for the mail server, and the role has ended since."""
    return bool(person.roles(now, None, incident.id, incident.code) & WORKING_ROLES)
