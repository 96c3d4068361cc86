"""`keng demo --auto` as whoever tries Keng for the first time runs it: every scenario ends with the approved words."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.scenarios import load_scenarios
from bot.playbooks import default_playbooks_folder
from tests.acceptance.service import MODEL_CACHE, REPOSITORY

SCENARIOS = load_scenarios(default_playbooks_folder())
PLACES = ("Kênh Telegram", "Trang tin", "Văn bản", "Dự thảo CAP", "Thư điện tử")


@pytest.mark.parametrize("scenario", sorted(SCENARIOS))
def test_every_scenario_ends_with_the_approved_words_in_every_place(scenario: str, tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "bot",
        "demo",
        "--scenario",
        scenario,
        "--auto",
        "--data-dir",
        str(tmp_path / "data"),
    ]
    env = {**os.environ, "PYTHONPATH": str(REPOSITORY), "KENG_INDEX__CACHE": str(MODEL_CACHE)}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=240, check=False)
    told = done.stdout + done.stderr
    assert done.returncode == 0, told
    assert "ĐẠT" in told.splitlines()[-1]
    places = PLACES if SCENARIOS[scenario].letters else PLACES[:-1]
    assert [place for place in places if place not in told] == []
    assert len(list((tmp_path / "data").glob("thong-cao-*.docx"))) == 1
    assert list((tmp_path / "data" / "cap").glob("*.xml"))
    assert bool(list((tmp_path / "data" / "mail").glob("*.eml"))) is SCENARIOS[scenario].letters
