"""Whose name the public reads below the words: whoever speaks in this matter, and nobody whose name is borrowed."""

from __future__ import annotations

from dataclasses import replace

from bot.channels.telegram.render_dialog import ask_approval
from bot.channels.telegram.render_people import notice
from bot.locale import text
from bot.model import commands as c
from bot.model.outcome import Outcome
from bot.model.person import Assignment, Role, Unit
from bot.model.reasons import Reason
from tests.approval.conftest import Office
from tests.approval.office import CHU, PHAT, PHO, TRUC, organisation, person
from tests.approval.steps import approve

TERMS = "12/GUQ-UBND đến 18h00 25/11/2026"
HEALTH = 301


def words_for(outcome: Outcome, who: int) -> list[str]:
    return [n.words for n in outcome.notices if n.to == f"p{who}"]


async def redrafted(office: Office) -> str:
    assert (await office.does(TRUC, c.DraftAnew("7K2"))).reason is Reason.DRAFTED_ANEW
    return (await office.current()).full_vi


async def test_the_regular_spokesperson_is_named_until_the_head_authorises_somebody(office: Office) -> None:
    assert "Nguyễn Văn Phát" in (await office.current()).full_vi
    granted = await office.does(CHU, c.Authorise("7K2", f"p{PHO}", TERMS))
    (told, room) = granted.notices
    assert "gõ /soanlai 7K2" in notice("vi", told, lambda *_: "").plain
    assert "Phạm Văn Chủ ủy quyền Lê Thị Phó phát ngôn về vụ việc 7K2" in notice("vi", room, lambda *_: "").plain
    assert "until 18:00 on 25 November 2026" in notice("en", room, lambda *_: "").plain
    words = await redrafted(office)
    assert ("Lê Thị Phó" in words, "Nguyễn Văn Phát" in words) == (True, False)


async def test_english_words_call_them_by_what_they_are_where_nobody_said_how(office: Office) -> None:
    await office.does(CHU, c.Authorise("7K2", f"p{PHO}", TERMS))
    await redrafted(office)
    assert (await office.does(TRUC, c.AddText("7K2", "en"))).reason is Reason.TEXT_ADDED
    assert "Lê Thị Phó, Authorised Spokesperson" in (await office.current()).texts["en/full"]


async def test_after_the_end_of_the_authorisation_the_regular_one_is_named_again(office: Office) -> None:
    await office.does(CHU, c.Authorise("7K2", f"p{PHO}", "12/GUQ-UBND 1h"))
    office.later(hours=1)
    assert "Nguyễn Văn Phát" in await redrafted(office)


async def test_who_takes_an_authorisation_back_tells_the_room(office: Office) -> None:
    await office.does(CHU, c.Authorise("7K2", f"p{PHO}", TERMS))
    revoked = await office.does(CHU, c.RevokeAuthorisation("7K2", f"p{PHO}"))
    assert [(n.to, n.words) for n in revoked.notices] == [
        (f"p{PHO}", "authorisation_revoked"),
        ("duty", "authorisation_revoked_room"),
    ]


async def test_whoever_approves_in_another_name_is_told_so_first_and_the_named_one_afterwards(office: Office) -> None:
    asked = await office.does(CHU, c.AskApproval("7K2", 1))
    assert asked.values["named"] == "Nguyễn Văn Phát"
    shown = ask_approval("vi", asked, None, [], lambda *_: "").plain
    assert text("vi", "ask.approval.named", names="Nguyễn Văn Phát") in shown
    current = await office.current()
    done = await office.does(CHU, c.Approve("7K2", 1, current.sha256[:8]))
    assert done.reason is Reason.APPROVED
    assert words_for(done, PHAT) == ["approved_in_your_name"]


async def test_who_approves_in_their_own_name_is_told_nothing_of_it(office: Office) -> None:
    assert (await office.does(PHAT, c.AskApproval("7K2", 1))).values["named"] == ""
    current = await office.current()
    assert (await office.does(PHAT, c.Approve("7K2", 1, current.sha256[:8]))).notices == ()


async def test_nobody_of_an_accused_unit_is_named(office: Office) -> None:
    office.people = replace(
        organisation(),
        units=(Unit("ubnd-tinh", "UBND tỉnh", "Province"), Unit("van-phong-ubnd", "VP", "Office", "ubnd-tinh")),
    )
    head = replace(office.people.people[1], unit="ubnd-tinh")
    office.people = replace(office.people, people=(office.people.people[0], head, *office.people.people[2:]))
    assert (await office.does(CHU, c.MarkAccused("7K2", "van-phong-ubnd"))).reason is Reason.ACCUSED_NOTED
    words = await redrafted(office)
    assert ("Phạm Văn Chủ" in words, "Nguyễn Văn Phát" in words) == (True, False)
    refused = await office.does(CHU, c.Authorise("7K2", f"p{PHO}", TERMS))
    assert refused.reason is Reason.DELEGATE_IS_ACCUSED
    asked = await office.does(CHU, c.AskAuthorise("7K2", "p999"))
    assert "Lê Thị Phó" not in asked.values["names"]


async def test_whoever_is_accused_is_not_told_that_words_name_them_and_the_approver_is(office: Office) -> None:
    theirs = Assignment(Role.REGULAR, unit="so-y-te")
    health = replace(person(HEALTH, "Đỗ Thị Lành", theirs), unit="so-y-te")
    office.people = replace(
        organisation(),
        people=(*organisation().people, health),
        units=(Unit("ubnd-tinh", "UBND tỉnh", "Province"), Unit("so-y-te", "Sở Y tế", "Health", "ubnd-tinh")),
    )
    assert (await office.does(TRUC, c.MarkAccused("7K2", "so-y-te"))).reason is Reason.ACCUSED_NOTED
    words = (await office.current()).full_vi.replace("Nguyễn Văn Phát", "Đỗ Thị Lành")
    assert (await office.does(TRUC, c.Edit("7K2", 1, words))).reason is Reason.EDITED
    assert (await office.does(CHU, c.AskApproval("7K2", 2))).values["named"] == "Đỗ Thị Lành"
    current = await office.current()
    done = await office.does(CHU, c.Approve("7K2", 2, current.sha256[:8]))
    assert (done.reason, done.notices) == (Reason.APPROVED, ())


async def test_another_units_spokesperson_is_not_named_for_the_agency_and_can_be_authorised(office: Office) -> None:
    theirs = Assignment(Role.REGULAR, unit="so-y-te")
    health = replace(person(HEALTH, "Đỗ Thị Lành", theirs), unit="so-y-te")
    office.people = replace(
        organisation(), people=(health, *organisation().people), units=(Unit("so-y-te", "Sở Y tế", "Health"),)
    )
    assert "Nguyễn Văn Phát" in await redrafted(office)
    assert await approve(office, HEALTH) is Reason.OTHER_UNIT
    assert (await office.does(CHU, c.Authorise("7K2", f"p{HEALTH}", TERMS))).reason is Reason.AUTHORISED
    assert await approve(office, HEALTH) is Reason.APPROVED
