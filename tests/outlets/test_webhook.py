"""The portal over real HTTP: what is signed and said, and what each kind of answer is taken for."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from standardwebhooks import Webhook

from bot.model.statement import StatementKind, text_sha256, version_sha256
from bot.outlets.base import DeliveryInDoubt, NotDelivered
from bot.outlets.webhook import ANSWER_LIMIT, Receiver, WebhookOutlet, webhook_id
from tests.conftest import MovableClock
from tests.drafting.holding import AGENCY
from tests.outlets.samples import a_publication

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Portal:
    """A receiver that answers as it is told, and remembers what it was told."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.inside: list[str] = []
        self.answer: Answer = self._ok
        self.url = ""

    async def _ok(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response({"id": "bai-viet-7"})

    async def take(self, request: web.Request) -> web.StreamResponse:
        self.heard.append((dict(request.headers), await request.read()))
        return await self.answer(request)

    async def secret_page(self, request: web.Request) -> web.StreamResponse:
        self.inside.append(request.method)
        return web.Response(text="ok")

    def says(self, status: int, text: str = "", **headers: str) -> None:
        async def answer(_request: web.Request) -> web.StreamResponse:
            return web.Response(status=status, text=text, headers={k.replace("_", "-"): v for k, v in headers.items()})

        self.answer = answer


@pytest.fixture
async def portal() -> AsyncIterator[Portal]:
    made, application = Portal(), web.Application()
    application.router.add_post("/in", made.take)
    application.router.add_route("*", "/inside", made.secret_page)
    server = TestServer(application)
    await server.start_server()
    made.url = str(server.make_url("/in"))
    yield made
    await server.close()


def outlet(portal: Portal, clock: MovableClock, **given: Any) -> WebhookOutlet:
    receiver = Receiver(portal.url, SECRET, **{"timeout": 5.0, **given})
    return WebhookOutlet(receiver, clock, lambda: AGENCY, "https://keng.example/newsroom")


async def test_the_request_is_signed_and_says_everything_about_the_version(portal: Portal, clock: MovableClock) -> None:
    publication = a_publication(version=2, kind=StatementKind.CORRECTION, refers_to=1)
    publication = replace(publication, refers_to=a_publication().version)
    assert await outlet(portal, clock).publish(publication) == webhook_id(publication)
    ((headers, body),) = portal.heard
    clean = {name.lower(): value for name, value in headers.items()}
    expected = Webhook(SECRET).sign(clean["webhook-id"], clock.now(), body.decode())
    assert clean["webhook-signature"] == expected
    assert clean["webhook-timestamp"] == str(int(clock.now().timestamp()))
    said = json.loads(body)
    assert said["type"] == "statement.published"
    data = said["data"]
    assert (data["series"], data["version"], data["kind"]) == (publication.incident.id, 2, "correction")
    assert data["refers_to"] == {"version": 1, "sha256": a_publication().version.sha256}
    texts = {key: one["text"] for key, one in data["texts"].items()}
    assert texts == publication.version.texts
    assert version_sha256(texts) == data["sha256"]
    assert all(one["sha256"] == text_sha256(one["text"]) for one in data["texts"].values())
    assert data["address"] == f"https://keng.example/newsroom/{publication.incident.id}-2"


async def test_a_second_try_says_the_same_bytes_under_the_same_id(portal: Portal, clock: MovableClock) -> None:
    publication = a_publication()
    await outlet(portal, clock).publish(publication)
    clock.advance(hours=1)
    await outlet(portal, clock).publish(replace(publication, attempt=2))
    (first, body), (second, again) = portal.heard
    assert (body, first["webhook-id"]) == (again, second["webhook-id"])
    assert first["webhook-signature"] != second["webhook-signature"], "the signature is of now"


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        (429, {}, 15.0),
        (429, {"Retry_After": "40"}, 40.0),
        (503, {"Retry_After": "7"}, 7.0),
        (503, {"Retry_After": "999999"}, 3600.0),
        (503, {"Retry_After": "Sun, 22 Nov 2026 19:02:00 GMT"}, 120.0),
        (400, {}, None),
        (401, {}, None),
        (404, {}, None),
        (413, {}, None),
    ],
)
async def test_an_answer_that_proves_that_nothing_was_taken(
    portal: Portal, clock: MovableClock, status: int, headers: dict[str, str], wait: float | None
) -> None:
    portal.says(status, **headers)
    with pytest.raises(NotDelivered) as raised:
        await outlet(portal, clock).publish(a_publication())
    assert raised.value.retry_after == wait


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
async def test_an_answer_that_proves_nothing_is_a_doubt_unless_the_receiver_knows_repetitions(
    portal: Portal, clock: MovableClock, status: int
) -> None:
    portal.says(status)
    with pytest.raises(DeliveryInDoubt):
        await outlet(portal, clock).publish(a_publication())
    with pytest.raises(NotDelivered) as raised:
        await outlet(portal, clock, repeatable=True).publish(replace(a_publication(), attempt=3))
    assert raised.value.retry_after == 60.0


