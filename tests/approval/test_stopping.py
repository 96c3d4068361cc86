"""The emergency stop: one person is enough to stop, two different ones release, and nothing leaves in between."""

from __future__ import annotations

from datetime import timedelta

from bot.approval import publication
from bot.approval.acts import audit_event
from bot.channels.telegram.render_dialog import listing, sentence
from bot.model import commands as c
from bot.model.delivery import DeliveryKey
from bot.model.person import Assignment, Role
from bot.model.reasons import Reason
from bot.model.statement import StatementVersion
from tests.approval.conftest import Office
from tests.approval.office import CHU, KHACH, PHAT, PHO, TRUC, act, organisation, person
from tests.approval.steps import approve

STOP = c.StopPublishing("Tài khoản bị chiếm")


async def claim(office: Office) -> StatementVersion | Reason:
    async with office.database.write() as tx:
        return await publication.claim(tx, office.desk, DeliveryKey(office.incident_id, 1, "newsroom", 1))


async def test_one_person_stops_with_a_reason_and_a_stranger_does_not(office: Office) -> None:
    assert (await office.does(KHACH, STOP)).reason is Reason.NOT_ENROLLED
    assert (await office.does(TRUC, STOP)).reason is Reason.STOPPED
    again = await office.does(PHAT, STOP)
    assert (again.reason, again.values["by"]) == (Reason.ALREADY_STOPPED, "Trần Thị Trực")


async def test_a_stop_waits_for_no_reason_and_the_record_says_that_none_was_given(office: Office) -> None:
    await approve(office)
    stopped = await office.does(TRUC, c.StopPublishing(" "))
    assert stopped.reason is Reason.STOPPED
    assert await claim(office) is Reason.PUBLISHING_STOPPED
    assert "xin báo ngay cho đồng nghiệp vì sao" in sentence("vi", stopped, TRUC)
    assert "chưa nêu" in audit_event(act(TRUC, c.StopPublishing(" ")), None, stopped, office.now).details["why"]
    refused = await office.does(PHAT, c.AskApproval("7K2", 1))
    assert "chưa nêu" in refused.values["why"], "the card and every refusal say it, too"


async def test_what_was_approved_before_is_held_where_publication_happens_and_not_lost(office: Office) -> None:
    await approve(office)
    stopped = await office.does(TRUC, STOP)
    assert stopped.values["count"] == "1"
    assert await claim(office) is Reason.PUBLISHING_STOPPED
    assert await office.queued() == ["newsroom"]


async def test_nothing_is_approved_while_publishing_stands_still(office: Office) -> None:
    await office.does(TRUC, STOP)
    assert await approve(office) is Reason.PUBLISHING_STOPPED
    assert (await office.does(PHAT, c.AskApproval("7K2", 1))).reason is Reason.PUBLISHING_STOPPED
    assert (await office.does(PHO, c.Edit("7K2", 1, "Sửa thì vẫn được."))).reason is Reason.EDITED


async def test_two_different_persons_release_it_and_what_waited_goes_on(office: Office) -> None:
    await approve(office)
    await office.does(TRUC, STOP)
    assert (await office.does(KHACH, c.ReleaseStop())).reason is Reason.NOT_ENROLLED
    assert (await office.does(TRUC, c.ReleaseStop())).reason is Reason.STOP_RELEASE_BEGUN
    once_more = await office.does(TRUC, c.ReleaseStop())
    assert (once_more.reason, once_more.values["by"]) == (Reason.SECOND_RELEASE_NEEDED, "Trần Thị Trực")
    assert await claim(office) is Reason.PUBLISHING_STOPPED
    released = await office.does(CHU, c.ReleaseStop())
    assert released.reason is Reason.STOP_RELEASED
    assert [key.outlet for key in released.publish] == ["newsroom"]
    assert isinstance(await claim(office), StatementVersion)
    assert (await office.does(CHU, c.ReleaseStop())).reason is Reason.NOT_STOPPED


async def test_it_can_be_stopped_again_and_the_first_release_counts_for_one_stop_only(office: Office) -> None:
    for _ in range(2):
        assert (await office.does(TRUC, STOP)).reason is Reason.STOPPED
        assert (await office.does(PHAT, c.ReleaseStop())).reason is Reason.STOP_RELEASE_BEGUN
        assert (await office.does(PHO, c.ReleaseStop())).reason is Reason.STOP_RELEASED


async def test_every_open_card_changes_when_publishing_is_stopped(office: Office) -> None:
    before = (await office.incident()).revision
    await office.does(TRUC, STOP)
    assert (await office.incident()).revision > before


async def test_whoever_may_speak_in_one_case_hears_of_a_stop_and_whoever_stopped_of_its_release(office: Office) -> None:
    luat = person(201, "Đinh Thị Luật", Assignment(Role.LEGAL))
    given = Assignment(Role.AUTHORISED, case="7K2", document="12/GUQ-UBND", valid_to=office.now + timedelta(hours=1))
    office.people = organisation(luat, person(202, "Trần Quốc Phong", given))
    stopped = await office.does(201, STOP)
    assert {n.to for n in stopped.notices} == {"duty", f"p{PHAT}", f"p{CHU}", f"p{PHO}", "p202"}
    begun = await office.does(PHAT, c.ReleaseStop())
    assert "p201" in {n.to for n in begun.notices}
    assert "p201" in {n.to for n in (await office.does(CHU, c.ReleaseStop())).notices}


async def test_the_list_of_open_matters_says_that_publishing_stands_still(office: Office) -> None:
    assert "stopped_vi" not in (await office.does(CHU, c.ListIncidents())).values
    await office.does(TRUC, STOP)
    listed = await office.does(CHU, c.ListIncidents())
    assert "ĐANG DỪNG MỌI VIỆC CÔNG BỐ (Trần Thị Trực" in listed.values["stopped_vi"]
    shown = listing("vi", [], "0", {}, office.now, listed.values["stopped_vi"]).plain
    assert shown.startswith("⛔ ĐANG DỪNG MỌI VIỆC CÔNG BỐ")
    assert "Không có vụ việc nào đang mở." in shown
    await office.does(PHAT, c.ReleaseStop())
    assert "cần thêm một người" in (await office.does(CHU, c.ListIncidents())).values["stopped_vi"]
