"""Authority at the moment of the act: whose unit, until when, and who is accused (NĐ 244/2026 Art. 3)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from bot.approval import standing
from bot.approval.organisation import load_organisation
from bot.model import commands as c
from bot.model.alert import Location
from bot.model.commands import AskApproval, MarkAccused
from bot.model.person import Assignment, Organisation, Person, Role
from bot.model.reasons import Reason
from bot.model.statement import StatementState
from bot.playbooks import default_playbooks_folder
from bot.store import authorisations, statements
from tests.approval.conftest import Office
from tests.approval.office import KHACH, PLAYBOOKS, organisation, person

SAMPLE = default_playbooks_folder() / "organisation" / "sample"
HEALTH, EDUCATION, HEALTH_HEAD, WARD, POLICE = 201, 202, 203, 204, 205
PHAT, PHO, CHU, TRUC = 102, 103, 104, 101

OpenOffice = Callable[..., Awaitable[Office]]


def province() -> Organisation:
    """The sample, in which the departments' spokespersons have Telegram too."""
    phones = {"yte": HEALTH, "gddt": EDUCATION, "gd-yte": HEALTH_HEAD, "song-thuong": WARD, "congan": POLICE}
    office = load_organisation(SAMPLE, {p.id: (p.lead, p.support) for p in PLAYBOOKS.values()})
    people = tuple(replace(p, telegram_id=phones.get(p.id, p.telegram_id)) for p in office.people)
    return replace(office, people=people)


async def in_the_province(open_office: OpenOffice, **incident: object) -> Office:
    office = await open_office(**{"playbook": "food-poisoning", "location": Location(), **incident})
    office.people = province()
    return office


async def may_not(office: Office, who: int) -> Reason:
    """Why somebody may not approve; an approval that only lacks facts is one that they may give."""
    return (await office.does(who, AskApproval(office.incident_id))).reason


LAWFUL = {Reason.ASK_APPROVAL, Reason.GAP_IN_TEXT, Reason.REQUIRED_FACT_MISSING}


async def test_the_leading_units_spokesperson_and_the_agencys_may_speak(open_office: OpenOffice) -> None:
    office = await in_the_province(open_office)
    assert {await may_not(office, who) for who in (HEALTH, HEALTH_HEAD, PHAT, CHU)} <= LAWFUL


async def test_a_spokesperson_of_another_unit_is_refused(open_office: OpenOffice) -> None:
    office = await in_the_province(open_office)
    assert await may_not(office, EDUCATION) is Reason.OTHER_UNIT
    assert await may_not(office, WARD) is Reason.OTHER_UNIT, "supporting is not leading"
    assert await may_not(office, TRUC) is Reason.NO_RIGHT_TO_APPROVE


async def test_the_head_of_a_department_is_not_the_head_of_the_province(open_office: OpenOffice) -> None:
    office = await in_the_province(open_office, playbook="school-incident")
    assert await may_not(office, HEALTH_HEAD) is Reason.OTHER_UNIT


async def test_a_role_revoked_between_card_and_press_is_gone_at_the_press(open_office: OpenOffice) -> None:
    office = await in_the_province(open_office)
    assert await may_not(office, HEALTH) in LAWFUL
    ended = tuple(
        replace(p, assignments=tuple(replace(a, valid_to=office.now) for a in p.assignments)) if p.id == "yte" else p
        for p in office.people.people
    )
    office.people = replace(office.people, people=ended)
    assert await may_not(office, HEALTH) is Reason.NO_RIGHT_TO_APPROVE


async def test_whoever_is_accused_does_not_approve_and_the_unit_above_does(open_office: OpenOffice) -> None:
    office = await in_the_province(open_office)
    marked = await office.does(TRUC, MarkAccused(office.incident_id, "so-y-te"))
    assert marked.reason is Reason.ACCUSED_NOTED
    assert await may_not(office, HEALTH) is Reason.CONFLICT_OF_INTEREST
    assert await may_not(office, HEALTH_HEAD) is Reason.CONFLICT_OF_INTEREST
    assert await may_not(office, PHAT) in LAWFUL


async def test_the_office_does_not_approve_when_it_is_accused_itself_but_the_chairman_does(
    open_office: OpenOffice,
) -> None:
    office = await in_the_province(open_office)
    await office.does(TRUC, MarkAccused(office.incident_id, "Văn phòng Ủy ban nhân dân tỉnh Thượng Giang"))
    assert await may_not(office, PHAT) is Reason.CONFLICT_OF_INTEREST
    assert await may_not(office, CHU) in LAWFUL


async def test_nobody_of_an_accused_unit_makes_the_legal_check(open_office: OpenOffice) -> None:
    office = await in_the_province(open_office, playbook="medical-incident")
    check = c.LegalCheck(office.incident_id, 1)
    await office.does(TRUC, MarkAccused(office.incident_id, "so-y-te"))
    assert (await office.does(HEALTH_HEAD, check)).reason is Reason.CONFLICT_OF_INTEREST
    assert (await office.does(CHU, replace(check, sure=True))).reason is Reason.LEGAL_CHECKED


