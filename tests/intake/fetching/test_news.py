"""News pages: asked with what was known, each entry brought once, bounded, and slower while they fail."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from bot.intake import FeedConfig, Intake
from bot.intake.fetching import fetch_forever
from bot.intake.fetching.fetcher import SLOWEST, FetchFailed
from bot.intake.fetching.news import LARGEST, NewsFetcher, NewsPage
from bot.intake.fetching.redirects import Elsewhere, PublicButFor, redirected
from bot.intake.formats.rss import RSS, entries_of
from bot.store import alerts
from bot.store.database import Database
from tests.conftest import MovableClock
from tests.intake.formats.reading import sample


@dataclass
class Newspaper:
    """A page on a loopback port that can do what pages do."""

    body: bytes = b""
    status: int = 200
    etag: str = '"1"'
    location: str = ""
    asked: list[str] = field(default_factory=list)

    async def page(self, request: web.Request) -> web.Response:
        self.asked.append(request.headers.get("If-None-Match", ""))
        if request.headers.get("If-None-Match") == self.etag:
            return web.Response(status=304)
        headers = {"ETag": self.etag} | ({"Location": self.location} if self.location else {})
        return web.Response(status=self.status, body=self.body, headers=headers)

    async def moved(self, _request: web.Request) -> web.Response:
        return web.Response(body=self.body)


@pytest.fixture
async def newspaper() -> AsyncIterator[tuple[Newspaper, str]]:
    paper = Newspaper(body=sample("rss/atom.xml"))
    application = web.Application()
    application.router.add_get("/feed", paper.page)
    application.router.add_get("/moved", paper.moved)
    server = TestServer(application)
    await server.start_server()
    yield paper, str(server.make_url("/feed"))
    await server.close()


def fetcher(
    database: Database, clock: MovableClock, url: str, keywords: tuple[str, ...] = (), hours: int = 24
) -> NewsFetcher:
    page = NewsPage(url, 300, keywords, timedelta(hours=hours), press=True)
    intake = Intake(database, clock, {}, on_accepted=lambda: None)
    return NewsFetcher("bao", page, FeedConfig(format=RSS, pulled=True), intake)


async def titles(database: Database) -> list[str]:
    async with database.read() as tx:
        found = [await alerts.get(tx, alert_id) for alert_id in await alerts.unplaced(tx)]
    return [one.alert.title for one in found if one]


async def test_entries_are_brought_once_and_an_unchanged_page_is_not_sent_again(
    newspaper: tuple[Newspaper, str], database: Database, clock: MovableClock
) -> None:
    paper, url = newspaper
    news = fetcher(database, clock, url)
    assert await news.fetch() == 2
    assert await news.fetch() == 0
    assert paper.asked == ["", '"1"']
    paper.etag = '"2"'
    again = fetcher(database, clock, url)  # another process, after a restart
    assert await again.fetch() == 0
    assert await titles(database) == ["Cá chết trắng một đoạn sông", "Khai mạc hội chợ"]


async def test_only_entries_with_a_keyword_and_young_enough_count(
    newspaper: tuple[Newspaper, str], database: Database, clock: MovableClock
) -> None:
    _, url = newspaper
    assert await fetcher(database, clock, url, ("SUỐI VÀNG",)).fetch() == 1
    assert await titles(database) == ["Cá chết trắng một đoạn sông"]


async def test_old_entries_of_a_page_that_is_new_to_us_are_no_news(
    newspaper: tuple[Newspaper, str], database: Database, clock: MovableClock
) -> None:
    _, url = newspaper
    clock.advance(days=2)
    assert await fetcher(database, clock, url).fetch() == 0


@pytest.mark.parametrize(
    ("status", "body"),
    [(500, b""), (404, b"x"), (200, b"no xml"), (200, b"<html/>"), (200, b"x" * (LARGEST + 1))],
    ids=["error", "gone", "words", "html", "endless"],
)
async def test_a_page_that_gives_nothing_usable_is_a_failure_and_stores_nothing(
    newspaper: tuple[Newspaper, str], database: Database, clock: MovableClock, status: int, body: bytes
) -> None:
    paper, url = newspaper
    paper.status, paper.body = status, body
    with pytest.raises(FetchFailed):
        await fetcher(database, clock, url).fetch()
    assert await titles(database) == []


async def test_nobody_there_is_a_failure(database: Database, clock: MovableClock) -> None:
    with pytest.raises(FetchFailed):
        await fetcher(database, clock, "http://127.0.0.1:9/feed").fetch()


async def test_it_asks_less_often_while_it_fails_and_counts(database: Database, clock: MovableClock) -> None:
    news = fetcher(database, clock, "http://127.0.0.1:9/feed")
    waited: list[float] = []

    class Enough(Exception):
        pass

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 6:
            raise Enough

    with pytest.raises(Enough):
        await fetch_forever(news, news._intake.tallies, clock, sleep)
    assert waited == [600, 1200, 2400, SLOWEST, SLOWEST, SLOWEST]
    assert news._intake.tallies.totals() == {("bao", "poll_failed"): 6}


def test_a_hostile_page_costs_its_length_and_no_more() -> None:
    junk = "<!--" * 60_000
    page = f"<rss version='2.0'><channel><item><title>Cá chết</title><description><![CDATA[{junk}]]></description>"
    start = time.perf_counter()
    (entry,) = entries_of(f"{page}</item></channel></rss>".encode())
    assert entry["title"] == "Cá chết"
    assert time.perf_counter() - start < 2  # seconds; it took 4.7 on two idle cores, growing with the square


@pytest.mark.parametrize(
    "location",
    [
        *("http://169.254.169.254/latest/meta-data", "http://10.0.0.1/", "http://[::1]/", "http://[::ffff:10.0.0.1]/"),
        *(
            "http://localhost:9/",
            "http://2130706433:9/",
            "file:///etc/passwd",
            "http://127.1.1.1:9/",
            "http://0.0.0.0:9/",
        ),
    ],
)
async def test_a_page_cannot_send_keng_into_the_offices_own_net(
    database: Database, clock: MovableClock, newspaper: tuple[Newspaper, str], location: str
) -> None:
    paper, url = newspaper
    paper.status, paper.location = 302, location
    with pytest.raises(FetchFailed):
        await fetcher(database, clock, url).fetch()
    assert paper.asked == [""]


async def test_a_redirect_on_the_same_host_is_followed_but_not_for_ever(
    database: Database, clock: MovableClock, newspaper: tuple[Newspaper, str]
) -> None:
    paper, url = newspaper
    paper.status, paper.location = 301, "/moved"
    assert await fetcher(database, clock, url, hours=100_000).fetch() > 0
    paper.location = "/feed"
    with pytest.raises(FetchFailed, match="more than 3 times"):
        await fetcher(database, clock, url).fetch()


@pytest.mark.parametrize("location", ["http://news.example/", "ftp://news.example/"])
def test_a_redirect_does_not_give_up_encryption(location: str) -> None:
    with pytest.raises(Elsewhere):
        redirected(URL("https://news.example/feed"), URL("https://news.example/feed"), location)


async def test_a_public_name_with_a_private_address_is_not_connected_to() -> None:
    with pytest.raises(OSError, match="public"):
        await PublicButFor("news.example").resolve("localhost")
    assert await PublicButFor("localhost").resolve("localhost")
