from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.drafting import draft_holding, find_gaps
from bot.model.fact import PLACE, FactState
from bot.model.statement import canonical
from tests.drafting.holding import CONTEXT, NOW, fact, poisoning, shipped


def paragraphs(lang: str = "vi", **changes: object) -> list[str]:
    facts = changes.pop("facts", {})
    draft = draft_holding(poisoning(), facts, replace(CONTEXT, **changes))
    return draft.texts[f"{lang}/full"].split("\n\n")


def test_times_are_shown_in_viet_nam_as_each_language_writes_them() -> None:
    assert paragraphs()[0] == "THÔNG TIN BAN ĐẦU (số 1) – 14h30 ngày 22/11/2026"
    assert paragraphs("en")[0] == "INITIAL INFORMATION (no. 1) – 14:30 on 22 November 2026"
    assert "trước 18h30 ngày 22/11/2026" in paragraphs()[-3]
    assert "before 18:30 on 22 November 2026" in paragraphs("en")[-3]


def test_facts_of_another_day_carry_their_date() -> None:
    assert paragraphs(as_of=NOW - timedelta(hours=15))[2].startswith("Đến 23h30 ngày 21/11/2026, ")


def test_nothing_confirmed_is_said_in_a_plain_sentence_and_everything_is_still_verified() -> None:
    known, unknown = paragraphs()[2:4]
    assert known == "Đến 14h30, chưa có nội dung nào được xác minh đủ căn cứ để công bố."
    assert unknown.startswith("Nội dung đang được xác minh: địa điểm, phạm vi cụ thể; số người có triệu chứng; ")
    for slot in poisoning().facts:
        assert slot.name.vi in unknown


def test_confirmed_facts_are_known_and_no_longer_among_the_unknown() -> None:
    facts = {
        "people_affected": fact("people_affected", "43"),
        "kitchen_status": fact("kitchen_status", "tạm dừng phục vụ từ 13h00."),
    }
    known, unknown = paragraphs(facts=facts)[2:4]
    assert known == ("Đến 14h30, thông tin đã xác minh: 43 người có triệu chứng; bếp ăn tạm dừng phục vụ từ 13h00.")
    assert "số người có triệu chứng" not in unknown
    assert "nguyên nhân và loại thực phẩm liên quan" in unknown
    assert paragraphs("en", facts=facts)[2].startswith("Confirmed as of 14:30: 43 people have symptoms; ")


@pytest.mark.parametrize(
    ("typed", "vietnamese", "english"),
    [
        ("1200", "1.200 người", "1,200 people"),
        ("1.200", "1.200 người", "1,200 people"),
        ("hơn 12500 người", "hơn 12.500 người", "12,500"),
        ("1.250.000", "1.250.000 người", "1,250,000 people"),
        ("999", "999 người", "999 people"),
        ("43 (năm 2025: 2100)", "43 (năm 2025: 2.100) người", "2025: 2,100"),
        ("0200", "0200 người", "0200 people"),
    ],
)
def test_counts_have_the_separators_of_their_language(typed: str, vietnamese: str, english: str) -> None:
    facts = {"people_affected": fact("people_affected", typed)}
    assert vietnamese in paragraphs(facts=facts)[2]
    assert english in paragraphs("en", facts=facts)[2]


def test_figures_in_words_are_left_as_they_were_typed_but_for_thousands_in_english() -> None:
    facts = {"kitchen_status": fact("kitchen_status", "số 1200, đường 3,5 m, suất 15.000 đồng, từ 22.11.2026")}
    assert "bếp ăn số 1200, đường 3,5 m, suất 15.000 đồng, từ 22.11.2026" in paragraphs(facts=facts)[2]
    assert "số 1200, đường 3,5 m, suất 15,000 đồng, từ 22.11.2026" in paragraphs("en", facts=facts)[2]


@pytest.mark.parametrize("state", [FactState.UNCONFIRMED, FactState.UNKNOWN])
def test_unconfirmed_facts_never_appear_as_known_nor_anywhere_else(state: FactState) -> None:
    for playbook in shipped().values():
        facts = {slot.id: fact(slot.id, "XYZZY", state) for slot in playbook.facts}
        for text in draft_holding(playbook, facts, CONTEXT).texts.values():
            assert "XYZZY" not in text


def test_a_statement_never_claims_to_know_everything() -> None:
    facts = {slot.id: fact(slot.id, "5") for slot in poisoning().facts} | {PLACE: fact(PLACE, "xã Suối Vàng")}
    assert paragraphs(facts=facts)[3] == "Nội dung đang được xác minh: các tình tiết khác của vụ việc."


