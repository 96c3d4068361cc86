"""What a clock says of itself: that a draft is done must not read as an approval."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bot.locale.phrases import target_words
from bot.model.incident import Incident
from bot.model.law import RunningClock
from tests.store.samples import an_incident

START = datetime(2026, 11, 26, 22, 0, tzinfo=UTC)  # 05h00
DUE = START + timedelta(hours=1)


@dataclass(frozen=True)
class Row:
    """An incident as it stood at half past five."""

    incident: Incident
    as_of: datetime = START + timedelta(minutes=30)


def said(rule: str, met: datetime | None, lang: str) -> str:
    return target_words(Row(an_incident()), RunningClock(rule, "", START, DUE, provisional=False, met_at=met), lang)


@pytest.mark.parametrize(
    ("met", "vi", "en"),
    [
        (START + timedelta(minutes=44), "dự thảo: xong lúc 05h44", "draft: done at 05:44"),
        (DUE + timedelta(minutes=5), "dự thảo: xong lúc 06h05, trễ", "draft: done at 06:05, late"),
        (None, "dự thảo: trước 06h00 (còn 30 phút)", "draft: by 06:00 (30 min left)"),
    ],
)
def test_a_draft_that_is_done_is_not_said_to_be_approved(met: datetime | None, vi: str, en: str) -> None:
    assert (said("draft", met, "vi"), said("draft", met, "en")) == (vi, en)
    assert "duyệt" not in said("draft", met, "vi")


def test_an_approval_says_so() -> None:
    assert said("approve", START + timedelta(minutes=44), "vi") == "duyệt: xong lúc 05h44"
