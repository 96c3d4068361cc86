"""Where the internal board is: at an address whose links work and cross no network in clear."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.assembly.board_page import board_url
from bot.settings import load_settings


@pytest.mark.parametrize(
    ("host", "public_url", "where"),
    [
        ("127.0.0.1", None, "http://127.0.0.1:8080/board"),
        ("0.0.0.0", None, None),
        ("0.0.0.0", "https://keng.tinh.example", "https://keng.tinh.example/board"),
        ("0.0.0.0", "http://keng.tinh.example", None),
        ("127.0.0.1", "http://keng.tinh.example", None),
        ("127.0.0.1", "http://localhost:9000", "http://localhost:9000/board"),
    ],
)
def test_where_the_board_is(
    host: str, public_url: str | None, where: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KENG_HTTP__HOST", host)
    monkeypatch.setenv("KENG_FEEDS__DEFAULT__BEARER", "x" * 24)
    if public_url is not None:
        monkeypatch.setenv("KENG_HTTP__PUBLIC_URL", public_url)
    assert board_url(load_settings()) == where
