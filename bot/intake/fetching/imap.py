"""Letters from a mailbox on a server (IMAP4rev1, RFC 3501): each goes through the door once.

The place is remembered by UID, so a person who opens the mailbox in between hides nothing from us. Letters are marked
as seen and otherwise left alone.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aioimaplib
import structlog

from bot.intake.feeds import FeedConfig
from bot.intake.fetching.door import Door
from bot.intake.fetching.fetcher import FetchFailed
from bot.intake.fetching.imap_place import Place
from bot.intake.fetching.mailbox import AT_ONCE, hand_in
from bot.store import feeds

log = structlog.get_logger(__name__)

SECONDS = 20.0
SENT_BEFORE = timedelta(days=2)
"""A letter may be so much older than the day on which it came."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""As the protocol writes them, whatever the machine's language is."""

_VALIDITY = re.compile(rb"UIDVALIDITY (\d+)")
_FOLLOWING = re.compile(rb"UIDNEXT (\d+)")


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where the mailbox is and who opens it."""

    host: str
    port: int
    tls: bool
    user: str
    password: str
    folder: str
    ca: str | None = None


@asynccontextmanager
async def opened(server: MailServer) -> AsyncIterator[Any]:
    """A client that the server has let in, until it is left.

    Raises:
        FetchFailed: it does not, cannot be reached, or fails while it is asked.
    """
    try:
        client = _client(server)
        await client.wait_hello_from_server()
        try:
            await _log_in(client, server)
            yield client
        finally:
            with suppress(aioimaplib.AioImapException, aioimaplib.Error, OSError, TimeoutError):
                await client.logout()
    except (aioimaplib.Error, aioimaplib.AioImapException, OSError, TimeoutError, ssl.SSLError) as error:
        raise FetchFailed(f"{server.host}: {type(error).__name__}: {error}") from None


def _client(server: MailServer) -> Any:
    if not server.tls:
        return aioimaplib.IMAP4(server.host, server.port, timeout=SECONDS)
    context = ssl.create_default_context(cadata=server.ca)
    return aioimaplib.IMAP4_SSL(server.host, server.port, timeout=SECONDS, ssl_context=context)


async def _log_in(client: Any, server: MailServer) -> None:
    # The library quotes the password and nothing else: what would end a line or a word must not reach the wire.
    user, password = server.user, server.password
    if any(letter in user for letter in ' "\\') or any(letter in user + password for letter in "\r\n"):
        raise FetchFailed("user and password must be one line, the user without spaces and quotes")
    if (await client.login(user, password)).result != "OK":
        raise FetchFailed(f"{server.host} does not let {user} in")


class ImapFetcher:
    """One mailbox."""

    def __init__(self, name: str, server: MailServer, every: float, config: FeedConfig, intake: Door) -> None:
        """Take the server, and the door through which its letters come in."""
        self.name = name
        self.every = every
        self._server = server
        self._config = config
        self._intake = intake

    async def fetch(self) -> int:
        """Bring in what arrived since the last time; the first time, what nobody had read."""
        async with opened(self._server) as client:
            return await self._bring(client)

    async def _bring(self, client: Any) -> int:
        selected = await client.select(f'"{self._server.folder}"')
        if selected.result != "OK":
            raise FetchFailed(f"{self._server.folder}: no such folder")
        place = await self._place(client, b" ".join(bytes(line) for line in selected.lines))
        uids = list(place.unread[:AT_ONCE])
        if len(uids) < AT_ONCE:
            found = await self._search(client, f"UID {place.known_to + 1}:*")  # always names the last letter, too
            uids += [uid for uid in found if uid > place.known_to][: AT_ONCE - len(uids)]
        for uid in uids:
            letter = await self._letter(client, uid)
            if letter is not None:
                await hand_in(self._intake, self.name, self._config, letter)
            place = place.after(uid, self._intake.clock.now().date())
            await self._remember(place)
            await client.uid("store", str(uid), "+FLAGS", "(\\Seen)")
        return len(uids)

    async def _place(self, client: Any, told: bytes) -> Place:
        """Where we are in the mailbox; before its first letter is brought in, what lies there is written down.

        So a letter that was unread then is brought in whoever opens it before its turn, and one that had been read is
        not, however many rounds it takes. Where the server numbers its letters anew, that is a first time again;
        those that were sent since we last brought one in are then taken too, and the door knows the ones it had.
        """
        validity, following = _VALIDITY.search(told), _FOLLOWING.search(told)
        async with self._intake.database.read() as tx:
            known = Place.from_json(await feeds.position(tx, self.name))
        if known is not None and validity is not None and known.validity == int(validity[1]):
            return known
        last = (int(following[1]) - 1,) if following is not None else await self._search(client, "ALL")
        boundary = max(last, default=0)  # RFC 3501 lets a server leave UIDNEXT out
        wanted = "UNSEEN"
        if known is not None and known.on is not None:
            since = known.on - SENT_BEFORE
            wanted = f"OR UNSEEN SENTSINCE {since.day}-{_MONTHS[since.month - 1]}-{since.year}"
        unread = [uid for uid in await self._search(client, wanted) if uid <= boundary]
        place = Place(int(validity[1]) if validity else None, 0, boundary, tuple(unread), known.on if known else None)
        await self._remember(place)
        return place

    async def _search(self, client: Any, wanted: str) -> list[int]:
        found = await client.uid_search(wanted)
        if found.result != "OK":
            raise FetchFailed(f"{self._server.host}: the search is refused")
        return sorted(map(int, found.lines[0].split()))

    async def _remember(self, place: Place) -> None:
        async with self._intake.database.write() as tx:
            await feeds.put_position(tx, self.name, place.to_json(), self._intake.clock.now())

    async def _letter(self, client: Any, uid: int) -> bytes | None:
        """The letter; None when it is gone since."""
        fetched = await client.uid("fetch", str(uid), "(BODY.PEEK[])")
        if fetched.result != "OK":
            raise FetchFailed(f"{self._server.host}: letter {uid} is refused")
        bodies = [line for line in fetched.lines if isinstance(line, bytearray)]
        return bytes(bodies[0]) if bodies else None
