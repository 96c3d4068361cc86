"""E-mail to the press list: one letter each, each with a state of its own, none ever handed in twice on a doubt.

A copy is ``unknown`` from just before it is handed in. A process that dies in the middle of a list goes on behind the
letter at which it died, and asks about that one. Copies that the server did not take are tried again; those that it
refused are not.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass

import structlog

from bot.channels.email.smtp import (
    AddressBusy,
    AddressRefused,
    InDoubt,
    LetterRefused,
    MailServer,
    NotMailed,
)
from bot.model.clock import Clock
from bot.model.outlet_letter import CopyState, OutletLetter
from bot.model.paper import NoPaper, Paper, PaperFormat, PaperSource
from bot.outlets.base import DeliveryInDoubt, NotDelivered, Publication
from bot.outlets.press_letter import DkimKey, Letterhead, message_id, new_token, on_the_wire, press_letter
from bot.store import deliveries, outlet_letters, publishing_stops
from bot.store.database import Database

log = structlog.get_logger(__name__)

NAME = "email_list"
FALLBACK = "vi/full"

IN_A_ROW = 3
"""After so many letters in a row that the server did not take, or dropped the line after, it is left alone."""

GIVE_UP_AFTER = 12
"""Tries for a mailbox that is always busy, over some ten hours; then it has failed, and the list says so."""

_FIRST_WAIT, _LONGEST_WAIT = 60.0, 3600.0


@dataclass(frozen=True, slots=True)
class PressList:
    """To whom, in which variant, with what attached. ``verp`` is the return address that gets each copy's token."""

    recipients: tuple[str, ...]
    text: str = FALLBACK
    attach: PaperFormat | None = None
    return_address: str | None = None
    verp: bool = False


