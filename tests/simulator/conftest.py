"""A simulated Telegram over real HTTP, its clock standing still, and clients of several kinds."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.simulator import Simulator, SimulatorClock
from bot.simulator.server import serve

DUTY_ROOM, CHANNEL = -1001000000001, -1002000000001
OFFICER, SPOKESPERSON, DEPUTY, HEAD, STRANGER = 101, 102, 103, 104, 105
BOT = 900001
NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
Call = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def clock() -> SimulatorClock:
    clock = SimulatorClock(real=lambda: NOON)
    clock.freeze()
    return clock


@pytest.fixture
def simulator(clock: SimulatorClock) -> Simulator:
    return Simulator(token="900001:TEST", clock=clock)


@pytest.fixture
async def base(simulator: Simulator) -> AsyncIterator[str]:
    async with serve(simulator) as address:
        yield address


@pytest.fixture
async def http(base: str) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(base_url=base) as session:
        yield session


@pytest.fixture
def call(http: aiohttp.ClientSession, simulator: Simulator) -> Call:
    """Call a method with a JSON body; gives the whole answer, `http_status` added."""

    async def call(method: str, **params: Any) -> dict[str, Any]:
        async with http.post(f"/bot{simulator.token}/{method}", json=params) as response:
            return {**await response.json(), "http_status": response.status, "headers": dict(response.headers)}

    return call


@pytest.fixture
async def bot(base: str, simulator: Simulator) -> AsyncIterator[Bot]:
    """python-telegram-bot's client."""
    request = HTTPXRequest(connection_pool_size=8, read_timeout=5)
    async with Bot(simulator.token, base_url=f"{base}/bot", base_file_url=f"{base}/file/bot", request=request) as bot:
        yield bot


def keyboard(*labels: str) -> dict[str, Any]:
    """An inline keyboard of one row; each button's data is `do:` and its label."""
    return {"inline_keyboard": [[{"text": label, "callback_data": f"do:{label}"} for label in labels]]}


def png(width: int, height: int) -> bytes:
    """The first bytes of a PNG of this size: all that is looked at."""
    header = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
    return header + width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"
