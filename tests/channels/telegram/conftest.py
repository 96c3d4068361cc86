"""A room for every test of the outgoing half."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.store.database import Database
from tests.channels.telegram.outgoing import Room, open_room
from tests.conftest import MovableClock


@pytest.fixture
async def room(database: Database, clock: MovableClock) -> AsyncIterator[Room]:
    async with open_room(database, clock) as opened:
        yield opened
        assert opened.simulator.calls.problems() == []
