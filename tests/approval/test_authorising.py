"""Only the head authorises: in writing, for one case, for a time; nobody hands on (NĐ 244/2026 Art. 3.4 to 3.6)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.locale import text
from bot.model import commands as c
from bot.model.person import Assignment, Role
from bot.model.reasons import Reason
from tests.approval.conftest import Office
from tests.approval.office import CHU, KHACH, PHAT, PHO, TRUC, organisation, person
from tests.approval.steps import approve

TERMS = "12/GUQ-UBND đến 18h00 25/11/2026"


async def test_the_head_authorises_with_document_case_and_end_and_the_delegate_is_told(office: Office) -> None:
    assert await approve(office, PHO) is Reason.NO_RIGHT_TO_APPROVE
    granted = await office.does(CHU, c.Authorise("7K2", "p103", TERMS))
    assert granted.reason is Reason.AUTHORISED
    assert (granted.values["document"], granted.values["until"]) == ("12/GUQ-UBND", "18h00 ngày 25/11/2026")
    assert [(n.to, n.words) for n in granted.notices] == [("p103", "authorised_redraft"), ("duty", "authorised_room")]
    assert await approve(office, PHO) is Reason.APPROVED


@pytest.mark.parametrize("who", [PHAT, PHO, TRUC])
async def test_nobody_but_the_head_authorises(office: Office, who: int) -> None:
    assert (await office.does(who, c.Authorise("7K2", "p101", TERMS))).reason is Reason.ONLY_THE_HEAD_AUTHORISES
    assert (await office.does(who, c.AskAuthorise("7K2", "p101"))).reason is Reason.ONLY_THE_HEAD_AUTHORISES


async def test_an_authorised_person_hands_nothing_on_and_takes_nothing_back(office: Office) -> None:
    await office.does(CHU, c.Authorise("7K2", "p103", TERMS))
    assert (await office.does(PHO, c.Authorise("7K2", "p101", TERMS))).reason is Reason.ONLY_THE_HEAD_AUTHORISES
    assert (await office.does(PHO, c.RevokeAuthorisation("7K2", "p103"))).reason is Reason.ONLY_THE_HEAD_AUTHORISES
    assert (await office.does(KHACH, c.Authorise("7K2", "p101", TERMS))).reason is Reason.NOT_ENROLLED


async def test_the_delegate_loses_the_right_a_second_after_the_term(office: Office) -> None:
    await office.does(CHU, c.Authorise("7K2", "p103", "12/GUQ-UBND 4h"))
    office.later(hours=3, minutes=59, seconds=59)
    assert (await office.does(PHO, c.AskApproval("7K2", 1))).reason is Reason.ASK_APPROVAL
    office.later(seconds=1)
    assert await approve(office, PHO) is Reason.NO_RIGHT_TO_APPROVE


async def test_the_authorisation_holds_in_its_own_case_alone(office: Office) -> None:
    from tests.store.samples import an_incident

    await office.does(CHU, c.Authorise("7K2", "p103", TERMS))
    other = an_incident(id="f" * 32, code="9Z9")
    async with office.database.write() as tx:
        from bot.approval import versions
        from bot.store import incidents

        await incidents.add(tx, other)
        await versions.draft(tx, office.desk, other, by="system")
    assert (await office.does(PHO, c.AskApproval("9Z9", 1))).reason is Reason.NO_RIGHT_TO_APPROVE


async def test_the_head_takes_an_authorisation_back_at_once(office: Office) -> None:
    await office.does(CHU, c.Authorise("7K2", "p103", TERMS))
    assert (await office.does(CHU, c.RevokeAuthorisation("7K2", "p103"))).reason is Reason.AUTHORISATION_REVOKED
    assert await approve(office, PHO) is Reason.NO_RIGHT_TO_APPROVE
    assert (await office.does(CHU, c.RevokeAuthorisation("7K2", "p103"))).reason is Reason.NO_AUTHORISATION


@pytest.mark.parametrize(
    ("terms", "why"),
    [
        ("đến 18h00 25/11/2026", Reason.DOCUMENT_MISSING),
        ("12/GUQ-UBND", Reason.END_MISSING),
        ("12/GUQ-UBND đến 18h00 20/11/2026", Reason.END_MISSING),
        ("12/GUQ-UBND đến 25/11/2036", Reason.END_MISSING),
    ],
)
async def test_without_document_or_lawful_end_nobody_is_authorised(office: Office, terms: str, why: Reason) -> None:
    assert (await office.does(CHU, c.Authorise("7K2", "p103", terms))).reason is why
    assert await approve(office, PHO) is Reason.NO_RIGHT_TO_APPROVE


@pytest.mark.parametrize("terms", ["12/GUQ-UBND", "12/GUQ-UBND đến 18h00 20/11/2026"])
async def test_the_example_in_a_refusal_can_be_copied_on_that_day(office: Office, terms: str) -> None:
    refused = await office.does(CHU, c.Authorise("7K2", "p103", terms))
    example = text("vi", "reason.end_missing", **refused.values).rpartition("p103 ")[2]
    assert (await office.does(CHU, c.Authorise("7K2", "p103", example))).reason is Reason.AUTHORISED


async def test_who_may_speak_already_or_is_unknown_is_not_authorised(office: Office) -> None:
    assert (await office.does(CHU, c.Authorise("7K2", "p102", TERMS))).reason is Reason.ALREADY_SPEAKS
    unknown = await office.does(CHU, c.Authorise("7K2", "ai-do", TERMS))
    assert unknown.reason is Reason.NO_SUCH_DELEGATE
    assert "Lê Thị Phó (p103)" in unknown.values["names"]


async def test_the_spokesperson_asks_the_head_with_one_press(office: Office) -> None:
    asked = await office.does(PHAT, c.AskAuthorisation("7K2"))
    assert (asked.reason, asked.values["heads"]) == (Reason.AUTHORISATION_ASKED, "Phạm Văn Chủ")
    (notice,) = asked.notices
    assert notice.to == f"p{CHU}"
    assert [name for _, name in notice.authorise] == ["Lê Thị Phó", "Trần Thị Trực"]
    own = await office.does(TRUC, c.AskAuthorisation("7K2"))
    assert own.notices[0].authorise[0] == (f"p{TRUC}", "Trần Thị Trực"), "who asks for themselves comes first"


async def test_without_a_head_nobody_can_be_asked(office: Office) -> None:
    office.people = organisation(person(CHU, "Phạm Văn Chủ", Assignment(Role.DEPUTY)))
    assert (await office.does(PHAT, c.AskAuthorisation("7K2"))).reason is Reason.NO_HEAD


async def test_a_head_whom_no_message_reaches_is_not_said_to_have_been_asked(office: Office) -> None:
    office.blocked = {f"p{CHU}"}
    asked = await office.does(PHAT, c.AskAuthorisation("7K2"))
    assert (asked.reason, asked.refused, asked.notices) == (Reason.NO_HEAD_REACHED, True, ())
    assert asked.values["silent"] == "Phạm Văn Chủ (Chức danh)"


async def test_a_head_who_has_only_a_mailbox_is_named_beside_the_one_who_was_asked(office: Office) -> None:
    by_mail = replace(person(120, "Ngô Thị Đầu", Assignment(Role.HEAD)), telegram_id=None, email="dau@x.vn")
    office.people = organisation(by_mail)
    asked = await office.does(PHAT, c.AskAuthorisation("7K2"))
    assert (asked.reason, asked.values["heads"]) == (Reason.AUTHORISATION_ASKED, "Phạm Văn Chủ")
    assert "Ngô Thị Đầu (Chức danh)" in asked.values["lines_vi"]
    assert "call" in asked.values["lines_en"]
    assert asked.values["unreached"] == "p120"


async def test_an_unreadable_organisation_file_stops_the_head_too(office: Office) -> None:
    office.people = replace(organisation(), fault="people.yaml:3: broken")
    assert (await office.does(CHU, c.Authorise("7K2", "p103", TERMS))).reason is Reason.ORGANISATION_UNREADABLE


async def test_nobody_is_authorised_in_a_closed_case(office: Office) -> None:
    await office.does(TRUC, c.CloseIncident("7K2", "xong"))
    assert (await office.does(CHU, c.Authorise("7K2", "p103", TERMS))).reason is Reason.INCIDENT_NOT_OPEN
