"""A matter about a unit of one's own: whoever is accused stays so, and neither judges it nor ends it (ADR 0014)."""

from __future__ import annotations

from dataclasses import replace

from bot.approval import versions
from bot.model import commands as c
from bot.model.alert import Location
from bot.model.incident import Incident
from bot.model.reasons import Reason
from bot.store import audit, incidents
from tests.approval.conftest import Office
from tests.approval.test_regrouping import with_alerts
from tests.approval.test_who_may_speak import (
    CHU,
    HEALTH,
    HEALTH_HEAD,
    LAWFUL,
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
