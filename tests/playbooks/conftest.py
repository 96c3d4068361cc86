from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.playbooks import default_playbooks_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped playbooks, to be broken."""
    copy = tmp_path / "playbooks"
    shutil.copytree(default_playbooks_folder(), copy)
    return copy
