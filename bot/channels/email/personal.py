"""Letters to one person about their own second factor: a link to enrol by, a link to stand for a colleague, word of it.

They go out beside the letters about matters, never before them. Whether a link still stands is looked at again in the
transaction that claims its letter.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage

import structlog

from bot.channels.base import Sources
from bot.channels.email.personal_words import letter
from bot.channels.email.planning import NAME
from bot.channels.email.sender import CLAIM, FIRST_WAIT, LONGEST_WAIT, Sender
from bot.channels.email.smtp import AddressRefused, LetterRefused, MailServer, Misconfigured, NotMailed
from bot.model.audit import SYSTEM, AuditEvent
from bot.model.clock import Clock
from bot.model.factor_link import factor_token, hindrance
from bot.model.outcome import Notice
from bot.model.person import Person
from bot.model.reach import LetterState
from bot.store import audit, factor_links
from bot.store import personal_letters as store
from bot.store.database import Database, StoreUnavailable, Tx
from bot.store.personal_letters import PersonalLetter

log = structlog.get_logger(__name__)

BY_LETTER = frozenset({"factor_begun", "factor_active", "factor_guessed"})
"""Notices that a person is sent by letter, too, whatever else tells them: nobody enrols in their name quietly."""


class PersonalLetters:
    """Writes and sends them. One per process."""

    def __init__(self, server: MailServer, sender: Sender, database: Database, clock: Clock, sources: Sources) -> None:
        """Prepare; nothing is sent yet."""
        self._server = server
        self._sender = sender
        self._database = database
        self._clock = clock
        self._sources = sources
        self.trouble: str | None = None

    async def tell(self, tx: Tx, key: str, notice: Notice) -> None:
        """Write a letter for a notice that is for its reader's mailbox, too, once for each key."""
        if notice.words not in BY_LETTER:
            return
        now = self._clock.now()
        person = (await self._sources.people(tx, now)).person(notice.to)
        if person is not None and person.email is not None:
            await store.add(tx, key, person.id, person.email, notice.words, notice.values, now)

    async def release(self, tx: Tx) -> None:
        """Forget all claims, when this process begins to send."""
        await store.release(tx)

    async def pump(self) -> int:
        """Hand in what is due, one after the other; returns how many the server took.

        Raises:
            StoreUnavailable: try again.
        """
        async with self._database.read() as tx:
            due = await store.due(tx, self._clock.now())
        return sum([await self._hand_in_or_put_off(one) for one in due])

    async def _hand_in_or_put_off(self, one: PersonalLetter) -> bool:
        try:
            return await self._hand_in(one)
        except StoreUnavailable:
            raise
        except Exception as error:  # a crooked address perhaps: it keeps no other letter back
            log.exception("email_fault", person=one.person)
            await self._put_off(one, type(error).__name__, LONGEST_WAIT)
            return False

    async def _hand_in(self, one: PersonalLetter) -> bool:
        async with self._database.write() as tx:
            message = await self._claim(tx, one, self._clock.now())
        if message is None:
            return False
        try:
            said = await self._server.send(message)
        except NotMailed as error:
            await self._failed(one, error)
            return False
        self.trouble = None
        await self._ended(one, LetterState.SENT, said)
        return True

    async def _claim(self, tx: Tx, one: PersonalLetter, now: datetime) -> EmailMessage | None:
        """The letter to be handed in now; None when it is not ours or no longer needed."""
        if not await store.claim(tx, one.id, now, now + CLAIM):
            return None
        organisation = await self._sources.people(tx, now)
        reader, link, until = organisation.person(one.person), "", None
        if one.link is not None:
            found = await factor_links.get(tx, one.link)
            if found is None or found.opened_at is not None or hindrance(found, reader, now) is not None:
                reader = None
            else:
                link = f"{self._sender.base_url}/signoff/f/{factor_token(found, self._sender.key)}"
                until = found.expires_at
        if reader is None or not _is_address_of(reader, one):
            await store.settle(tx, one.id, LetterState.DROPPED, now)
            self.trouble = None  # no letter waits for the server because of it any more
            return None
        return letter(one, reader, organisation.agency, self._sender.address, link, until)

    async def _failed(self, one: PersonalLetter, error: NotMailed) -> None:
        why = str(error)
        log.warning("email_not_sent", person=one.person, kind=type(error).__name__, error=why)
        if isinstance(error, AddressRefused | LetterRefused):  # an answer: the server itself is well
            self.trouble = None
            await self._ended(one, LetterState.DEAD, why)
            return
        self.trouble = why
        wait = LONGEST_WAIT if isinstance(error, Misconfigured) else FIRST_WAIT * 2.0 ** min(one.tries, 10)
        await self._put_off(one, why, min(wait, LONGEST_WAIT))

    async def _put_off(self, one: PersonalLetter, why: str, seconds: float) -> None:
        async with self._database.write() as tx:
            await store.later(tx, one.id, self._clock.now() + timedelta(seconds=seconds), why)

    async def _ended(self, one: PersonalLetter, state: LetterState, said: str) -> None:
        """Write down how it ended, on the record."""
        now = self._clock.now()
        details = {"person": one.person, "state": state.value, "cause": one.words, "said": said[:200]}
        async with self._database.write() as tx:
            await store.settle(tx, one.id, state, now, None if state is LetterState.SENT else said)
            await audit.append(tx, AuditEvent("letter", SYSTEM, now, NAME, details=details))


def _is_address_of(reader: Person, one: PersonalLetter) -> bool:
    """True while the mailbox is still theirs: a letter that waited goes to nobody's former mailbox."""
    return reader.email is not None and reader.email.casefold() == one.address.casefold()
