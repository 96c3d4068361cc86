"""A board, and browsers to open it with."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.store.database import Database
from tests.board_desk import BoardDesk, open_board_desk
from tests.conftest import MovableClock
from tests.visitor import Visitor


@pytest.fixture
async def office(database: Database, clock: MovableClock) -> AsyncIterator[BoardDesk]:
    async with open_board_desk(database, clock) as made:
        yield made


@pytest.fixture
async def phat() -> AsyncIterator[Visitor]:
    browser = Visitor()
    yield browser
    await browser.close()


@pytest.fixture
async def stranger() -> AsyncIterator[Visitor]:
    browser = Visitor()
    yield browser
    await browser.close()
