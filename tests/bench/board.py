"""How long the internal board of as many matters as it shows takes, and a picture: `python -m tests.bench.board`."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bot.store.database import Database
from bot.store.migrate import upgrade
from bot.web.board.view import MOST_OPEN
from tests.approval.office import PHAT
from tests.board_desk import open_board_desk
from tests.conftest import MovableClock
from tests.visitor import Visitor

LOOKS = 10


async def measure(folder: Path) -> None:
    """Print the figures."""
    url = f"sqlite:///{folder / 'keng.db'}"
    await asyncio.to_thread(upgrade, url)
    database, clock = Database(url), MovableClock(datetime(2026, 11, 22, 19, 0, tzinfo=UTC))
    async with open_board_desk(database, clock) as office:
        matters = [await office.open(code=f"K{number:02d}", title=f"Vụ {number}") for number in range(MOST_OPEN)]
        await office.rises(matters[0].id)
        browser = Visitor()
        await browser.enter(await office.link_for(PHAT))
        looks = [await _seconds(browser, f"{office.base}/board") for _ in range(LOOKS)]
        page = len(browser.page) / 1024
        print(f"board of {MOST_OPEN} matters: median {1e3 * statistics.median(looks):.0f} ms, {page:.0f} KB")
        for shape in ("", "?tall"):
            address = f"{office.base}/board/curve/{matters[0].id}.svg{shape}"
            await _seconds(browser, address)  # the first ever loads the letters
            clock.advance(minutes=1)
            drawn, kept = await _seconds(browser, address), await _seconds(browser, address)
            size = len(browser.page) / 1024
            print(f"picture{shape}: {1e3 * drawn:.0f} ms, once drawn {1e3 * kept:.0f} ms, {size:.0f} KB")
        await browser.close()
    await database.close()


async def _seconds(browser: Visitor, address: str) -> float:
    begun = time.perf_counter()
    await browser.get(address)
    assert browser.status == 200
    return time.perf_counter() - begun


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        asyncio.run(measure(Path(made)))
