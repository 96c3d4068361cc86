"""Approval of exact words, by the right person, at the moment of the act."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.approval import gates, publication
from bot.locale import text
from bot.model import commands as c
from bot.model.delivery import DeliveryKey
from bot.model.outcome import DUTY_ROOM
from bot.model.person import Assignment, Role
from bot.model.reasons import Reason
from bot.model.statement import StatementState, StatementVersion
from bot.store import deliveries
from bot.store.schema import statements as statements_table
from tests.approval.conftest import Office
from tests.approval.office import CHU, KHACH, NIGHT, PHAT, PHO, TRUC, organisation, person
from tests.approval.steps import approve

Open = Callable[..., Awaitable[Office]]


async def test_the_spokesperson_approves_the_words_they_saw_and_their_delivery_is_queued(office: Office) -> None:
    assert await approve(office) is Reason.APPROVED
    current = await office.current()
    assert (current.state, current.approved_by) == (StatementState.APPROVED, f"p{PHAT}")
    assert await office.queued() == ["newsroom"]


@pytest.mark.parametrize(
    ("who", "why"),
    [
        (PHO, Reason.NO_RIGHT_TO_APPROVE),
        (TRUC, Reason.NO_RIGHT_TO_APPROVE),
        (KHACH, Reason.NOT_ENROLLED),
    ],
)
async def test_nobody_but_a_spokesperson_approves(office: Office, who: int, why: Reason) -> None:
    assert await approve(office, who) is why
    assert (await office.current()).state is StatementState.DRAFT
    assert await office.queued() == []


async def test_an_edit_voids_the_version_that_others_still_see(office: Office) -> None:
    seen = await office.current()
    assert (await office.does(PHO, c.Edit(office.incident_id, 1, "Bản sửa của phó."))).reason is Reason.EDITED
    late = await office.does(PHAT, c.Approve(office.incident_id, seen.version, seen.sha256[:8]))
    assert (late.reason, late.values["current_version"]) == (Reason.STALE_VERSION, "2")
    assert (await office.current()).state is StatementState.DRAFT


async def test_an_edit_voids_the_approval_while_nothing_has_left(office: Office) -> None:
    assert await approve(office) is Reason.APPROVED
    assert (await office.does(PHO, c.Edit(office.incident_id, 1, "Bản sửa sau khi duyệt."))).reason is Reason.EDITED
    assert await office.queued() == []
    async with office.database.write() as tx:
        taken = await publication.claim(tx, office.desk, DeliveryKey(office.incident_id, 1, "newsroom", 1))
    assert not isinstance(taken, StatementVersion)


async def test_words_on_their_way_out_can_no_longer_be_edited(office: Office) -> None:
    await approve(office)
    async with office.database.write() as tx:
        taken = await publication.claim(tx, office.desk, DeliveryKey(office.incident_id, 1, "newsroom", 1))
    assert isinstance(taken, StatementVersion)
    outcome = await office.does(PHO, c.Edit(office.incident_id, 1, "Quá muộn."))
    assert outcome.reason is Reason.ALREADY_IN_PUBLIC


async def test_two_spokespersons_at_once_make_one_decision_and_the_second_learns_whose(office: Office) -> None:
    current = await office.current()
    await office.does(CHU, c.Return(office.incident_id, "Thiếu số điện thoại", current.version))
    assert await approve(office, PHAT) is Reason.NOT_APPROVABLE
    other = await office.does(PHO, c.Edit(office.incident_id, 1, "Bản mới."))
    assert other.reason is Reason.EDITED
    assert await approve(office, CHU) is Reason.APPROVED
    second = await office.does(PHAT, c.Approve(office.incident_id, 2, (await office.current()).sha256[:8]))
    assert (second.reason, second.values["by"]) == (Reason.ALREADY_APPROVED, "Phạm Văn Chủ")


async def test_a_wrong_digest_is_refused(office: Office) -> None:
    outcome = await office.does(PHAT, c.Approve(office.incident_id, 1, "00000000"))
    assert outcome.reason is Reason.WRONG_DIGEST


async def test_a_role_that_ended_between_card_and_press_is_refused_at_the_press(office: Office) -> None:
    ended = Assignment(Role.REGULAR, valid_to=NIGHT + timedelta(minutes=5))
    office.people = organisation(person(PHAT, "Nguyễn Văn Phát", ended))
    asked = await office.does(PHAT, c.AskApproval(office.incident_id, 1))
    assert asked.reason is Reason.ASK_APPROVAL
    office.later(minutes=5)
    assert await approve(office) is Reason.NO_RIGHT_TO_APPROVE


async def test_an_authorisation_holds_for_its_own_case_only(office: Office) -> None:
    other_case = Assignment(Role.AUTHORISED, valid_to=NIGHT + timedelta(days=1), document="01/GUQ", case="9Z9")
    office.people = organisation(person(PHO, "Lê Thị Phó", Assignment(Role.DEPUTY), other_case))
    assert await approve(office, PHO) is Reason.NO_RIGHT_TO_APPROVE
    this_case = replace(other_case, case="7K2")
    office.people = organisation(person(PHO, "Lê Thị Phó", Assignment(Role.DEPUTY), this_case))
    assert await approve(office, PHO) is Reason.APPROVED


async def test_an_organisation_file_that_cannot_be_read_closes_the_gate(office: Office) -> None:
    office.people = replace(organisation(), fault="people.yaml:3: broken")
    assert await approve(office) is Reason.ORGANISATION_UNREADABLE


async def test_an_overdue_clock_does_not_forbid_approval(office: Office) -> None:
    await office.does(PHO, c.Edit(office.incident_id, 1, "Tỉnh đang xác minh phản ánh về nước máy."))
    office.later(days=3)
    assert await approve(office) is Reason.APPROVED


async def test_at_level_4_the_last_editor_does_not_approve(open_office: Open) -> None:
    office = await open_office(level=4)
    await office.does(PHAT, c.Edit(office.incident_id, 1, "Bản của chính người phát ngôn."))
    assert await approve(office, PHAT) is Reason.LAST_EDITOR_AT_LEVEL_4
    await office.does(TRUC, c.ContentCheck("7K2", (await office.current()).version))
    assert await approve(office, CHU) is Reason.ASK_CODE, "somebody else may, with a second factor"


async def test_at_level_4_who_filled_in_a_fact_does_not_approve_the_words_it_made(open_office: Open) -> None:
    office = await open_office(level=4)
    slot = next(s for s in office.desk.playbooks["water-contamination"].facts if s.type == "text")
    await office.does(PHAT, c.ConfirmFact(office.incident_id, slot.id, "đã dừng cấp"))
    assert await approve(office, PHAT) is Reason.LAST_EDITOR_AT_LEVEL_4
    await office.does(TRUC, c.ContentCheck("7K2", (await office.current()).version))
    assert await approve(office, CHU) is Reason.ASK_CODE, "somebody else may, with a second factor"


async def test_up_to_level_3_a_spokesperson_approves_their_own_edit(office: Office) -> None:
    await office.does(PHAT, c.Edit(office.incident_id, 1, "Bản của chính người phát ngôn."))
    assert await approve(office, PHAT) is Reason.APPROVED


async def test_a_gap_in_the_text_blocks_approval_and_is_named(open_office: Open) -> None:
    from bot.model.alert import Location

    office = await open_office(location=Location())
    outcome = await office.does(PHAT, c.AskApproval(office.incident_id, 1))
    assert outcome.reason is Reason.GAP_IN_TEXT
    assert "địa điểm" in outcome.values["gaps"]
    filled = await office.does(TRUC, c.ConfirmFact(office.incident_id, "place", "phường Bến Nứa"))
    assert filled.reason is Reason.FACT_CONFIRMED
    assert await approve(office) is Reason.APPROVED


async def test_a_drill_is_approved_and_goes_nowhere(open_office: Open) -> None:
    office = await open_office(drill=True)
    assert await approve(office) is Reason.APPROVED_DRILL
    assert await office.queued() == []


async def test_a_drill_is_stopped_again_where_publication_happens(open_office: Open) -> None:
    office = await open_office(drill=True)
    await approve(office)
    async with office.database.write() as tx:
        await deliveries.queue(tx, office.incident_id, 1, "newsroom", office.now)
        taken = await publication.claim(tx, office.desk, DeliveryKey(office.incident_id, 1, "newsroom", 1))
    assert taken is Reason.DRILL_NEVER_PUBLISHES


async def test_bytes_that_changed_in_the_store_are_never_published(office: Office) -> None:
    await approve(office)
    async with office.database.write() as tx:
        await tx.execute(update(statements_table).values(texts={"vi/full": "lời khác"}))
        taken = await publication.claim(tx, office.desk, DeliveryKey(office.incident_id, 1, "newsroom", 1))
    assert taken is Reason.BYTES_DIFFER


async def test_one_delivery_is_claimed_once(office: Office) -> None:
    await approve(office)
    key = DeliveryKey(office.incident_id, 1, "newsroom", 1)
    async with office.database.write() as tx:
        assert isinstance(await publication.claim(tx, office.desk, key), StatementVersion)
    async with office.database.write() as tx:
        assert await publication.claim(tx, office.desk, key) is Reason.DELIVERY_IN_DOUBT


async def test_a_persons_words_are_kept_literally(office: Office) -> None:
    words = "Giá <5 & {{ 7*7 }} {% raw %} <b>đậm</b> đảo\u200b"
    await office.does(PHO, c.Edit(office.incident_id, 1, words))
    assert (await office.current()).full_vi == words


async def test_an_edit_over_the_limit_is_refused_with_the_count(office: Office) -> None:
    outcome = await office.does(PHO, c.Edit(office.incident_id, 1, "ạ" * (gates.TEXT_LIMIT + 1)))
    assert outcome.reason is Reason.TEXT_TOO_LONG
    assert outcome.values["length"] == str(gates.TEXT_LIMIT + 1)


async def test_a_confirmed_fact_fills_the_template_but_leaves_a_persons_text_alone(office: Office) -> None:
    slot = next(s for s in office.desk.playbooks["water-contamination"].facts if s.type == "text")
    first = await office.does(TRUC, c.ConfirmFact(office.incident_id, slot.id, "{{ 7*7 }} đã dừng cấp"))
    assert first.reason is Reason.FACT_CONFIRMED
    assert "{{ 7*7 }} đã dừng cấp" in (await office.current()).full_vi
    await office.does(PHO, c.Edit(office.incident_id, 2, "Chữ của người."))
    second = await office.does(TRUC, c.ConfirmFact(office.incident_id, slot.id, "khác"))
    assert second.reason is Reason.FACT_CONFIRMED_TEXT_KEPT
    assert (await office.current()).full_vi == "Chữ của người."


async def test_another_playbook_drafts_anew_and_remembers_who_chose(office: Office) -> None:
    outcome = await office.does(TRUC, c.ChoosePlaybook(office.incident_id, "food-poisoning"))
    assert outcome.reason is Reason.PLAYBOOK_CHOSEN
    incident = await office.incident()
    assert (incident.playbook, incident.playbook_chosen_by) == ("food-poisoning", f"p{TRUC}")
    assert "bữa ăn" in (await office.current()).full_vi
    again = await office.does(TRUC, c.ChoosePlaybook(office.incident_id, "food-poisoning"))
    assert again.reason is Reason.SAME_PLAYBOOK
    unknown = await office.does(TRUC, c.ChoosePlaybook(office.incident_id, "no-such"))
    assert unknown.reason is Reason.UNKNOWN_PLAYBOOK


async def test_the_playbook_in_force_gives_the_draft_back_that_a_stray_reply_replaced(office: Office) -> None:
    draft = (await office.current()).full_vi
    await office.does(PHO, c.Edit(office.incident_id, 1, "ok anh, em đang gọi xã"))
    outcome = await office.does(TRUC, c.ChoosePlaybook(office.incident_id, "water-contamination"))
    assert outcome.reason is Reason.PLAYBOOK_CHOSEN
    assert (await office.current()).full_vi == draft


async def test_the_second_question_says_when_the_words_are_old(office: Office) -> None:
    fresh = await office.does(PHAT, c.AskApproval(office.incident_id, 1))
    assert fresh.values["old_since"] == ""
    office.later(hours=2)
    late = await office.does(PHAT, c.AskApproval(office.incident_id, 1))
    assert (late.reason, late.values["old_since"]) == (Reason.ASK_APPROVAL, "02h00 ngày 23/11/2026")


async def test_a_return_needs_a_reason_and_a_spokesperson(office: Office) -> None:
    assert (await office.does(PHAT, c.Return(office.incident_id, "  "))).reason is Reason.REASON_MISSING
    assert (await office.does(PHO, c.Return(office.incident_id, "lý do"))).reason is Reason.NO_RIGHT_TO_APPROVE
    assert (await office.does(PHAT, c.Return(office.incident_id, "Thiếu giờ"))).reason is Reason.RETURNED
    assert await approve(office) is Reason.NOT_APPROVABLE


async def test_a_return_calls_the_duty_room_and_whoever_wrote_the_words(office: Office) -> None:
    await office.does(TRUC, c.Edit(office.incident_id, 1, "Bản của trực ban."))
    returned = await office.does(PHAT, c.Return(office.incident_id, "Thiếu giờ."))
    assert [(n.to, n.words) for n in returned.notices] == [(DUTY_ROOM, "returned_due"), (f"p{TRUC}", "returned_due")]
    told = text("vi", f"notice.{returned.notices[0].words}", **returned.notices[0].values)
    due = "02h30 ngày 23/11/2026"
    assert told == (f"Nguyễn Văn Phát trả lại bản 2 của vụ việc 7K2: Thiếu giờ. Cần bản mới trước {due}: /sua 7K2")


async def test_a_return_names_no_hour_where_none_is_left_and_calls_nobody_for_a_template(office: Office) -> None:
    office.later(hours=30)
    returned = await office.does(PHAT, c.Return(office.incident_id, "Thiếu giờ"))
    assert [(n.to, n.words) for n in returned.notices] == [(DUTY_ROOM, "returned")]


async def test_whoever_returns_their_own_words_is_not_told_of_it(office: Office) -> None:
    await office.does(PHAT, c.Edit(office.incident_id, 1, "Bản của phát ngôn."))
    returned = await office.does(PHAT, c.Return(office.incident_id, "Thiếu giờ"))
    assert [n.to for n in returned.notices] == [DUTY_ROOM]


async def test_whoever_edits_is_told_that_nobody_was_told(office: Office) -> None:
    edited = await office.does(TRUC, c.Edit(office.incident_id, 1, "Bản mới."))
    told = text("vi", f"reason.{edited.reason.value}", **edited.values)
    assert "bản 2 của vụ việc 7K2, CHƯA trình" in told
    assert "/trinh 7K2" in told
    assert "lỗi phải sửa" not in edited.values.get("lines_vi", "")


async def test_a_remark_that_answered_a_card_says_at_once_how_to_drop_it(office: Office) -> None:
    remark = await office.does(TRUC, c.Edit(office.incident_id, 1, "ok anh"))
    assert "/soanlai 7K2 bo để bỏ" in remark.values["lines_vi"]
    assert "lines_vi" not in (await office.does(TRUC, c.Edit(office.incident_id, 2, "Dạ vâng ạ"))).values
