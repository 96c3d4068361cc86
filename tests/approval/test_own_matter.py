"""A matter about a unit of one's own: whoever is accused stays so, and neither judges it nor ends it (ADR 0014)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.approval import acts, publication, release, standing, versions
from bot.approval.gates import Dossier
from bot.channels.telegram.render_dialog import listing
from bot.model import commands as c
from bot.model.alert import Location
from bot.model.delivery import DeliveryKey
from bot.model.gate import GateKind
from bot.model.incident import Incident
from bot.model.reasons import Reason
from bot.model.statement import StatementState, StatementVersion
from bot.store import audit, case_units, incidents, people, statements
from tests.approval.conftest import Office
from tests.approval.steps import approve, with_alerts
from tests.approval.test_who_may_speak import (
    CHU,
    HEALTH,
    HEALTH_HEAD,
    LAWFUL,
    PHAT,
    TRUC,
    OpenOffice,
    in_the_province,
    may_not,
)
from tests.store.samples import an_incident

BRIBE = "Giám đốc Sở Y tế tỉnh Thượng Giang bị tố nhận hối lộ"
FORGET = c.MarkAccused("7K2", "so-y-te", lift=True)


async def bribed(open_office: OpenOffice, **fields: object) -> Office:
    return await in_the_province(open_office, **{"playbook": "corruption-allegation", "title": BRIBE, **fields})


async def beside(office: Office, **fields: object) -> Incident:
    made = an_incident(**{"code": "9Z9", "playbook": "medical-incident", "location": Location(), **fields})
    async with office.database.write() as tx:
        await incidents.add(tx, made)
        await versions.draft(tx, office.desk, made, by="system")
    return made


# Nobody sheds an accusation.


async def test_another_playbook_takes_no_accusation_away(open_office: OpenOffice) -> None:
    office = await bribed(open_office)
    assert await may_not(office, HEALTH) is Reason.CONFLICT_OF_INTEREST
    chosen = await office.does(HEALTH, c.ChoosePlaybook("7K2", "medical-incident"))
    assert chosen.reason is Reason.PLAYBOOK_CHOSEN
    assert {await may_not(office, who) for who in (HEALTH, HEALTH_HEAD)} == {Reason.CONFLICT_OF_INTEREST}
    assert "/phananh 7K2" in chosen.values["lines_vi"], "whoever chose is told that it stays, and who lifts it"
    assert (await office.does(HEALTH_HEAD, FORGET)).reason is Reason.NO_RIGHT_TO_ACT
    assert (await office.does(CHU, FORGET)).reason is Reason.ACCUSED_NOTED
    assert await may_not(office, HEALTH) in LAWFUL | {Reason.LEGAL_CHECK_MISSING}


async def test_a_head_who_takes_back_what_the_title_says_is_told_what_to_do_first(open_office: OpenOffice) -> None:
    office = await bribed(open_office)
    lifted = await office.does(CHU, FORGET)
    assert "/camnang 7K2" in lifted.values["lines_vi"]
    assert await may_not(office, HEALTH) is Reason.CONFLICT_OF_INTEREST
    await office.does(TRUC, c.ChoosePlaybook("7K2", "medical-incident"))
    assert "lines_vi" not in (await office.does(CHU, FORGET)).values


async def test_what_was_kept_is_on_the_record_with_the_rule_that_said_it(open_office: OpenOffice) -> None:
    office = await bribed(open_office)
    await office.does(TRUC, c.ChoosePlaybook("7K2", "medical-incident"))
    async with office.database.read() as tx:
        kept = [e.event async for e in audit.entries(tx, office.incident_id) if e.event.act == "keep_accused"]
    assert [(e.details["units"], e.details["why"]) for e in kept] == [(["so-y-te"], ["accused_in_text"])]


async def test_a_unit_that_a_branch_accuses_stays_accused_under_another_playbook(open_office: OpenOffice) -> None:
    office = await in_the_province(open_office, playbook="police-conduct")
    await office.does(TRUC, c.ChoosePlaybook("7K2", "traffic-accident"))
    assert (await office.does(205, c.AskApproval("7K2"))).reason is Reason.CONFLICT_OF_INTEREST


async def test_a_merger_takes_no_accusation_away(open_office: OpenOffice) -> None:
    office = await bribed(open_office)
    other = await beside(office)
    assert (await office.does(TRUC, c.Merge("7K2", other.code))).reason is Reason.MERGED
    for who in (HEALTH, HEALTH_HEAD):
        assert (await office.does(who, c.AskApproval(other.id))).reason is Reason.CONFLICT_OF_INTEREST


async def test_a_split_whose_title_names_nobody_takes_no_accusation_away(open_office: OpenOffice) -> None:
    office = await bribed(open_office)
    await with_alerts(office, office.incident_id, BRIBE, "Công an mời làm việc")
    made = (await office.does(HEALTH, c.Split("7K2", "2"))).values["new"]
    assert (await office.does(HEALTH, c.AskApproval(made))).reason is Reason.CONFLICT_OF_INTEREST
    assert await may_not(office, HEALTH) is Reason.CONFLICT_OF_INTEREST


async def test_a_level_by_which_a_branch_accuses_takes_no_accusation_away(open_office: OpenOffice) -> None:
    office = await in_the_province(open_office, playbook="medical-incident", level=3)
    accusing = office.people.routing.branches[1]
    grave = replace(
        accusing,
        name="mức 3",
        when=replace(accusing.when, playbooks=frozenset({"medical-incident"}), level_from=3),
        lead="so-y-te",
    )
    office.people = replace(office.people, routing=replace(office.people.routing, branches=(grave,)))
    assert await may_not(office, HEALTH) is Reason.CONFLICT_OF_INTEREST
    assert (await office.does(TRUC, c.SetLevel("7K2", 2, "nhẹ hơn"))).reason is Reason.LEVEL_SET
    assert await may_not(office, HEALTH) is Reason.CONFLICT_OF_INTEREST


# What people of an accused unit gave to words that have not left counts no more.


async def approved_by(office: Office, person: str) -> None:
    """The current words, checked by the chairman, approved by that person and on their way to every outlet."""
    current = await office.current()
    assert (
        await office.does(CHU, c.LegalCheck(office.incident_id, current.version, sure=True))
    ).reason is Reason.LEGAL_CHECKED
    async with office.database.write() as tx:
        at = (office.incident_id, current.version, StatementState.APPROVED, office.now)
        await statements.enter(tx, *at, sha256=current.sha256, by=person)
        await release.queue(tx, office.desk, await office.incident(), current.version)


async def leaving(office: Office) -> object:
    """What the last look says of the current words."""
    async with office.database.write() as tx:
        key = DeliveryKey(office.incident_id, (await office.current()).version, "newsroom", 1)
        return await publication.claim(tx, office.desk, key)


async def test_words_that_the_accused_unit_approved_do_not_leave(open_office: OpenOffice) -> None:
    office = await in_the_province(open_office)
    await approved_by(office, "yte")
    marked = await office.does(TRUC, c.MarkAccused("7K2", "so-y-te"))
    assert "bản 1" in marked.values["lines_vi"].lower(), "whoever said so is told that the words must be approved again"
    assert [(n.to, n.words) for n in marked.notices] == [("duty", "approval_undone")], "the accused hear not from whom"
    assert await office.queued() == []
    current = await office.current()
    assert (current.version, current.state) == (2, StatementState.DRAFT)


async def test_words_that_somebody_else_approved_leave_all_the_same(open_office: OpenOffice) -> None:
    office = await in_the_province(open_office)
    await approved_by(office, "phat")
    marked = await office.does(TRUC, c.MarkAccused("7K2", "so-y-te"))
    assert "lines_vi" not in marked.values
    assert await office.queued() == ["newsroom"]
    assert isinstance(await leaving(office), StatementVersion)


async def test_words_of_which_a_copy_may_be_out_are_not_taken_back_unsaid(open_office: OpenOffice) -> None:
    office = await in_the_province(open_office)
    await approved_by(office, "yte")
    assert isinstance(await leaving(office), StatementVersion)
    await office.does(TRUC, c.MarkAccused("7K2", "so-y-te"))
    assert (await office.current()).state is StatementState.APPROVED


async def test_the_last_look_asks_whether_the_approver_is_accused(open_office: OpenOffice) -> None:
    """However it came about: a file may have named the unit meanwhile."""
    office = await in_the_province(open_office)
    await approved_by(office, "yte")
    async with office.database.write() as tx:
        await people.accuse(tx, office.incident_id, "so-y-te", "truc", office.now)
    assert await leaving(office) is Reason.SIGNED_BY_THE_ACCUSED
    assert (await office.current()).state is StatementState.DRAFT


async def test_a_legal_check_of_the_accused_unit_counts_no_more_and_another_is_made(open_office: OpenOffice) -> None:
    office = await in_the_province(open_office, playbook="medical-incident")
    assert (await office.does(HEALTH_HEAD, c.LegalCheck("7K2", 1, sure=True))).reason is Reason.LEGAL_CHECKED
    assert (await dossier(office)).open_checks(await office.current()) == ()
    marked = await office.does(TRUC, c.MarkAccused("7K2", "so-y-te"))
    assert "lines_vi" in marked.values
    assert GateKind.LEGAL_CHECK in (await dossier(office)).open_checks(await office.current())
    assert (await office.does(CHU, c.LegalCheck("7K2", 2, sure=True))).reason is Reason.LEGAL_CHECKED
    assert (await dossier(office)).open_checks(await office.current()) == ()


async def test_at_level_4_words_that_wait_for_the_second_person_are_a_draft_again(open_office: OpenOffice) -> None:
    office = await in_the_province(open_office, level=4)
    current = await office.current()
    async with office.database.write() as tx:
        at = (office.incident_id, 1, StatementState.APPROVED, office.now)
        await statements.enter(tx, *at, sha256=current.sha256, by="yte")
    await office.does(TRUC, c.MarkAccused("7K2", "so-y-te"))
    assert (await office.current()).state is StatementState.DRAFT
    release_it = c.Release(office.incident_id, 2, current.sha256[:8])
    assert (await office.does(TRUC, release_it)).reason is Reason.NOT_AWAITING_RELEASE


async def test_a_merger_that_brings_the_accusation_takes_the_approval_away(open_office: OpenOffice) -> None:
    office = await in_the_province(open_office)
    await approved_by(office, "yte")
    other = await beside(office, playbook="corruption-allegation", title=BRIBE)
    merged = await office.does(TRUC, c.Merge(other.code, "7K2"))
    assert (merged.reason, await office.queued()) == (Reason.MERGED, [])
    assert "7K2" in merged.values["lines_vi"]
    assert (await office.current()).state is StatementState.DRAFT


async def dossier(office: Office) -> Dossier:
    async with office.database.read() as tx:
        return await standing.dossier(tx, await office.desk.seated(tx), await office.incident(), await office.current())


# Nobody ends, lowers or silences their own matter.


@pytest.mark.parametrize(
    "command",
    [
        c.AskFalseAlarm("7K2"),
        c.FalseAlarm("7K2"),
        c.CloseIncident("7K2", "xong"),
        c.HandOver("7K2", "so-gd-dt", "không thuộc ngành"),
        c.Merge("7K2", "9Z9"),
        c.AskLevelReason("7K2", 2),
        c.SetLevel("7K2", 2, "nhẹ hơn"),
        c.AskMute("7K2"),
        c.Mute("7K2", "1h"),
    ],
    ids=lambda command: type(command).__name__,
)
async def test_people_of_an_accused_unit_do_not_make_an_end_of_it(open_office: OpenOffice, command: c.Command) -> None:
    office = await in_the_province(open_office, level=3)
    await beside(office)
    await office.does(TRUC, c.MarkAccused("7K2", "so-y-te"))
    before = await office.incident()
    for who in (HEALTH, HEALTH_HEAD):
        refused = await office.does(who, command)
        assert (refused.reason, refused.refused) == (Reason.CONFLICT_OF_INTEREST, True)
    after = await office.incident()
    assert (after.state, after.level, after.muted_until) == (before.state, before.level, before.muted_until)
    assert (await office.does(TRUC, command)).reason is not Reason.CONFLICT_OF_INTEREST


async def test_people_of_an_accused_unit_help_with_their_own_matter(open_office: OpenOffice) -> None:
    office = await in_the_province(open_office, level=3)
    await office.does(TRUC, c.MarkAccused("7K2", "so-y-te"))
    assert (await office.does(HEALTH, c.Acknowledge("7K2"))).reason is Reason.ACKNOWLEDGED
    assert (await office.does(HEALTH, c.Edit("7K2", 1, "Lời khác."))).reason is Reason.EDITED
    assert (await office.does(HEALTH, c.ConfirmFact("7K2", "place", "xã A"))).reason is Reason.FACT_CONFIRMED_TEXT_KEPT
    levels = await office.does(HEALTH, c.AskLevel("7K2"))
    assert (levels.reason, levels.values["options"]) == (Reason.ASK_LEVEL, "4"), "up alone is offered"
    assert (await office.does(HEALTH, c.SetLevel("7K2", 4))).reason is Reason.LEVEL_SET
    await office.does(TRUC, c.Mute("7K2", "30p"))
    assert (await office.does(HEALTH, c.Unmute("7K2"))).reason is Reason.UNMUTED


async def test_another_case_is_merged_into_their_own_matter_by_whoever_found_it(open_office: OpenOffice) -> None:
    office = await in_the_province(open_office)
    other = await beside(office)
    await office.does(TRUC, c.MarkAccused("7K2", "so-y-te"))
    assert (await office.does(HEALTH, c.Merge(other.code, "7K2"))).reason is Reason.MERGED


async def test_what_is_said_of_the_whole_province_the_head_hands_over(open_office: OpenOffice) -> None:
    """Nobody stands above: the head may hand the matter to somebody outside, and ends it in no other way."""
    office = await in_the_province(open_office)
    await office.does(CHU, c.MarkAccused("7K2", "ubnd-tinh"))
    outside = c.HandOver("7K2", "don-vi-chu-quan", "về chính cơ quan này")
    assert (await office.does(TRUC, outside)).reason is Reason.CONFLICT_OF_INTEREST
    assert (await office.does(CHU, c.CloseIncident("7K2", "xong"))).reason is Reason.CONFLICT_OF_INTEREST
    assert (await office.does(CHU, outside)).reason is Reason.HANDED_OVER


async def test_a_merged_case_that_is_opened_again_knows_who_was_accused_where_it_went(open_office: OpenOffice) -> None:
    """Over every further merger, and of units that hold the case too as well."""
    office = await in_the_province(open_office)
    await published(office)
    other, third = await beside(office), await beside(office, code="4T4")
    await office.does(TRUC, c.Merge("7K2", other.code))
    await office.does(TRUC, c.MarkAccused(other.code, "so-y-te"))
    await office.does(TRUC, c.Merge(other.code, third.code))
    await office.does(TRUC, c.MarkAccused(third.code, "so-gd-dt"))
    await office.does(TRUC, c.HoldJointly(third.code, "cong-an-tinh"))
    assert (await office.does(PHAT, c.Reopen("7K2", "cần đính chính"))).reason is Reason.REOPENED
    async with office.database.read() as tx:
        accused = (await people.enrolled(tx, office.people)).accused[office.incident_id]
        holding = await case_units.of_incident(tx, office.incident_id)
    assert accused == {"so-y-te", "so-gd-dt"}
    assert holding == ("cong-an-tinh",)


async def test_two_cases_that_were_merged_into_each_other_are_opened_again(open_office: OpenOffice) -> None:
    office = await in_the_province(open_office)
    other = await beside(office)
    twin = replace(office, incident_id=other.id)
    await published(office)
    await published(twin)
    for command in (c.Merge("7K2", "9Z9"), c.Reopen("7K2", "đính chính"), c.Merge("9Z9", "7K2")):
        assert not (await office.does(TRUC, command)).refused
    await office.does(TRUC, c.MarkAccused("7K2", "so-y-te"))
    assert (await office.does(TRUC, c.Reopen("9Z9", "đính chính"))).reason is Reason.REOPENED
    assert await may_not(twin, HEALTH) is Reason.CONFLICT_OF_INTEREST


async def published(office: Office) -> None:
    """The current words, approved by the spokesperson of the office and in the newsroom."""
    await approved_by(office, "phat")
    assert isinstance(await leaving(office), StatementVersion)
    async with office.database.write() as tx:
        ending = publication.Ending(publication.Ended.SENT, office.incident_id)
        await publication.settle(tx, DeliveryKey(office.incident_id, 1, "newsroom", 1), ending, office.now)


async def test_people_of_an_accused_unit_undo_no_approval_of_words_about_themselves(open_office: OpenOffice) -> None:
    """They help with a draft; with an edit after each approval the words about them would never leave."""
    office = await in_the_province(open_office, playbook="water-contamination", level=3)
    await office.does(TRUC, c.MarkAccused("7K2", "so-y-te"))
    await office.does(TRUC, c.Edit("7K2", 1, "Lời của cơ quan."))
    assert await approve(office, CHU) is Reason.APPROVED
    edit = c.Edit("7K2", 2, "Lời khác.")
    for command in (c.AskEdit("7K2", 2), edit, c.ConfirmFact("7K2", "place", "xã A"), c.DraftAnew("7K2")):
        assert (await office.does(HEALTH, command)).reason is Reason.CONFLICT_OF_INTEREST
    async with office.database.read() as tx:
        page = replace(await office.desk.seated(tx), looking=True)
        offered = await acts.perform(tx, page, c.Act("look", c.Actor("email", 0, "yte"), c.AskEdit("7K2", 2)))
    assert offered.reason is Reason.CONFLICT_OF_INTEREST, "the sign-off page offers it as little"
    assert (await office.current()).state is StatementState.APPROVED
    assert (await office.does(TRUC, edit)).reason is Reason.EDITED
    assert (await office.does(HEALTH, c.Edit("7K2", 3, "Lời khác nữa."))).reason is Reason.EDITED


async def test_the_list_shows_the_accused_no_title_of_their_own_matter(open_office: OpenOffice) -> None:
    office = await bribed(open_office)
    incident = await office.incident()
    theirs = await office.does(HEALTH_HEAD, c.ListIncidents())
    assert theirs.values["withheld"] == incident.id
    shown = listing("vi", [incident], "1", {}, office.now, withheld=[incident.id]).plain
    assert (BRIBE in shown, "Vụ việc liên quan đến đơn vị của anh/chị" in shown) == (False, True)
    assert (await office.does(TRUC, c.ListIncidents())).values["withheld"] == ""
