"""RSS and Atom: asked politely (``ETag``, ``Last-Modified``), bounded, and every entry brought once."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from yarl import URL

from bot import __version__
from bot.intake.feeds import FeedConfig
from bot.intake.fetching import redirects
from bot.intake.fetching.fetcher import FetchFailed
from bot.intake.formats.arrival import NotReadable
from bot.intake.formats.rss import entries_of
from bot.intake.http import Intake
from bot.store import feeds

LARGEST = 5 * 1024 * 1024
SECONDS = 20
REMEMBERED = 2000
"""Entries that a feed is remembered to have had; one that comes back after so many others is known by its id still."""


@dataclass(frozen=True, slots=True)
class NewsPage:
    """What is asked, how often (seconds), and which entries count: those with a keyword, not older than ``max_age``."""

    url: str
    every: float
    keywords: tuple[str, ...]
    max_age: timedelta
    press: bool


class NewsFetcher:
    """One feed of news."""

    def __init__(self, name: str, page: NewsPage, config: FeedConfig, intake: Intake) -> None:
        """Take the page, and the door through which its entries come in."""
        self.name = name
        self.every = page.every
        self._page = page
        self._config = config
        self._intake = intake

    async def fetch(self) -> int:
        """Ask the page what is new since the last time."""
        async with self._intake.database.read() as tx:
            position = dict(await feeds.position(tx, self.name))
        answer = await self._ask(position)
        if answer is None:
            return 0
        body, headers = answer
        try:
            entries = await asyncio.to_thread(entries_of, body)
        except NotReadable as error:
            raise FetchFailed(str(error)) from None
        seen = dict.fromkeys(position.get("seen", []))
        new = [entry for entry in entries if _key(entry) not in seen]
        wanted = [{**e, "is_press": self._page.press} for e in new if self._counts(e)]
        if wanted:
            await self._intake.take_in(self.name, self._config, json.dumps(wanted).encode(), {}, None)
        # What came in is known by its id as well: a death in between brings nothing twice.
        kept = [*(seen | dict.fromkeys(map(_key, new)))][-REMEMBERED:]
        position = {"etag": headers.get("ETag"), "modified": headers.get("Last-Modified"), "seen": kept}
        async with self._intake.database.write() as tx:
            await feeds.put_position(tx, self.name, position, self._intake.clock.now())
        return len(wanted)

    async def _ask(self, position: Mapping[str, Any]) -> tuple[bytes, Mapping[str, str]] | None:
        """The page and its headers; None when nothing changed.

        Raises:
            FetchFailed: it cannot be had.
        """
        headers = {
            "User-Agent": f"keng/{__version__}",
            "Accept": "application/atom+xml, application/rss+xml, */*;q=0.1",
        }
        if position.get("etag"):
            headers["If-None-Match"] = position["etag"]
        if position.get("modified"):
            headers["If-Modified-Since"] = position["modified"]
        timeout = aiohttp.ClientTimeout(total=SECONDS)
        try:
            named = URL(self._page.url)
            connector = aiohttp.TCPConnector(resolver=redirects.PublicButFor(named.raw_host))
            async with (
                asyncio.timeout(SECONDS),
                aiohttp.ClientSession(
                    connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()
                ) as session,
            ):
                return await self._follow(session, named, headers)
        except (aiohttp.ClientError, redirects.Elsewhere, OSError, TimeoutError, ValueError) as error:
            said = str(error) if isinstance(error, redirects.Elsewhere) else type(error).__name__
            raise FetchFailed(f"{self._page.url}: {said}") from None

    async def _follow(
        self, session: aiohttp.ClientSession, named: URL, headers: Mapping[str, str]
    ) -> tuple[bytes, Mapping[str, str]] | None:
        here = named
        for _ in range(redirects.MOST + 1):
            async with session.get(here, headers=headers, allow_redirects=False) as answer:
                if answer.status in (301, 302, 303, 307, 308):
                    here = redirects.redirected(named, here, answer.headers.get("Location", ""))
                    continue
                if answer.status == 304:
                    return None
                if answer.status != 200:
                    raise FetchFailed(f"{self._page.url} answers {answer.status}")
                body = b""
                async for chunk in answer.content.iter_chunked(65_536):
                    body += chunk
                    if len(body) > LARGEST:
                        raise FetchFailed(f"{self._page.url} is over {LARGEST} bytes")
                return body, _told(answer.headers)
        raise FetchFailed(f"{self._page.url} redirects more than {redirects.MOST} times")

    def _counts(self, entry: Mapping[str, Any]) -> bool:
        """True for an entry that is young enough and speaks of what the office asked for."""
        published = entry.get("published")
        if published and datetime.fromisoformat(published) < self._intake.clock.now() - self._page.max_age:
            return False
        return speaks_of(entry, self._page.keywords)


def speaks_of(entry: Mapping[str, Any], keywords: Sequence[str]) -> bool:
    """True when one of the words is in title or summary; without any words every entry counts."""
    said = f"{entry.get('title', '')} {entry.get('summary', '')}".casefold()
    return not keywords or any(word.casefold() in said for word in keywords)


def _told(headers: Mapping[str, str]) -> dict[str, str]:
    """What the page wants to be told the next time; odd letters in it are not kept."""
    return {name: said for name in ("ETag", "Last-Modified") if (said := headers.get(name, "")) and said.isascii()}


def _key(entry: Mapping[str, Any]) -> str:
    return hashlib.sha256(str(entry.get("id", "")).encode("utf-8", "replace")).hexdigest()[:16]
