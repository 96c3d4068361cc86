"""A desk with an open incident, a real mail server and nobody reading yet."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.store.database import Database
from tests.conftest import MovableClock
from tests.signoff_desk import SignoffDesk, open_desk


@pytest.fixture
async def office(database: Database, clock: MovableClock) -> AsyncIterator[SignoffDesk]:
    async with open_desk(database, clock) as made:
        yield made
