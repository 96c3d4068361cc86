"""``keng topics``: an administrator looks at what is counted, previews, chooses, forgets; it goes on the record."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.store import audit, counts
from bot.store.database import Database
from tests.cli.commands import keng_beside
from tests.conftest import MovableClock
from tests.curves.feed import BIN, WATER, CountingFeed, usual


@pytest.fixture
async def feed(tmp_path: Path, database_url: str, database: Database, monkeypatch: pytest.MonkeyPatch) -> CountingFeed:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KENG_DATABASE_URL", database_url)
    monkeypatch.setenv("KENG_DATA_DIR", str(tmp_path))
    clock = MovableClock(datetime.now(UTC) - timedelta(minutes=5))  # the commands have the machine's clock
    made = CountingFeed(database, clock)
    values = usual(9)
    values[2400:2406] = [70.0] * 6
    await made.teach({WATER: values})
    return made


async def line(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((await keng_beside("topics", *arguments, "--json")).stdout)
    return found


async def test_topics_are_listed_shown_and_previewed(feed: CountingFeed) -> None:
    listed = await line("list")
    assert (listed["name"], listed["feed"], listed["seconds"], listed["sensitivity"]) == (WATER, "dem", 300, "balanced")
    assert listed["judged_until"] is not None
    number = str(listed["id"])
    shown = await line("show", number)
    assert [one["became"] for one in shown["signals"]] == ["too_old"] * len(shown["signals"])
    assert shown["signals"]
    would = (await line("preview", number))["would_have_alerted"]
    assert 1 <= len(would["few"]) <= len(would["balanced"]) <= len(would["many"])
    assert WATER in (await keng_beside("topics", "show", number)).stdout


async def test_a_sensitivity_is_set_on_the_record(feed: CountingFeed) -> None:
    number = str((await feed.topic()).id)
    assert (await keng_beside("topics", "sensitivity", number, "few")).exit_code == 0
    assert (await feed.topic()).sensitivity == "few"
    async with feed.database.read() as tx:
        (entry,) = [e.event async for e in audit.entries(tx) if e.event.act == "set_sensitivity"]
    assert (entry.details["before"], entry.details["sensitivity"]) == ("balanced", "few")
    assert (await keng_beside("topics", "sensitivity", number, "loud")).exit_code == 2
    assert (await keng_beside("topics", "sensitivity", "999", "few")).exit_code == 1


async def test_a_forgotten_topic_may_be_counted_anew_with_another_bin_length(feed: CountingFeed) -> None:
    number = str((await feed.topic()).id)
    assert (await keng_beside("topics", "forget", number)).exit_code == 0
    async with feed.database.read() as tx:
        assert await counts.all_topics(tx) == []
    assert (await keng_beside("topics", "show", number)).exit_code == 1
    feed.clock.advance(seconds=BIN)
    assert [one.value for one in await feed.send({WATER: [3.0]})] == ["accepted"]
    feed.clock.advance(seconds=120)
    await feed.judge()
    assert (await feed.topic()).id != int(number)
