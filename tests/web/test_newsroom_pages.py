"""The newsroom in two languages, searched, dated, mapped for machines, and never sent twice for nothing."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest

from bot.model.statement import StatementKind
from bot.store import published_texts
from bot.store.database import Database
from bot.web import newsroom as pages
from bot.web import render
from tests.conftest import MovableClock
from tests.web.published import WATER, follow, put
from tests.web.test_newsroom import Client, client

__all__ = ["client"]

BOTH = {"vi/full": "THÔNG TIN\n\nNước máy đã an toàn.", "en/full": "STATEMENT\n\nTap water is safe again."}


async def text(client: Client, path: str) -> str:
    answer = await client.get(path)
    assert answer.status == 200, path
    return await answer.text()


async def test_english_readers_get_the_approved_english_words(client: Client, database: Database) -> None:
    item = await put(database, BOTH)
    page = await text(client, f"/en/newsroom/{item}")
    assert '<html lang="en">' in page
    assert "Tap water is safe again." in page
    assert "Nước máy" not in page
    assert "Nước máy đã an toàn." in await text(client, f"/newsroom/{item}")


async def test_without_english_words_the_vietnamese_ones_are_shown_and_marked(
    client: Client, database: Database
) -> None:
    item = await put(database, WATER)
    page = await text(client, f"/en/newsroom/{item}")
    assert '<div class="statement" id="statement" lang="vi">' in page
    assert "available in Vietnamese only" in page
    assert "People&#39;s Committee of Thuong Giang province" in page
    assert '<li lang="vi">' in await text(client, "/en/newsroom")


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/newsroom?lang=en", "/en/newsroom"),
        ("/newsroom?lang=en&q=a&page=2", "/en/newsroom?q=a&page=2"),
        ("/en/newsroom?lang=vi", "/newsroom"),
        ("/newsroom/x?lang=en", "/en/newsroom/x"),
    ],
)
async def test_a_wanted_language_leads_to_its_address(client: Client, asked: str, led: str) -> None:
    answer = await client.get(asked, allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (302, led)


async def test_each_language_names_its_counterpart_and_its_lasting_address(client: Client, database: Database) -> None:
    item = await put(database, BOTH)
    for path, other in ((f"/newsroom/{item}", "en"), (f"/en/newsroom/{item}", "vi")):
        page = await text(client, path)
        assert f'<link rel="canonical" href="https://keng.example.vn{path}">' in page
        assert f'hreflang="{other}"' in page


async def test_the_english_feed_says_in_which_language_each_text_is(client: Client, database: Database) -> None:
    await put(database, WATER, hours=1)
    await put(database, BOTH, hours=2)
    feed = json.loads(await text(client, "/en/newsroom/feed.json"))
    assert [(i["language"], i["content_text"]) for i in feed["items"]] == [("en", BOTH["en/full"]), ("vi", WATER)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("nuoc may", True),
        ("NƯỚC máy", True),
        ('"phường sông thượng"', True),
        ('"thượng phường"', False),
        ("nước thượng", True),
        ("nuốc", False),
        ("9h15", True),
        ("9h1", False),
        ("12 xyz", False),
    ],
)
async def test_words_are_found_with_and_without_accents(
    client: Client, database: Database, query: str, found: bool
) -> None:
    item = await put(database, WATER)
    answer = await client.get("/newsroom", params={"q": query})
    assert answer.status == 200
    assert (item in await answer.text()) is found


async def test_words_that_many_have_are_found_the_same_way(
    client: Client, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published_texts, "RARE", 0)
    item = await put(database, WATER)
    for query, found in (("nuoc may", 1), ('"Sông Thượng"', 1), ("nuốc", 0), ("9h1", 0), ("12 xyz", 0)):
        page = await (await client.get("/newsroom", params={"q": query})).text()
        assert page.count(f'href="/newsroom/{item}"') == found, query


async def test_a_word_longer_than_any_is_found_and_asked_for_without_harm(client: Client, database: Database) -> None:
    long = "a" * 150
    item = await put(database, f"THÔNG TIN\n\n{long}")
    assert item in await text(client, f"/newsroom?q={long}")
    assert item not in await text(client, f"/newsroom?q={long[1:]}b")


async def test_counting_ends_where_nobody_reads_on(
    client: Client, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render, "MOST_COUNTED", 2)
    monkeypatch.setattr(pages, "MOST_COUNTED", 2)
    for number in range(4):
        await put(database, f"THÔNG TIN {number}\n\nNước.", hours=number)
    assert "Số thông tin tìm thấy: hơn 2." in await text(client, "/newsroom?q=nuoc")
    assert "Số thông tin tìm thấy: 1." in await text(client, '/newsroom?q="tin 3"')


async def test_days_are_days_on_the_wall_in_vietnam(client: Client, database: Database) -> None:
    await put(database, WATER)  # 22/11/2026 19:00 UTC is 02:00 on the 23rd here
    assert "sự cố nước máy".upper() in await text(client, "/newsroom?from=2026-11-23&to=2026-11-23")
    assert "sự cố nước máy".upper() not in await text(client, "/newsroom?to=2026-11-22")
    assert "sự cố nước máy".upper() not in await text(client, "/newsroom?from=2026-11-24")


@pytest.mark.parametrize(
    "days", ["from=x", "to=2026-13-40", "from=0001-01-01", "from=9999-12-31&to=1999-01-01", "from=٢٠٢٦-11-22"]
)
async def test_a_day_that_is_none_is_said_and_finds_nothing(client: Client, database: Database, days: str) -> None:
    await put(database, WATER)
    page = await text(client, f"/newsroom?{days}")
    assert 'role="alert"' in page
    assert "Số thông tin tìm thấy: 0." in page


async def test_what_was_found_is_marked_and_escaped(client: Client, database: Database) -> None:
    await put(database, "THÔNG TIN\n\n<b>Nước</b> & <script>máy</script>")
    page = await text(client, "/newsroom?q=nuoc+script")
    assert "&lt;b&gt;<mark>Nước</mark>&lt;/b&gt; &amp; &lt;<mark>script</mark>&gt;" in page


async def test_a_search_goes_on_on_its_next_page(client: Client, database: Database) -> None:
    for number in range(21):
        await put(database, f"THÔNG TIN {number}\n\nNước máy.", hours=number)
    page = await text(client, "/newsroom?q=n%C6%B0%E1%BB%9Bc&from=2026-11-01")
    (following,) = re.findall(r'href="([^"]+)" rel="next"', page)
    assert "THÔNG TIN 0" in await text(client, following.replace("&amp;", "&"))


async def test_the_history_of_a_matter_shows_what_was_wrong(client: Client, database: Database) -> None:
    first = await put(database, WATER)
    series = first.rpartition("-")[0]
    corrected = WATER.replace("BAN ĐẦU", "ĐÍNH CHÍNH").replace("12 người", "21 người")
    await follow(database, series, 2, corrected, kind=StatementKind.CORRECTION, refers_to=1, hours=2)
    await follow(database, series, 3, "THU HỒI\n\nTất cả là nhầm.", kind=StatementKind.RETRACTION, refers_to=2, hours=3)
    page = await text(client, f"/newsroom/{series}")
    assert page.index("Tất cả là nhầm.") < page.index('id="history"')
    assert re.search(r"<del>.*?12</del>.*?<ins>.*?21</ins>", page, re.DOTALL)
    assert "Thông tin này đã được đính chính." in page
    assert "Thông tin này đã được thu hồi." in page
    taken_back = await text(client, f"/newsroom/{series}-2")
    assert "21 người" in taken_back, "what was taken back stays readable"
    assert "Thông tin này đã được thu hồi." in taken_back


async def test_a_reason_given_inside_the_office_is_on_no_page(client: Client, database: Database) -> None:
    item = await put(database, WATER)
    for path in (
        f"/newsroom/{item}",
        f"/newsroom/{item.rpartition('-')[0]}",
        "/newsroom/feed.json",
        "/newsroom/feed.atom",
    ):
        page = await text(client, path)
        assert "p103" not in page
        assert "water-contamination" not in page


async def test_neither_drafts_nor_drills_are_anywhere(client: Client, database: Database) -> None:
    draft = await put(database, WATER, approved=False)
    drill = await put(database, WATER.replace("12", "77"), drill=True, hours=1)
    for item in (draft, drill):
        assert (await client.get(f"/newsroom/{item}")).status == 404
        assert (await client.get(f"/newsroom/{item.rpartition('-')[0]}")).status == 404
    for path in (
        "/newsroom",
        "/en/newsroom",
        "/newsroom?q=nuoc",
        "/newsroom/feed.json",
        "/newsroom/feed.atom",
        "/sitemap.xml",
    ):
        page = await text(client, path)
        assert "Sông Thượng" not in page
        assert draft not in page
        assert drill not in page


async def test_a_page_is_sent_again_only_when_it_changed(
    client: Client, database: Database, clock: MovableClock
) -> None:
    first = await put(database, WATER)
    for path in ("/newsroom", f"/newsroom/{first}", "/newsroom/feed.atom", "/newsroom/feed.json", "/sitemap.xml"):
        tag = (await client.get(path)).headers["ETag"]
        again = await client.get(path, headers={"If-None-Match": tag})
        assert (again.status, await again.read()) == (304, b"")
        assert again.headers["ETag"] == tag
    clock.advance(minutes=5)
    dated = (await client.get("/newsroom")).headers["Last-Modified"]
    assert (await client.get("/newsroom", headers={"If-Modified-Since": dated})).status == 304
    await follow(
        database, first.rpartition("-")[0], 2, "ĐÍNH CHÍNH\n\nKhác.", kind=StatementKind.CORRECTION, refers_to=1
    )
    assert (await client.get("/newsroom", headers={"If-Modified-Since": dated})).status == 200
    assert (await client.get(f"/newsroom/{first}", headers={"If-None-Match": tag})).status == 200


@pytest.mark.parametrize("known", ["x", '"x', "W/", "*" * 5000, '"\u00e9"', ", ,", 'W/"' + "a" * 7000])
async def test_an_odd_tag_is_none(client: Client, known: str) -> None:
    assert (await client.get("/newsroom", headers={"If-None-Match": known})).status == 200


@pytest.mark.parametrize(
    "when", ["yesterday", "Thu, 99 Foo 2026 00:00:00 GMT", "", "0", "Mon, 01 Jan 0001 00:00:00 GMT"]
)
async def test_an_odd_date_is_none(client: Client, clock: MovableClock, when: str) -> None:
    await client.get("/newsroom")
    clock.advance(minutes=1)
    assert (await client.get("/newsroom", headers={"If-Modified-Since": when})).status == 200


async def test_a_change_within_a_second_is_not_missed(client: Client, database: Database, clock: MovableClock) -> None:
    await client.get("/newsroom")
    assert "Last-Modified" not in (await client.get("/newsroom")).headers
    clock.advance(seconds=2)
    assert "Last-Modified" in (await client.get("/newsroom")).headers


async def test_phones_are_sent_less(client: Client, database: Database) -> None:
    for number in range(20):
        await put(database, WATER, hours=number)
    answer = await client.get("/newsroom", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["Vary"]


async def test_search_engines_read_both_descriptions_and_no_text_leaves_the_element(
    client: Client, database: Database
) -> None:
    hostile = "THÔNG TIN</script><script>alert(1)</script>\n\n<!-- <script> \u2028 ]]> & ' \" {{ 7*7 }}"
    item = await put(database, hostile)
    page = await text(client, f"/newsroom/{item}")
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert page.count("<script") == 1
    assert not set("<>&'\u2028") & set(data)
    announcement, article = json.loads(data)["@graph"]
    assert (announcement["@type"], article["@type"]) == ("SpecialAnnouncement", "NewsArticle")
    assert announcement["text"] == article["articleBody"] == hostile
    assert article["url"] == f"https://keng.example.vn/newsroom/{item}"


async def test_what_was_taken_back_says_so_to_machines(client: Client, database: Database) -> None:
    item = await put(database, WATER)
    series = item.rpartition("-")[0]
    later = await follow(database, series, 2, "THU HỒI\n\nNhầm.", kind=StatementKind.RETRACTION, refers_to=1)
    page = await text(client, f"/newsroom/{item}")
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    article = json.loads(data)["@graph"][1]
    assert article["creativeWorkStatus"] == "Retracted"
    assert article["correction"] == [f"https://keng.example.vn/newsroom/{later}"]


async def test_the_map_names_every_page_in_both_languages_and_robots_find_it(
    client: Client, database: Database
) -> None:
    item = await put(database, WATER)
    root = ElementTree.fromstring(await text(client, "/sitemap.xml"))
    found = {e.text for e in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")}
    assert {f"https://keng.example.vn/newsroom/{item}", f"https://keng.example.vn/en/newsroom/{item}"} <= found
    robots = await text(client, "/robots.txt")
    assert "Sitemap: https://keng.example.vn/sitemap.xml" in robots
    assert "Disallow: /signoff/" in robots


async def test_a_page_beyond_the_last_is_empty_and_leads_back(client: Client, database: Database) -> None:
    await put(database, WATER)
    assert "Sông Thượng" not in await text(client, "/newsroom?page=99999")


async def test_times_are_the_agencys_and_machines_read_the_instant(client: Client, database: Database) -> None:
    item = await put(database, WATER)
    page = await text(client, f"/newsroom/{item}")
    assert "02h00 ngày 23/11/2026" in page
    (instant,) = set(re.findall(r'<time datetime="([^"]+)"', page))
    assert datetime.fromisoformat(instant).utcoffset() == timedelta(0)
