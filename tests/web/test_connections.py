"""Connections that keep still are let go; those that are being answered never, however long that takes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.web.connections import Connections

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class House:
    """A server that answers when it is told to, and its connections."""

    def __init__(self, most: int = 10) -> None:
        self.connections = Connections(quiet_seconds=15, most=most)
        self.may_answer = asyncio.Event()
        application = web.Application(middlewares=[self.connections.middleware])
        application.router.add_get("/", self._answer)
        self.server = TestServer(application)

    async def _answer(self, _request: web.Request) -> web.Response:
        await self.may_answer.wait()
        return web.Response(text="at last")

    async def call(self, said: bytes = b"") -> Stream:
        before = len(self.protocol.connections)
        reader, writer = await asyncio.open_connection(self.server.host, self.server.port)
        writer.write(said)
        await writer.drain()
        while len(self.protocol.connections) == before:
            await asyncio.sleep(0)
        return reader, writer

    @property
    def protocol(self) -> web.Server:
        made = self.server.runner.server
        assert made is not None
        return made

    def look(self, now: float) -> int:
        return self.connections.look(self.protocol, now)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    made = House()
    await made.server.start_server()
    yield made
    made.may_answer.set()
    await made.server.close()


async def test_who_says_nothing_for_fifteen_seconds_is_let_go(house: House) -> None:
    reader, _writer = await house.call()
    assert [house.look(100.0), house.look(114.9), house.look(115.0)] == [0, 0, 1]
    assert await reader.read() == b""


async def test_who_waits_for_an_answer_is_kept_and_answered(house: House) -> None:
    reader, writer = await house.call(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    while not house.connections._busy:
        await asyncio.sleep(0)
    assert [house.look(100.0), house.look(900.0)] == [0, 0]
    house.may_answer.set()
    assert (await reader.read()).endswith(b"at last")
    writer.close()


async def test_of_too_many_those_that_keep_still_the_longest_go_first(house: House) -> None:
    oldest, _writer = await house.call()
    house.look(100.0)
    _others = [await house.call() for _ in range(10)]
    assert house.look(101.0) == 1
    assert await oldest.read() == b""
