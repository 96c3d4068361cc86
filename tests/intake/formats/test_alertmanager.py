"""Alertmanager and Grafana: each alert of a group by itself, numbers out of annotations, *resolved* closes nothing."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, datetime

import pytest

from bot.intake.formats import NotReadable
from bot.intake.formats.alertmanager import alertmanager
from bot.intake.formats.grafana import grafana
from bot.intake.parcel import WrongNumber
from bot.model.alert import AlertPhase, AlertStatus
from tests.intake.formats.reading import alert, fault, items, sample_json

AM, GRAFANA = alertmanager(), grafana({"observed": "B", "baseline": "C"})


def test_a_group_is_as_many_alerts_as_it_has() -> None:
    first, second = (item.alert for item in items(AM, sample_json("alertmanager/firing.json")))
    assert first is not None and second is not None
    assert first.title == "Ngập lụt tại xã Suối Vàng: lượng đề cập tăng 6,2 lần"
    assert (first.volume.observed, first.volume.baseline) == (412, 66)
    assert first.volume.factor == pytest.approx(412 / 66)
    assert first.first_seen == datetime(2026, 11, 22, 6, 5, tzinfo=UTC)
    assert (first.severity_hint, second.severity_hint) == (3, 2)
    assert [s.url for s in first.sources] == ["https://bao.example.vn/ngap", "https://dai.example.vn/ngap"]
    assert first.location.text == "xã Suối Vàng"
    assert first.last_seen is None  # the year 1 means: not over yet


def test_millions_of_entries_are_counted_and_not_built() -> None:
    body = b'{"a":1,"alerts":[' + b"1," * 200_000 + b"1]}"
    tracemalloc.start()
    with pytest.raises(WrongNumber):
        items(AM, body)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * len(body)  # it was over 100 times the body


def test_the_same_alert_again_is_known_and_a_changed_one_is_news_of_the_same_matter() -> None:
    group = sample_json("alertmanager/firing.json")
    group["alerts"] = group["alerts"][:1]
    before = alert(AM, group)
    assert alert(AM, group).source_id == before.source_id
    group["alerts"][0]["annotations"]["observed"] = "800"
    after = alert(AM, group)
    assert after.source_id != before.source_id
    assert after.thread == before.thread
    assert after.phase is AlertPhase.NEW


def test_resolved_ends_the_matter_that_fired() -> None:
    fired = items(AM, sample_json("alertmanager/firing.json"))[0].alert
    resolved = alert(AM, sample_json("alertmanager/resolved.json"))
    assert fired is not None
    assert resolved.phase is AlertPhase.RESOLVED
    assert resolved.thread == fired.thread
    assert resolved.source_id != fired.source_id
    assert resolved.last_seen == datetime(2026, 11, 22, 9, 5, tzinfo=UTC)


@pytest.mark.parametrize(("said", "level"), [("critical", 3), ("page", 4), ("info", 1), ("4", 4), ("odd", None)])
def test_a_severity_label_proposes_a_level(said: str, level: int | None) -> None:
    group = sample_json("alertmanager/firing.json")
    group["alerts"] = [group["alerts"][0] | {"labels": {"alertname": "x", "severity": said}}]
    assert alert(AM, group).severity_hint == level


def test_an_office_says_itself_what_critical_means() -> None:
    (first, _) = items(alertmanager({"critical": 4}), sample_json("alertmanager/firing.json"))
    assert first.alert is not None
    assert first.alert.severity_hint == 4


@pytest.mark.parametrize("value", ["many", "1.234,5", [], True])
def test_a_count_that_is_no_number_is_named(value: object) -> None:
    group = sample_json("alertmanager/firing.json")
    group["alerts"] = group["alerts"][:1]
    group["alerts"][0]["annotations"]["observed"] = value
    assert "annotations.observed" in fault(AM, group)


def test_grafanas_letters_are_what_the_feed_says_they_are() -> None:
    for name in ("grafana/firing.json", "grafana/before-9.5.json"):
        read = alert(GRAFANA, sample_json(name))
        assert (read.volume.observed, read.volume.baseline) == (44.25, 11)
        assert read.status is AlertStatus.ACTUAL


def test_grafanas_button_test_is_a_drill() -> None:
    assert alert(GRAFANA, sample_json("grafana/test-button.json")).status.is_drill


def test_a_label_makes_a_drill_of_an_alert() -> None:
    group = sample_json("alertmanager/firing.json")
    group["alerts"] = group["alerts"][:1]
    group["alerts"][0]["labels"]["status"] = "exercise"
    assert alert(AM, group).status is AlertStatus.EXERCISE


def test_a_group_whose_common_part_would_fill_the_memory_is_refused() -> None:
    group = sample_json("alertmanager/firing.json")
    group["commonAnnotations"] = {"description": "x" * 1_000_000}
    group["alerts"] = [{"labels": {"alertname": str(n)}} for n in range(1000)]
    with pytest.raises(NotReadable, match="too much"):
        items(AM, group)
    group["alerts"] = group["alerts"][:2]
    assert len(items(AM, group)) == 2
