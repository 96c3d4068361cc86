"""``keng quarantine``: what was not understood is seen, read again after the mapping was mended, or let go."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.feeds import feed_configs
from bot.settings import load_settings
from bot.store import alerts, audit, quarantine
from bot.store.database import Database
from bot.store.quarantine import QuarantineState
from tests.intake.conftest import INTAKE, OpenDoor, open_door

__all__ = ["open_door"]

MAPPED = "feeds: {v: {format: mapping, mapping: {title: TITLE, summary: noi_dung}}, default: {}}"


@pytest.fixture
def here(tmp_path: Path, database_url: str, database: Database, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KENG_DATABASE_URL", database_url)
    monkeypatch.setenv("KENG_DATA_DIR", str(tmp_path))
    (tmp_path / "keng.yaml").write_text(MAPPED.replace("TITLE", "sai_ten"), encoding="utf-8")
    return tmp_path


async def keng(*arguments: str) -> Result:
    return await asyncio.to_thread(CliRunner().invoke, app, [*arguments])


async def lines(*arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (await keng(*arguments, "--json")).stdout.splitlines()]


async def send(open_door: OpenDoor, feed: str, *items: dict[str, Any]) -> None:
    door = await open_door(**feed_configs(load_settings()))
    clock = door.server.app[INTAKE].clock  # type: ignore[union-attr]
    for item in items:
        clock.advance(seconds=1)  # type: ignore[attr-defined]
        assert (await door.post(f"/v1/feeds/{feed}", json=item)).status == 422


async def test_a_mended_mapping_turns_what_waits_into_alerts(
    here: Path, open_door: OpenDoor, database: Database
) -> None:
    await send(open_door, "v", {"tieu_de": "Cá chết"}, {"tieu_de": "Nước đen"}, {"khac": 1})
    assert len(await lines("quarantine", "list", "--feed", "v")) == 3
    assert (await keng("quarantine", "retry", "--feed", "v")).exit_code == 1
    (here / "keng.yaml").write_text(MAPPED.replace("TITLE", "tieu_de"), encoding="utf-8")
    again = await lines("quarantine", "retry", "--feed", "v")
    assert [line["outcome"] for line in again] == ["accepted", "accepted", "quarantined"]
    async with database.read() as tx:
        titles = [(await alerts.get(tx, alert_id)).alert.title for alert_id in await alerts.unplaced(tx)]  # type: ignore[union-attr]
        settled = await quarantine.get(tx, again[0]["id"])
        acts = [entry.event.act async for entry in audit.entries(tx)]
    assert titles == ["Cá chết", "Nước đen"]
    assert settled is not None
    assert (settled.state, settled.alert_id, settled.raw) == (QuarantineState.RETRIED, again[0]["alert"], b"")
    assert acts.count("retry_quarantine") == 2
    assert len(await lines("quarantine", "list")) == 1


async def test_an_item_is_read_again_once(here: Path, open_door: OpenDoor, database: Database) -> None:
    await send(open_door, "v", {"tieu_de": "Cá chết"})
    (item,) = await lines("quarantine", "list")
    (here / "keng.yaml").write_text(MAPPED.replace("TITLE", "tieu_de"), encoding="utf-8")
    assert (await keng("quarantine", "retry", item["id"])).exit_code == 0
    assert "does not wait" in (await keng("quarantine", "retry", item["id"])).output
    async with database.read() as tx:
        assert len(await alerts.unplaced(tx)) == 1


async def test_what_is_let_go_is_forgotten_but_its_reason_stays(
    here: Path, open_door: OpenDoor, database: Database
) -> None:
    await send(open_door, "default", {"title": 7})
    (item,) = await lines("quarantine", "list")
    assert '{"title":7}' in (await keng("quarantine", "show", item["id"])).stdout
    assert (await keng("quarantine", "expire", item["id"])).exit_code == 0
    async with database.read() as tx:
        gone = await quarantine.get(tx, item["id"])
    assert gone is not None
    assert (gone.state, gone.raw) == (QuarantineState.EXPIRED, b"")
    assert "title" in gone.reason
    assert await lines("quarantine", "list") == []


async def test_nothing_happens_to_what_nobody_named(here: Path, open_door: OpenDoor) -> None:
    await send(open_door, "default", {"title": 7})
    assert (await keng("quarantine", "retry")).exit_code == 2
    assert (await keng("quarantine", "expire")).exit_code == 2
    assert len(await lines("quarantine", "list")) == 1
