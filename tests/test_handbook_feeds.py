"""The page that connects each feed: every fragment on it is settings that Keng reads, and every format is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from bot.assembly.feeds import feed_configs
from bot.settings import load_settings
from bot.settings.feeds import FeedFormat

PAGE = Path(__file__).parents[1] / "docs" / "handbook" / "nguon-tin.md"
FRAGMENTS = [b for b in re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL) if "feeds:" in b]
SECRETS = {
    "secrets_file": "whsec_" + "QUJD" * 8,
    "bearer_file": "token",
    "basic_file": "user:password",
    "password_file": "p",
}


@pytest.mark.parametrize("fragment", FRAGMENTS, ids=lambda text: re.findall(r"format: (\w+)", text)[0])
def test_every_fragment_is_read(fragment: str, tmp_path: Path) -> None:
    for name, secret in SECRETS.items():
        (tmp_path / name).write_text(secret, encoding="utf-8")
        fragment = re.sub(rf"{name}: [^\s,}}]+", f"{name}: {tmp_path / name}", fragment)
    file = tmp_path / "keng.yaml"
    file.write_text(fragment, encoding="utf-8")
    settings = load_settings(file, environ={})
    assert feed_configs(settings)
    assert all(feed.has_credentials or feed.pulled for feed in settings.feeds.values())


def test_every_format_has_its_fragment() -> None:
    shown = {name for fragment in FRAGMENTS for name in re.findall(r"format: (\w+)", fragment)}
    assert shown == set(get_args(FeedFormat))
