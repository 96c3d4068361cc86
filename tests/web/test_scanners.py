"""A visitor who sends everything a scanner sends gets clear short answers, never a fault and nothing of the inside."""

from __future__ import annotations

import asyncio
import gzip
import re
from dataclasses import dataclass

import pytest

from bot.store.database import Database, StoreUnavailable
from bot.web import bodies
from tests.web.published import WATER, put
from tests.web.test_newsroom import Client, client

__all__ = ["client"]

SHORT = 20_000


@dataclass(frozen=True)
class Reply:
    status: int
    head: str
    body: bytes


async def send(client: Client, raw: bytes) -> Reply:
    """One request as bytes, so that no client tidies it up."""
    reader, writer = await asyncio.open_connection(client.server.host, client.server.port)
    writer.write(raw)
    await writer.drain()
    head = "HTTP/1.1 100"
    while head.startswith("HTTP/1.1 100"):
        head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)).decode("latin-1")
    length = re.search(r"content-length: (\d+)", head, re.IGNORECASE)
    body = b""
    if length and not raw.startswith(b"HEAD"):
        body = await asyncio.wait_for(reader.readexactly(int(length[1])), 10)
    writer.close()
    return Reply(int(head.split(" ")[1]), head, body)


def request(path: str, method: str = "GET", *headers: str, body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: keng", "Connection: close", *headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


PATHS = [
    "/wp-login.php", "/.env", "/.git/config", "/admin/", "/cgi-bin/test-cgi", "/newsroom/../../etc/passwd",
    "/newsroom/..%2f..%2fetc%2fpasswd", "/newsroom/%2e%2e/%2e%2e/etc/passwd", "//newsroom", "/newsroom//",
    "/newsroom/%00",
    "/newsroom/%ff%fe", "/newsroom/%ED%A0%80", "/newsroom/'%20OR%201=1--", "/newsroom/<script>",
    "/newsroom/" + "a" * 7000,
    "/newsroom/" + "0" * 32, "/newsroom/" + "0" * 32 + "-0", "/newsroom/" + "0" * 32 + "-999999", "/newsroom/feed.xml",
    "/newsroom/static/", "/newsroom/static/..%5c..%5crender.py", "/en", "/en/", "/en/newsroom/feed.atom/..", "/en/x",
    "/verify/x",
    "/newsroom?q=" + "%25" * 2000, "/newsroom?q=%00", "/newsroom?q=%ED%A0%80", "/newsroom?q='%20UNION%20SELECT%201--",
    "/newsroom?q=%22",
    "/newsroom?q=" + "%22a%20" * 900, "/newsroom?page=-1", "/newsroom?page=1e9",
    "/newsroom?page=99999999999999999999", "/newsroom?page[]=1",
    "/newsroom?page=%D9%A3", "/newsroom?from=9999-12-31", "/newsroom?to=9999-12-31", "/newsroom?to=2999-12-31",
    "/newsroom?lang=en%0d%0aSet-Cookie:x",
    "/newsroom?lang=../../x", "/newsroom?" + "&".join(f"a{n}=1" for n in range(1000)), "/verify?hash=%00",
    "/verify?hash=" + "f" * 5000,
    "/verify?text=%ED%A0%80", "/verify?text=" + "a%20" * 1500, "/robots.txt?x", "/sitemap.xml/",
    "/newsroom?q={{7*7}}", "/newsroom?q=${jndi:ldap://x}",
]  # fmt: skip


async def test_whatever_address_is_asked_the_answer_is_short_and_no_fault(client: Client, database: Database) -> None:
    await put(database, WATER)
    for path in PATHS:
        reply = await send(client, request(path))
        assert reply.status < 500, path
        assert len(reply.body) < SHORT, path
        for inside in (b"Traceback", b"aiohttp", b"sqlalchemy", b"/bot/", b"root:"):
            assert inside not in reply.body, path
        assert "Set-Cookie" not in reply.head, path
        if reply.status != 400:  # what the parser refuses never reaches us
            assert "Content-Security-Policy: default-src 'none'" in reply.head, path
            assert "X-Content-Type-Options: nosniff" in reply.head, path


METHODS = ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "FOO", "get", "GET\x00"]


async def test_other_methods_are_refused_in_words(client: Client) -> None:
    for path in ("/newsroom", "/newsroom/feed.json", "/robots.txt", "/nothing"):
        for method in METHODS:
            reply = await send(client, request(path, method))
            assert reply.status in (400, 404, 405), (method, path)
            assert len(reply.body) < SHORT


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
async def test_questions_are_asked_by_get_and_post_alone(client: Client, method: str) -> None:
    reply = await send(client, request("/verify", method))
    assert reply.status == 405
    assert "Allow: GET,HEAD,POST" in reply.head


