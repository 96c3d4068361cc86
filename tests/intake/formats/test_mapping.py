"""Foreign JSON by a mapping: paths, constants, lists, times, numbers; faults name file and line."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.assembly.feeds import feed_format
from bot.intake.formats.port import Format
from bot.settings import SettingsFault, load_settings
from tests.intake.formats.reading import SAMPLES, alert, fault, items, sample_json

YAML = (SAMPLES / "mapping" / "settings.yaml").read_text(encoding="utf-8")
VENDOR = sample_json("mapping/vendor.json")


def form(tmp_path: Path, text: str = YAML) -> Format:
    file = tmp_path / "keng.yaml"
    file.write_text(text, encoding="utf-8")
    return feed_format(load_settings(file, environ={}).feeds["vendor"])


def changed(**fields: Any) -> dict[str, Any]:
    return VENDOR | {"ket_qua": [VENDOR["ket_qua"][0] | fields]}


def test_a_vietnamese_vendors_alert_is_read(tmp_path: Path) -> None:
    read = alert(form(tmp_path), VENDOR)
    assert read.title == "Lượng thảo luận về giá vé tham quan tăng mạnh"
    assert read.source_id == "88"
    assert read.first_seen == datetime(2026, 11, 22, 6, 5, tzinfo=UTC)
    assert (read.volume.observed, read.volume.baseline) == (1234, 198.5)
    assert (read.severity_hint, read.window_minutes, read.topics) == (3, 60, ("du lịch",))
    assert (read.sources[0].url, read.sources[0].is_press) == ("https://bao.example.vn/ve", True)


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("muc_do", "Rất cao", "severity_hint"),
        ("thoi_gian", "hôm qua", "first_seen"),
        ("luot_nhac", "nhiều", "volume.observed"),
        ("tieu_de", None, "title"),
        ("tieu_de", ["x"], "title"),
        ("lien_ket", "https://bao.example.vn", "sources"),
    ],
)
def test_a_value_that_does_not_fit_is_named_by_our_field(tmp_path: Path, field: str, value: Any, named: str) -> None:
    assert named in fault(form(tmp_path), changed(**{field: value}))


def test_a_body_without_the_list_waits_for_a_person(tmp_path: Path) -> None:
    for body in ({}, [], {"ket_qua": {}}, {"ket_qua": None}):
        if body != []:
            assert "ket_qua" in fault(form(tmp_path), body)
    assert len(items(form(tmp_path), VENDOR | {"ket_qua": VENDOR["ket_qua"] * 3})) == 3


def test_a_thread_makes_later_reports_news_of_the_same_matter(tmp_path: Path) -> None:
    reads = form(tmp_path, YAML.replace("      id: ma\n", "      thread: ma\n"))
    first, later = alert(reads, VENDOR), alert(reads, changed(luot_nhac="2.000"))
    assert first.thread == later.thread == "88"
    assert first.source_id != later.source_id


def test_a_function_that_meets_the_wrong_kind_of_value_names_field_and_path(tmp_path: Path) -> None:
    reads = form(tmp_path, YAML.replace("summary: noi_dung", "summary: length(ma)"))
    assert "summary: length" in fault(reads, VENDOR)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("title: tieu_de", 'title: "tieu_de["', 9, "feeds.vendor.mapping.title.path: no JMESPath expression"),
        ("items: ket_qua", 'items: "ket qua["', 7, "feeds.vendor.mapping.items: no JMESPath expression"),
        ("zone: Asia/Ho_Chi_Minh", "zone: Asia/Hanoi", 11, "no time zone"),
        ("title: tieu_de", "titel: tieu_de", 9, "unknown setting"),
        ("url: duong_dan", 'url: "[["', 21, "no JMESPath expression"),
        ("format: mapping", "format: magic", 4, "feeds.vendor.format"),
    ],
)
def test_a_fault_in_a_mapping_is_told_with_file_and_line(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    with pytest.raises(SettingsFault) as fault_:
        form(tmp_path, YAML.replace(old, new))
    told = [text for text in str(fault_.value).splitlines() if f"keng.yaml:{line}:" in text]
    assert told and words in told[0], str(fault_.value)
