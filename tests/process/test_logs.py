"""No line of the log opens anything."""

from __future__ import annotations

import io
import logging
import sys

import pytest
import structlog

from bot.process.logs import configure, redact


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


def test_a_log_that_cannot_be_written_hinders_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    class FullDisk(io.StringIO):
        def write(self, _written: str) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(sys, "stderr", FullDisk())
    before = structlog.get_config()
    try:
        configure()
        structlog.get_logger("test").error("store_unavailable")
        logging.getLogger("test").error("store_unavailable")
    finally:
        structlog.configure(**before)
        logging.basicConfig(handlers=[logging.NullHandler()], force=True)