async def test_nobody_there_is_certain_and_tried_again(clock: MovableClock) -> None:
    nobody = WebhookOutlet(Receiver("http://127.0.0.1:1/in", SECRET), clock, lambda: AGENCY, None)
    with pytest.raises(NotDelivered) as raised:
        await nobody.publish(a_publication())
    assert raised.value.retry_after == 15.0


async def test_silence_after_the_request_is_a_doubt_and_a_line_that_breaks_too(
    portal: Portal, clock: MovableClock
) -> None:
    over = asyncio.Event()

    async def silent(_request: web.Request) -> web.StreamResponse:
        await over.wait()
        return web.Response()

    async def broken(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    for answer in (silent, broken):
        portal.answer = answer
        with pytest.raises(DeliveryInDoubt):
            await outlet(portal, clock, timeout=0.3).publish(a_publication())
        with pytest.raises(NotDelivered) as raised:
            await outlet(portal, clock, timeout=0.3, repeatable=True).publish(a_publication())
        assert raised.value.retry_after == 15.0
    over.set()


async def test_a_200_with_an_error_inside_is_a_failure(portal: Portal, clock: MovableClock) -> None:
    told = outlet(portal, clock, error_field="error.code", reference_field="id")
    portal.says(200, json.dumps({"error": {"code": "DUPLICATE_TITLE"}}))
    with pytest.raises(NotDelivered, match="DUPLICATE_TITLE") as raised:
        await told.publish(a_publication())
    assert raised.value.retry_after is None
    for broken in ("<html>Bảo trì</html>", "", "[" * 100_000):
        portal.says(200, broken)
        with pytest.raises(NotDelivered):
            await told.publish(a_publication())
    portal.says(200, json.dumps({"error": {"code": 0}, "id": 77}))
    assert await told.publish(a_publication()) == "77"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed_wherever_it_leads(portal: Portal, clock: MovableClock, status: int) -> None:
    for target in ("/inside", portal.url.replace("/in", "/inside"), "http://169.254.169.254/", "http://[::1]/"):
        portal.says(status, Location=target)
        with pytest.raises(NotDelivered, match="redirect") as raised:
            await outlet(portal, clock).publish(a_publication())
        assert raised.value.retry_after is None
    assert portal.inside == []


async def test_a_huge_answer_is_cut_and_a_slow_one_ends_with_the_time_limit(
    portal: Portal, clock: MovableClock
) -> None:
    written = 0

    async def huge(request: web.Request) -> web.StreamResponse:
        nonlocal written
        answer = web.StreamResponse()
        await answer.prepare(request)
        for _ in range(2000):
            await answer.write(b"x" * 64 * 1024)
            written += 64 * 1024
        return answer

    async def dripping(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        for _ in range(200):
            await answer.write(b"x")
            await asyncio.sleep(0.05)
        return answer

    portal.answer = huge
    assert await outlet(portal, clock).publish(a_publication())
    assert written < 64 * ANSWER_LIMIT, "nobody reads 125 MiB"
    portal.answer = dripping
    with pytest.raises(DeliveryInDoubt):
        await outlet(portal, clock, timeout=0.5).publish(a_publication())


async def test_a_probe_says_nothing_to_the_receiver(portal: Portal, clock: MovableClock) -> None:
    assert "405" in await outlet(portal, clock).probe()
    assert portal.heard == []
