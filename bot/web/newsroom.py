"""The newsroom: published statements with permanent addresses, and the same as Atom and JSON Feed.

The words on every page are exactly the approved text; a page adds the frame around them and nothing else.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from aiohttp import web

from bot.describing import Answer, Operation, described
from bot.model.languages import LANGUAGES
from bot.model.statement import StatementVersion
from bot.store import newsroom
from bot.store.newsroom import Address, Asked
from bot.web import items, render, render_feeds
from bot.web.addresses import FIRST, Kind, Place, Served
from bot.web.answering import Answering, Crowds
from bot.web.items import Item
from bot.web.parts import WebParts
from bot.web.render import MOST_COUNTED, Frame, Search, Turning
from bot.web.search_question import page_in, search_in

PAGE_SIZE = 20
MAP_LASTS = timedelta(minutes=5)
"""How old the map for search engines may be; making it reads every address."""

NEAR = 50
"""Pages that are near enough to the newest to be found at once."""

_ID = re.compile(r"([0-9a-f]{32})-([0-9]{1,6})")
_SERIES = re.compile(r"[0-9a-f]{32}")

Handler = Callable[[web.Request], Awaitable[web.Response]]


class Newsroom:
    """Serves the public pages in one language."""

    def __init__(self, parts: WebParts, answering: Answering, crowds: Crowds, lang: str = "vi") -> None:
        """Read from ``parts.database``, in turn."""
        self._parts = parts
        self._answering = answering
        self._crowds = crowds
        self._lang = lang
        self._where = Served(parts.base_url)
        self._map: tuple[datetime, bytes | None] = (parts.clock.now(), None)

    @described(
        Operation(
            "What the office has said, newest first; a search among it",
            {
                200: Answer("A page.", None, "text/html"),
                302: Answer("The same in another language (`lang`).", media=None),
                304: Answer("The reader has it.", media=None),
                503: Answer("The store is away, or too many search at once; come again.", None, "text/html"),
            },
            query={
                "q": "words to look for, and phrases in quotation marks; without accents they find both",
                "from": "first day of publication, YYYY-MM-DD",
                "to": "last day of publication, YYYY-MM-DD",
                "page": "number of the page, from 1",
                "lang": "vi or en",
            },
        )
    )
    async def listing(self, request: web.Request) -> web.Response:
        """The latest statements, or those that fit a search; ``?page=2`` and on for older ones."""
        self._in_another_language(request)
        search, asked = search_in(request)
        costly = search.is_on or page_in(request) > NEAR
        async with self._crowds.costly.one() if costly else self._crowds.pages.one():
            return await self._listing(request, search, asked)

    async def _listing(self, request: web.Request, search: Search, asked: Asked) -> web.Response:
        page = page_in(request)
        versions: list[StatementVersion] = []
        found = 0
        async with self._parts.database.read() as tx:
            if not search.fault:
                versions = await newsroom.listing(tx, asked, PAGE_SIZE + 1, (page - 1) * PAGE_SIZE)
            if search.is_on and not search.fault:
                found = await newsroom.count(tx, asked, MOST_COUNTED + 1)
            series = await newsroom.series(tx, [v.incident_id for v in versions])
        shown = items.make_all(versions[:PAGE_SIZE], series, self._where, self._lang)
        turning = Turning(page, more=len(versions) > PAGE_SIZE)
        html = render.listing(shown, self._frame(), turning=turning, found=found, search=search)
        return self._answering.page(request, html, dated=not search.is_on)

    @described(
        Operation(
            "One statement, or all on one matter",
            {
                200: Answer("A page.", None, "text/html"),
                302: Answer("The same in another language (`lang`).", media=None),
                304: Answer("The reader has it.", media=None),
                404: Answer("There is none.", None, "text/html"),
                503: Answer("The store is away; come again.", None, "text/html"),
            },
            query={"lang": "vi or en"},
        )
    )
    async def item(self, request: web.Request) -> web.Response:
        """One statement under its permanent address; under that of its series, the latest and how it came to it."""
        self._in_another_language(request)
        asked = request.match_info["id"]
        one, whole = _ID.fullmatch(asked), _SERIES.fullmatch(asked)
        if one is None and whole is None:
            raise web.HTTPNotFound
        incident_id = one[1] if one else asked
        async with self._crowds.pages.one(), self._parts.database.read() as tx:
            series = await newsroom.series(tx, [incident_id])
        versions = series.get(incident_id, ())
        if one is not None:
            version = next((v for v in versions if asked == items.item_id(v)), None)
            if version is None:
                raise web.HTTPNotFound
            shown = items.make(version, series, self._where, self._lang)
            return self._answering.page(request, render.item(shown, self._frame()))
        if not versions:
            raise web.HTTPNotFound
        history = [items.make(v, series, self._where, self._lang, compare=True) for v in versions]
        return self._answering.page(request, render.series(history, self._frame()))

    @described(
        Operation(
            "What the office has said, as Atom",
            {
                200: Answer("Atom.", None, "application/atom+xml"),
                304: Answer("The reader has it.", media=None),
                503: Answer("The store is away; come again.", None, "text/html"),
            },
        )
    )
    async def atom(self, request: web.Request) -> web.Response:
        """RFC 4287."""
        body = render_feeds.atom(await self._latest(), self._frame())
        return self._answering.page(request, body, "application/atom+xml")

    @described(
        Operation(
            "What the office has said, as JSON Feed",
            {
                200: Answer("JSON Feed.", None, "application/feed+json"),
                304: Answer("The reader has it.", media=None),
                503: Answer("The store is away; come again.", None, "text/html"),
            },
        )
    )
    async def json_feed(self, request: web.Request) -> web.Response:
        """JSON Feed 1.1; ``content_text`` is exactly the approved text."""
        body = render_feeds.json_feed(await self._latest(), self._frame())
        return self._answering.page(request, body, "application/feed+json")

    @described(
        Operation(
            "Every public page, for search engines",
            {
                200: Answer("A map in the form of sitemaps.org.", None, "application/xml"),
                304: Answer("The reader has it.", media=None),
                503: Answer("The store is away, or too many ask at once; come again.", None, "text/html"),
            },
        )
    )
    async def sitemap(self, request: web.Request) -> web.Response:
        """The newest statements in both languages."""
        async with self._crowds.costly.one():
            now = self._parts.clock.now()
            made, body = self._map
            if body is None or not now - made < MAP_LASTS:
                async with self._parts.database.read() as tx:
                    found = await newsroom.addresses(tx, render_feeds.MOST_IN_SITEMAP)
                body = await asyncio.to_thread(self._sitemap, found)
                self._map = (now, body)
        return self._answering.page(request, body, "application/xml")

    def _sitemap(self, found: Sequence[Address]) -> bytes:
        pages: list[tuple[Place, datetime | None]] = [(FIRST, None), (Place(Kind.VERIFY), None)]
        pages += [(Place(Kind.ITEM, f"{a.incident_id}-{a.version}"), a.published_at) for a in found]
        return render_feeds.sitemap(pages, self._where)

    @described(Operation("What robots may read", {200: Answer("robots.txt (RFC 9309).", None, "text/plain")}))
    async def robots(self, request: web.Request) -> web.Response:
        """Everything public; questions to ``/verify`` and searches lead nowhere new."""
        lines = ["User-agent: *", "Allow: /newsroom", "Allow: /en/newsroom"]
        lines += [
            "Disallow: /*?q=",
            "Disallow: /verify?",
            "Disallow: /en/verify?",
            "Disallow: /signoff/",
            "Disallow: /board",
            "Disallow: /v1/",
        ]
        body = "\n".join([*lines, "", f"Sitemap: {self._parts.base_url}/sitemap.xml", ""])
        return self._answering.page(request, body, "text/plain")

    def _frame(self) -> Frame:
        return Frame(self._parts.agency(), self._lang, self._where)

    async def _latest(self) -> list[Item]:
        async with self._crowds.pages.one(), self._parts.database.read() as tx:
            versions = await newsroom.listing(tx, Asked(), PAGE_SIZE)
            series = await newsroom.series(tx, [v.incident_id for v in versions])
        return items.make_all(versions, series, self._where, self._lang)

    def _in_another_language(self, request: web.Request) -> None:
        """``?lang=`` leads to the address of that language."""
        wanted = request.query.get("lang")
        if wanted not in LANGUAGES:
            return
        rest = request.rel_url.without_query_params("lang")
        bare = rest.path.removeprefix("/en")
        raise web.HTTPFound(rest.with_path(bare if wanted == "vi" else f"/en{bare}", keep_query=True))
