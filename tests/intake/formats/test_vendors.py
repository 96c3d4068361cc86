"""Meltwater, Talkwalker, Mention, Dataminr as documented in reference/domain.md §4.3."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.intake.formats.dataminr import DATAMINR
from bot.intake.formats.meltwater import MELTWATER
from bot.intake.formats.mention import MENTION
from bot.intake.formats.talkwalker import TALKWALKER
from bot.model.alert import AlertKind
from tests.intake.formats.reading import alert, fault, items, sample_json


def test_each_document_of_meltwater_is_an_item() -> None:
    press, post = (item.alert for item in items(MELTWATER, sample_json("meltwater/documents.json")))
    assert press is not None and post is not None
    assert press.kind is AlertKind.KEYWORD
    assert press.title == "Người dân phản ánh nước máy có mùi dầu"
    assert (press.sources[0].type, press.sources[0].is_press) == ("news", True)
    assert (post.sources[0].type, post.sources[0].is_press) == ("social", False)
    assert post.title == "Nước nhà mình đen sì luôn mọi người ơi"
    assert press.topics == ("2382415",)
    assert press.volume.observed is None  # a document is no count


def test_a_document_without_words_is_named() -> None:
    assert "documents" in fault(MELTWATER, {"documents": [{"external_id": "x", "url": "https://bao.example.vn/a"}]})
    assert "documents" in fault(MELTWATER, {"documents": "none"})
    assert "object" in fault(MELTWATER, [1])


def test_talkwalkers_milliseconds_and_feelings_are_ours() -> None:
    read = alert(TALKWALKER, sample_json("talkwalker/document.json"))
    assert read.first_seen == datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
    assert read.sentiment.score == -1.0
    assert (read.reach, read.location.text, read.location.lat) == (42276, "Đá Bạc, Tỉnh Mẫu", 21.3)
    assert read.sources[0].is_press
    assert "sentiment" in fault(TALKWALKER, {"data": {"title": "x", "sentiment": 9}})


def test_talkwalkers_middle_of_a_country_is_no_place() -> None:
    document = sample_json("talkwalker/document.json")
    document["data"]["extra_source_attributes"]["world_data"]["resolution"] = "COUNTRY"
    assert alert(TALKWALKER, document).location.lat is None


def test_a_page_of_mentions_is_read() -> None:
    read = alert(MENTION, sample_json("mention/mentions.json"))
    assert (read.title, read.sentiment.score, read.reach) == ("Phụ huynh bức xúc vì bữa ăn bán trú", -1.0, 12000)
    assert read.sources[0].outlet == "Báo Mẫu"
    assert "tone" in fault(MENTION, {"id": 1, "title": "x", "tone": "angry"})


def test_dataminr_is_read_with_its_post_and_without_its_pictures() -> None:
    (item,) = items(DATAMINR, sample_json("dataminr/alert.json"))
    read = item.alert
    assert read is not None
    assert (read.kind, read.severity_hint) == (AlertKind.EVENT, 2)
    assert (read.location.lat, read.location.lng) == (21.32, 105.21)
    assert read.topics == ("Flood",)
    assert read.sources[0].url == "https://x.com/someone/status/123"
    assert b"img.example.com" not in item.raw


def test_dataminrs_middle_of_a_country_is_no_place() -> None:
    read = alert(DATAMINR, sample_json("dataminr/whole-country.json"))
    assert (read.location.text, read.location.lat) == ("Viet Nam", None)


def test_the_same_document_again_is_known_and_a_changed_one_is_of_the_same_matter() -> None:
    page = sample_json("mention/mentions.json")
    before, again = alert(MENTION, page), alert(MENTION, page)
    page["mentions"][0]["reach"] = 90_000
    after = alert(MENTION, page)
    assert before.source_id == again.source_id != after.source_id
    assert before.thread == after.thread
