"""Whatever a sender, a broken library or a web page in the administrator's browser sends is answered and harmless."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from ipaddress import ip_network
from typing import Any

import pytest

from bot.intake import FeedConfig
from bot.intake.signature import new_secret
from bot.store import alerts
from bot.store.database import Database, LostRace, Tx
from tests.intake.conftest import Client, OpenDoor

ALERT = json.dumps({"title": "Cá chết"}).encode()


@pytest.mark.parametrize("timestamp", ["300000000000", "999999999999"])
async def test_a_timestamp_beyond_the_calendar_is_a_401(open_door: OpenDoor, timestamp: str) -> None:
    door = await open_door(default=FeedConfig(secrets=(new_secret(b"k" * 32),)))
    headers = {"webhook-id": "m", "webhook-timestamp": timestamp, "webhook-signature": "v1,AAAA"}
    assert (await door.post("/v1/alerts", data=ALERT, headers=headers)).status == 401


@pytest.mark.parametrize("number", ["9" * 400, "-" + "9" * 400, "9" * 4000])
@pytest.mark.parametrize("field", ["first_seen", "last_seen"])
async def test_a_number_too_large_for_a_time_is_quarantined(door: Client, field: str, number: str) -> None:
    body = f'{{"title": "x", "{field}": {number}}}'.encode()
    assert (await door.post("/v1/alerts", data=body)).status == 422


async def test_whatever_the_depth_of_nesting_there_is_an_answer(door: Client) -> None:
    found = set()
    for depth in (10, 100, *range(900, 1000), 5000):
        body = b'{"title": "x", "odd": ' + b"[" * depth + b"]" * depth + b"}"
        found.add((await door.post("/v1/alerts", data=body)).status)
    assert found == {202, 400}


async def test_a_webhook_id_that_is_no_text_is_a_400(door: Client) -> None:
    request = (
        b"POST /v1/alerts HTTP/1.1\r\nHost: 127.0.0.1\r\nwebhook-id: \xff\xfe\r\nContent-Length: %d\r\n"
        b"Connection: close\r\n\r\n%s"
    )
    assert await spoken(door, request % (len(ALERT), ALERT)) == 400


@pytest.mark.parametrize("coding", ["gzip", "deflate", "none"])
async def test_a_body_that_is_not_coded_as_it_says_is_a_400(door: Client, coding: str) -> None:
    request = (
        b"POST /v1/alerts HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Encoding: %s\r\nContent-Length: %d\r\n"
        b"Connection: close\r\n\r\n%s"
    )
    assert await spoken(door, request % (coding.encode(), len(ALERT), ALERT)) in {202, 400}


async def spoken(door: Client, request: bytes) -> int:
    """The status of the answer to raw bytes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(request)
    line = await asyncio.wait_for(reader.readline(), 5)
    writer.close()
    return int(line.split()[1])


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example", "Content-Type": "text/plain"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "evil.example:8080"},
    ],
)
async def test_a_web_page_cannot_ring_a_gong_without_credentials(door: Client, headers: dict[str, str]) -> None:
    assert (await door.post("/v1/alerts", data=ALERT, headers=headers)).status == 401


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8080", "[::1]:8080"])
async def test_a_program_on_this_machine_needs_no_credentials_on_loopback(door: Client, host: str) -> None:
    assert (await door.post("/v1/alerts", data=ALERT, headers={"Host": host})).status == 202


@pytest.mark.parametrize(
    "path", ["/v1/feeds/%ff", "/v1/feeds/%ed%a0%80", "/v1/feeds/%00", "/v1/alerts/%ff", "/v1/alerts/%00"]
)
async def test_an_odd_address_is_a_404(door: Client, path: str) -> None:
    answer = await (door.post(path, data=ALERT) if "feeds" in path else door.get(path))
    assert answer.status == 404


@pytest.mark.parametrize(
    ("method", "path", "status", "allowed"),
    [
        ("GET", "/v1/alerts", 405, "POST"),
        ("PUT", "/v1/counts", 405, "POST"),
        ("DELETE", "/v1/alerts/7", 405, "GET, HEAD"),
        ("POST", "/v1/alerts/", 404, None),
        ("GET", "/v1/feeds", 404, None),
        ("POST", "/v1/feeds/none", 404, None),
    ],
)
async def test_what_is_not_there_is_told_in_a_problem_document(
    door: Client, method: str, path: str, status: int, allowed: str | None
) -> None:
    answer = await door.request(method, path)
    said = await answer.json()
    assert (answer.status, answer.content_type, said["status"]) == (status, "application/problem+json", status)
    assert answer.headers.get("Allow") == allowed
    assert (said["instance"], bool(said["title"]), bool(said["detail"])) == (path, True, True)


async def test_a_share_of_almost_nothing_is_no_infinite_growth(door: Client) -> None:
    body = {"title": "x", "volume": {"observed": 1e15, "baseline": 5e-324}}
    assert (await door.post("/v1/alerts", json=body)).status in {202, 422}


async def test_a_request_that_lost_a_race_is_stored_all_the_same(open_door: OpenDoor, database: Database) -> None:
    class Contended:
        races = 3

        async def write_in_one_go(self, work: Callable[[Tx], Coroutine[Any, Any, Any]]) -> Any:
            async def lost(tx: Tx) -> Any:
                done = await work(tx)
                if self.races:
                    self.races -= 1
                    raise LostRace("could not serialize access")
                return done

            return await database.write_in_one_go(lost)

    door = await open_door(Contended())
    assert (await door.post("/v1/alerts", data=ALERT)).status == 202
    async with database.read() as tx:
        assert len(await alerts.unplaced(tx)) == 1


@pytest.mark.parametrize(
    ("feed", "headers"),
    [
        (FeedConfig(secrets=(new_secret(b"k" * 32),)), ""),
        (
            FeedConfig(secrets=(new_secret(b"k" * 32),)),
            "webhook-id: m\r\nwebhook-timestamp: 5\r\nwebhook-signature: v1,AA\r\n",
        ),
        (FeedConfig(bearer="right"), "Authorization: Bearer wrong\r\n"),
        (FeedConfig(bearer="right", networks=(ip_network("203.0.113.0/24"),)), "Authorization: Bearer right\r\n"),
    ],
)
async def test_the_body_of_whoever_proves_nothing_is_not_read(
    open_door: OpenDoor, feed: FeedConfig, headers: str
) -> None:
    door = await open_door(default=feed)
    assert door.port is not None
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(f"POST /v1/alerts HTTP/1.1\r\nHost: localhost\r\n{headers}Content-Length: 10000000\r\n\r\n".encode())
    async with asyncio.timeout(10):
        assert (await reader.readline()).split()[1] == b"401"
    writer.close()
