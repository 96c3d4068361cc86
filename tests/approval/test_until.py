"""Ends as people type them, in Viet Nam's time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.approval.until import split_end

NOW = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)
"""02h00 on the 23rd of November in Viet Nam."""


@pytest.mark.parametrize(
    ("typed", "before", "end"),
    [
        ("12/GUQ-UBND đến 18h00 25/11/2026", "12/GUQ-UBND", datetime(2026, 11, 25, 11, 0, tzinfo=UTC)),
        ("12/GUQ-UBND; hạn 18:30 ngày 25/11/2026", "12/GUQ-UBND", datetime(2026, 11, 25, 11, 30, tzinfo=UTC)),
        ("12/GUQ-UBND den 25/11", "12/GUQ-UBND", datetime(2026, 11, 25, 17, 0, tzinfo=UTC)),
        ("QĐ 7 đến ngày 01/01", "QĐ 7", datetime(2027, 1, 1, 17, 0, tzinfo=UTC)),
        ("4h", "", datetime(2026, 11, 22, 23, 0, tzinfo=UTC)),
        ("90 phút", "", datetime(2026, 11, 22, 20, 30, tzinfo=UTC)),
        ("đến 1h30", "", datetime(2026, 11, 23, 18, 30, tzinfo=UTC)),
        ("đến 6h00", "", datetime(2026, 11, 22, 23, 0, tzinfo=UTC)),
    ],
)
def test_an_end_is_read_from_the_end_of_the_line(typed: str, before: str, end: datetime) -> None:
    assert split_end(typed, NOW) == (before, end)


@pytest.mark.parametrize(
    "typed",
    [
        *("12/GUQ-UBND", "", "mai", "đến 31/02/2026", "25h00 01/12/2026", "12/GUQ-UBND đến"),
        *("đến 31/12/9999", "đến 0h00 1/1/0001", "đến 1/1/0000"),
    ],
)
def test_what_names_no_end_has_none(typed: str) -> None:
    assert split_end(typed, NOW)[1] is None