async def test_nobody_of_an_accused_unit_checks_the_content_or_lets_the_words_go(open_office: OpenOffice) -> None:
    office = await in_the_province(open_office, playbook="police-conduct", level=4)
    check = c.ContentCheck(office.incident_id, 1)
    assert (await office.does(POLICE, check)).reason is Reason.CONFLICT_OF_INTEREST
    assert (await office.does(TRUC, check)).reason is Reason.CONTENT_CHECKED
    async with office.database.write() as tx:
        sha256 = (await office.current()).sha256
        await statements.enter(tx, office.incident_id, 1, StatementState.APPROVED, office.now, sha256=sha256, by="phat")
    release = c.Release(office.incident_id, 1, sha256[:8])
    assert (await office.does(POLICE, c.AskRelease(office.incident_id))).reason is Reason.CONFLICT_OF_INTEREST
    assert (await office.does(POLICE, release)).reason is Reason.CONFLICT_OF_INTEREST
    assert (await office.does(TRUC, release)).reason is Reason.RELEASED


async def test_whoever_acts_for_an_accused_unit_is_of_it_while_they_do(open_office: OpenOffice) -> None:
    """An official of the office who also leads the accused department for a time is of both."""
    office = await in_the_province(open_office, playbook="medical-incident")
    ends = office.now + timedelta(hours=1)
    lends = Assignment(Role.DEPUTY, valid_to=ends, unit="so-y-te")
    people = tuple(
        replace(p, assignments=(*p.assignments, lends)) if p.telegram_id == PHAT else p for p in office.people.people
    )
    office.people = replace(office.people, people=people)
    await office.does(TRUC, MarkAccused(office.incident_id, "so-y-te"))
    check = c.LegalCheck(office.incident_id, 1)
    assert await may_not(office, PHAT) is Reason.CONFLICT_OF_INTEREST
    office.later(hours=1)
    assert await may_not(office, PHAT) in LAWFUL | {Reason.LEGAL_CHECK_MISSING}
    assert (await office.does(PHAT, check)).reason is Reason.NO_RIGHT_TO_CHECK


async def test_an_accused_unit_that_holds_the_case_too_neither_agrees_nor_stops_the_words(
    open_office: OpenOffice,
) -> None:
    office = await in_the_province(open_office)
    await office.does(TRUC, c.HoldJointly(office.incident_id, "so-gd-dt"))
    agree = c.AgreeJointly(office.incident_id, 1)
    await office.does(TRUC, MarkAccused(office.incident_id, "so-gd-dt"))
    assert (await office.does(EDUCATION, agree)).reason is Reason.CONFLICT_OF_INTEREST
    assert await silent(office) == ()
    lifted = MarkAccused(office.incident_id, "so-gd-dt", lift=True)
    await office.does(CHU, lifted)
    assert await silent(office) == ("so-gd-dt",), "cleared, it has its say again"
    assert (await office.does(EDUCATION, agree)).reason is Reason.AGREED_JOINTLY


async def silent(office: Office) -> tuple[str, ...]:
    """The units that still have to agree to the words."""
    async with office.database.read() as tx:
        current, desk = await office.current(), await office.desk.seated(tx)
        return (await standing.dossier(tx, desk, await office.incident(), current)).silent_units(current)


async def test_only_a_head_outside_of_it_clears_a_unit(open_office: OpenOffice) -> None:
    office = await in_the_province(open_office)
    await office.does(TRUC, MarkAccused(office.incident_id, "so-y-te"))
    lift = MarkAccused(office.incident_id, "so-y-te", lift=True)
    assert (await office.does(HEALTH_HEAD, lift)).reason is Reason.NO_RIGHT_TO_ACT
    assert (await office.does(PHAT, lift)).reason is Reason.NO_RIGHT_TO_ACT
    assert await may_not(office, HEALTH) is Reason.CONFLICT_OF_INTEREST
    assert (await office.does(CHU, lift)).reason is Reason.ACCUSED_NOTED
    assert await may_not(office, HEALTH) in LAWFUL


async def test_a_duty_officer_cannot_silence_the_whole_province_and_the_head_can_undo_it(
    open_office: OpenOffice,
) -> None:
    office = await in_the_province(open_office)
    top = MarkAccused(office.incident_id, "ubnd-tinh")
    assert (await office.does(TRUC, top)).reason is Reason.NO_RIGHT_TO_ACT
    assert await may_not(office, PHAT) in LAWFUL
    assert (await office.does(CHU, top)).reason is Reason.ACCUSED_NOTED
    assert {await may_not(office, who) for who in (PHAT, CHU, HEALTH)} == {Reason.CONFLICT_OF_INTEREST}
    assert (await office.does(CHU, replace(top, lift=True))).reason is Reason.ACCUSED_NOTED
    assert await may_not(office, CHU) in LAWFUL


