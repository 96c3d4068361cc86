"""The newsroom: published statements with permanent addresses, and the same as Atom and JSON Feed.

The words on every page are exactly the approved text; a page adds the frame around them and nothing else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from aiohttp import web

from bot.describing import Answer, Operation, described
from bot.model.statement import StatementKind, StatementState, StatementVersion, canonical
from bot.store import statements
from bot.store.database import StoreUnavailable, Tx
from bot.web import render
from bot.web.parts import WebParts

PAGE_SIZE = 20
_ID = re.compile(r"[0-9a-f]{32}-[0-9]{1,6}")
_SERIES = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Reference:
    """Another statement of the same series. ``names`` is true when it is about this very one."""

    url: str
    kind: str
    published_at: datetime
    names: bool = True


@dataclass(frozen=True, slots=True)
class Item:
    """One published version as the pages show it."""

    id: str
    url: str
    title: str
    text: str
    sha256: str
    published_at: datetime
    version: int
    series: str = ""
    """The identity of everything that is said on one matter; it never changes."""
    kind: str = StatementKind.INITIAL.value
    state: str = StatementState.PUBLISHED.value
    first: Reference | None = None
    """The first statement of the series, where this is another."""
    refers_to: Reference | None = None
    later: tuple[Reference, ...] = ()
    """What followed this one, oldest first."""

    @property
    def paragraphs(self) -> tuple[tuple[str, ...], ...]:
        """Paragraphs, each a tuple of lines."""
        return tuple(tuple(block.split("\n")) for block in self.text.split("\n\n"))


class Newsroom:
    """Serves the public pages."""

    def __init__(self, parts: WebParts) -> None:
        """Read from ``parts.database``."""
        self._parts = parts

    @described(Operation("What the office has said, newest first", {200: Answer("A page.", None, "text/html")}))
    async def listing(self, request: web.Request) -> web.Response:
        """The latest statements; ``?page=2`` and on for older ones."""
        page = _page(request)
        items = await self._items(PAGE_SIZE + 1, (page - 1) * PAGE_SIZE)
        html = render.listing(items[:PAGE_SIZE], self._parts, page=page, more=len(items) > PAGE_SIZE)
        return web.Response(text=html, content_type="text/html", headers={"Cache-Control": "no-cache"})

    @described(
        Operation(
            "One statement",
            {200: Answer("A page.", None, "text/html"), 404: Answer("There is none.", None, "text/html")},
        )
    )
    async def item(self, request: web.Request) -> web.Response:
        """One statement under its permanent address; under that of its series, the latest."""
        item_id = request.match_info["id"]
        found: Item | None = None
        try:
            async with self._parts.database.read() as tx:
                version: StatementVersion | None = None
                if _ID.fullmatch(item_id):
                    version = await statements.newsroom_item(tx, item_id)
                elif _SERIES.fullmatch(item_id):
                    version = next(iter(reversed(await statements.in_newsroom(tx, item_id))), None)
                found = None if version is None else await self._item(tx, version)
        except StoreUnavailable:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "10"}) from None
        if found is None:
            return web.Response(status=404, text=render.missing(self._parts), content_type="text/html")
        return web.Response(text=render.item(found, self._parts), content_type="text/html")

    @described(Operation("What the office has said, as Atom", {200: Answer("Atom.", None, "application/atom+xml")}))
    async def atom(self, _request: web.Request) -> web.Response:
        """RFC 4287."""
        items = await self._items(PAGE_SIZE, 0)
        body = render.atom(items, self._parts, updated=self._updated(items))
        return web.Response(body=body, content_type="application/atom+xml", charset="utf-8")

    @described(
        Operation("What the office has said, as JSON Feed", {200: Answer("JSON Feed.", None, "application/feed+json")})
    )
    async def json_feed(self, _request: web.Request) -> web.Response:
        """JSON Feed 1.1; ``content_text`` is exactly the approved text."""
        items = await self._items(PAGE_SIZE, 0)
        return web.Response(
            text=render.json_feed(items, self._parts), content_type="application/feed+json", charset="utf-8"
        )

    async def _items(self, limit: int, offset: int) -> list[Item]:
        try:
            async with self._parts.database.read() as tx:
                return [await self._item(tx, v) for v in await statements.published(tx, limit, offset)]
        except StoreUnavailable:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "10"}) from None

    async def _item(self, tx: Tx, version: StatementVersion) -> Item:
        text = canonical(version.full_vi)
        item_id = f"{version.incident_id}-{version.version}"
        series = await statements.in_newsroom(tx, version.incident_id)
        by_number = {v.version: v for v in series}
        first = series[0] if series and series[0].version != version.version else None
        named = by_number.get(version.refers_to or 0)
        return Item(
            id=item_id,
            url=f"{self._parts.base_url}/newsroom/{item_id}",
            title=text.split("\n", 1)[0][:160],
            text=text,
            sha256=version.sha256,
            published_at=version.published_at or version.created_at,
            version=version.version,
            series=version.incident_id,
            kind=version.kind.value,
            state=version.state.value,
            first=self._reference(first, version) if first else None,
            refers_to=self._reference(named, version) if named else None,
            later=tuple(self._reference(v, version) for v in series if v.version > version.version),
        )

    def _reference(self, other: StatementVersion, here: StatementVersion) -> Reference:
        url = f"{self._parts.base_url}/newsroom/{other.incident_id}-{other.version}"
        at = other.published_at or other.created_at
        return Reference(url, other.kind.value, at, names=other.refers_to == here.version)

    @staticmethod
    def _updated(items: list[Item]) -> datetime:
        """When the feed last changed; an empty feed has never."""
        return max((item.published_at for item in items), default=datetime(1970, 1, 1, tzinfo=UTC))


def _page(request: web.Request) -> int:
    text = request.query.get("page", "1")
    return min(int(text), 100_000) if text.isascii() and text.isdigit() and int(text[:7]) > 0 and len(text) < 8 else 1
