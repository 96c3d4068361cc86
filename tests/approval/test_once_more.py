"""One line ends no case unasked: what it would do is shown first, and only that is what the answer carries out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.locale import text
from bot.model import commands as c
from bot.model.outcome import DUTY_ROOM, Outcome
from bot.model.person import Assignment, Role, Unit
from bot.model.reasons import Reason
from tests.approval.conftest import Office
from tests.approval.office import PHAT, TRUC, organisation, person
from tests.approval.steps import another, approve, publish

HEALTH = "so-y-te"


@pytest.fixture
def province(office: Office) -> Office:
    health = replace(person(555, "Đỗ Thị Y", Assignment(Role.DUTY)), unit=HEALTH)
    office.people = replace(organisation(health), units=(Unit(HEALTH, "Sở Y tế", "Department of Health"),))
    return office


def said(outcome: Outcome) -> str:
    values = {name.removesuffix("_vi"): value for name, value in outcome.values.items()} | dict(outcome.values)
    return text("vi", f"reason.{outcome.reason.value}", **values)


async def test_a_merger_names_both_matters_and_what_becomes_void_before_anything_happens(office: Office) -> None:
    await another(office)
    asked = await office.does(TRUC, c.Merge("7K2", "9Z9", asks=True))
    assert asked.reason is Reason.ASK_MERGE
    assert not asked.refused
    incident = await office.incident()
    assert f"7K2 ({incident.title}) vào vụ việc 9Z9 ({asked.values['other_title']})" in said(asked)
    assert asked.values["lines_vi"] == "Bản 1 chưa công bố sẽ hết hiệu lực."
    assert incident.is_open
    done = await office.does(TRUC, c.Merge("7K2", "9Z9", shown=asked.values["digest"]))
    assert done.reason is Reason.MERGED
    assert "/tach 9Z9" in said(done)
    (told,) = done.notices
    assert (told.to, told.words, told.values["by"]) == (DUTY_ROOM, "merged", "Trần Thị Trực")


async def test_what_is_no_merger_is_refused_and_not_asked(office: Office) -> None:
    assert (await office.does(TRUC, c.Merge("7K2", "7K2", asks=True))).reason is Reason.CANNOT_MERGE


async def test_an_answer_to_what_has_changed_since_is_asked_anew(office: Office) -> None:
    await another(office)
    asked = await office.does(TRUC, c.Merge("7K2", "9Z9", asks=True))
    await office.does(PHAT, c.Edit("7K2", 1, "Bản mới."))
    late = c.Merge("7K2", "9Z9", shown=asked.values["digest"])
    again = await office.does(TRUC, late)
    assert (again.reason, again.values["lines_vi"]) == (Reason.ASK_MERGE, "Bản 2 chưa công bố sẽ hết hiệu lực.")
    assert (await office.incident()).is_open
    assert (await office.does(TRUC, replace(late, shown=again.values["digest"]))).reason is Reason.MERGED


async def test_a_hand_over_says_that_nobody_is_reminded_any_more_and_the_room_hears_why(province: Office) -> None:
    asked = await province.does(TRUC, c.HandOver("7K2", HEALTH, "Thuộc ngành y tế.", asks=True))
    assert (asked.reason, asked.values["why"]) == (Reason.ASK_HAND_OVER, "Thuộc ngành y tế.")
    assert "cho Sở Y tế? Vụ việc kết thúc ở đây và Kẻng KHÔNG nhắc nữa." in said(asked)
    done = await province.does(TRUC, c.HandOver("7K2", HEALTH, "Thuộc ngành y tế.", shown=asked.values["digest"]))
    assert done.reason is Reason.HANDED_OVER
    assert said(done).endswith("Chưa bàn giao được thì gõ /molai 7K2 lý do.")
    room = next(notice for notice in done.notices if notice.to == DUTY_ROOM)
    told = text("vi", f"notice.{room.words}", **room.values)
    assert told.startswith("Trần Thị Trực chuyển vụ việc 7K2")
    assert "Lý do: Thuộc ngành y tế. Kẻng" in told


async def test_closing_with_nothing_in_public_says_how_much_of_the_limit_is_left(office: Office) -> None:
    await office.does(TRUC, c.Acknowledge("7K2"))
    office.later(hours=3)
    asked = await office.does(TRUC, c.CloseIncident("7K2", "xong việc", asks=True))
    assert asked.reason is Reason.ASK_CLOSE
    assert "CHƯA công bố thông tin nào; thời hạn 24 giờ còn 21 giờ 00 phút. Vẫn đóng?" in said(asked)
    assert (await office.incident()).is_open
    office.later(minutes=5)
    done = await office.does(TRUC, c.CloseIncident("7K2", "xong việc", shown=asked.values["digest"]))
    assert done.reason is Reason.CLOSED, "an hour that passes changes nothing of what was asked"
    assert "/molai 7K2" in said(done)
    (told,) = done.notices
    assert (told.to, told.values["why"]) == (DUTY_ROOM, "xong việc")


async def test_a_limit_that_is_past_is_named_as_such_and_asked_about_anew(office: Office) -> None:
    await office.does(TRUC, c.Acknowledge("7K2"))
    asked = await office.does(TRUC, c.CloseIncident("7K2", "xong việc", asks=True))
    office.later(hours=26)
    again = await office.does(TRUC, c.CloseIncident("7K2", "xong việc", shown=asked.values["digest"]))
    assert again.reason is Reason.ASK_CLOSE
    assert "thời hạn 24 giờ đã QUÁ 2 giờ 00 phút" in said(again)


async def test_closing_what_nobody_has_taken_on_names_no_limit(office: Office) -> None:
    asked = await office.does(TRUC, c.CloseIncident("7K2", "xong việc", asks=True))
    assert "CHƯA công bố thông tin nào. Vẫn đóng?" in said(asked)


async def test_what_was_published_is_closed_by_one_line(office: Office) -> None:
    await publish(office)
    assert (await office.does(TRUC, c.CloseIncident("7K2", "xong việc", asks=True))).reason is Reason.CLOSED


async def test_closing_says_what_hour_the_public_was_promised(office: Office) -> None:
    await publish(office)
    closed = await office.does(TRUC, c.CloseIncident("7K2", "xong việc", asks=True))
    assert "hẹn thông tin tiếp trước 06h00 ngày 23/11/2026" in closed.values["lines_vi"]
    assert "/molai 7K2" in closed.values["lines_vi"]


async def test_a_correction_that_waits_is_not_thrown_away_by_closing_unasked(office: Office) -> None:
    await publish(office)
    await office.does(TRUC, c.FollowUp("7K2", "correction", "Nội dung đúng."))
    asked = await office.does(TRUC, c.CloseIncident("7K2", "xong việc", asks=True))
    assert asked.reason is Reason.ASK_CLOSE
    assert "bản 2 (đính chính) đã soạn mà CHƯA công bố" in said(asked)
    assert (await office.incident()).is_open
    done = await office.does(TRUC, c.CloseIncident("7K2", "xong việc", shown=asked.values["digest"]))
    assert done.reason is Reason.CLOSED


async def test_words_that_were_only_approved_are_not_in_public(office: Office) -> None:
    await approve(office)
    assert (await office.does(TRUC, c.CloseIncident("7K2", "xong việc", asks=True))).reason is Reason.ASK_CLOSE


async def test_a_reason_is_asked_for_before_anything_else(office: Office) -> None:
    assert (await office.does(TRUC, c.CloseIncident("7K2", " ", asks=True))).reason is Reason.REASON_MISSING


async def test_a_limit_that_nobody_takes_back_is_not_started_by_one_press(office: Office) -> None:
    asked = await office.does(TRUC, c.MarkImpact("7K2", "báo đã đăng", asks=True))
    assert (asked.reason, asked.values["why"]) == (Reason.ASK_IMPACT, "báo đã đăng")
    assert said(asked).endswith("Không rút lại được.")
    assert (await office.incident()).impact_determined_at is None
    done = await office.does(TRUC, c.MarkImpact("7K2", "báo đã đăng", shown=asked.values["digest"]))
    assert done.reason is Reason.IMPACT_DETERMINED
    second = await office.does(PHAT, c.MarkImpact("7K2", asks=True))
    assert second.reason is Reason.IMPACT_ALREADY_DETERMINED


async def test_a_merged_case_says_where_it_went_and_how_it_comes_out(office: Office) -> None:
    await another(office)
    await office.does(TRUC, c.Merge("7K2", "9Z9"))
    refused = await office.does(TRUC, c.Reopen("7K2", "mở lại"))
    assert refused.reason is Reason.CANNOT_REOPEN_MERGED
    assert "đã gộp vào 9Z9; tách ra bằng /tach 9Z9" in said(refused)
