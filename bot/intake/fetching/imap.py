"""Letters from a mailbox on a server (IMAP4rev1, RFC 3501): each goes through the door once.

The place is remembered by UID, so a person who opens the mailbox in between hides nothing from us. Letters are marked
as seen and otherwise left alone.
"""

from __future__ import annotations

import re
import ssl
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aioimaplib
import structlog

from bot.intake.feeds import FeedConfig
from bot.intake.fetching.door import Door
from bot.intake.fetching.fetcher import FetchFailed
from bot.intake.fetching.mailbox import AT_ONCE, hand_in
from bot.store import feeds

log = structlog.get_logger(__name__)

SECONDS = 20.0
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
        """Bring in what arrived since the last time; the first time, what nobody has read."""
        try:
            client = self._client()
            await client.wait_hello_from_server()
            try:
                await self._log_in(client)
                return await self._bring(client)
            finally:
                with suppress(aioimaplib.AioImapException, aioimaplib.Error, OSError, TimeoutError):
                    await client.logout()
        except FetchFailed:
            raise
        except (aioimaplib.Error, aioimaplib.AioImapException, OSError, TimeoutError, ssl.SSLError) as error:
            raise FetchFailed(f"{self._server.host}: {type(error).__name__}: {error}") from None

    def _client(self) -> Any:
        server = self._server
        if not server.tls:
            return aioimaplib.IMAP4(server.host, server.port, timeout=SECONDS)
        context = ssl.create_default_context(cadata=server.ca)
        return aioimaplib.IMAP4_SSL(server.host, server.port, timeout=SECONDS, ssl_context=context)

    async def _log_in(self, client: Any) -> None:
        user, password = self._server.user, self._server.password
        # The library quotes the password and nothing else: what would end a line or a word must not reach the wire.
        if any(letter in user for letter in ' "\\') or any(letter in user + password for letter in "\r\n"):
            raise FetchFailed("user and password must be one line, the user without spaces and quotes")
        if (await client.login(user, password)).result != "OK":
            raise FetchFailed(f"{self._server.host} does not let {user} in")

    async def _bring(self, client: Any) -> int:
        selected = await client.select(f'"{self._server.folder}"')
        if selected.result != "OK":
            raise FetchFailed(f"{self._server.folder}: no such folder")
        told = b" ".join(bytes(line) for line in selected.lines)
        validity, following = _VALIDITY.search(told), _FOLLOWING.search(told)
        async with self._intake.database.read() as tx:
            position = dict(await feeds.position(tx, self.name))
        same_box = validity is not None and position.get("validity") == int(validity[1])
        last = int(position.get("uid", 0)) if same_box else 0
        search = await (client.uid_search(f"UID {last + 1}:*") if last else client.uid_search("UNSEEN"))
        if search.result != "OK":
            raise FetchFailed(f"{self._server.host}: the search is refused")
        uids = sorted(uid for uid in map(int, search.lines[0].split()) if uid > last)[:AT_ONCE]
        for uid in uids:
            letter = await self._letter(client, uid)
            if letter is not None:
                await hand_in(self._intake, self.name, self._config, letter)
            await self._remember(validity, uid)
            await client.uid("store", str(uid), "+FLAGS", "(\\Seen)")
        if last == 0 and len(uids) < AT_ONCE and following is not None:
            # From here on every letter is new to us, also one that a colleague opens before we come back.
            await self._remember(validity, int(following[1]) - 1)
        return len(uids)

    async def _remember(self, validity: re.Match[bytes] | None, uid: int) -> None:
        here = {"validity": int(validity[1]) if validity else None, "uid": uid}
        async with self._intake.database.write() as tx:
            await feeds.put_position(tx, self.name, here, self._intake.clock.now())

    async def _letter(self, client: Any, uid: int) -> bytes | None:
        """The letter; None when it is gone since."""
        fetched = await client.uid("fetch", str(uid), "(BODY.PEEK[])")
        if fetched.result != "OK":
            raise FetchFailed(f"{self._server.host}: letter {uid} is refused")
        bodies = [line for line in fetched.lines if isinstance(line, bytearray)]
        return bytes(bodies[0]) if bodies else None
