"""Every stage of a matter, drafted from the facts as they stand, in every form, and honest about what changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.approval.gate_file import load_gates
from bot.drafting import DraftContext, Earlier, draft_statement, find_gaps
from bot.drafting.limits import TEXT_LIMIT, limit_of
from bot.model.fact import Fact, FactState
from bot.model.statement import StatementKind, canonical
from bot.model.statement_templates import TEXT_KEYS
from bot.playbooks import default_playbooks_folder
from tests.drafting.holding import CONTEXT, NOW, fact, poisoning, shipped

_, GROUNDS = load_gates(default_playbooks_folder() / "law")
KINDS = tuple(StatementKind)


def after(before: dict[str, Fact], **changes: object) -> DraftContext:
    earlier = Earlier(1, NOW - timedelta(hours=4), "Lời trước.", before)
    return replace(CONTEXT, number=2, earlier=earlier, reason="chờ kết luận", ground=GROUNDS[1], **changes)


def text(kind: StatementKind, before: dict[str, Fact], now: dict[str, Fact], key: str = "vi/full") -> str:
    return draft_statement(kind, poisoning(), now, after(before), [key]).texts[key]


def affected(value: str, state: FactState = FactState.CONFIRMED) -> dict[str, Fact]:
    return {"people_affected": fact("people_affected", value, state)}


def test_an_update_says_what_is_new_what_changed_and_names_the_one_before() -> None:
    now = affected("43") | {"kitchen_status": fact("kitchen_status", "tạm dừng từ 13h00")}
    said = text(StatementKind.UPDATE, affected("12"), now)
    assert said.split("\n")[0] == "CẬP NHẬT THÔNG TIN (số 2) – 14h30 ngày 22/11/2026"
    assert "Tiếp theo thông tin số 1 công bố lúc 10h30 ngày 22/11/2026." in said
    assert "Nội dung thay đổi so với thông tin số 1: 43 người có triệu chứng" in said
    assert "(trước đó: 12 người có triệu chứng)." in said
    assert "Nội dung mới được xác minh so với thông tin số 1: bếp ăn tạm dừng từ 13h00." in said
    english = text(StatementKind.UPDATE, affected("12"), now, "en/full")
    assert "Changed since statement no. 1: 43 people have symptoms (stated before: 12 people have symptoms)." in english


def test_an_update_without_news_says_so() -> None:
    said = text(StatementKind.UPDATE, affected("43"), affected("43"))
    assert "chưa có nội dung mới được xác minh đủ căn cứ để công bố" in said
    assert text(StatementKind.UPDATE, affected("43"), affected(" 43 ")).count("thay đổi") == 0


def test_an_update_takes_up_what_the_playbook_does_and_asks() -> None:
    said = text(StatementKind.UPDATE, {}, {})
    assert "Việc đang làm: ngành y tế đang tổ chức cấp cứu" in said
    assert "Đề nghị người dân: người đã dùng bữa ăn có liên quan" in said


def test_a_correction_says_what_was_said_and_what_is_right() -> None:
    said = text(StatementKind.CORRECTION, affected("12"), affected("43"))
    assert "thông tin số 1 nêu “12 người có triệu chứng”, nội dung đúng là “43 người có triệu chứng”" in said
    assert find_gaps(said) == ()


def test_a_correction_of_nothing_that_is_known_has_a_gap() -> None:
    said = text(StatementKind.CORRECTION, affected("43"), affected("43"))
    assert find_gaps(said) == ("nội dung cần đính chính",)


@pytest.mark.parametrize("kind", [StatementKind.UPDATE, StatementKind.CORRECTION, StatementKind.CLOSING])
def test_hearsay_is_no_change(kind: StatementKind) -> None:
    said = text(kind, affected("12"), affected("99", FactState.UNCONFIRMED))
    assert "99" not in said
    assert "số người có triệu chứng" in said, "it is still being verified"


def test_a_closing_says_what_has_no_conclusion_and_nothing_where_all_is_known() -> None:
    open_end = text(StatementKind.CLOSING, {}, affected("43"))
    assert "Nội dung chưa có kết luận: " in open_end
    everything = {slot.id: fact(slot.id, "43") for slot in poisoning().facts} | {"place": fact("place", "xã A")}
    whole = text(StatementKind.CLOSING, {}, everything)
    assert "chưa có kết luận" not in whole
    assert "\n\n\n" not in whole


@pytest.mark.parametrize(("before", "now"), [("1200", "1.200"), ("43", "43 người"), ("1.200 người", "1200")])
def test_a_figure_that_is_only_written_otherwise_has_not_changed(before: str, now: str) -> None:
    assert "thay đổi so với" not in text(StatementKind.UPDATE, affected(before), affected(now))
    assert find_gaps(text(StatementKind.CORRECTION, affected(before), affected(now))), "nothing to correct is known"


def test_an_english_refusal_cites_the_law_in_english_and_the_ground_stands_within_its_sentence() -> None:
    for key in ("en/full", "en/short"):
        said = text(StatementKind.REFUSAL, {}, {}, key)
        assert "Art. 31(2)(b) Press Law 2025" in said
        assert "Điều" not in said
    assert "Press Law 2025: information on a case" in text(StatementKind.REFUSAL, {}, {}, "en/full")
    assert "Luật Báo chí năm 2025: thông tin về vụ án" in text(StatementKind.REFUSAL, {}, {})


def test_a_refusal_names_the_ground_of_law_and_the_reason() -> None:
    said = text(StatementKind.REFUSAL, {}, {})
    assert "quy định tại điểm b khoản 2 Điều 31 Luật Báo chí năm 2025: thông tin về vụ án đang điều tra" in said
    assert "Lý do: chờ kết luận." in said
    assert "sẽ thông tin khi căn cứ nêu trên không còn" in said


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("playbook_id", sorted(shipped()))
def test_every_playbook_has_every_stage_in_every_form(playbook_id: str, kind: StatementKind) -> None:
    playbook = shipped()[playbook_id]
    before = {slot.id: fact(slot.id, "12") for slot in playbook.facts[:2]}
    everything = {slot.id: fact(slot.id, "43") for slot in playbook.facts}
    context = CONTEXT if kind is StatementKind.INITIAL else after(before)
    for now in ({}, everything):
        draft = draft_statement(kind, playbook, now, context, TEXT_KEYS)
        assert tuple(draft.texts) == TEXT_KEYS
        for key, said in draft.texts.items():
            assert said == canonical(said)
            assert not any(mark in said for mark in ("{{", "}}", "\n\n\n", "..", "  "))
            assert (find_gaps(said) == ()) or (kind is StatementKind.CORRECTION and not now)
            assert (limit_of(key).length(said) <= limit_of(key).aim) == (key not in draft.beyond)
            if key in ("vi/short", "en/short"):
                assert len(said) <= 600
                assert CONTEXT.agency.channel_url in said
            if key.endswith("/full"):
                assert len(said) <= TEXT_LIMIT


@pytest.mark.parametrize("playbook_id", ["child-abuse", "school-incident"])
@pytest.mark.parametrize("kind", KINDS)
def test_where_the_place_is_protected_no_text_of_any_stage_names_it(playbook_id: str, kind: StatementKind) -> None:
    draft = draft_statement(kind, shipped()[playbook_id], {}, after({}, place="xã Suối Vàng"), TEXT_KEYS)
    for said in draft.texts.values():
        assert "Suối Vàng" not in said


def test_with_the_same_facts_every_form_says_the_same_numbers() -> None:
    draft = draft_statement(StatementKind.INITIAL, poisoning(), affected("43"), CONTEXT, TEXT_KEYS)
    for said in draft.texts.values():
        assert "43" in said


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_post_with_facts_beyond_measure_keeps_to_600_and_says_that_there_is_more(lang: str) -> None:
    playbook = shipped()["water-contamination"]
    now = {slot.id: fact(slot.id, "9" + "x" * 198) for slot in playbook.facts}
    said = draft_statement(StatementKind.INITIAL, playbook, now, CONTEXT, [f"{lang}/short"]).texts[f"{lang}/short"]
    assert len(said) <= 600
    assert {"vi": "các nội dung khác có trong bản đầy đủ", "en": "more in the full statement"}[lang] in said


def test_thirty_seconds_leave_out_advice_before_facts() -> None:
    draft = draft_statement(StatementKind.INITIAL, poisoning(), affected("43"), CONTEXT, ["vi/spoken"])
    said = draft.texts["vi/spoken"]
    assert 60 <= len(said.split()) <= 90
    assert "43 người có triệu chứng" in said
    assert "http" not in said


def test_a_loudspeaker_text_has_an_advice_and_no_abbreviation() -> None:
    facts = affected("43") | {"kitchen_status": fact("kitchen_status", "UBND phường đã dừng lúc 13h30")}
    said = draft_statement(StatementKind.INITIAL, poisoning(), facts, CONTEXT, ["vi/loudspeaker"]).texts[
        "vi/loudspeaker"
    ]
    assert "Đề nghị người dân: người đã dùng bữa ăn có liên quan" in said
    assert "Ủy ban nhân dân phường đã dừng lúc 13 giờ 30 phút" in said
    assert "UBND" not in said
