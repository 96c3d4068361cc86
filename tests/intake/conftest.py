"""Intake behind a real HTTP server on a loopback port."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.intake import FeedConfig, Intake, add_routes
from bot.store.database import Database
from tests.conftest import MovableClock

Client = TestClient[web.Request, web.Application]
OpenDoor = Callable[..., Awaitable[Client]]


@pytest.fixture
async def open_door(database: Database, clock: MovableClock) -> AsyncIterator[OpenDoor]:
    clients: list[Client] = []

    async def opened(store: Any = None, **feeds: FeedConfig) -> Client:
        application = web.Application(client_max_size=2**30)
        known = feeds or {"default": FeedConfig()}
        add_routes(application, Intake(store or database, clock, known, on_accepted=lambda: None))
        client = TestClient(TestServer(application))
        await client.start_server()
        clients.append(client)
        return client

    yield opened
    for client in clients:
        await client.close()


@pytest.fixture
async def door(open_door: OpenDoor) -> Client:
    return await open_door()
