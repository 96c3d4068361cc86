"""The e-mail channel: the port of :mod:`bot.channels.base`, put together from letters out and acts in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.channels.base import (
    Capabilities,
    Channel,
    ChannelHealth,
    SecondFactor,
    Sources,
)
from bot.channels.email.acts import SignoffActs
from bot.channels.email.outbox import Outbox
from bot.channels.email.personal import PersonalLetters
from bot.channels.email.planning import NAME, REFUSED_FOR, Planner
from bot.channels.email.sender import Sender
from bot.channels.email.smtp import MailServer
from bot.model.clock import Clock
from bot.model.commands import Act
from bot.model.delivery import DeliveryKey
from bot.model.incident import Incident
from bot.model.notice import Notice
from bot.model.outcome import Notice as RoomNotice
from bot.model.outcome import Outcome
from bot.model.person import Person
from bot.model.reach import Gap, Unreached
from bot.model.telling import Telling
from bot.store import email_letters, signoff
from bot.store.database import Database, Tx

AWAY_AFTER = timedelta(minutes=1)
"""A mail server that has not answered for this long reaches nobody."""


class EmailChannel:
    """Reaches officials by letter. Methods with a ``tx`` only write to the store."""

    name = NAME
    capabilities = Capabilities(buttons=False, edits=False, files=False, length=100_000)

    def __init__(
        self,
        server: MailServer,
        sender: Sender,
        database: Database,
        clock: Clock,
        sources: Sources,
        *,
        before: Sequence[Channel],
        second_factor: SecondFactor,
    ) -> None:
        """Put the parts together; nothing runs or is sent yet.

        Args:
            server: takes the letters.
            sender: who writes them and signs the links.
            database: the store.
            clock: tells the instants that are stored and shown.
            sources: read what letters show, and who is who.
            before: the channels that people are reached by first.
            second_factor: judges the codes that acts come with.
        """
        self._database = database
        self._clock = clock
        self._acts = SignoffActs(clock, sources.people, second_factor)
        self._planner = Planner(sources, before)
        self._personal = PersonalLetters(server, sender, database, clock, sources)
        self._outbox = Outbox(server, sender, database, clock, self._planner, sources, self._personal)

    # The port.

    async def gap(self, tx: Tx, person: Person, now: datetime) -> Gap | None:
        """Why a letter would not reach the person at the moment."""
        if person.email is None:
            return Gap(NAME, Unreached.NO_ADDRESS)
        refused = await email_letters.refused_since(tx, now - REFUSED_FOR)
        if person.email.casefold() in refused:
            return Gap(NAME, Unreached.REFUSED, refused[person.email.casefold()])
        since = self._outbox.away_since
        if since is not None and now - since >= AWAY_AFTER:
            return Gap(NAME, Unreached.AWAY, since)
        return None

    async def unreachable(self, tx: Tx, people: Sequence[Person]) -> frozenset[str]:
        """Ids of those without a mailbox, and of those whose mailbox refused."""
        refused = await email_letters.refused_since(tx, self._clock.now() - REFUSED_FOR)
        return frozenset(p.id for p in people if p.email is None or p.email.casefold() in refused)

    async def notify(self, tx: Tx, person: Person, notice: Notice) -> None:
        """Write once more about the words that wait; a letter leads to a decision, so without any none is sent."""
        await self._planner.remind(tx, person, notice.incident.id, self._clock.now())

    async def notify_room(self, tx: Tx, notice: Notice) -> None:
        """Nothing: no mailbox is a duty room."""

    async def tell(self, tx: Tx, person: Person | None, telling: Telling) -> None:
        """Write once more about words that wait when the matter became grave; all else is for a duty room."""
        if person is not None and telling.incident is not None and telling.urgent:
            await self._planner.remind(tx, person, telling.incident.id, self._clock.now())

    async def tell_room(self, tx: Tx, key: str, notice: RoomNotice) -> None:
        """Write to whom a notice about their own second factor names; else nothing: no mailbox is a duty room."""
        await self._personal.tell(tx, key, notice)

    async def take(self, tx: Tx, key: str) -> Act | None:
        """Read the act that was sent on the page and mark it done in this transaction."""
        return await self._acts.take(tx, key)

    async def reply(self, tx: Tx, act: Act, outcome: Outcome) -> None:
        """Keep the answer, which the page shows."""
        await self._acts.answer(tx, act, outcome)

    async def respond(self, act: Act, outcome: Outcome) -> None:
        """Nothing: the page itself shows what was committed."""

    async def address(self, tx: Tx, incident: Incident) -> None:
        """Nothing to note: who needs a letter is worked out from committed state when letters are sent."""

    async def ask_whether_it_appeared(self, tx: Tx, delivery: DeliveryKey) -> None:
        """Nothing to note: whom another channel does not reach is asked by letter, from committed state."""

    async def offer_follow_ups(self, tx: Tx, delivery: DeliveryKey) -> None:
        """Nothing: what follows a publication is begun where there are buttons."""

    async def lacking_pictures(self, tx: Tx, wanted: Mapping[str, int]) -> Sequence[str]:
        """None: the page behind a letter draws its own."""
        return ()

    async def illustrate(self, tx: Tx, incident: Incident, number: int) -> None:
        """Nothing: see above."""

    def wake(self) -> None:
        """Something was committed that people may have to know."""
        self._outbox.wake()

    # The process around it.

    async def undone(self) -> list[tuple[str, str]]:
        """Acts that were received and not carried out, as (channel, key)."""
        async with self._database.read() as tx:
            return [(NAME, key) for key in await signoff.undone(tx)]

    async def pump(self) -> int:
        """Write and send what is due now; returns how many letters the mail server took."""
        return await self._outbox.pump()

    def health(self) -> ChannelHealth:
        """Whether the mail server took the last letter that it was offered."""
        trouble = self._outbox.trouble or self._personal.trouble
        return ChannelHealth(trouble is None, trouble or "")

    async def run(self) -> None:
        """Send until cancelled."""
        await self._outbox.run()
