"""A disk that is nearly full is named before it is full, and takes nobody out of service."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from bot.process.wellbeing import LITTLE_ROOM, free_bytes, room


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.mark.parametrize(("free", "says"), [(LITTLE_ROOM, ""), (LITTLE_ROOM - 1, "only 499 MB are free; make room")])
def test_it_is_told_and_is_no_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, says: str) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12 - free, free))
    assert room(tmp_path).ok
    assert room(tmp_path).detail.startswith(says)
    assert bool(room(tmp_path).detail) == bool(says)


def test_a_folder_that_is_not_there_is_no_full_disk(tmp_path: Path) -> None:
    assert free_bytes(tmp_path / "none") is None
    assert room(tmp_path / "none").ok