class EmailListOutlet:
    """Hands letters to one mail server."""

    name = NAME
    repeatable = True
    """Calling again is harmless: every copy's own state says whether it may still go out."""

    def __init__(
        self,
        server: MailServer,
        head: Letterhead,
        press: PressList,
        database: Database,
        clock: Clock,
        papers: PaperSource,
        dkim: DkimKey | None = None,
    ) -> None:
        """Take what is needed; nothing is sent yet."""
        self._server = server
        self._head = head
        self._press = press
        self._database = database
        self._clock = clock
        self._papers = papers
        self._dkim = dkim

    async def publish(self, publication: Publication) -> str:
        """Send the copies that may still go out; returns ``sent/all``.

        Raises:
            NotDelivered: some copies could not be handed in, or none at all could.
            DeliveryInDoubt: of some copies nobody knows.
        """
        letters = await self._known(publication)
        if any(letter.state is CopyState.QUEUED for letter in letters):
            await self._send(publication, letters)
        return await self._ended(publication)

    async def _known(self, publication: Publication) -> list[OutletLetter]:
        """Every copy of the version; one for each address of today's list that has none yet."""
        incident, version, now = publication.incident.id, publication.version.version, self._clock.now()
        async with self._database.write() as tx:
            known = await outlet_letters.of_version(tx, incident, version, NAME)
            have = {letter.address.casefold() for letter in known}
            fresh = [
                OutletLetter(incident, version, NAME, address, CopyState.QUEUED, token, message_id(token, domain), now)
                for address in self._press.recipients
                if address.casefold() not in have
                for token in (new_token(),)
                for domain in (self._head.sender.domain,)
            ]
            await outlet_letters.add_missing(tx, fresh)
        return [*known, *fresh]

    async def _earlier(self, publication: Publication) -> dict[str, str]:
        """By address, the Message-ID of the copy of what this version follows upon."""
        refers_to = publication.version.refers_to
        if refers_to is None:
            return {}
        async with self._database.read() as tx:
            letters = await outlet_letters.of_version(tx, publication.incident.id, refers_to, NAME)
        return {letter.address.casefold(): letter.message_id for letter in letters}

    async def _send(self, publication: Publication, letters: list[OutletLetter]) -> None:
        """Hand in what is queued, one after the other, until the server is plainly not well."""
        paper, earlier, row = await self._attached(publication), await self._earlier(publication), 0
        for letter in letters:
            if letter.state is not CopyState.QUEUED:
                continue
            if await self._stopped():
                log.warning("press_list_stopped", incident=letter.incident_id, version=letter.version)
                return
            ended, why = await self._hand_in(publication, letter, earlier.get(letter.address.casefold()), paper)
            if ended is None:
                continue
            async with self._database.write() as tx:
                await outlet_letters.settle(tx, letter, ended, self._clock.now(), why)
            row = row + 1 if ended in (CopyState.QUEUED, CopyState.UNKNOWN) else 0
            if row >= IN_A_ROW:
                log.warning("press_list_left_alone", incident=letter.incident_id, version=letter.version, why=why)
                return

    async def _hand_in(
        self, publication: Publication, letter: OutletLetter, before: str | None, paper: Paper | None
    ) -> tuple[CopyState | None, str | None]:
        """How one copy ended and why; no state when it was not ours to send."""
        raw = await asyncio.to_thread(self._written, publication, letter, before, paper)
        async with self._database.write() as tx:
            if not await outlet_letters.claim(tx, letter, self._clock.now()):
                return None, None
            await deliveries.still_under_way(tx, letter.incident_id, letter.version, NAME, self._clock.now())
        try:
            await self._server.send_bytes(raw, self._return_path(letter), letter.address)
        except (AddressRefused, LetterRefused) as error:
            return CopyState.FAILED, str(error)
        except InDoubt as error:
            return CopyState.UNKNOWN, str(error)
        except AddressBusy as error:
            given_up = publication.attempt >= GIVE_UP_AFTER
            return CopyState.FAILED if given_up else CopyState.QUEUED, str(error)
        except NotMailed as error:
            return CopyState.QUEUED, str(error)
        return CopyState.SENT, None

    async def _stopped(self) -> bool:
        """True once somebody stopped all publishing: the rest of the list waits until two persons release it."""
        async with self._database.read() as tx:
            return await publishing_stops.in_force(tx) is not None

    async def _ended(self, publication: Publication) -> str:
        incident, version = publication.incident.id, publication.version.version
        async with self._database.read() as tx:
            letters = await outlet_letters.of_version(tx, incident, version, NAME)
        counts = Counter(letter.state for letter in letters)
        went = counts[CopyState.SENT] + counts[CopyState.BOUNCED]
        why = next((letter.error for letter in letters if letter.error), None) or ""
        if counts[CopyState.UNKNOWN]:
            doubtful = [letter.address for letter in letters if letter.state is CopyState.UNKNOWN]
            raise DeliveryInDoubt(_some(doubtful), some_went=went > 0)
        if counts[CopyState.QUEUED]:
            wait = min(_FIRST_WAIT * 2.0 ** min(publication.attempt - 1, 10), _LONGEST_WAIT)
            raise NotDelivered(f"{counts[CopyState.QUEUED]} of {len(letters)}: {why}", wait, some_went=went > 0)
        if not went:
            raise NotDelivered(why, None)
        return f"{went}/{len(letters)}"

    def _written(
        self, publication: Publication, letter: OutletLetter, before: str | None, paper: Paper | None
    ) -> bytes:
        texts = publication.version.texts
        text = texts.get(self._press.text, texts[FALLBACK])
        raw = on_the_wire(press_letter(publication, text, letter, before, self._head, paper))
        return self._dkim.signed(raw) if self._dkim else raw

    def _return_path(self, letter: OutletLetter) -> str:
        address = self._press.return_address or self._head.sender.addr_spec
        if not (self._press.return_address and self._press.verp):
            return address
        local, _, domain = address.partition("@")
        return f"{local}+{letter.token}@{domain}"

    async def _attached(self, publication: Publication) -> Paper | None:
        """The document, where one is to go along; the words do not wait for it."""
        if self._press.attach is None:
            return None
        try:
            return await self._papers(publication.incident.id, publication.version.version, self._press.attach)
        except NoPaper as error:
            log.warning("press_letter_without_document", why=error.why, detail=error.detail)
            return None


def _some(addresses: list[str], shown: int = 5) -> str:
    more = len(addresses) - shown
    return ", ".join(addresses[:shown]) + (f" (+{more})" if more > 0 else "")
