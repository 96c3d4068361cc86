"""One alert, however long, does not slow down those that follow it."""

from __future__ import annotations

import json

from bot.grouping import sketch
from bot.model.alert import Location, Source
from tests.grouping.test_decision import WATER, alert


def test_what_is_remembered_of_an_alert_is_bounded() -> None:
    endless = " ".join(f"chu{n}" for n in range(100_000))
    pages = tuple(Source(url=f"https://bao.example.vn/{n}") for n in range(10_000))
    kept = sketch(alert(endless, summary=endless, location=Location(text=endless), sources=pages), WATER)
    assert len(json.dumps(kept.to_json())) < 20_000
