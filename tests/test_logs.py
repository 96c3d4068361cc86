"""No line of the log opens anything."""

from __future__ import annotations

import pytest

from bot.logs import redact


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
