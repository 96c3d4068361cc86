"""Handing a draft in, and refusing to speak on a ground of law."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.approval import acts
from bot.channels.telegram.render_people import notice
from bot.locale import local_time, text
from bot.model import commands as c
from bot.model.outcome import Outcome
from bot.model.reasons import Reason
from bot.model.statement import StatementState
from bot.store import audit
from tests.approval.conftest import Office
from tests.approval.office import CHU, KHACH, NIGHT, PHAT, PHO, TRUC, act
from tests.approval.steps import approve


async def test_a_submitted_draft_is_told_to_everybody_who_may_speak(office: Office) -> None:
    outcome = await office.does(PHO, c.Submit("7K2", 1))
    assert outcome.reason is Reason.SUBMITTED
    assert {notice.to for notice in outcome.notices} == {f"p{PHAT}", f"p{CHU}"}
    told = outcome.notices[0]
    said = text("vi", f"notice.{told.words}", **told.values)
    assert "/xem 7K2 để hiện lại thẻ" in said, "the card may be far up"
    assert f"Hạn duyệt: {told.values['due']}" in said
    assert told.values["due"] == local_time(NIGHT + office.desk.policy.target(3).approve), "not the hour to take it on"
    assert (await office.current()).state is StatementState.SUBMITTED
    assert (await office.does(TRUC, c.Submit("7K2", 1))).reason is Reason.ALREADY_SUBMITTED
    assert await approve(office) is Reason.APPROVED


async def test_who_is_to_approve_is_told_which_checks_come_first_and_again_when_the_last_is_made(
    open_office: Callable[..., Awaitable[Office]],
) -> None:
    office = await open_office(level=4, playbook="food-poisoning")
    outcome = await office.does(TRUC, c.Submit("7K2", 1))
    told = next(n for n in outcome.notices if n.to == f"p{PHAT}")
    said = notice("vi", told, lambda *_: "").plain
    assert "trình duyệt bản 1 (thông tin ban đầu) của vụ việc 7K2" in said
    assert "còn chờ soát nội dung, soát pháp lý; xong mới duyệt được, khi đó Kẻng báo anh/chị." in said
    assert "content check, a legal check" in notice("en", told, lambda *_: "").plain
    first = await office.does(TRUC, c.ContentCheck("7K2", 1))
    assert (first.reason, first.notices) == (Reason.CONTENT_CHECKED, ()), "one is still to be made"
    last = await office.does(PHO, c.LegalCheck("7K2", 1))
    assert [(n.to, n.words) for n in last.notices] == [(f"p{PHAT}", "checked.due"), (f"p{CHU}", "checked.due")]
    assert "đã được soát xong, nay duyệt được" in notice("vi", last.notices[0], lambda *_: "").plain


async def test_a_check_of_words_that_nobody_handed_in_calls_nobody(
    open_office: Callable[..., Awaitable[Office]],
) -> None:
    office = await open_office(playbook="food-poisoning")
    assert (await office.does(PHO, c.LegalCheck("7K2", 1))).notices == ()


async def test_a_head_who_made_the_legal_check_is_not_called_to_approve(
    open_office: Callable[..., Awaitable[Office]],
) -> None:
    office = await open_office(playbook="food-poisoning")
    await office.does(TRUC, c.Submit("7K2", 1))
    checked = await office.does(CHU, c.LegalCheck("7K2", 1, sure=True))
    assert [n.to for n in checked.notices] == [f"p{PHAT}"]


def said(outcome: Outcome) -> str:
    values = {name.removesuffix("_vi"): value for name, value in outcome.values.items()} | dict(outcome.values)
    return text("vi", f"reason.{outcome.reason.value}", **values)


async def test_the_answer_names_whom_it_was_told_and_whom_somebody_must_ring(office: Office) -> None:
    office.blocked = {f"p{CHU}"}
    outcome = await office.does(PHO, c.Submit("7K2", 1))
    assert said(outcome) == "Đã trình duyệt bản 1 của vụ việc 7K2. Đã báo: Nguyễn Văn Phát."
    assert outcome.values["unreached"] == f"p{CHU}"
    assert outcome.values["lines_vi"] == (
        "Chưa báo được qua tin nhắn: Phạm Văn Chủ (Chức danh). Xin gọi điện trực tiếp."
    )


async def test_where_no_speaker_is_reached_nobody_is_said_to_have_been_told(office: Office) -> None:
    office.blocked = {f"p{CHU}", f"p{PHAT}"}
    outcome = await office.does(PHO, c.Submit("7K2", 1))
    assert outcome.reason is Reason.SUBMITTED_UNHEARD
    assert "CHƯA báo được cho ai" in said(outcome)
    assert "Nguyễn Văn Phát (Chức danh), Phạm Văn Chủ (Chức danh)" in outcome.values["lines_vi"]
    assert (await office.current()).state is StatementState.SUBMITTED


async def test_whoever_submits_again_learns_since_when_and_for_whom_it_waits(office: Office) -> None:
    first = await office.does(PHO, c.Submit("7K2", 1))
    async with office.database.write() as tx:
        submitted = act(PHO, c.Submit("7K2", 1))
        person = office.people.by_telegram(PHO)
        await audit.append(tx, acts.audit_event(submitted, person, first, office.now))
    office.later(hours=1)
    again = await office.does(TRUC, c.Submit("7K2", 1))
    assert again.refused
    assert said(again) == (
        "Bản này đã trình lúc 02h00 ngày 23/11/2026. Người cần cho ý kiến: Nguyễn Văn Phát (Chức danh), "
        "Phạm Văn Chủ (Chức danh). Gấp thì gọi điện."
    )


async def test_only_the_version_one_has_seen_is_submitted(office: Office) -> None:
    await office.does(TRUC, c.Edit("7K2", 1, "Bản mới."))
    assert (await office.does(PHO, c.Submit("7K2", 1))).reason is Reason.STALE_VERSION
    assert (await office.does(KHACH, c.Submit("7K2", 2))).reason is Reason.NOT_ENROLLED


async def test_refusing_needs_a_spokesperson_a_ground_and_a_reason(office: Office) -> None:
    assert (await office.does(PHO, c.Refuse("7K2", "b", "Đang điều tra"))).reason is Reason.NO_RIGHT_TO_APPROVE
    assert (await office.does(PHAT, c.Refuse("7K2", "z", "Đang điều tra"))).reason is Reason.UNKNOWN_GROUND
    assert (await office.does(PHAT, c.Refuse("7K2", "b", "  "))).reason is Reason.REASON_MISSING
    refused = await office.does(PHAT, c.Refuse("7K2", "B)", "Công an tỉnh đang điều tra"))
    assert (refused.reason, refused.values["basis"]) == (Reason.REFUSED, "điểm b khoản 2 Điều 31 Luật Báo chí năm 2025")
    current = await office.current()
    assert current.state is StatementState.REFUSED
    assert current.reason == "điểm b khoản 2 Điều 31 Luật Báo chí năm 2025: Công an tỉnh đang điều tra"


async def test_refused_words_are_never_approved_and_a_new_text_begins_anew(office: Office) -> None:
    await office.does(PHAT, c.Refuse("7K2", "a", "Bí mật nhà nước"))
    assert await approve(office) is Reason.NOT_APPROVABLE
    assert (await office.does(CHU, c.Refuse("7K2", "a", "Lần nữa"))).reason is Reason.NOT_APPROVABLE
    assert (await office.does(PHO, c.Edit("7K2", 1, "Nội dung được phép nêu."))).reason is Reason.EDITED
    assert await approve(office) is Reason.APPROVED


async def test_the_grounds_are_those_of_the_law(office: Office) -> None:
    asked = await office.does(PHAT, c.AskRefuse("7K2", 1))
    assert asked.reason is Reason.ASK_REFUSE
    assert [line.split("\t")[0] for line in asked.values["grounds_vi"].split("\n")] == ["a", "b", "c"]
    chosen = await office.does(PHAT, c.AskRefuseReason("7K2", 1, "c"))
    assert (chosen.reason, chosen.values["arg"]) == (Reason.ASK_REFUSE_REASON, "c")


async def test_a_refusal_over_an_edit_that_came_between_is_stale(office: Office) -> None:
    await office.does(TRUC, c.Edit("7K2", 1, "Bản mới."))
    assert (await office.does(PHAT, c.Refuse("7K2", "b", "lý do", 1))).reason is Reason.STALE_VERSION
