"""What the linter says on the phone: a few words on the card, everything on demand, a reason by reply or typed."""

from __future__ import annotations

from dataclasses import replace

from bot.approval.linting import hits_of
from bot.channels.telegram.menu import meaning, read
from bot.channels.telegram.render_card import card, keyboard
from bot.channels.telegram.render_lint import SHOWN_ON_CARD, ask_reason, found
from bot.model.card import CardView
from bot.model.commands import AskLintReason, ExplainLint, ShowLint
from bot.model.lint import Linted, LintReason
from bot.model.outcome import Outcome
from bot.model.reasons import Reason
from bot.model.statement import StatementState
from bot.simulator.html import parse_html
from tests.approval.office import NIGHT, desk
from tests.channels.telegram.views import a_version, a_view, make
from tests.drafting.lint.judging import shipped_rules

BAD = "Nhiều khả năng do xả trộm <b>. Hung thủ đã bị bắt. Kẻ xấu lợi dụng. Không bình luận. Sự cố không đáng lo."


def linted_view(text: str = BAD, **fields: object) -> CardView:
    version = a_version(text)
    view = a_view(statement=version)
    office = replace(desk(NIGHT), lint=shipped_rules())
    return replace(view, linted=Linted(hits_of(office, view.incident, version, {})), **fields)


def shown(view: CardView, lang: str = "vi") -> str:
    rendered = card(view, lang, make)
    text, _ = parse_html(rendered.markup)
    assert text == rendered.plain
    return text


def labels(view: CardView) -> list[str]:
    return [button["text"] for row in keyboard(view, "vi", make) for button in row]


def test_the_card_names_the_gravest_and_counts_the_rest() -> None:
    view = linted_view()
    text = shown(view)
    assert text.count("Phải sửa mới duyệt được") == SHOWN_ON_CARD
    more = len(view.linted.blocks) + len(view.linted.unexplained) - SHOWN_ON_CARD
    assert f"… và {more} lỗi khác. Xem đủ: /soatloi 7K2" in text
    assert "Must be mended before approval" in shown(view, "en")


def test_a_warning_offers_its_button_and_a_block_does_not_lift() -> None:
    assert "Nêu lý do giữ nguyên" in labels(linted_view("Sự cố không đáng lo."))
    blocked = linted_view("Hung thủ đã bị bắt.")
    only_blocks = replace(blocked, linted=Linted(blocked.linted.blocks))
    assert "Xem lỗi câu chữ" in labels(only_blocks)
    assert "Nêu lý do giữ nguyên" not in labels(only_blocks)
    assert "Xem lỗi câu chữ" not in labels(a_view())


def test_who_kept_the_words_and_why_stands_on_the_card() -> None:
    view = linted_view("Sự cố không đáng lo.")
    given = tuple(
        LintReason("0" * 32, 2, hit.rule, "x", "Trích lời bệnh viện", "p101", NIGHT)
        for hit in view.linted.hits
        if not hit.blocks
    )
    text = shown(replace(view, linted=replace(view.linted, hits=view.linted.unexplained, reasons=given)))
    assert "Trần Thị Trực nêu lý do giữ nguyên (MINIMISE): Trích lời bệnh viện" in text
    assert "Nên sửa" not in text


def test_words_that_are_decided_carry_no_faults() -> None:
    assert "Phải sửa" not in shown(a_view(statement=a_version(BAD, state=StatementState.APPROVED)))


def test_everything_is_shown_with_sentence_article_and_better_wording() -> None:
    view = linted_view()
    outcome = Outcome(
        Reason.LINT_SHOWN,
        values={"code": "7K2", "version": "2", "count": str(len(view.linted.hits))},
        hits=view.linted.hits,
    )
    rendered = found("vi", outcome, 1)
    text, _ = parse_html(rendered.markup)
    assert "Câu: “Nhiều khả năng do xả trộm <b>.”" in text
    assert "(NĐ 244/2026 Đ4, Đ8) · SPECULATION" in text
    assert "Nên viết: Nội dung này đang được xác minh" in text
    many = found("vi", replace(outcome, hits=view.linted.hits * 20), 1)
    assert len(parse_html(many.markup)[0]) <= 4096


def test_the_question_for_a_reason_names_what_it_is_about() -> None:
    view = linted_view("Sự cố không đáng lo.")
    values = {"code": "7K2", "version": "2", "count": "1", "rules": "MINIMISE", "first": ""}
    asked = ask_reason("vi", Outcome(Reason.ASK_LINT_REASON, values=values, hits=view.linted.unexplained), (5, "Phó"))
    assert asked.reply_placeholder == "Lý do giữ nguyên"
    assert "“không đáng lo”" in parse_html(asked.markup)[0]


def test_both_are_typed_too() -> None:
    def typed(text: str, seen: int = 0) -> object:
        found = read(text)
        assert found is not None
        return meaning(found, seen)

    assert typed("/soatloi 7K2") == ShowLint("7K2")
    assert typed("/lydo 7K2 Trích lời bệnh viện", 4) == ExplainLint("7K2", "Trích lời bệnh viện", 4)
    assert typed("/lydo 7K2", 4) == AskLintReason("7K2", 4)
