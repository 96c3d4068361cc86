"""The newsroom as files: every page, feed and hash, linked relatively, for any web server and for taking along."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from bot import __version__
from bot.model.clock import Clock
from bot.model.languages import LANGUAGES
from bot.model.person import Agency
from bot.model.statement import AFTERWARDS, StatementState, StatementVersion, text_sha256
from bot.store import newsroom
from bot.store.database import Database
from bot.web import items, render, render_feeds
from bot.web.addresses import FIRST, Exported, Kind, Place, file_of
from bot.web.export_folder import Manifest, NewFolder, alone, read_manifest
from bot.web.items import Series
from bot.web.render import Frame, Search, Turning

PAGE_SIZE = 20
_ROOM = Path(__file__).parent
_CATALOGUES = Path(__file__).parents[1] / "locale"

Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Target:
    """Where the files go. ``base`` is the address they will be served under, ``asks`` where ``/verify`` answers."""

    folder: Path
    base: str | None = None
    asks: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: files in the folder, statements in them."""

    files: int
    statements: int


class Export:
    """Writes the newsroom into one folder, one writing at a time."""

    def __init__(self, database: Database, clock: Clock, agency: Callable[[], Agency], target: Target) -> None:
        """Read from ``database``; the folder is touched only by :meth:`write`."""
        self._database = database
        self._clock = clock
        self._agency = agency
        self._target = target
        self._turn = asyncio.Lock()

    async def write(self, leaving: Key | None = None) -> Written:
        """Write everything that is in public. ``leaving`` is a version that is just being brought out, by this.

        Raises:
            FolderRefused: the folder holds something else.
            OSError: it cannot be written (BlockingIOError: another process is writing it); it is as it was.
        """
        async with self._turn:
            with alone(self._target.folder):
                old = read_manifest(self._target.folder)
                also: set[Key] = {leaving} if leaving else set()
                also |= {key for name in (old.statements if old else ()) if (key := _key(name)) is not None}
                async with self._database.read() as tx:
                    versions = await newsroom.exported(tx, also)
                shown = _as_published(versions, self._clock.now())
                return await _to_its_end(partial(self._write, shown, old or Manifest()))

    def address(self, key: Key) -> str:
        """Where a statement is found: its address, or its file where no base address is known."""
        place = Place(Kind.ITEM, f"{key[0]}-{key[1]}")
        return Exported("vi", self._target.base).absolute(place, "vi") or file_of(place, "vi")

    def _write(self, versions: Sequence[StatementVersion], old: Manifest) -> Written:
        new = NewFolder(self._target.folder)
        try:
            manifest = self._fill(new, versions, old)
            files = new.files
            new.take_its_place(manifest)
        except BaseException:
            new.forget()
            raise
        return Written(files, len(versions))

    def _fill(self, new: NewFolder, versions: Sequence[StatementVersion], old: Manifest) -> Manifest:
        """All files; a matter of which nothing changed keeps those it has."""
        by_matter: dict[str, tuple[StatementVersion, ...]] = {}
        for version in sorted(versions, key=lambda v: v.version):
            by_matter[version.incident_id] = (*by_matter.get(version.incident_id, ()), version)
        frame = self._frame_digest()
        digests = {incident_id: _digest(repr(series)) for incident_id, series in by_matter.items()}
        for incident_id, series in by_matter.items():
            same = frame == old.frame and old.series.get(incident_id) == digests[incident_id]
            names = [items.item_id(version) for version in series]
            files = [file_of(Place(Kind.ITEM, name), lang) for name in (*names, incident_id) for lang in LANGUAGES]
            if not (same and all([new.keep(file) for file in files])):
                self._matter(new, {incident_id: series})
        newest = sorted(versions, key=lambda v: (v.incident_id, -v.version))
        newest.sort(key=lambda v: v.published_at or v.created_at, reverse=True)
        for lang in LANGUAGES:
            self._overview(new, newest, by_matter, lang)
        self._rest(new, newest)
        return Manifest(frame, digests, tuple(sorted(items.item_id(version) for version in versions)))

    def _matter(self, new: NewFolder, series: Series) -> None:
        """The pages of one matter."""
        for lang in LANGUAGES:
            frame = self._frame(lang)
            for incident_id, versions in series.items():
                made = [items.make(v, series, frame.where, lang, compare=True) for v in versions]
                for one in made:
                    new.write(file_of(Place(Kind.ITEM, one.id), lang), render.item(one, frame))
                new.write(file_of(Place(Kind.ITEM, incident_id), lang), render.series(made, frame))

    def _overview(self, new: NewFolder, newest: Sequence[StatementVersion], series: Series, lang: str) -> None:
        """The lists, the feeds, and the page that says where to ask."""
        frame = self._frame(lang)
        pages = max(1, -(-len(newest) // PAGE_SIZE))
        for page in range(1, pages + 1):
            part = newest[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
            made = items.make_all(part, series, frame.where, lang)
            turning = Turning(page, more=page < pages, pages=pages)
            html = render.listing(made, frame, turning=turning, found=len(newest), search=Search())
            new.write(file_of(Place(Kind.LISTING, str(page) if page > 1 else ""), lang), html)
        latest = items.make_all(newest[:PAGE_SIZE], series, frame.where, lang)
        new.write(file_of(Place(Kind.ATOM), lang), render_feeds.atom(latest, frame))
        new.write(file_of(Place(Kind.JSON_FEED), lang), render_feeds.json_feed(latest, frame))
        new.write(file_of(Place(Kind.VERIFY), lang), render.verify(None, frame))

    def _rest(self, new: NewFolder, newest: Sequence[StatementVersion]) -> None:
        new.write(file_of(Place(Kind.STYLES), "vi"), (_ROOM / "static" / "newsroom.css").read_bytes())
        new.write("hashes.json", json.dumps([_hashes(v) for v in newest], ensure_ascii=False, indent=1))
        robots = ["User-agent: *", "Allow: /"]
        if self._target.base:
            pages = [(FIRST, None), *((Place(Kind.ITEM, items.item_id(v)), v.published_at) for v in newest)]
            some = pages[: render_feeds.MOST_IN_SITEMAP]
            new.write("sitemap.xml", render_feeds.sitemap(some, Exported("vi", self._target.base)))
            robots += ["", f"Sitemap: {self._target.base.rstrip('/')}/sitemap.xml"]
        new.write("robots.txt", "\n".join([*robots, ""]))

    def _frame(self, lang: str) -> Frame:
        return Frame(self._agency(), lang, Exported(lang, self._target.base, self._target.asks))

    def _frame_digest(self) -> str:
        """Of all that pages are made of besides the statements: another release writes every page anew."""
        sources = [*_ROOM.glob("*.py"), *_ROOM.glob("templates/*.html"), *_CATALOGUES.glob("*.po")]
        digest = hashlib.sha256(repr((__version__, self._agency(), self._target.base, self._target.asks)).encode())
        for source in sorted(sources):
            digest.update(source.read_bytes())
        return digest.hexdigest()


async def _to_its_end(work: Callable[[], Written]) -> Written:
    """What is written beside the event loop. Who is cancelled waits for it: a thread goes on, and needs its folder."""
    writing = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(writing)
    except asyncio.CancelledError:
        await asyncio.wait({writing})
        raise


def _as_published(versions: Sequence[StatementVersion], now: datetime) -> list[StatementVersion]:
    """The versions as they stand once those that are leaving just now have left, and named what they follow."""
    shown: dict[Key, StatementVersion] = {(v.incident_id, v.version): v for v in versions}
    for key, version in list(shown.items()):
        if version.state is not StatementState.APPROVED:
            continue
        shown[key] = replace(version, state=StatementState.PUBLISHED, published_at=now)
        afterwards = AFTERWARDS.get(version.kind)
        named = shown.get((version.incident_id, version.refers_to or 0))
        if afterwards and named and named.state is StatementState.PUBLISHED:
            shown[named.incident_id, named.version] = replace(named, state=afterwards)
    return list(shown.values())


def _hashes(version: StatementVersion) -> Mapping[str, object]:
    return {
        "id": items.item_id(version),
        "published_at": (version.published_at or version.created_at).isoformat(),
        "state": version.state.value,
        "sha256": version.sha256,
        "texts": {variant: text_sha256(text) for variant, text in sorted(version.texts.items())},
    }


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _key(name: str) -> Key | None:
    incident_id, _, version = name.rpartition("-")
    return (incident_id, int(version)) if version.isascii() and version.isdigit() else None
