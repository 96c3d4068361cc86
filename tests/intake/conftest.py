"""Intake behind a real HTTP server on a loopback port."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from ipaddress import ip_network
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.intake import FeedConfig, Intake, add_routes
from bot.intake.counts import CountsDoor, add_counts_route
from bot.store.database import Database
from tests.conftest import MovableClock

Client = TestClient[web.Request, web.Application]
INTAKE = web.AppKey("intake", Intake)
OpenDoor = Callable[..., Awaitable[Client]]


@pytest.fixture
async def open_door(database: Database, clock: MovableClock) -> AsyncIterator[OpenDoor]:
    clients: list[Client] = []

    async def opened(store: Any = None, *, trusted_proxies: Sequence[str] = (), **feeds: FeedConfig) -> Client:
        application = web.Application(client_max_size=2**30)
        known = feeds or {"default": FeedConfig()}
        proxies = tuple(ip_network(proxy) for proxy in trusted_proxies)
        intake = Intake(store or database, clock, known, on_accepted=lambda: None, trusted_proxies=proxies)
        application[INTAKE] = intake
        add_routes(application, intake)
        add_counts_route(application, CountsDoor(intake))
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
