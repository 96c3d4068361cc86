"""The systemd unit is accepted by systemd itself, and stays as closed as it was made."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"
PROGRAM = "/opt/keng/bin/keng"
ANALYZE = shutil.which("systemd-analyze")
MOST_EXPOSURE = 2.0
"""On systemd's scale from 0 (closed) to 10; most services that ship with Debian have 9 or more."""


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit as an operator installs it, with the optional secrets; a program that exists stands for Keng's."""
    copy = tmp_path / "keng.service"
    text = (DEPLOY / "keng.service").read_text(encoding="utf-8")
    assert f"ExecStart={PROGRAM} serve " in text
    copy.write_text(text.replace(PROGRAM, sys.executable), encoding="utf-8")
    shutil.copytree(DEPLOY / "keng.service.d", tmp_path / "keng.service.d")
    return copy


def analyze(*words: str) -> str:
    if ANALYZE is None:
        if os.environ.get("CI"):
            pytest.fail("no systemd-analyze in CI")
        pytest.skip("systemd-analyze is not installed (Debian: apt install systemd)")
    environ = {**os.environ, "LC_ALL": "C", "SYSTEMD_COLORS": "0", "SYSTEMD_EMOJI": "0"}
    done = subprocess.run([ANALYZE, *words], env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_systemd_accepts_the_unit_without_a_word(unit: Path) -> None:
    about_the_unit = [line for line in analyze("verify", str(unit)).splitlines() if "keng" in line]
    assert about_the_unit == []


def test_systemd_accepts_the_nightly_backup_without_a_word(tmp_path: Path) -> None:
    text = (DEPLOY / "keng-backup.service").read_text(encoding="utf-8")
    assert f"{PROGRAM} backup " in text
    (tmp_path / "keng-backup.service").write_text(text, encoding="utf-8")
    shutil.copy(DEPLOY / "keng-backup.timer", tmp_path)
    said = analyze("verify", str(tmp_path / "keng-backup.timer"), str(tmp_path / "keng-backup.service"))
    assert [line for line in said.splitlines() if "keng" in line] == []


def test_the_service_has_little_that_it_does_not_need(unit: Path) -> None:
    found = re.search(r"exposure level for keng\.service: (\d+\.\d+)", analyze("security", "--offline=true", str(unit)))
    assert found is not None
    assert float(found[1]) <= MOST_EXPOSURE


def test_pytorch_can_still_work_in_it() -> None:
    settings = (DEPLOY / "keng.service").read_text(encoding="utf-8").splitlines()
    assert not [line for line in settings if line.startswith(("MemoryDenyWriteExecute=yes", "ProcSubset="))]
