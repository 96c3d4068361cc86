"""One alert, however long, does not slow down those that follow it; nor do many open incidents."""

from __future__ import annotations

import json

from bot.grouping import absorb, decide
from bot.model.alert import Location, Source
from tests.bench.grouping_speed import Chance, incidents, least
from tests.grouping.matters import WATER, alert
from tests.grouping.readings import heard


def test_what_is_remembered_of_an_alert_is_bounded() -> None:
    endless = " ".join(f"chu{n}" for n in range(100_000))
    pages = tuple(Source(url=f"https://bao.example.vn/{n}") for n in range(10_000))
    kept = absorb(None, heard(alert(endless, summary=endless, location=Location(text=endless), sources=pages), WATER))
    assert len(json.dumps(kept.sketch.to_json())) < 20_000


def test_an_endless_word_is_not_remembered() -> None:
    kept = absorb(None, heard(alert("Nước " + "a" * 600, location=Location(text="xã " + "B" * 400)), WATER))
    assert max(map(len, kept.sketch.terms)) <= 64


def test_among_five_hundred_open_incidents_a_decision_takes_less_than_20_ms() -> None:
    among, said = incidents(alerts=3, syllables=30), Chance(2).said(30, -1)
    assert least(lambda: decide(said, among)) < 20