HEADERS = [
    "Host: evil.example", "X-Forwarded-Host: evil.example", "Accept: " + "a/b," * 1500,
    "Accept-Encoding: \xff, gzip;q=x", "Accept-Language: ../../etc", "If-None-Match: " + '"a",' * 1500,
    "If-Modified-Since: " + "9" * 4000, "Range: bytes=0-,0-,0-", "Range: bytes=99999999999-",
    "Cookie: " + "a=b; " * 1500, "Authorization: Basic \xff", "X-Http-Method-Override: DELETE", "Content-Length: 0",
    "User-Agent: () { :; }; /bin/id", "Origin: null", "Transfer-Encoding: identity", "Expect: 100-continue",
    "Upgrade: websocket", "Content-Encoding: gzip",
]  # fmt: skip


async def test_odd_headers_change_nothing(client: Client, database: Database) -> None:
    await put(database, WATER)
    for path in ("/newsroom", "/newsroom/static/newsroom.css", "/verify"):
        for header in HEADERS:
            reply = await send(client, request(path, "GET", header))
            assert reply.status in (200, 206, 400, 416), (path, header[:40])
            assert b"evil.example" not in reply.body
            assert "evil.example" not in reply.head


@pytest.mark.parametrize(
    ("media", "body"),
    [
        ("application/x-www-form-urlencoded", b"text=" + b"%00" * 5000),
        ("application/x-www-form-urlencoded", b"&" * 100_000),
        ("application/x-www-form-urlencoded; charset=utf-16", b"text=a"),
        ("application/json", b"[" * 100_000),
        ("application/json", b'{"text": "' + b"\\ud83d" * 2000 + b'"}'),
        ("application/json", b'{"text": ' + b"9" * 10_000 + b"}"),
        ("text/plain; charset=nonsense", WATER.encode("utf-16")),
        ("text/plain", b"\xff\xfe\x00" * 3000),
        ("multipart/form-data", b"--x\r\n\r\n"),
    ],
)
async def test_odd_questions_are_answered_or_refused(
    client: Client, database: Database, media: str, body: bytes
) -> None:
    await put(database, WATER)
    reply = await send(client, request("/verify", "POST", f"Content-Type: {media}", body=body))
    assert reply.status in (200, 400, 413)
    assert "Content-Security-Policy" in reply.head


async def test_a_body_that_is_not_coded_as_it_says_is_refused(client: Client) -> None:
    head = ("Content-Type: text/plain", "Content-Encoding: gzip")
    assert (await send(client, request("/verify", "POST", *head, body=b"no gzip at all"))).status == 400
    bomb = gzip.compress(b"a" * 5_000_000)
    assert (await send(client, request("/verify", "POST", *head, body=bomb))).status == 413


async def test_a_body_that_does_not_come_is_not_waited_for(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "SECONDS", 0.05)
    reply = await send(client, request("/verify", "POST", "Content-Type: text/plain", "Content-Length: 10") + b"a")
    assert reply.status == 408
    assert "quá chậm".encode() in reply.body


async def test_a_body_that_never_ends_is_cut_off(client: Client) -> None:
    head = request("/verify", "POST", "Content-Type: text/plain", "Content-Length: 99999999")
    reply = await send(client, head + b"a" * 600_000)
    assert reply.status == 413


@pytest.mark.parametrize(
    "path", ["/newsroom", "/en/newsroom", "/verify", "/newsroom/feed.json", "/sitemap.xml", "/none"]
)
async def test_a_head_is_the_get_without_its_body(client: Client, database: Database, path: str) -> None:
    await put(database, WATER)
    asked, told = await client.get(path), await client.head(path)
    assert asked.status == told.status
    assert asked.headers["Content-Type"] == told.headers["Content-Type"]
    assert asked.headers.get("ETag") == told.headers.get("ETag")
    assert await told.read() == b""


@pytest.mark.parametrize(
    "path",
    [
        "/newsroom",
        "/newsroom/" + "0" * 32,
        "/newsroom?q=a",
        "/newsroom/feed.atom",
        f"/verify?hash={'0' * 64}",
        "/sitemap.xml",
    ],
)
async def test_a_store_that_is_away_is_told_in_words(
    client: Client, database: Database, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise StoreUnavailable("database is gone at db.internal")

    monkeypatch.setattr(database, "read", away)
    answer = await client.get(path)
    assert answer.status == 503
    assert answer.headers["Retry-After"] == "10"
    page = await answer.text()
    assert "tạm thời" in page
    assert "db.internal" not in page


async def test_our_own_fault_shows_nothing_of_the_inside(
    client: Client, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(database, "read", broken)
    answer = await client.get("/newsroom")
    assert answer.status == 500
    assert "secret detail" not in await answer.text()
    assert "Content-Security-Policy" in answer.headers


async def test_no_answer_says_what_it_is_made_of(client: Client) -> None:
    for path in ("/newsroom", "/none", "/healthz", "/openapi.json"):
        assert (await client.get(path)).headers["Server"] == "Keng"
