"""What is drawn: everything that a tired person must see, whatever the alert's author had in mind."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.telegram.buttons import Action, decode
from bot.channels.telegram.render import MESSAGE_LIMIT, Rendered, bold, join, link, one, plain_params, quote, words
from bot.channels.telegram.render_card import card
from bot.channels.telegram.render_dialog import ask_approval, ask_false_alarm, listing
from bot.locale.phrases import basis_in
from bot.model.alert import Location, Source, Volume
from bot.model.card import CardView, ToldApart
from bot.model.delivery import Delivery, DeliveryState
from bot.model.incident import Growth, IncidentState
from bot.model.outcome import Outcome
from bot.model.playbook import Bilingual
from bot.model.reasons import Reason
from bot.model.statement import Author, StatementState
from bot.simulator.html import parse_html
from tests.approval.office import NIGHT
from tests.channels.telegram.views import KEY, WORDS, a_clock, a_version, a_view, make
from tests.store.samples import an_incident


def shown(view: CardView, lang: str = "vi") -> str:
    """The card as Telegram shows it; raises where Telegram would refuse it."""
    rendered = card(view, lang, make)
    text, _ = parse_html(rendered.markup)
    assert text == rendered.plain
    assert len(text) <= MESSAGE_LIMIT
    return text


def grown(**volume: float | None) -> Growth:
    return Growth(3, Volume(**volume), 2, NIGHT, NIGHT)


def test_the_card_tells_everything_that_was_asked_for() -> None:
    text = shown(a_view())
    for part in (
        "Mức 3 – Nghiêm trọng · Vụ việc 7K2",
        "Nước máy có mùi dầu",
        "412 lượt đề cập, mức nền 66, gấp 6,2 lần",
        "phường Sông Thượng",
        "Nước sinh hoạt nhiễm bẩn, mất nước (87%)",
        "Vì: mùi dầu; nước máy",
        "Ô nhiễm môi trường (9%) · Dịch bệnh truyền nhiễm ở người (2%)",
        "Sở Nông nghiệp và Môi trường",
        "duyệt: trước 03h30 (còn 1 giờ 12 phút)",
        "NĐ 244/2026 Đ7.3",
        "tạm tính",
        "Chưa biết: ",
        "Dự thảo bản 2 · ",
        a_version().sha256[:8],
        WORDS,
        "/duyet 7K2",
    ):
        assert part in text, part
    assert "…" not in text, "a value is missing"


def test_the_english_card_has_no_vietnamese_word_of_ours() -> None:
    text = shown(a_view(), "en")
    assert "Level 3" in text
    assert "left" in text
    assert "Cẩm nang" not in text


@pytest.mark.parametrize(
    ("volume", "wanted", "unwanted"),
    [
        ({}, "Chưa rõ lượng đề cập", "gấp"),
        ({"observed": 412.0}, "412 lượt đề cập", "nền"),
        ({"observed": 1234567.0, "factor": 3.25}, "1.234.567 lượt đề cập, gấp 3,2 lần", "nền"),
        ({"observed": 1e300}, "e+300 lượt", "gấp"),
    ],
)
def test_unknown_parts_of_the_growth_are_left_out(volume: dict[str, float], wanted: str, unwanted: str) -> None:
    text = shown(a_view(incident_fields={"growth": grown(**volume)}))
    assert wanted in text
    assert unwanted not in text.split("Địa điểm")[0]


def test_a_matter_that_may_be_another_ones_says_how_to_merge_them() -> None:
    other = an_incident(code="9Z9", title="Váng lạ trong vòi")
    hint = "Có thể cùng vụ việc 9Z9: Váng lạ trong vòi. Nếu đúng, gộp lại: /gop 7K2 9Z9"
    assert hint in shown(a_view(perhaps_of=other))


def test_a_drill_says_so_at_the_top() -> None:
    assert shown(a_view(incident_fields={"drill": True})).startswith("[DIỄN TẬP]")


def test_without_a_fitting_playbook_a_person_is_asked_to_choose() -> None:
    text = shown(a_view(incident_fields={"playbook": "unclassified"}, confidence=None))
    assert "Chưa có cẩm nang phù hợp – cần người chọn" in text
    assert "Ô nhiễm môi trường (9%)" in text


def test_two_playbooks_that_fit_alike_are_told_apart_in_words() -> None:
    apart = ToldApart(Bilingual("Ô nhiễm môi trường", "Pollution"), Bilingual("Sông, hồ, không khí.", "Rivers, air."))
    text = shown(
        replace(
            a_view(incident_fields={"playbook": "unclassified"}, confidence=None),
            is_undecided=True,
            told_apart=(apart,),
        )
    )
    assert "Chưa phân biệt được giữa các cẩm nang gần nhau – cần người chọn" in text
    assert "Phân biệt với Ô nhiễm môi trường: Sông, hồ, không khí." in text


def test_a_playbook_that_a_person_chose_names_the_person() -> None:
    text = shown(a_view(incident_fields={"playbook_chosen_by": "p101"}, confidence=None))
    assert "(Trần Thị Trực chọn)" in text
    assert "(87%)" not in text.split("Khả năng khác")[0]


@pytest.mark.parametrize(
    ("fields", "later", "wanted"),
    [
        ({"due_at": NIGHT + timedelta(hours=1)}, timedelta(hours=3), "QUÁ HẠN 2 giờ 00 phút"),
        ({"met_at": NIGHT + timedelta(hours=2)}, timedelta(hours=3), "đã ra thông tin lúc 04h00"),
        ({"met_at": NIGHT + timedelta(hours=25)}, timedelta(hours=26), "quá hạn"),
        ({"provisional": False}, timedelta(hours=3), "còn 21 giờ"),
    ],
)
def test_the_clock_says_how_it_stands(fields: dict[str, object], later: timedelta, wanted: str) -> None:
    assert wanted in shown(a_view(clocks=(a_clock(**fields),), as_of=NIGHT + later))


@pytest.mark.parametrize("state", list(StatementState))
def test_every_state_of_a_statement_can_be_drawn(state: StatementState) -> None:
    version = a_version(state=state, approved_by="p102", approved_at=NIGHT, published_at=NIGHT, reason="Sai địa danh")
    text = shown(a_view(statement=version))
    assert WORDS in text
    assert "…" not in text
    if state is StatementState.RETURNED:
        assert "Sai địa danh" in text


@pytest.mark.parametrize("state", list(IncidentState))
def test_every_state_of_an_incident_can_be_drawn(state: IncidentState) -> None:
    fields = {"state": state, "accepted_by": "p101", "accepted_at": NIGHT, "closed_by": "p102", "closed_at": NIGHT}
    assert "…" not in shown(a_view(incident_fields=fields))


def test_an_edited_draft_names_its_editor() -> None:
    text = shown(a_view(statement=a_version(author=Author.PERSON, created_by="p102")))
    assert "Nguyễn Văn Phát sửa" in text


@pytest.mark.parametrize("state", list(DeliveryState))
def test_deliveries_tell_how_far_they_got(state: DeliveryState) -> None:
    copy = Delivery("0" * 32, 2, "telegram_channel", state, 1, NIGHT)
    text = shown(a_view(statement=a_version(state=StatementState.APPROVED), deliveries=(copy,)))
    assert "Kênh Telegram: " in text


def test_a_copy_that_is_being_sent_is_no_doubt_before_a_person_was_asked() -> None:
    copy = Delivery("0" * 32, 2, "telegram_channel", DeliveryState.UNKNOWN, 1, NIGHT)
    statement = a_version(state=StatementState.APPROVED)
    assert "Kênh Telegram: đang gửi" in shown(a_view(statement=statement, deliveries=(copy,)))
    asked = shown(a_view(statement=statement, deliveries=(replace(copy, asked=True),)))
    assert "chưa rõ đã đăng hay chưa" in asked


def test_a_confirmed_place_stands_on_the_card() -> None:
    text = shown(a_view(place="Trường mầm non Hoa Sen", incident_fields={"location": Location()}))
    assert "Địa điểm (đã xác nhận): Trường mầm non Hoa Sen" in text
    assert "chưa rõ" not in text


def test_a_missing_place_tells_how_to_give_it() -> None:
    nowhere = {"location": Location()}
    assert "/dulieu 7K2 place" in shown(a_view(gaps=("địa điểm",), incident_fields=nowhere))
    assert "/dulieu" not in shown(a_view(incident_fields=nowhere))
    by_hand = a_version(author=Author.PERSON, created_by="p102")
    assert "/dulieu" not in shown(a_view(gaps=("địa điểm",), incident_fields=nowhere, statement=by_hand))


def test_the_reasons_of_the_index_are_put_in_words() -> None:
    seen = a_view().candidates
    because = ("≈ “Nước thô có mùi lạ”", "= nước máy · có mùi")
    text = shown(a_view(candidates=(replace(seen[0], because=because), replace(seen[1], confidence=0.001))))
    assert "Vì: giống ví dụ “Nước thô có mùi lạ”; có các từ: nước máy · có mùi" in text
    assert "(<1%)" in text


def test_a_card_without_approval_says_what_comes_next() -> None:
    assert "/sua 7K2" in shown(a_view(statement=a_version(state=StatementState.RETURNED, reason="Sai")))
    published = a_version(state=StatementState.PUBLISHED, approved_by="p102", approved_at=NIGHT)
    assert "/dong 7K2" in shown(a_view(statement=published))


@pytest.mark.parametrize("drill", [False, True])
def test_a_question_names_the_matter_and_says_whether_it_is_a_drill(drill: bool) -> None:
    incident = an_incident(drill=drill, title="Nước máy có mùi dầu")
    values = {"code": "7K2", "version": "2", "digest": "df815022", "approval_code": "4F7QA"}
    outcome = Outcome(Reason.ASK_APPROVAL, incident_id=incident.id, version=2, values=values)
    for asked in (ask_approval("vi", outcome, incident, [], make), ask_false_alarm("vi", outcome, incident, make)):
        assert "Nước máy có mùi dầu" in asked.plain
        assert ("[DIỄN TẬP]" in asked.plain) is drill


def test_the_list_has_a_line_for_each_case_and_says_what_is_a_drill() -> None:
    drill, mild, grave = an_incident(drill=True, level=4), an_incident(level=2), an_incident(level=4)
    lines = listing("vi", [grave, mild, drill], "3", {}, NIGHT).plain.splitlines()
    assert ["mức 4" in lines[1], "mức 2" in lines[2], "[DIỄN TẬP]" in lines[3]] == [True, True, True]


def test_the_buttons_carry_the_version_on_show() -> None:
    rendered = card(a_view(), "vi", make)
    ask = next(b for row in rendered.keyboard for b in row if b["text"] == "Duyệt")
    button = decode(ask["callback_data"], KEY)
    assert (button.action, button.version) == (Action.ASK_APPROVAL, 2)


def test_a_returned_statement_cannot_be_approved_from_the_card() -> None:
    rendered = card(a_view(statement=a_version(state=StatementState.RETURNED, reason="Sai")), "vi", make)
    labels = [b["text"] for row in rendered.keyboard for b in row]
    assert "Duyệt" not in labels
    assert "Sửa" in labels


@pytest.mark.parametrize(
    "hostile",
    [
        "<b>đậm</b>",
        "<5 người",
        "&amp; & &lt;",
        "{{ 7*7 }} {code} {0} %s",
        "a\u202eb\u200bc\u2066d\ufeff",
        "[x](http://evil.example)",
        "a\nb\tc\r\nd\x00e\x07",
        "Z" + "\u0301" * 5000,
        "x" * 50_000,
        "\U0001f600" * 5000,
        "\ud800",
        "</blockquote>",
    ],
)
def test_hostile_fields_are_shown_as_words_and_break_nothing(hostile: str) -> None:
    view = a_view(
        incident_fields={"title": hostile, "location": Location(text=hostile)},
        sources=(Source(url="https://a.example/?q=" + hostile[:900], title=hostile),) * 3,
        summary=hostile,
        gaps=(hostile,),
        statement=a_version(state=StatementState.RETURNED, reason=hostile),
    )
    text = shown(view)
    assert WORDS in text
    assert not set(text) & set("\u202e\u200b\u2066\ufeff\x00\x07\ud800")


@pytest.mark.parametrize("words_", ["<b>x</b> <5 & {{ x }}", "Dòng một\n\n  Dòng hai\n• ba"])
def test_a_statement_is_shown_literally_and_whole(words_: str) -> None:
    assert words_ in shown(a_view(statement=a_version(words_)))


def test_hidden_characters_in_a_statement_are_reported() -> None:
    assert "2 ký tự ẩn" in shown(a_view(statement=a_version("Nước\u202e sạch\u200b")))


def test_the_longest_statement_fits_with_what_must_be_known() -> None:
    longest = "Đ" * 2800
    view = a_view(
        statement=a_version(longest),
        incident_fields={"title": "T" * 5000, "location": Location(text="P" * 5000)},
        sources=(Source(url="https://a.example/", title="S" * 500),) * 3,
        unknown=a_view().unknown * 20,
        gaps=tuple("g" * 50 for _ in range(30)),
    )
    text = shown(view)
    assert longest in text
    assert "/duyet 7K2" in text
    assert "còn 1 giờ 12 phút" in text


def test_what_can_never_fit_is_cut_and_says_so() -> None:
    text = shown(a_view(statement=a_version("Đ" * 9000)))
    assert "không hiện được ở đây" in text


def test_only_web_addresses_become_links() -> None:
    assert "href" not in link("x", "javascript:alert(1)").markup
    assert "href" not in link("x", "tg://resolve?domain=x").markup
    assert "href" not in link("x", "https://a.example/" + "y" * 5000).markup
    assert 'href="https://a.example/?a=1&amp;b=&quot;"' in link("x", 'https://a.example/?a=1&b="').markup


def test_lines_of_low_rank_go_first_when_it_gets_too_long() -> None:
    rendered = join([words("a" * 4000), words("b" * 200, rank=2), words("c" * 50, rank=5)], lang="vi")
    assert "b" not in rendered.plain
    assert "c" in rendered.plain


@pytest.mark.parametrize(("lang", "said"), [("vi", "ký tự"), ("en", "characters")])
def test_what_had_to_be_cut_says_so_in_the_language_of_its_reader(lang: str, said: str) -> None:
    rendered = join([bold("Hỏi"), quote("x" * 5000)], lang=lang)
    assert len(rendered.plain) <= MESSAGE_LIMIT
    assert said in rendered.plain[-120:]


def test_the_plain_form_has_no_markup() -> None:
    rendered = join([bold("<a>"), quote("b & c")], lang="vi")
    params = plain_params(rendered.params(), rendered.plain)
    assert params["text"] == "<a>\nb & c"
    assert "parse_mode" not in params


@given(st.text(), st.text(), st.text())
@settings(max_examples=150, deadline=None)
def test_whatever_an_alert_says_telegram_takes_the_card(title: str, place: str, source: str) -> None:
    view = a_view(
        incident_fields={"title": title, "location": Location(text=place)},
        sources=(Source(url="https://a.example/" + source, title=source),),
    )
    shown(view)


@given(st.text(max_size=400))
@settings(max_examples=100, deadline=None)
def test_whatever_people_type_the_answer_can_be_sent(value: str) -> None:
    rendered: Rendered = one("vi", "reason.unknown_incident", code=value)
    text, _ = parse_html(rendered.markup)
    assert text == rendered.plain


def test_mentions_are_counted_in_whole_ones() -> None:
    text = shown(a_view(incident_fields={"growth": grown(observed=214.3, baseline=48.6, factor=4.4)}))
    assert "214 lượt đề cập, mức nền 49, gấp 4,4 lần" in text
    assert "mức nền 0,4" in shown(a_view(incident_fields={"growth": grown(observed=12, baseline=0.4)}))


def test_an_english_reader_reads_the_law_in_english() -> None:
    assert basis_in("en", "NĐ 244/2026/NĐ-CP, khoản 3 Điều 7") == "Decree 244/2026/NĐ-CP, Art. 7(3)"
    assert basis_in("en", "NĐ 244/2026/NĐ-CP, điểm a khoản 2 Điều 6") == "Decree 244/2026/NĐ-CP, Art. 6(2)(a)"
    assert basis_in("en", "NĐ 237/2026/NĐ-CP, Điều 10") == "Decree 237/2026/NĐ-CP, Art. 10"
    assert basis_in("vi", "NĐ 244/2026/NĐ-CP, khoản 3 Điều 7") == "NĐ 244/2026/NĐ-CP, khoản 3 Điều 7"


def test_a_card_names_the_day_of_its_hours() -> None:
    assert "Thẻ cập nhật lúc 02h00 ngày 23/11/2026" in shown(a_view(as_of=NIGHT))
