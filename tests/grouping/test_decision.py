"""Which alerts belong together, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.grouping import Decision, absorb, decide, grow, opening_growth, pack, sketch, unpack
from bot.grouping.sketch import KEPT_PAGES, KEPT_TEXTS, Kept, Vector, pages
from bot.model.alert import Alert, Location, Source, Volume
from bot.model.reasons import Grouping

WATER, FIRE = "water-contamination", "fire-explosion"
NOW = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)


def alert(title: str = "Nước máy có mùi dầu, dân không dám nấu ăn", **fields: object) -> Alert:
    return replace(Alert(id="a", feed="default", title=title, received_at=NOW), **fields)  # type: ignore[arg-type]


def decide_(new: Alert, vector: Vector, candidates: list[tuple[str, Kept]], playbook: str | None = WATER) -> Decision:
    return decide(new, vector, playbook, candidates)


def direction(degrees: float) -> Vector:
    angle = np.radians(degrees)
    return np.array([np.cos(angle), np.sin(angle)], dtype=np.float32)


def incident(first: Alert | None = None, vector: Vector | None = None) -> list[tuple[str, Kept]]:
    return [("i1", absorb(None, first or alert(), direction(0) if vector is None else vector, WATER))]


def test_with_nothing_open_an_alert_opens_an_incident() -> None:
    assert decide_(alert(), direction(0), []).reason is Grouping.NOTHING_OPEN


def test_the_same_page_joins_whatever_the_words() -> None:
    page = (Source(url="https://www.bao.example.vn/a?utm_source=x&id=7"),)
    mobile = (Source(url="http://m.bao.example.vn/a/?id=7"),)
    decision = decide_(alert("Hoàn toàn khác", sources=mobile), direction(90), incident(alert(sources=page)))
    assert (decision.incident_id, decision.reason) == ("i1", Grouping.SAME_PAGE)


def test_a_newspapers_front_page_proves_nothing() -> None:
    assert pages(alert(sources=(Source(url="https://bao.example.vn/"),))) == []


def test_a_copy_without_diacritics_joins_by_its_words() -> None:
    copy = alert("nuoc may co mui dau, dan khong dam nau an")
    decision = decide_(copy, direction(90), incident())
    assert (decision.incident_id, decision.reason) == ("i1", Grouping.SAME_WORDS)


def test_a_reworded_alert_joins_by_its_meaning() -> None:
    decision = decide_(alert("Váng lạ trong vòi"), direction(5), incident())
    assert (decision.incident_id, decision.reason) == ("i1", Grouping.SAME_MEANING)


def test_another_matter_opens_an_incident_of_its_own() -> None:
    decision = decide_(alert("Cháy chợ trong đêm"), direction(60), incident())
    assert (decision.incident_id, decision.reason) == (None, Grouping.OTHER_MATTER)


def test_the_same_kind_of_matter_in_another_place_is_another_incident() -> None:
    here = alert(location=Location(text="phường Sông Thượng"))
    there = alert(location=Location(text="xã Suối Vàng"))
    decision = decide_(there, direction(0), incident(here))
    assert (decision.incident_id, decision.reason) == (None, Grouping.OTHER_PLACE)


def test_the_same_words_a_week_later_are_another_incident() -> None:
    late = alert(first_seen=NOW + timedelta(days=7))
    assert decide_(late, direction(0), incident()).reason is Grouping.TOO_LONG_AGO


def test_of_several_that_fit_the_closest_is_joined() -> None:
    far, near = direction(12), direction(2)
    candidates = [
        ("far", absorb(None, alert("x y z"), far, WATER)),
        ("near", absorb(None, alert("u v w"), near, WATER)),
    ]
    assert decide_(alert("Váng lạ trong vòi"), direction(0), candidates).incident_id == "near"


@given(st.lists(st.text(max_size=80), min_size=1, max_size=40))
def test_a_sketch_stays_bounded_and_survives_the_store(titles: list[str]) -> None:
    kept = None
    for number, title in enumerate(titles):
        source = Source(url=f"https://bao.example.vn/{number}")
        kept = absorb(kept, alert(title, sources=(source,) * 3), direction(number), WATER)
    assert kept is not None
    assert len(kept.sketch.texts) <= KEPT_TEXTS
    assert len(kept.vectors) <= KEPT_TEXTS
    assert len(kept.sketch.pages) <= KEPT_PAGES
    back = unpack(kept.sketch.to_json(), pack(kept.vectors))
    assert back.sketch == kept.sketch
    assert np.allclose(back.vectors, kept.vectors)


def test_growth_shows_the_latest_volume_and_counts_the_rest() -> None:
    first = alert(volume=Volume(100, 50, 2.0), first_seen=NOW)
    second = alert(
        volume=Volume(300), first_seen=NOW - timedelta(hours=1), last_seen=NOW + timedelta(hours=1), sources=()
    )
    older = alert(volume=Volume(1), first_seen=NOW - timedelta(hours=3), last_seen=NOW - timedelta(hours=2))
    growth = grow(grow(opening_growth(first), second), older)
    assert growth.alerts == 3
    assert growth.volume == Volume(300, 50, 6.0)
    assert growth.first_seen == NOW - timedelta(hours=3)


def test_a_sketch_of_an_empty_title_joins_nothing_by_words() -> None:
    decision = decide_(alert("!!!"), direction(90), [("i1", Kept(sketch(alert("???"), None), (direction(0),)))])
    assert decision.incident_id is None


def test_one_kind_in_one_place_is_one_matter_however_it_is_worded() -> None:
    here = alert(location=Location(text="phường Sông Thượng"))
    post = alert("ở sông thượng ai thấy nước lạ ko")
    assert decide_(post, direction(38), incident(here)).reason is Grouping.SAME_MEANING


def test_two_crises_in_one_commune_on_one_day_are_two_incidents() -> None:
    here = alert(location=Location(text="phường Sông Thượng"))
    fire = alert("Cháy chợ phường Sông Thượng", location=Location(text="phường Sông Thượng"))
    decision = decide_(fire, direction(25), incident(here), FIRE)
    assert (decision.incident_id, decision.reason) == (None, Grouping.OTHER_MATTER)
