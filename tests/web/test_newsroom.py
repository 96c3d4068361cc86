"""The newsroom shows what was published, exactly, under addresses that never change, and nothing else."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.approval.publication import Ended, Ending, settle
from bot.model.delivery import DeliveryKey, DeliveryState
from bot.model.statement import (
    Author,
    StatementKind,
    StatementState,
    StatementVersion,
    version_sha256,
)
from bot.store import deliveries, incidents, statements
from bot.store.database import Database
from bot.web import CheckResult, WebParts, add_routes
from tests.approval.office import AGENCY, NIGHT
from tests.conftest import MovableClock
from tests.store.samples import an_incident

HOSTILE = "THÔNG TIN BAN ĐẦU <script>alert(1)</script>\n\nGiá <5 & {{ 7*7 }} \u202eđảo\u202c\u0001\n  hai  khoảng trắng"
Client = TestClient[web.Request, web.Application]


@pytest.fixture
async def client(database: Database, clock: MovableClock) -> AsyncIterator[Client]:
    async def readiness() -> dict[str, CheckResult]:
        return {"store": CheckResult(True, ""), "telegram": CheckResult(False, "another instance polls")}

    application = web.Application()
    parts = WebParts(database, clock, lambda: AGENCY, "https://keng.example.vn", readiness)
    add_routes(application, parts)
    opened = TestClient(TestServer(application))
    await opened.start_server()
    yield opened
    await opened.close()


async def publish(database: Database, text: str, hours: int = 0, state: DeliveryState = DeliveryState.SENT) -> str:
    incident = an_incident(code=f"{hours}K2")
    texts = {"vi/full": text}
    at = NIGHT + timedelta(hours=hours)
    version = StatementVersion(
        incident_id=incident.id,
        version=1,
        state=StatementState.PUBLISHED,
        texts=texts,
        sha256=version_sha256(texts),
        author=Author.PERSON,
        created_at=at,
        created_by="p102",
        playbook="water-contamination",
        published_at=at,
    )
    item = f"{incident.id}-1"
    async with database.write() as tx:
        await incidents.add(tx, incident)
        await statements.add_version(tx, version)
        await deliveries.queue(tx, incident.id, 1, "newsroom", at)
        await deliveries.claim(tx, incident.id, 1, "newsroom", 1, at)
        await deliveries.settle(tx, incident.id, 1, "newsroom", 1, state, at, reference=item)
    return item


async def test_an_empty_newsroom_says_so(client: Client) -> None:
    for path in ("/newsroom", "/newsroom/feed.atom", "/newsroom/feed.json"):
        assert (await client.get(path)).status == 200
    assert (await (await client.get("/newsroom/feed.json")).json(content_type=None))["items"] == []


async def test_the_json_feed_carries_exactly_the_approved_text(client: Client, database: Database) -> None:
    item = await publish(database, HOSTILE)
    feed = json.loads(await (await client.get("/newsroom/feed.json")).text())
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    (entry,) = feed["items"]
    assert entry["content_text"] == HOSTILE
    assert entry["url"] == f"https://keng.example.vn/newsroom/{item}"


async def test_a_page_shows_the_words_literally_and_runs_nothing(client: Client, database: Database) -> None:
    item = await publish(database, HOSTILE)
    answer = await client.get(f"/newsroom/{item}")
    html = await answer.text()
    assert answer.status == 200
    assert "&lt;script&gt;" in html
    assert "<script>" not in html
    assert "{{ 7*7 }}" in html
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    named = html.replace("https://keng.example.vn", "").replace('"@context": "https://schema.org"', "")
    assert "https://" not in named.replace(AGENCY.channel_url, "")


async def test_the_atom_feed_is_well_formed_whatever_the_words(client: Client, database: Database) -> None:
    await publish(database, HOSTILE)
    root = ElementTree.fromstring(await (await client.get("/newsroom/feed.atom")).read())
    content = root.find(".//{http://www.w3.org/2005/Atom}content")
    assert content is not None
    assert content.text == HOSTILE.replace("\u0001", "")


@pytest.mark.parametrize("state", [DeliveryState.FAILED, DeliveryState.UNKNOWN])
async def test_what_the_newsroom_has_not_sent_is_not_there(
    client: Client, database: Database, state: DeliveryState
) -> None:
    item = await publish(database, "chưa đăng", state=state)
    assert (await client.get(f"/newsroom/{item}")).status == 404
    assert (await (await client.get("/newsroom/feed.json")).json(content_type=None))["items"] == []


async def test_the_newest_comes_first_and_older_pages_are_linked(client: Client, database: Database) -> None:
    for number in range(22):
        await publish(database, f"Bản tin {number}", hours=number)
    html = await (await client.get("/newsroom")).text()
    assert html.index("Bản tin 21") < html.index("Bản tin 20")
    assert "/newsroom?page=2" in html
    assert "Bản tin 0<" in await (await client.get("/newsroom?page=2")).text()


@pytest.mark.parametrize(
    "path",
    [
        "/newsroom/none",
        "/newsroom/..%2f..%2fetc%2fpasswd",
        "/newsroom/static/..%2frender.py",
        "/newsroom/%00",
        "/newsroom/" + "9" * 5000,
    ],
)
async def test_what_a_scanner_sends_is_a_404(client: Client, path: str) -> None:
    assert (await client.get(path)).status == 404


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 40, "2", "٣"])
async def test_an_odd_page_number_is_a_page(client: Client, page: str) -> None:
    assert (await client.get("/newsroom", params={"page": page})).status == 200


async def test_readiness_names_the_part_that_is_not_ready(client: Client) -> None:
    assert (await client.get("/healthz")).status == 200
    answer = await client.get("/readyz")
    assert answer.status == 503
    assert (await answer.json())["checks"]["telegram"] == {"ok": False, "detail": "another instance polls"}


async def follow(database: Database, first: str, kind: StatementKind, text: str) -> str:
    """Publish what follows an item of the newsroom, as the story does."""
    incident_id, at = first.rpartition("-")[0], NIGHT + timedelta(hours=5)
    texts = {"vi/full": text}
    version = StatementVersion(
        incident_id=incident_id,
        version=2,
        state=StatementState.APPROVED,
        texts=texts,
        sha256=version_sha256(texts),
        author=Author.PERSON,
        created_at=at,
        created_by="p103",
        playbook="water-contamination",
        approved_at=at,
        approved_by="p102",
        kind=kind,
        refers_to=1,
    )
    async with database.write() as tx:
        await statements.add_version(tx, version)
        await deliveries.queue(tx, incident_id, 2, "newsroom", at)
        await deliveries.claim(tx, incident_id, 2, "newsroom", 1, at)
        key, ending = DeliveryKey(incident_id, 2, "newsroom", 1), Ending(Ended.SENT, f"{incident_id}-2")
        await settle(tx, key, ending, at)
    return f"{incident_id}-2"


async def test_a_correction_is_visible_on_the_first_page_and_links_back(client: Client, database: Database) -> None:
    first = await publish(database, "THÔNG TIN BAN ĐẦU\n\nCó 12 người.")
    second = await follow(database, first, StatementKind.CORRECTION, "ĐÍNH CHÍNH\n\nCó 2 người.")
    old = await (await client.get(f"/newsroom/{first}")).text()
    assert "Thông tin này đã được đính chính." in old
    assert f'href="https://keng.example.vn/newsroom/{second}"' in old
    assert "Có 12 người." in old, "nothing in public is changed"
    new = await (await client.get(f"/newsroom/{second}")).text()
    assert "Đính chính cho:" in new
    assert f'href="https://keng.example.vn/newsroom/{first}"' in new
    assert "Thông tin này đã được đính chính." in await (await client.get("/newsroom")).text()


async def test_the_series_has_an_address_that_never_changes_and_shows_the_latest(
    client: Client, database: Database
) -> None:
    first = await publish(database, "THÔNG TIN BAN ĐẦU\n\nMột.")
    series = first.rpartition("-")[0]
    assert "Một." in await (await client.get(f"/newsroom/{series}")).text()
    await follow(database, first, StatementKind.UPDATE, "CẬP NHẬT\n\nHai.")
    assert "Hai." in await (await client.get(f"/newsroom/{series}")).text()
    assert (await client.get(f"/newsroom/{'0' * 32}")).status == 404


async def test_the_feeds_name_the_series_and_what_is_referred_to(client: Client, database: Database) -> None:
    first = await publish(database, "THÔNG TIN BAN ĐẦU\n\nMột.")
    await follow(database, first, StatementKind.RETRACTION, "THU HỒI\n\nNhầm.")
    new, old = json.loads(await (await client.get("/newsroom/feed.json")).text())["items"]
    assert (old["_keng"]["state"], old["_keng"]["refers_to"]) == ("retracted", None)
    assert (new["_keng"]["kind"], new["_keng"]["refers_to"]) == ("retraction", old["url"])
    assert new["_keng"]["series"] == old["_keng"]["series"]
    atom = ElementTree.fromstring(await (await client.get("/newsroom/feed.atom")).text())
    related = [e.attrib["href"] for e in atom.iter("{http://www.w3.org/2005/Atom}link") if e.attrib["rel"] == "related"]
    assert set(related) == {old["url"]}
