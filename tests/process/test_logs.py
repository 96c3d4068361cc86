"""No line of the log opens anything."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Callable

import pytest
import structlog

from bot.process.logs import configure, redact
from tests.logs import logs_as_before


@pytest.mark.parametrize(
    "secret",
    ["123456:" + "a" * 35, "https://keng.example.vn/signoff/" + "a2" * 25, "GET /signoff/" + "z7" * 25 + "/again"],
)
def test_a_token_or_a_link_is_blotted_out_wherever_it_stands(secret: str) -> None:
    line = redact(None, "info", {"event": f"failed: {secret}", "error": f"x {secret} y", "count": 3})
    assert "a2a2" not in str(line)
    assert "z7z7" not in str(line)
    assert "aaaaaaa" not in str(line)
    assert line["count"] == 3


class FullDisk(io.StringIO):
    def write(self, _written: str) -> int:
        raise OSError(28, "No space left on device")


def closed() -> io.StringIO:
    stream = io.StringIO()
    stream.close()
    return stream


@pytest.mark.parametrize("make", [FullDisk, closed])
def test_a_log_that_cannot_be_written_hinders_nobody(
    monkeypatch: pytest.MonkeyPatch, make: Callable[[], io.StringIO]
) -> None:
    stream = make()
    monkeypatch.setattr(stream, "isatty", lambda: False)
    monkeypatch.setattr(sys, "stderr", stream)
    with logs_as_before():
        configure()
        structlog.get_logger("test").error("store_unavailable")
        logging.getLogger("test").error("store_unavailable")
