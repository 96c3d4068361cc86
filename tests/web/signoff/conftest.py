"""A desk whose spokesperson has a letter, and browsers to open it with."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.store.database import Database
from tests.conftest import MovableClock
from tests.signoff_desk import Browser, SignoffDesk, open_desk


@pytest.fixture
async def office(database: Database, clock: MovableClock) -> AsyncIterator[SignoffDesk]:
    async with open_desk(database, clock) as made:
        await made.open()
        yield made


@pytest.fixture
async def phat() -> AsyncIterator[Browser]:
    browser = Browser()
    yield browser
    await browser.close()


@pytest.fixture
async def stranger() -> AsyncIterator[Browser]:
    browser = Browser()
    yield browser
    await browser.close()
