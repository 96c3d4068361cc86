"""Units that hold a case together: who is told, and how a wrong one comes out again (Art. 7.2)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.approval import acts, publication, standing
from bot.model import commands as c
from bot.model.delivery import DeliveryKey
from bot.model.outcome import Outcome
from bot.model.person import Assignment, Organisation, Person, Role
from bot.model.reasons import Reason
from bot.model.statement import StatementState, StatementVersion
from bot.model.unit import Unit
from bot.store import case_units
from bot.store.people import enrolled
from tests.approval.conftest import Office
from tests.approval.office import KHACH, NIGHT, PHO, TRUC, act, organisation, person
from tests.approval.steps import another, approve

YTE, LETTERS, DUTY_THERE, ENDED = 555, 556, 557, 558
UNITS = (
    Unit("so-y-te", "Sở Y tế", "Department of Health", aliases=("Sở Y tế tỉnh",)),
    Unit("cong-an-tinh", "Công an tỉnh", "Provincial Police"),
    Unit("bch-quan-su", "Bộ Chỉ huy Quân sự", "Military Command"),
    Unit("xa-cu", "Xã Cũ", "Old Commune", valid_to=NIGHT - timedelta(days=1)),
)


def of_unit(number: int, name: str, unit: str, role: Role, *, until: timedelta | None = None) -> Person:
    held = Assignment(role, unit=unit, valid_to=None if until is None else NIGHT + until)
    return replace(person(number, name, held), unit=unit)


def province(*extra: Person) -> Organisation:
    by_letter = replace(of_unit(LETTERS, "Hồ Văn Thư", "so-y-te", Role.HEAD), telegram_id=None, email="a@b.example")
    people = (
        of_unit(YTE, "Đỗ Thị Y", "so-y-te", Role.REGULAR),
        by_letter,
        of_unit(DUTY_THERE, "Mai Văn Ca", "so-y-te", Role.DUTY),
        of_unit(ENDED, "Võ Thị Cựu", "so-y-te", Role.REGULAR, until=timedelta(0)),
        of_unit(KHACH, "Ngô Văn Trực", "cong-an-tinh", Role.DUTY),
    )
    return replace(organisation(*people, *extra), units=UNITS)


@pytest.fixture
async def shared(open_office: Callable[..., Awaitable[Office]]) -> Office:
    office = await open_office()
    office.people = province()
    return office


async def holds(office: Office, unit: str = "so-y-te", who: int = TRUC, *, lift: bool = False) -> Outcome:
    return await office.does(who, c.HoldJointly("7K2", unit, lift=lift))


async def agree(office: Office, who: int = YTE) -> Reason:
    return (await office.does(who, c.AgreeJointly("7K2", (await office.current()).version))).reason


async def held(office: Office) -> tuple[str, ...]:
    async with office.database.read() as tx:
        return await case_units.of_incident(tx, office.incident_id)


async def silent(office: Office) -> tuple[str, ...]:
    incident, current = await office.incident(), await office.current()
    async with office.database.read() as tx:
        return (await standing.dossier(tx, office.desk, incident, current)).silent_units(current)


# Who is told.


async def test_whoever_may_agree_for_the_unit_is_told_and_nobody_else(shared: Office) -> None:
    told = await holds(shared)
    assert told.reason is Reason.HELD_JOINTLY
    assert [notice.to for notice in told.notices] == [f"p{YTE}"], "neither the duty officer nor whose role has ended"
    assert told.notices[0].values["unit"] == "Sở Y tế"
    assert told.values["told"] == "Đỗ Thị Y"


async def test_whoever_has_a_mailbox_alone_counts_as_told_only_where_letters_are_sent(shared: Office) -> None:
    async with shared.database.write() as tx:
        there = replace(shared.desk, mails=True)
        told = await acts.perform(tx, there, act(TRUC, c.HoldJointly("7K2", "so-y-te")))
    assert told.values["told"] == "Đỗ Thị Y, Hồ Văn Thư"


async def test_where_nobody_of_the_unit_can_agree_the_answer_says_so(shared: Office) -> None:
    alone = await holds(shared, "cong-an-tinh")
    assert alone.reason is Reason.HELD_JOINTLY_BY_NOBODY
    assert alone.notices == ()
    assert await approve(shared) is Reason.JOINT_TEXT_MISSING


async def test_whoever_blocked_the_bot_was_not_told_and_is_named_so_that_somebody_rings(shared: Office) -> None:
    shared.blocked = {f"p{YTE}"}
    alone = await holds(shared)
    assert (alone.reason, alone.notices) == (Reason.HELD_JOINTLY_BY_NOBODY, ())
    assert "Đỗ Thị Y" in alone.values["lines_vi"]
    assert alone.values["unreached"] == f"p{YTE}, p{LETTERS}"


async def test_a_letter_reaches_whoever_blocked_the_bot_and_has_a_mailbox(shared: Office) -> None:
    both = replace(of_unit(YTE, "Đỗ Thị Y", "so-y-te", Role.REGULAR), email="y@b.example")
    people = tuple(both if known.id == both.id else known for known in shared.people.people)
    shared.people, shared.blocked = replace(shared.people, people=people), {both.id}
    async with shared.database.write() as tx:
        there = replace(shared.desk, mails=True)
        told = await acts.perform(tx, there, act(TRUC, c.HoldJointly("7K2", "so-y-te")))
    assert told.reason is Reason.HELD_JOINTLY
    assert told.values["told"] == "Đỗ Thị Y, Hồ Văn Thư"
    assert "unreached" not in told.values


async def test_while_no_words_wait_the_unit_is_not_asked_to_agree_to_any(shared: Office) -> None:
    assert (await holds(shared)).notices[0].words == "held_jointly"
    await holds(shared, lift=True)
    await approve(shared)
    assert (await holds(shared)).notices[0].words == "held_jointly_later"


async def test_somebody_who_brings_their_own_unit_in_is_not_told_what_they_did(shared: Office) -> None:
    own = await holds(shared, who=YTE)
    assert (own.reason, own.notices) == (Reason.HELD_JOINTLY, ())


# Out again.


async def test_a_unit_named_by_mistake_is_taken_out_and_the_words_wait_for_it_no_more(shared: Office) -> None:
    await holds(shared)
    before = await shared.current()
    assert await approve(shared) is Reason.JOINT_TEXT_MISSING
    out = await holds(shared, "Sở Y tế", PHO, lift=True)
    assert (out.reason, out.values["unit"], out.values["by"]) == (Reason.NO_LONGER_HELD, "Sở Y tế", "Lê Thị Phó")
    assert [notice.to for notice in out.notices] == [f"p{YTE}", f"p{LETTERS}"]
    assert await shared.current() == before, "no word was touched"
    assert await agree(shared) is Reason.GATE_NOT_NEEDED
    assert await approve(shared) is Reason.APPROVED


async def test_taking_one_of_two_out_leaves_the_other_to_be_asked(shared: Office) -> None:
    await holds(shared)
    await holds(shared, "cong-an-tinh")
    await holds(shared, "cong-an-tinh", lift=True)
    assert await approve(shared) is Reason.JOINT_TEXT_MISSING
    assert await agree(shared) is Reason.AGREED_JOINTLY
    assert await approve(shared) is Reason.APPROVED


async def test_taking_a_unit_out_voids_no_approval_and_putting_it_in_again_asks_it_again(shared: Office) -> None:
    await approve(shared)
    await holds(shared)
    await holds(shared, lift=True)
    assert (await shared.current()).state is StatementState.APPROVED
    await holds(shared)
    async with shared.database.write() as tx:
        key = DeliveryKey(shared.incident_id, 1, "newsroom", 1)
        assert await publication.claim(tx, shared.desk, key) is Reason.JOINT_TEXT_MISSING


async def test_a_unit_taken_out_before_the_words_leave_holds_them_back_no_more(shared: Office) -> None:
    await approve(shared)
    await holds(shared)
    await holds(shared, lift=True)
    async with shared.database.write() as tx:
        key = DeliveryKey(shared.incident_id, 1, "newsroom", 1)
        assert isinstance(await publication.claim(tx, shared.desk, key), StatementVersion)


async def test_a_unit_that_agreed_and_came_back_has_agreed_to_the_same_words_and_to_no_others(shared: Office) -> None:
    await holds(shared)
    assert await silent(shared) == ("so-y-te",)
    await agree(shared)
    await holds(shared, lift=True)
    await holds(shared)
    assert await silent(shared) == (), "it has agreed to these words already"
    await shared.does(PHO, c.Edit(shared.incident_id, 1, "Bản khác."))
    assert await approve(shared) is Reason.JOINT_TEXT_MISSING
    assert await agree(shared) is Reason.AGREED_JOINTLY


async def test_only_a_unit_that_holds_the_case_can_be_taken_out_and_only_by_whoever_handles_it(shared: Office) -> None:
    await holds(shared)
    assert (await holds(shared, "cong-an-tinh", lift=True)).reason is Reason.NOT_HELD
    assert (await holds(shared, who=ENDED, lift=True)).reason is Reason.NO_RIGHT_TO_ACT
    assert (await holds(shared, who=777, lift=True)).reason is Reason.NOT_ENROLLED
    assert await held(shared) == ("so-y-te",)


async def test_a_unit_that_ended_since_or_is_in_no_file_any_more_can_still_be_taken_out(shared: Office) -> None:
    async with shared.database.write() as tx:
        for unit in ("xa-cu", "khong-con"):
            await case_units.add(tx, shared.incident_id, unit, "p101", NIGHT)
    assert (await holds(shared, "Xã Cũ", lift=True)).reason is Reason.NO_LONGER_HELD
    assert (await holds(shared, "khong-con", lift=True)).reason is Reason.NO_LONGER_HELD
    assert await held(shared) == ()


async def test_both_ways_are_on_the_record_with_the_unit(shared: Office) -> None:
    for command in (c.HoldJointly("7K2", "so-y-te"), c.HoldJointly("7K2", "so-y-te", lift=True)):
        outcome = await shared.does(TRUC, command)
        made = acts.audit_event(act(TRUC, command), person(TRUC, "Trần Thị Trực"), outcome, NIGHT)
        assert made.details["asked_unit"] == "so-y-te"
        assert made.details["asked_lift"] is command.lift
        assert made.details["outcome"] == outcome.reason.value


async def test_what_was_taken_out_does_not_follow_into_what_the_matter_becomes(shared: Office) -> None:
    other = await another(shared)
    await holds(shared)
    await holds(shared, "cong-an-tinh")
    await holds(shared, lift=True)
    merged = await shared.does(TRUC, c.Merge("7K2", "9Z9"))
    assert (merged.reason, merged.also) == (Reason.MERGED, (other.id,)), "its audience may have grown"
    async with shared.database.read() as tx:
        assert await case_units.of_incident(tx, other.id) == ("cong-an-tinh",)
        found = await enrolled(tx, shared.people)
    assert found.holding == {other.id: frozenset({"cong-an-tinh"})}, "an ended incident has no audience"
