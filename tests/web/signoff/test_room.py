"""Behind the door: what is shown is what is approved, by the person alone, once, with a code."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from bot.approval.gates import TEXT_LIMIT
from bot.locale import has
from bot.model.reasons import Reason
from bot.model.statement import StatementState
from bot.store import deliveries
from bot.store.schema_email import signoff_acts
from bot.web.signoff.render import because
from tests.signoff_desk import CODE, SignoffDesk
from tests.visitor import Visitor


async def queued(office: SignoffDesk) -> list[str]:
    async with office.database.read() as tx:
        return [d.outlet for d in await deliveries.of_incident(tx, office.incident_id)]


async def test_the_page_shows_words_clocks_facts_and_author(office: SignoffDesk, phat: Visitor) -> None:
    await phat.enter(await office.link_for())
    view, current = await office.view(), await office.current()
    for line in current.full_vi.splitlines():
        assert line.replace("&", "&amp;") in phat.page
    assert current.sha256[:8] in phat.page
    assert "Mục tiêu nội bộ" in phat.page
    assert "NĐ 244/2026 Đ7.3" in phat.page
    assert "Lập từ cẩm nang" in phat.page
    for slot in view.unknown:
        assert slot.name.vi in phat.page


async def test_approval_takes_a_code_and_publishes_exactly_these_words(office: SignoffDesk, phat: Visitor) -> None:
    await phat.enter(await office.link_for())
    await phat.press("/approve", code=f" {CODE[:3]} {CODE[3:]} ")
    assert "Anh/chị đã duyệt bản 1" in phat.page
    current = await office.current()
    assert (current.state, current.approved_by) == (StatementState.APPROVED, "p102")
    assert await queued(office) == ["newsroom"]
    (entry,) = await office.record("approve")
    assert (entry.event.actor, entry.event.channel, entry.event.version) == ("p102", "email", 1)
    assert entry.event.details["second_factor"] is True


async def test_a_drill_is_approved_like_anything_else_and_nothing_is_queued(office: SignoffDesk, phat: Visitor) -> None:
    await office.open(drill=True, code="8M4")
    await phat.enter(await office.link_for())
    assert "[DIỄN TẬP]" in phat.page
    await phat.press("/approve", code=CODE)
    assert "DIỄN TẬP: đã duyệt" in phat.page
    assert await queued(office) == []


async def test_a_double_press_approves_once(office: SignoffDesk, phat: Visitor) -> None:
    await phat.enter(await office.link_for())
    page, url = phat.page, phat.url
    await phat.press("/approve", code=CODE)
    phat.page, phat.url = page, url
    await phat.press("/approve", code="234567")
    assert "Anh/chị đã duyệt bản 1" in phat.page, "the page still says what happened"
    assert [o.reason.value for o in office.told] == ["approved", "link_used"]
    assert await queued(office) == ["newsroom"]


async def test_two_presses_at_the_same_moment_make_one_decision(office: SignoffDesk, phat: Visitor) -> None:
    await phat.enter(await office.link_for())
    twin = Visitor()
    twin.http.cookie_jar.update_cookies((c.key, c) for c in phat.http.cookie_jar)
    twin.page, twin.url = phat.page, phat.url
    await asyncio.gather(phat.press("/approve", code=CODE), twin.press("/return", code="234567", words="sai"))
    await twin.close()
    assert sorted(o.refused for o in office.told) == [False, True]


@pytest.mark.parametrize("level", [1, 2, 3, 4])
async def test_without_a_second_factor_nothing_is_approved_at_any_level(
    office: SignoffDesk, phat: Visitor, level: int
) -> None:
    office.codes.people.clear()
    await office.open(level=level, code="8M4")
    await phat.enter(await office.link_for())
    assert "/approve" not in phat.page
    assert "chưa đăng ký mã xác thực" in phat.page
    assert "gửi đường dẫn đăng ký vào hộp thư của anh/chị" in phat.page, "which needs no Telegram"
    may_return = "/return" in phat.page
    assert may_return is (level <= 2), "words that go back to their author leave nowhere"
    if may_return:
        await phat.press("/return", words="sai địa danh")
        assert (await office.current()).state is StatementState.RETURNED


async def test_a_return_needs_its_reason(office: SignoffDesk, phat: Visitor) -> None:
    await phat.enter(await office.link_for())
    await phat.press("/return", code=CODE, words="Sai tên <phường> & thiếu số liệu")
    current = await office.current()
    assert (current.state, current.reason) == (StatementState.RETURNED, "Sai tên <phường> & thiếu số liệu")
    assert "Sai tên &lt;phường&gt; &amp; thiếu số liệu" in phat.page


async def test_an_edit_is_a_new_version_which_the_same_browser_may_go_on_to(office: SignoffDesk, phat: Visitor) -> None:
    await phat.enter(await office.link_for())
    await phat.press("/edit", code=CODE, words="Dòng một.\r\n\r\nDòng hai <5 & {{ 7*7 }}.")
    current = await office.current()
    assert (current.version, current.full_vi) == (2, "Dòng một.\n\nDòng hai <5 & {{ 7*7 }}.")
    await phat.press("/latest")
    assert "Dòng hai &lt;5 &amp; {{ 7*7 }}." in phat.page
    assert "So với bản 1, bản anh/chị đã xem trước đây" in phat.page
    await phat.press("/approve", code="234567")
    assert (await office.current()).state is StatementState.APPROVED


async def test_words_under_a_mark_of_secrecy_are_not_kept_as_they_came(office: SignoffDesk, phat: Visitor) -> None:
    await phat.enter(await office.link_for())
    await phat.press("/edit", code=CODE, words="TỐI MẬT\n\nKế hoạch di dời.")
    async with office.database.read() as tx:
        kept = [(row.reason, row.words) for row in await tx.execute(select(signoff_acts))]
    assert kept == [("marked_secret", "")]


async def test_a_reason_under_a_mark_of_secrecy_is_left_out_and_its_writer_is_told(
    office: SignoffDesk, phat: Visitor
) -> None:
    await phat.enter(await office.link_for())
    await phat.press("/return", code=CODE, words="TỐI MẬT: kế hoạch di dời")
    assert (await office.current()).state is StatementState.RETURNED
    assert "nên Kẻng không lưu" in phat.page
    assert "di dời" not in phat.page
    async with office.database.read() as tx:
        assert [row.words for row in await tx.execute(select(signoff_acts))] == [""]


async def test_at_level_4_whoever_edited_last_does_not_approve_by_link_either(
    office: SignoffDesk, phat: Visitor
) -> None:
    await office.open(level=4, code="8M4")
    await phat.enter(await office.link_for())
    await phat.press("/edit", code=CODE, words="Văn bản của Phát.")
    await phat.press("/latest")
    assert "người viết và người duyệt phải là hai người khác nhau" in phat.page
    assert "/approve" not in phat.page


async def test_a_deputy_edits_by_link_and_may_not_approve(office: SignoffDesk, phat: Visitor) -> None:
    office.codes.people.add("p103")
    await phat.enter(await office.link_for("p103"))
    assert "/approve" not in phat.page
    assert "không có thẩm quyền phát ngôn" in phat.page
    await phat.press("/edit", code=CODE, words="Bản của Phó.")
    assert (await office.current()).created_by == "p103"


async def test_an_over_long_text_is_refused_with_its_count(office: SignoffDesk, phat: Visitor) -> None:
    await phat.enter(await office.link_for())
    await phat.press("/edit", code=CODE, words="ố" * (TEXT_LIMIT + 1))
    assert office.told[-1].reason.value == "text_too_long"
    assert str(TEXT_LIMIT + 1) in phat.page


async def test_every_state_of_a_statement_has_words_on_the_page() -> None:
    for state in StatementState:
        assert has(f"signoff.state.{state.value}")
    for name in ("approve", "return", "edit"):
        assert has(f"button.{name}")


def test_the_page_names_who_may_approve_and_speaks_of_no_command() -> None:
    told = {"code": "7K2", "names_vi": "Nguyễn Văn Phát (Chánh Văn phòng)", "names_en": "-"}
    said = because("vi", Reason.NO_RIGHT_TO_APPROVE, told)
    assert said.startswith(
        "Anh/chị không có thẩm quyền duyệt thông tin về vụ việc này. "
        "Người duyệt lúc này: Nguyễn Văn Phát (Chánh Văn phòng)."
    )
    edited = because("vi", Reason.EDITED, {"code": "7K2", "version": "2"})
    assert "bản mới chờ duyệt" in edited
    assert not any(word.startswith("/") for word in f"{said} {edited}".split())