async def test_strangers_accuse_nobody_and_units_that_are_none_are_named(open_office: OpenOffice) -> None:
    office = await in_the_province(open_office)
    assert (await office.does(KHACH, MarkAccused(office.incident_id, "so-y-te"))).reason is Reason.NOT_ENROLLED
    assert (await office.does(TRUC, MarkAccused(office.incident_id, "so-ma"))).reason is Reason.UNKNOWN_UNIT


async def authorised(office: Office, guest: Person, minutes: float) -> str:
    office.people = organisation(guest)
    async with office.database.write() as tx:
        until = office.now + timedelta(minutes=minutes)
        return await authorisations.add(tx, guest.id, office.incident_id, "07/GUQ-UBND", "p104", office.now, until)


async def test_an_authorisation_in_chat_lets_speak_in_this_matter_until_it_ends(office: Office) -> None:
    guest = person(KHACH, "Hoàng Khách", Assignment(Role.DUTY))
    assert await may_not(office, KHACH) is Reason.NOT_ENROLLED
    await authorised(office, guest, 10)
    assert await may_not(office, KHACH) in LAWFUL
    office.later(minutes=10, seconds=-1)
    assert await may_not(office, KHACH) in LAWFUL
    office.later(seconds=1)
    assert await may_not(office, KHACH) is Reason.NO_RIGHT_TO_APPROVE


async def test_a_clock_set_back_gives_no_authorisation_before_it_was_granted(office: Office) -> None:
    await authorised(office, person(KHACH, "Hoàng Khách", Assignment(Role.DUTY)), 10)
    office.later(hours=-1)
    assert await may_not(office, KHACH) is Reason.NO_RIGHT_TO_APPROVE


async def test_a_revoked_authorisation_is_gone_at_once_and_stays_on_the_record(office: Office) -> None:
    given = await authorised(office, person(KHACH, "Hoàng Khách", Assignment(Role.DUTY)), 60)
    async with office.database.write() as tx:
        assert await authorisations.revoke(tx, given, "p104", office.now)
        assert not await authorisations.revoke(tx, given, "p104", office.now)
    assert await may_not(office, KHACH) is Reason.NO_RIGHT_TO_APPROVE
    async with office.database.read() as tx:
        (kept,) = await authorisations.of_incident(tx, office.incident_id)
    assert (kept.document, kept.revoked_by) == ("07/GUQ-UBND", "p104")


async def test_an_authorisation_for_one_matter_is_none_for_another(open_office: OpenOffice) -> None:
    one = await open_office()
    other = await open_office(code="4M9")
    guest = person(KHACH, "Hoàng Khách", Assignment(Role.DUTY))
    await authorised(one, guest, 60)
    other.people = one.people
    assert await may_not(other, KHACH) is Reason.NO_RIGHT_TO_APPROVE


async def test_whoever_may_not_approve_is_told_who_may(office: Office) -> None:
    for command in (c.AskApproval("7K2", 1), c.Return("7K2", "Sai"), c.Refuse("7K2", "b", "Đang điều tra")):
        refused = await office.does(PHO, command)
        assert refused.reason is Reason.NO_RIGHT_TO_APPROVE
        assert refused.values["names_vi"] == "Nguyễn Văn Phát (Chức danh), Phạm Văn Chủ (Chức danh)"


async def test_where_nobody_may_that_is_said(office: Office) -> None:
    office.people = replace(office.people, people=tuple(p for p in office.people.people if p.telegram_id == PHO))
    refused = await office.does(PHO, c.AskApproval("7K2", 1))
    assert (refused.values["names_vi"], refused.values["names_en"]) == ("chưa có ai", "nobody yet")


# Whom the words name.


async def signed(office: Office) -> str:
    """The last line of a fresh draft."""
    assert (await office.does(TRUC, c.DraftAnew(office.incident_id))).reason is Reason.DRAFTED_ANEW
    return (await office.current()).full_vi.rpartition("\n")[2]


async def test_a_departments_spokesperson_never_stands_below_the_agencys_words(open_office: OpenOffice) -> None:
    office = await in_the_province(open_office)
    office.people = replace(office.people, people=tuple(sorted(office.people.people, key=lambda p: p.id != "yte")))
    assert (await signed(office)).startswith("Nguyễn Văn Phát – Chánh Văn phòng, Người phát ngôn Ủy ban nhân dân tỉnh")
    office.people = replace(office.people, people=tuple(p for p in office.people.people if p.id != "phat"))
    assert await signed(office) == "Phạm Văn Chủ – Chủ tịch Ủy ban nhân dân tỉnh Thượng Giang"
    office.people = replace(office.people, people=tuple(p for p in office.people.people if p.id != "chu"))
    assert await signed(office) == "Người phát ngôn của Ủy ban nhân dân tỉnh Thượng Giang"


async def test_nobody_of_a_unit_that_the_matter_is_about_signs_its_words(open_office: OpenOffice) -> None:
    office = await in_the_province(open_office)
    assert (await office.does(TRUC, MarkAccused(office.incident_id, "van-phong-ubnd"))).reason is Reason.ACCUSED_NOTED
    assert (await signed(office)).startswith("Phạm Văn Chủ – Chủ tịch ")
