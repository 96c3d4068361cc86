"""``keng silences`` where a silence holds very much: everything is let go, every number is counted."""

from __future__ import annotations

import asyncio
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli import silences
from bot.model.alert import Alert
from bot.store import alerts, silenced_alerts
from bot.store import silences as store
from bot.store.database import Database
from bot.store.ids import new_id
from tests.cli.commands import keng

MANY = 1100


@pytest.fixture
def url(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "data").mkdir()
    shutil.copy(sqlite_template, tmp_path / "data" / "keng.db")
    monkeypatch.setenv("KENG_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return f"sqlite:///{tmp_path / 'data' / 'keng.db'}"


async def hold(url: str, code: str, number: int) -> list[str]:
    """Alerts that the silence holds, by id."""
    now = datetime.now(UTC)
    made = [Alert(new_id(now), "default", f"Đua ghe {n}", now) for n in range(number)]
    database = Database(url)
    async with database.write() as tx:
        silence = await store.find(tx, code)
        assert silence is not None
        await alerts.add_all(tx, [alerts.NewAlert(one, b"{}", "0" * 64) for one in made])
        for one in made:
            await silenced_alerts.hold(tx, silence, one.id, now)
    await database.close()
    return [one.id for one in made]


def made(url: str, number: int) -> tuple[str, list[str]]:
    said = keng("silences", "add", "--word", "đua ghe", "--for", "4h", "--reason", "Lễ hội")
    assert said.exit_code == 0, said.output
    code = said.stdout.split()[-1]
    return code, asyncio.run(hold(url, code, number))


def test_everything_is_let_go_in_one_go(url: str) -> None:
    code, _ = made(url, MANY)
    said = keng("silences", "release", code)
    assert (said.exit_code, said.stdout) == (0, f"{code}: {MANY} alerts let go\n")
    assert json.loads(keng("silences", "show", code, "--json").stdout)["held"] == 0
    again = keng("silences", "release", code)
    assert (again.exit_code, again.stdout) == (1, f"{code}: 0 alerts let go\n")


def test_only_the_named_alerts_are_let_go(url: str) -> None:
    code, ids = made(url, 3)
    said = keng("silences", "release", code, "--alert", ids[1], "--alert", "unknown")
    assert (said.exit_code, said.stdout) == (0, f"{code}: 1 alerts let go\n")
    found = {
        one["id"]: one["released_at"] is not None
        for one in json.loads(keng("silences", "show", code, "--json").stdout)["alerts"]
    }
    assert found == {ids[0]: False, ids[1]: True, ids[2]: False}


def test_what_is_not_shown_is_counted(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(silences, "SHOWN", 2)
    code, _ = made(url, 5)
    found = json.loads(keng("silences", "show", code, "--json").stdout)
    assert (found["held"], len(found["alerts"]), found["not_shown"]) == (5, 2, 3)
    assert "and 3 older ones" in keng("silences", "show", code).stdout


def test_a_silence_that_is_not_there_is_said_to_be_so(url: str) -> None:
    said = keng("silences", "release", "2XX")
    assert (said.exit_code, said.stdout) == (1, "")
    assert said.stderr == "2XX: no silence has this code or id; `keng silences list` names them\n"
