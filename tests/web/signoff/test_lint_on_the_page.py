"""The sign-off page shows what the linter says, offers no approval past a block, and takes the reason for a warning."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.model import commands as c
from bot.model.reasons import Reason
from bot.model.statement import StatementState
from tests.approval.linted import BLOCKED, WARNED
from tests.drafting.lint.judging import shipped_rules
from tests.signoff_desk import CODE, SignoffDesk
from tests.visitor import Visitor
from tests.web.signoff.test_checks_and_release import enter


@pytest.fixture
async def browsers() -> AsyncIterator[list[Visitor]]:
    opened: list[Visitor] = []
    yield opened
    for browser in opened:
        await browser.close()


async def with_words(office: SignoffDesk, text: str) -> None:
    office.lint = shipped_rules()
    await office.open(code="8M4", level=2)
    assert (await office.does("p103", c.Edit(office.incident_id, 1, text))).reason is Reason.EDITED


async def test_blocked_words_show_why_and_offer_no_approval(office: SignoffDesk, browsers: list[Visitor]) -> None:
    await with_words(office, BLOCKED)
    phat = await enter(office, browsers, "p102")
    assert "Lỗi câu chữ" in phat.page
    assert "SPECULATION" in phat.page
    assert "Nên viết:" in phat.page
    assert "không ai được bỏ qua" in phat.page
    assert "/approve" not in phat.page
    assert "/explain_lint" not in phat.page


async def test_a_reason_on_the_page_lifts_a_warning_and_the_link_stays(
    office: SignoffDesk, browsers: list[Visitor]
) -> None:
    await with_words(office, WARNED)
    phat = await enter(office, browsers, "p102")
    assert "MINIMISE" in phat.page
    assert "/approve" not in phat.page
    await phat.press("/explain_lint", words="Trích nguyên văn lời <b>bệnh viện</b>", code=CODE)
    assert "Nguyễn Văn Phát nêu lý do giữ nguyên (MINIMISE)" in phat.page
    assert "<b>bệnh viện" not in phat.page
    (entry,) = await office.record("explain_lint")
    assert (entry.event.actor, entry.event.details["rules"]) == ("p102", "MINIMISE")
    await phat.press("/approve", code="234567")
    assert (await office.current()).state is StatementState.APPROVED, office.told[-1].reason
