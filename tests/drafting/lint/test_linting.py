"""A hit shows the sentence, the place, the rule, the article and a better wording; the matter may excuse it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.drafting.lint import LintContext, lint
from bot.model.lint import Hit, blocking
from bot.model.place import Gazetteer, Place
from bot.model.statement import StatementKind
from tests.drafting.lint.judging import shipped_rules

RULES = shipped_rules()
DAY = date(2026, 11, 22)
CONTEXT = LintContext(DAY)
WHOLE = """THÔNG TIN BAN ĐẦU (số 1) – 9h00 ngày 22/11/2026

Ủy ban nhân dân xã Suối Vàng đã tiếp nhận thông tin về mùi lạ trong nước.

Đến 8h45, đã lấy mẫu tại năm điểm.

Nội dung đang được xác minh: nguồn gây mùi.

Xã sẽ thông tin tiếp trước 12h00 ngày 22/11/2026.

Đường dây nóng: 0200 3000 120.

Người phát ngôn: Lê Thị Hằng"""


def hits(text: str, context: LintContext = CONTEXT, key: str = "vi/sentence") -> list[Hit]:
    return list(lint({key: text}, RULES, context))


def rules_of(text: str, context: LintContext = CONTEXT, key: str = "vi/sentence") -> set[str]:
    return {hit.rule for hit in hits(text, context, key)}


def test_a_hit_tells_everything_that_is_needed_to_mend_it() -> None:
    text = "Xe cứu hỏa đã đến.\nNhiều\u200b khả năng cháy từ kho. Mời theo dõi."
    (hit,) = hits(text)
    assert (hit.rule, hit.blocks, hit.key) == ("SPECULATION", True, "vi/sentence")
    assert text[hit.start : hit.end] == hit.words == "Nhiều\u200b khả năng"
    assert hit.sentence == "Nhiều\u200b khả năng cháy từ kho."
    assert text[hit.sentence_start :].startswith(hit.sentence)
    assert hit.basis.startswith("NĐ 244/2026")
    assert "xác minh" in hit.instead.vi
    assert hit.instead.en


def test_what_blocks_comes_first_and_then_as_one_reads() -> None:
    found = hits("Nước an toàn 100%. Hung thủ đã bị bắt. Nhiều khả năng do hỏng van.")
    assert [hit.blocks for hit in found] == sorted((hit.blocks for hit in found), reverse=True)
    starts = [hit.start for hit in found if hit.blocks]
    assert starts == sorted(starts)
    assert found[-1].rule == "OVERPROMISE"


def test_every_text_of_a_version_is_read() -> None:
    found = lint({"vi/short": "Hung thủ đã bị bắt.", "en/short": "The culprit was caught."}, RULES, CONTEXT)
    assert [(hit.key, hit.rule) for hit in found] == [
        ("vi/short", "CRIME_BEFORE_VERDICT"),
        ("en/short", "CRIME_BEFORE_VERDICT"),
    ]


def test_blocks_are_asked_of_the_full_text_only() -> None:
    assert rules_of("Trời nắng.") == set()
    assert rules_of("Trời nắng.", key="vi/full") == {
        *("NO_UNKNOWN_BLOCK", "NO_NEXT_UPDATE", "TIME_MISSING", "NO_CONTACT", "NO_SIGNOFF")
    }
    assert rules_of(WHOLE, key="vi/full") == set()


def test_an_omission_has_no_sentence_and_stands_at_the_end() -> None:
    found = hits("Trời nắng.", key="vi/full")
    assert all(hit.is_omission and (hit.start, hit.end) == (10, 10) for hit in found)


def test_a_correction_needs_no_promise_of_more() -> None:
    after = LintContext(DAY, kind=StatementKind.CORRECTION)
    assert rules_of("Đến 8h45, mực nước là 3 m.", after, "vi/full") == set()
    assert rules_of("Mực nước là 3 m.", after, "vi/full") == {"TIME_MISSING"}


def test_law_is_judged_by_the_day_of_the_incident() -> None:
    text = "Theo Nghị định 09/2017/NĐ-CP và UBND huyện Suối Vàng."
    assert "OLD_LAW" in rules_of(text)
    assert "OLD_LAW" not in rules_of(text, LintContext(date(2026, 6, 30)))
    assert "OLD_UNIT" in rules_of(text, LintContext(date(2026, 6, 30)))
    assert "OLD_UNIT" not in rules_of(text, LintContext(date(2025, 2, 1)))
    (hit,) = [hit for hit in hits(text) if hit.rule == "OLD_LAW"]
    assert hit.instead.vi == "Nghị định 244/2026/NĐ-CP"


def test_numbers_of_victims_stand_on_a_confirmed_fact_and_its_hour() -> None:
    confirmed = LintContext(DAY, confirmed=("12 người",))
    assert rules_of("12 người bị thương.", confirmed) == {"CASUALTY_UNSOURCED"}
    assert rules_of("Đến 14h30, 12 người bị thương.", confirmed) == set()
    assert rules_of("Đến 14h30, 13 người bị thương.", confirmed) == {"CASUALTY_UNSOURCED"}
    assert rules_of("Đến 14h30, theo Sở Y tế, 13 người bị thương.") == set()


def test_a_cause_that_was_confirmed_may_be_said() -> None:
    text = "Nguyên nhân là do van bị kẹt."
    assert rules_of(text) == {"CAUSE_BLAME"}
    assert rules_of(text, LintContext(DAY, confirmed=("do van bị kẹt",))) == set()


@pytest.mark.parametrize("number", ["0912 000 111", "+84 912 000 111", "0912.000.111"])
def test_the_agency_may_give_its_own_number(number: str) -> None:
    assert rules_of(f"Xin gọi {number}.") == {"PII_PHONE"}
    assert rules_of(f"Xin gọi {number}.", LintContext(DAY, numbers=("0912000111",))) == set()


def test_whoever_speaks_may_sign() -> None:
    unsigned = WHOLE.replace("Người phát ngôn: Lê Thị Hằng", "Lê Thị Hằng")
    assert rules_of(unsigned, key="vi/full") == {"NO_SIGNOFF"}
    assert rules_of(unsigned, LintContext(DAY, speakers=("Lê Thị Hằng",)), "vi/full") == set()


def test_a_promised_hour_that_is_over_is_told() -> None:
    late = LintContext(DAY, now=datetime(2026, 11, 22, 5, 1, tzinfo=UTC))
    in_time = LintContext(DAY, now=datetime(2026, 11, 22, 4, 59, tzinfo=UTC))
    assert rules_of(WHOLE, late, "vi/full") == {"UPDATE_PAST"}
    assert rules_of(WHOLE, in_time, "vi/full") == set()


PLACES = Gazetteer(
    (
        Place("xã Suối Vàng", ("xa-suoi-vang",), valid_from=datetime(2025, 7, 1, tzinfo=UTC)),
        Place("xã An Lộc", ("xa-an-loc",), valid_to=datetime(2025, 7, 1, tzinfo=UTC)),
        Place("thị trấn Suối Vàng", ("xa-suoi-vang",), valid_to=datetime(2025, 7, 1, tzinfo=UTC)),
    )
)
HERE = LintContext(DAY, places=PLACES, unit_names={"xa-suoi-vang": "Ủy ban nhân dân xã Suối Vàng"})


def test_a_former_name_of_a_place_is_told_with_the_name_of_today() -> None:
    hit = next(hit for hit in hits("Mưa ở thị trấn Suối Vàng.", HERE) if hit.rule == "OLD_PLACE")
    assert (hit.words, hit.instead.vi) == ("thị trấn Suối Vàng", "Ủy ban nhân dân xã Suối Vàng")
    assert rules_of("Mưa ở xã An Lộc.", HERE) == {"OLD_PLACE"}
    assert rules_of("Mưa ở xã Suối Vàng.", HERE) == set()
    assert rules_of("Mưa ở nơi trước đây là xã An Lộc.", HERE) == set()
    assert rules_of("Mưa ở xã An Lộc.", LintContext(date(2025, 1, 1), places=PLACES)) == set()


@pytest.mark.parametrize("written", ["xã Suối vàng", "xã Suôi Vàng", "xã suối vàng", "xã Suối Vang"])
def test_a_place_is_spelt_as_the_list_spells_it(written: str) -> None:
    (hit,) = hits(f"Mưa ở {written}.", HERE)
    assert (hit.rule, hit.words, hit.instead.vi) == ("PLACE_SPELLING", written, "xã Suối Vàng")


def test_capitals_and_longer_names_are_no_misspelling() -> None:
    assert rules_of("MƯA Ở XÃ SUỐI VÀNG", HERE) == set()
    assert rules_of("Mưa ở xã Suối Vàng Hạ.", HERE) == set()


def test_a_sentence_that_nobody_can_follow_is_told() -> None:
    assert rules_of("rất " * 61 + "dài.") == {"LONG_SENTENCE"}
    assert rules_of("rất " * 30 + "dài; " + "rất " * 30 + "dài.") == set()


def test_a_text_without_words_has_no_words_to_mend() -> None:
    for text in ("", " \n", "\u200b", "…"):
        assert blocking(hits(text)) == ()
