"""Facts: whose they are and until when; the units asked; nothing hostile harms, no hearsay is said as known."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from bot.approval import fact_units
from bot.approval.asking import check_of
from bot.model import commands as c
from bot.model.fact import Fact, FactState
from bot.model.outcome import Outcome
from bot.model.person import Assignment, Organisation, Person, Role
from bot.model.policy import OfficePolicy, QuietHours
from bot.model.reasons import Reason
from bot.model.unit import StandsFor, Unit
from bot.store import statements
from tests.approval.conftest import Office
from tests.approval.office import KHACH, PHAT, PHO, TRUC, organisation
from tests.approval.steps import approve

OpenOffice = Callable[..., Awaitable[Office]]
LANH, BEN = 201, 202
"""People of the department of health and of the ward."""


@pytest.fixture
async def office(open_office: OpenOffice) -> Office:
    found = await open_office(playbook="food-poisoning")
    found.people = with_units()
    return found


def with_units() -> Organisation:
    units = (
        Unit("so-y-te", "Sở Y tế", "Department of Health"),
        Unit("ubnd-xa", "UBND xã", "Commune", stands_for=StandsFor.PLACE),
        Unit("trung-tam", "Trung tâm Kiểm soát bệnh tật", "CDC", parent="so-y-te"),
    )
    lanh = Person(
        "p201", "Đỗ Thị Lành", "Giám đốc", "trung-tam", (Assignment(Role.REGULAR, unit="so-y-te"),), telegram_id=LANH
    )
    return replace(organisation(lanh), units=units)


async def fact(office: Office, slot: str) -> Fact:
    async with office.database.read() as tx:
        return (await statements.facts_of(tx, office.incident_id))[slot]


# Whose a fact is.


async def test_an_answer_keeps_who_told_it_from_whom_and_until_when_and_who_confirmed_it(office: Office) -> None:
    told = await office.does(LANH, c.AnswerFact("7K2", "people_affected", "43; nguồn: bệnh viện tỉnh; đến 01h40"))
    assert (told.values["source"], told.values["as_of"]) == ("bệnh viện tỉnh", "01h40 ngày 23/11/2026")
    told_at = office.now
    office.later(minutes=5)
    await office.does(
        TRUC, c.ConfirmHeldFact("7K2", "people_affected", check_of(await fact(office, "people_affected")))
    )
    kept = await fact(office, "people_affected")
    cut_off = datetime(2026, 11, 22, 18, 40, tzinfo=UTC)
    assert kept == Fact(
        "people_affected", FactState.CONFIRMED, "43", "p101", office.now, "bệnh viện tỉnh", cut_off, told_by="p201"
    )
    assert told_at < office.now
    text = (await office.current()).full_vi
    assert "43 người có triệu chứng (đến 01h40)" in text, "a cut-off older than the statement is said"
    assert "bệnh viện tỉnh" not in text, "whom somebody has it from is for the office's eyes"


@pytest.mark.parametrize("other", ["43; đến 01h10", "43; nguồn: tin đồn", "43; nguồn: bệnh viện tỉnh; đến 01h40"])
async def test_a_button_confirms_the_answer_that_was_shown_with_its_source_and_hour(office: Office, other: str) -> None:
    told = await office.does(LANH, c.AnswerFact("7K2", "people_affected", "43; nguồn: bệnh viện tỉnh; đến 01h40"))
    office.later(seconds=1)
    await office.does(TRUC, c.AnswerFact("7K2", "people_affected", other))
    pressed = c.ConfirmHeldFact("7K2", "people_affected", int(told.values["check"]))
    assert (await office.does(TRUC, pressed)).reason is Reason.FACT_CHANGED


async def test_a_fact_without_cut_off_holds_as_of_when_it_was_told(office: Office) -> None:
    await office.does(LANH, c.AnswerFact("7K2", "people_affected", "43"))
    told_at = office.now
    office.later(hours=1)
    await office.does(
        TRUC, c.ConfirmHeldFact("7K2", "people_affected", check_of(await fact(office, "people_affected")))
    )
    assert (await fact(office, "people_affected")).as_of == told_at
    assert "(đến 02h00)" in (await office.current()).full_vi


async def test_facts_are_named_by_number_and_the_refusal_names_all_in_vietnamese(office: Office) -> None:
    await office.does(TRUC, c.ConfirmFact("7K2", "2", "43 người"))
    assert "43 người có triệu chứng" in (await office.current()).full_vi, "the unit is not said twice"
    unknown = await office.does(TRUC, c.ConfirmFact("7K2", "99", "x"))
    assert unknown.reason is Reason.UNKNOWN_FACT
    assert "2. số người có triệu chứng (people_affected)" in unknown.values["names"]


async def test_the_list_shows_every_fact_and_how_it_stands(office: Office) -> None:
    await office.does(LANH, c.AnswerFact("7K2", "in_hospital", "12"))
    await office.does(TRUC, c.ConfirmFact("7K2", "people_affected", "43"))
    rows = {r[0]: r for r in table(await office.does(TRUC, c.AskFact("7K2")), "facts")}
    assert rows["people_affected"][1:6] == [
        "số người có triệu chứng",
        "the number of people with symptoms",
        "confirmed",
        "43",
        "Trần Thị Trực",
    ]
    assert (rows["in_hospital"][3], rows["in_hospital"][5]) == ("unconfirmed", "Đỗ Thị Lành")
    assert (rows["cause"][3], rows["cause"][8]) == ("unknown", "Sở Y tế")


def table(outcome: Outcome, name: str) -> list[list[str]]:
    return [line.split("\t") for line in outcome.values[name].split("\n")]


async def test_words_are_no_number_and_an_hour_to_come_is_no_cut_off(office: Office) -> None:
    for slot, said, why in (
        ("people_affected", "nhiều lắm", Reason.FACT_WANTS_A_NUMBER),
        ("people_affected", "43; đến 05h00", Reason.FACT_HOUR_UNCLEAR),
    ):
        for command in (c.AnswerFact("7K2", slot, said), c.ConfirmFact("7K2", slot, said)):
            assert (await office.does(TRUC, command)).reason is why
    async with office.database.read() as tx:
        assert await statements.facts_of(tx, office.incident_id) == {}


# The right unit is asked.


async def test_the_unit_that_should_know_is_asked_and_the_silent_ones_are_named(office: Office) -> None:
    asked = await office.does(TRUC, c.AskUnits("7K2"))
    assert asked.reason is Reason.UNITS_ASKED
    (notice,) = asked.notices
    assert (notice.to, notice.words, notice.incident_id) == ("p201", "facts_asked", office.incident_id)
    slots = [line.split("\t")[0] for line in notice.values["questions"].split("\n")]
    assert slots == ["place", "people_affected", "in_hospital", "cause"]
    assert asked.values["units"] == "Sở Y tế"
    assert "UBND xã" in asked.values["silent"], "nobody of the ward has a chat: somebody must call"


async def test_what_is_confirmed_is_not_asked_again(office: Office) -> None:
    await office.does(TRUC, c.ConfirmFact("7K2", "people_affected", "43"))
    (notice,) = (await office.does(TRUC, c.AskUnits("7K2"))).notices
    assert "people_affected" not in notice.values["questions"]
    assert (await office.does(TRUC, c.AskUnits("7K2", "people_affected"))).reason is Reason.NO_OPEN_FACT


async def test_strangers_ask_nobody_and_a_lone_office_is_told_to_call(office: Office) -> None:
    assert (await office.does(KHACH, c.AskUnits("7K2"))).reason is Reason.NOT_ENROLLED
    office.people = replace(organisation(), units=with_units().units)
    alone = await office.does(TRUC, c.AskUnits("7K2"))
    assert (alone.reason, alone.refused, alone.notices) == (Reason.NO_UNIT_REACHED, True, ())


async def test_units_are_asked_when_an_incident_opens_but_not_at_night_below_level_3(office: Office) -> None:
    incident = await office.incident()
    night = replace(office.desk, office=OfficePolicy(quiet_hours=QuietHours(time(22), time(6))))
    async with office.database.write() as tx:
        assert [n.to for n in await fact_units.questions_on_opening(tx, office.desk, incident)] == ["p201"]
        quiet = replace(incident, level=2, policy=None)
        assert await fact_units.questions_on_opening(tx, night, quiet) == ()
        assert await fact_units.questions_on_opening(tx, night, replace(quiet, level=3)) != ()
        (drill,) = await fact_units.questions_on_opening(tx, office.desk, replace(incident, drill=True))
    assert drill.words == "facts_asked_drill"


# Nothing hostile harms.

HOSTILE = [
    "<b onclick=alert(1)>43</b>",
    "{{ 7*7 }} {% for x in y %}43",
    "*43* _x_ `y` [z](http://x)",
    "43\u202e\u2066 123 \u200b\u0000",
    "43 [[CẦN BỔ SUNG: x]]",
]


@pytest.mark.parametrize("said", HOSTILE)
async def test_a_hostile_value_stands_in_the_draft_as_plain_letters(office: Office, said: str) -> None:
    told = await office.does(TRUC, c.AnswerFact("7K2", "people_affected", said))
    assert told.reason is Reason.ASK_FACT_CONFIRMED
    done = await office.does(TRUC, c.ConfirmHeldFact("7K2", "people_affected", int(told.values["check"])))
    assert done.reason is Reason.FACT_CONFIRMED
    text = (await office.current()).full_vi
    assert (await fact(office, "people_affected")).value in text
    assert "49" not in text
    assert not set(text) & set("\u202e\u2066\u200b\u0000")


async def test_a_gap_mark_smuggled_into_a_fact_bars_the_approval(office: Office) -> None:
    await office.does(TRUC, c.ConfirmFact("7K2", "people_affected", "43 [[CẦN BỔ SUNG: x]]"))
    assert await approve(office) is Reason.GAP_IN_TEXT


@pytest.mark.parametrize("length", [201, 10_000])
async def test_a_value_too_long_is_refused_with_its_length(office: Office, length: int) -> None:
    for command in (c.AnswerFact("7K2", "cause", "x" * length), c.ConfirmFact("7K2", "cause", "x" * length)):
        refused = await office.does(TRUC, command)
        assert (refused.reason, refused.values["length"]) == (Reason.TEXT_TOO_LONG, str(length))
    assert (await office.does(TRUC, c.AnswerFact("7K2", "cause", "\u200b\u202e"))).reason is Reason.TEXT_EMPTY


# A refresh never throws a person's words away unsaid.


async def test_a_hand_written_text_is_given_up_only_in_so_many_words_and_stays_on_record(office: Office) -> None:
    await office.does(PHO, c.Edit("7K2", 1, "Bản viết tay."))
    await office.does(TRUC, c.ConfirmFact("7K2", "people_affected", "43"))
    assert (await office.does(TRUC, c.DraftAnew("7K2"))).reason is Reason.WORDS_OF_A_PERSON
    assert (await office.current()).full_vi == "Bản viết tay."
    assert (await office.does(TRUC, c.DraftAnew("7K2", discard=True))).reason is Reason.DRAFTED_ANEW
    assert "43 người có triệu chứng" in (await office.current()).full_vi
    async with office.database.read() as tx:
        kept = await statements.get_version(tx, office.incident_id, 2)
    assert kept is not None
    assert kept.full_vi == "Bản viết tay."


async def test_a_version_keeps_the_facts_it_was_written_with(office: Office) -> None:
    await office.does(TRUC, c.ConfirmFact("7K2", "people_affected", "43"))
    first = await office.current()
    office.later(minutes=1)
    await office.does(PHAT, c.ConfirmFact("7K2", "people_affected", "45"))
    assert first.facts["people_affected"].value == "43"
    assert (await office.current()).facts["people_affected"] == await fact(office, "people_affected")
