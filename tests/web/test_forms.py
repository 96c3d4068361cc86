"""What a browser, or somebody who pretends to be one, sends as a form is read soon or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.web import bodies, forms

HEAD = b"POST /form HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n"


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async def said(request: web.Request) -> web.Response:
        return web.json_response(dict(await forms.read_form(request)))

    application = web.Application()
    application.router.add_post("/form", said)
    server = TestServer(application)
    await server.start_server()
    assert server.port is not None
    yield server.port
    await server.close()


async def spoken(port: int, request: bytes) -> int:
    """The status of the answer to raw bytes, with the connection held open."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    line = await asyncio.wait_for(reader.readline(), 5)
    writer.close()
    return int(line.split()[1])


async def test_a_form_is_read(port: int) -> None:
    assert await spoken(port, HEAD + b"Content-Length: 6\r\n\r\nform=x") == 200


@pytest.mark.parametrize("coding", [b"gzip", b"deflate"])
async def test_a_form_that_is_not_coded_as_it_says_is_a_fault_of_the_sender(port: int, coding: bytes) -> None:
    head = HEAD + b"Content-Encoding: %s\r\nContent-Length: 6\r\n\r\n" % coding
    assert await spoken(port, head + b"form=x") == 400


async def test_a_form_that_never_comes_does_not_hold_its_connection(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "SECONDS", 0.05)
    assert await spoken(port, HEAD + b"Content-Length: 6\r\n\r\nform") == 408
