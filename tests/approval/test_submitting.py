"""Handing a draft in, and refusing to speak on a ground of law."""

from __future__ import annotations

from bot.locale import local_time, text
from bot.model import commands as c
from bot.model.reasons import Reason
from bot.model.statement import StatementState
from tests.approval.conftest import Office
from tests.approval.office import CHU, KHACH, NIGHT, PHAT, PHO, TRUC
from tests.approval.steps import approve


async def test_a_submitted_draft_is_told_to_everybody_who_may_speak(office: Office) -> None:
    outcome = await office.does(PHO, c.Submit("7K2", 1))
    assert outcome.reason is Reason.SUBMITTED
    assert {notice.to for notice in outcome.notices} == {f"p{PHAT}", f"p{CHU}"}
    told = outcome.notices[0]
    said = text("vi", f"notice.{told.words}", **told.values)
    assert "/xem 7K2 để hiện lại thẻ" in said, "the card may be far up"
    assert f"trước {told.values['due']}" in said
    assert told.values["due"] == local_time(NIGHT + office.desk.policy.target(3).approve), "not the hour to take it on"
    assert (await office.current()).state is StatementState.SUBMITTED
    assert (await office.does(TRUC, c.Submit("7K2", 1))).reason is Reason.ALREADY_SUBMITTED
    assert await approve(office) is Reason.APPROVED


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
