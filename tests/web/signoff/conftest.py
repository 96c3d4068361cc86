"""A desk whose spokesperson has a letter, and browsers to open it with."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.store.database import Database
from tests.conftest import MovableClock
from tests.signoff_desk import SignoffDesk, open_desk
from tests.visitor import Visitor


@pytest.fixture
async def office(database: Database, clock: MovableClock) -> AsyncIterator[SignoffDesk]:
    async with open_desk(database, clock) as made:
        await made.open()
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
