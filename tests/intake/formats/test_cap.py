"""CAP 1.2: warnings are read, updates and withdrawals find their warning, exercises are drills, hostile XML is not."""

from __future__ import annotations

import pytest

from bot.intake.formats.arrival import NotXml
from bot.intake.formats.cap import CAP
from bot.model.alert import AlertPhase, AlertStatus
from tests.intake.formats.reading import alert, fault, items, sample

WARNING = sample("cap/alert.xml").decode()


def test_a_warning_is_read() -> None:
    read = alert(CAP, WARNING)
    assert read.title == "Hồ Khe Đá mở 2 cửa xả từ 15 giờ"
    assert read.summary == "Mực nước hạ du lên nhanh.\nNgười dân ven suối lên nơi cao."
    assert (read.lang, read.severity_hint, read.volume.observed) == ("vi", 3, 412)
    assert read.location.text == "Xã Suối Vàng"
    assert read.location.lat == pytest.approx(21.15)
    assert read.sources[0].outlet == "Đài Khí tượng Thủy văn tỉnh"
    assert read.source_id == "thuyvan@example.gov.vn,TV-2026-0007"


def test_updates_and_withdrawals_refer_to_their_warning() -> None:
    warning = alert(CAP, WARNING)
    for name, phase in (("update", AlertPhase.UPDATE), ("cancel", AlertPhase.CANCELLED)):
        message = alert(CAP, sample(f"cap/{name}.xml"))
        assert message.phase is phase
        assert message.refers_to == (warning.source_id,)


@pytest.mark.parametrize("status", ["Exercise", "Test"])
def test_exercises_and_tests_are_drills(status: str) -> None:
    read = alert(CAP, WARNING.replace("<status>Actual", f"<status>{status}"))
    assert read.status is AlertStatus(status.lower())


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("<status>Actual", "<status>Draft", "status"),
        ("<status>Actual", "<status>System", "status"),
        ("<status>Actual", "<status>actual", "status"),
        ("<msgType>Alert", "<msgType>Ack", "msgType"),
        ("<identifier>TV-2026-0007", "<identifier>", "identifier"),
        ("21.1,105.1 21.2", "x,y 21.2", "polygon"),
        ("<value>412", "<value>many", "value"),
        ("2026-11-22T13:05:00+07:00", "soon", "first_seen"),
    ],
)
def test_what_is_not_for_action_or_not_in_order_waits_for_a_person(old: str, new: str, named: str) -> None:
    assert named in fault(CAP, WARNING.replace(old, new))


def test_the_vietnamese_information_is_preferred() -> None:
    english = "<info><language>en-US</language><headline>Dam opens gates</headline></info>"
    assert alert(CAP, WARNING.replace("<info>", f"{english}<info>", 1)).title == "Hồ Khe Đá mở 2 cửa xả từ 15 giờ"


ENTITIES = '<!DOCTYPE a [<!ENTITY b "boom"><!ENTITY c "&b;&b;&b;">]><alert>&c;</alert>'
OUTSIDE = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><alert>&b;</alert>'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not xml",
        b"<alert>",
        b"<html/>",
        ENTITIES.encode(),
        OUTSIDE.encode(),
        b"<!DOCTYPE alert><alert/>",
        b"<alert>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</alert>",
        b"<alert>" + b"<a/>" * 60_000 + b"</alert>",
        b"<?xml version='1.0' encoding='klingon'?><alert/>",
        b"<alert>\xff</alert>",
    ],
    ids=["empty", "words", "cut", "html", "laughs", "outside", "doctype", "deep", "wide", "coding", "bytes"],
)
def test_what_is_no_cap_or_hostile_is_no_item_at_all(body: bytes) -> None:
    with pytest.raises(NotXml):
        items(CAP, body)


def test_an_empty_alert_is_an_item_without_a_status() -> None:
    assert "status" in fault(CAP, "<alert><identifier>1</identifier></alert>")
