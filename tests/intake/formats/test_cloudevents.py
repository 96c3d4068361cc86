"""CloudEvents 1.0: structured, binary and batched; the event's own id counts."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest

from bot.intake.body import NotJson
from bot.intake.formats.cloudevents import cloudevents
from tests.intake.formats.reading import SAMPLES, alert, fault, headers_of, items, sample_json

EVENTS = cloudevents()
EVENT = sample_json("cloudevents/structured.json")
ATTRIBUTES = {"ce-specversion": "1.0", "ce-id": "evt-1", "ce-source": "/feeds/m%E1%BA%ABu", "CE-Type": "vn.spike"}


def test_a_structured_event_is_read() -> None:
    read = alert(EVENTS, EVENT)
    assert read.title == "Nhiều bài đăng về học sinh đau bụng sau bữa trưa"
    assert read.source_id == "/feeds/pho-thong evt-20261122-0007"
    assert read.volume.observed == 412


def test_a_batch_is_as_many_alerts_as_it_has() -> None:
    assert len(items(EVENTS, sample_json("cloudevents/batch.json"))) == 2


def test_in_binary_mode_attributes_are_headers() -> None:
    body = json.dumps(EVENT["data"])
    read = alert(EVENTS, body, {**ATTRIBUTES, "Content-Type": "application/json; charset=utf-8"})
    assert read.source_id == "/feeds/mẫu evt-1"
    assert read.volume.observed == 412


def test_the_sample_in_binary_mode_is_read_with_the_headers_beside_it() -> None:
    file = SAMPLES / "cloudevents" / "binary.json"
    read = alert(EVENTS, file.read_bytes(), headers_of(file))
    assert read.source_id == "/feeds/phổ-thông evt-20261122-0009"
    assert read.topics == ("nước máy",)
    assert read.first_seen == datetime(2026, 11, 22, 7, 40, tzinfo=UTC)
    assert "specversion" in fault(EVENTS, file.read_bytes())  # without them it is no event


def test_only_what_can_be_an_attribute_is_taken_from_the_headers() -> None:
    """*Naming conventions*: letters and digits. Else data could come past what is taken out and refused."""
    encoded = base64.b64encode(json.dumps({"title": "TÀI LIỆU MẬT"}).encode()).decode()
    sent = {**ATTRIBUTES, "ce-data_base64": encoded, "ce-data": "x", "ce-": "x"}
    (item,) = items(EVENTS, {"title": "Cá chết"}, sent)
    assert item.alert is not None
    assert set(json.loads(item.raw)) == {"specversion", "id", "source", "type", "datacontenttype", "data"}


def test_binary_data_that_is_no_json_is_refused() -> None:
    with pytest.raises(NotJson, match="text/plain"):
        items(EVENTS, "hello", {**ATTRIBUTES, "content-type": "text/plain"})


def test_data_may_come_in_base64() -> None:
    event = {k: v for k, v in EVENT.items() if k != "data"}
    event["data_base64"] = base64.b64encode(json.dumps(EVENT["data"]).encode()).decode()
    assert alert(EVENTS, event).volume.observed == 412
    assert "data_base64" in fault(EVENTS, event | {"data_base64": "%%%"})


def test_what_is_taken_out_and_refused_is_found_in_base64_too() -> None:
    def event(data: dict[str, object]) -> dict[str, object]:
        encoded = base64.b64encode(json.dumps(data).encode()).decode()
        return {k: v for k, v in EVENT.items() if k != "data"} | {"data_base64": encoded}

    (item,) = items(EVENTS, event({"title": "Cá chết", "sources": [{"title": "x", "author": "Nguyễn Văn A"}]}))
    assert item.alert is not None
    assert item.dropped == ("data.sources[0].author",)
    assert "Nguyễn" not in item.raw.decode()
    (item,) = items(EVENTS, event({"title": "Sơ tán dân", "summary": "TÀI LIỆU MẬT"}))
    assert (item.secret, item.raw) == (True, b"")


@pytest.mark.parametrize("name", ["specversion", "id", "source", "type"])
def test_an_attribute_that_every_event_must_have_is_named(name: str) -> None:
    assert name in fault(EVENTS, {k: v for k, v in EVENT.items() if k != name})


def test_other_versions_and_events_without_data_wait_for_a_person() -> None:
    assert "specversion" in fault(EVENTS, EVENT | {"specversion": "0.3"})
    assert "data" in fault(EVENTS, {k: v for k, v in EVENT.items() if k != "data"})


def test_time_and_subject_of_the_event_stand_in_for_those_of_the_data() -> None:
    read = alert(EVENTS, EVENT | {"data": {"title": "x"}})
    assert read.topics == ("ngo-doc-thuc-pham",)
    assert read.first_seen is not None