def test_a_place_that_nobody_confirmed_is_still_being_verified() -> None:
    assert "địa điểm, phạm vi cụ thể" in paragraphs()[3]
    reported = {PLACE: fact(PLACE, "phường Sông Thượng", FactState.UNCONFIRMED)}
    assert "địa điểm, phạm vi cụ thể" in paragraphs(facts=reported)[3]
    confirmed = {PLACE: fact(PLACE, "phường Sông Thượng")}
    assert "địa điểm, phạm vi cụ thể" not in paragraphs(facts=confirmed)[3]


@pytest.mark.parametrize("place", [None, "", " \u200b ", "…"[:0], "."])
def test_a_missing_place_is_a_visible_gap(place: str | None) -> None:
    draft = draft_holding(poisoning(), {}, replace(CONTEXT, place=place))
    assert draft.gaps == (PLACE,)
    assert "sau bữa ăn tại [[CẦN BỔ SUNG: địa điểm]]." in draft.texts["vi/full"]
    assert "after a meal in [[TO BE FILLED: place]]." in draft.texts["en/full"]
    assert find_gaps(draft.texts["vi/full"]) == ("địa điểm",)


def test_a_statement_that_must_not_name_the_place_does_not_ask_for_it() -> None:
    draft = draft_holding(shipped()["child-abuse"], {}, replace(CONTEXT, place="phường Sông Thượng"))
    assert "Sông Thượng" not in draft.texts["vi/full"]
    assert draft_holding(shipped()["child-abuse"], {}, replace(CONTEXT, place=None)).gaps == ()


def test_a_required_fact_that_nobody_confirmed_is_a_visible_gap() -> None:
    playbook = poisoning(people_affected=True)
    waiting = {"people_affected": fact("people_affected", "43", FactState.UNCONFIRMED)}
    draft = draft_holding(playbook, waiting, CONTEXT)
    assert draft.gaps == ("people_affected",)
    assert find_gaps(draft.texts["vi/full"]) == ("số người có triệu chứng",)
    assert find_gaps(draft.texts["en/full"]) == ("the number of people with symptoms",)
    whole = draft_holding(playbook, {"people_affected": fact("people_affected", "43")}, CONTEXT)
    assert whole.gaps == ()
    assert find_gaps(whole.texts["vi/full"]) == ()


@pytest.mark.parametrize(
    ("place", "vi", "en"),
    [
        ("phường Sông Thượng", "tại phường Sông Thượng", "in phường Sông Thượng"),
        ("Tại xã Suối Vàng", "tại xã Suối Vàng", "in xã Suối Vàng"),
        ("ở hồ Đá Bạc.", "ở hồ Đá Bạc", "in hồ Đá Bạc"),
        ("trên cầu Bến Nứa", "trên cầu Bến Nứa", "in cầu Bến Nứa"),
        ("Tại", "tại Tại", "in Tại"),
        ("Tạiwan", "tại Tạiwan", "in Tạiwan"),
    ],
)
def test_a_place_gets_exactly_one_preposition(place: str, vi: str, en: str) -> None:
    assert f"sau bữa ăn {vi}." in paragraphs(place=place)[1]
    assert f"after a meal {en}." in paragraphs("en", place=place)[1]


def test_the_sign_off_names_the_spokesperson_the_title_and_the_agency() -> None:
    assert paragraphs()[-1] == ("Nguyễn Văn Phát – Chánh Văn phòng, Người phát ngôn Ủy ban nhân dân tỉnh Thượng Giang")
    assert paragraphs(spokesperson_name=None)[-1] == "Người phát ngôn của Ủy ban nhân dân tỉnh Thượng Giang"
    assert paragraphs("en", spokesperson_title_en=None)[-1] == (
        "The spokesperson of Thuong Giang Provincial People's Committee"
    )


def test_the_number_of_the_statement_and_the_contact_are_there() -> None:
    assert paragraphs(number=3)[0].startswith("THÔNG TIN BAN ĐẦU (số 3)")
    assert "0200 3000 115" in paragraphs()[-2]
    assert "https://thuonggiang.example/thong-cao" in paragraphs()[-3]


@pytest.mark.parametrize("playbook_id", sorted(shipped()))
def test_every_playbook_drafts_in_both_languages_with_nothing_and_with_everything_known(playbook_id: str) -> None:
    playbook = shipped()[playbook_id]
    everything = {slot.id: fact(slot.id, "12") for slot in playbook.facts} | {PLACE: fact(PLACE, "xã Suối Vàng")}
    for facts in ({}, everything):
        draft = draft_holding(playbook, facts, CONTEXT)
        assert set(draft.texts) == {"vi/full", "en/full"}
        assert draft.gaps == ()
        for text in draft.texts.values():
            assert text == canonical(text)
            assert "{{" not in text
            assert "\n\n\n" not in text
            assert ".." not in text
            assert find_gaps(text) == ()
            assert len(text) <= 2_800


def test_the_same_facts_make_the_same_bytes() -> None:
    assert draft_holding(poisoning(), {}, CONTEXT) == draft_holding(poisoning(), {}, CONTEXT)
