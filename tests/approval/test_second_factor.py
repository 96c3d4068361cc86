"""One-time codes: enrolled with a second person's help, used once, measured against our own clock."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from bot.approval import second_factor
from bot.model import commands as c
from bot.model.outcome import DUTY_ROOM
from bot.model.person import Assignment, Role
from bot.model.reasons import Reason
from bot.store.schema_gates import second_factors
from tests.approval.conftest import Office
from tests.approval.factors import Authenticator, enrol
from tests.approval.office import KHACH, PHAT, PHO, SEAL, TRUC, organisation, person


async def verify(office: Office, who: int, code: str) -> Reason | None:
    person = office.people.by_telegram(who)
    assert person is not None
    async with office.database.write() as tx:
        return await second_factor.verify(tx, SEAL, person.id, code, office.now)


async def test_a_secret_comes_into_force_when_a_colleague_vouched_and_its_first_code_was_shown(office: Office) -> None:
    app = await enrol(office, PHAT)
    assert await verify(office, PHAT, app.code(office.now)) is None


async def test_nobody_enrols_alone(office: Office) -> None:
    begun = await office.does(PHAT, c.EnrolFactor())
    app = Authenticator(begun.values["sealed"], f"p{PHAT}")
    assert (await office.does(PHAT, c.ConfirmFactor(app.code(office.now)))).reason is Reason.NOBODY_VOUCHED
    assert (await office.does(PHAT, c.VouchFactor(begun.values["pairing"]))).reason is Reason.SELF_VOUCHED
    assert (await office.does(KHACH, c.VouchFactor(begun.values["pairing"]))).reason is Reason.NOT_ENROLLED
    assert (await office.does(TRUC, c.VouchFactor("AAAAAA"))).reason is Reason.UNKNOWN_PAIRING
    assert await verify(office, PHAT, app.code(office.now)) is Reason.SECOND_FACTOR_NOT_ENROLLED


async def test_whoever_is_authorised_for_one_case_alone_enrols_too(office: Office) -> None:
    """At level 4 they could not approve otherwise what the head authorised them for."""
    until = office.now + timedelta(days=1)
    office.people = organisation(person(105, "Đỗ Ủy", Assignment(Role.AUTHORISED, None, until, "12/GUQ", "7K2")))
    assert (await office.does(105, c.EnrolFactor())).reason is Reason.FACTOR_BEGUN
    office.later(days=2)
    assert (await office.does(105, c.EnrolFactor())).reason is Reason.NO_RIGHT_TO_ACT


async def test_the_owner_is_told_elsewhere_and_the_duty_room_too(office: Office) -> None:
    begun = await office.does(PHAT, c.EnrolFactor())
    app = Authenticator(begun.values["sealed"], f"p{PHAT}")
    await office.does(TRUC, c.VouchFactor(begun.values["pairing"]))
    done = await office.does(PHAT, c.ConfirmFactor(app.code(office.now)))
    assert [(n.to, n.words, n.elsewhere) for n in done.notices] == [
        (f"p{PHAT}", "factor_active", True),
        (DUTY_ROOM, "factor_active_room", False),
    ]
    assert done.notices[0].values["colleague"] == "Trần Thị Trực"


async def test_a_colleague_who_was_asked_for_one_owner_stands_for_no_other(office: Office) -> None:
    begun = await office.does(PHAT, c.EnrolFactor())
    other = c.VouchFactor(begun.values["pairing"], owner=f"p{PHO}")
    assert (await office.does(TRUC, other)).reason is Reason.UNKNOWN_PAIRING
    same = c.VouchFactor(begun.values["pairing"], owner=f"p{PHAT}")
    assert (await office.does(TRUC, same)).reason is Reason.FACTOR_VOUCHED


async def test_an_enrolment_that_took_too_long_is_begun_anew(office: Office) -> None:
    begun = await office.does(PHAT, c.EnrolFactor())
    office.later(minutes=31)
    assert (await office.does(TRUC, c.VouchFactor(begun.values["pairing"]))).reason is Reason.UNKNOWN_PAIRING
    app = Authenticator(begun.values["sealed"], f"p{PHAT}")
    assert (await office.does(PHAT, c.ConfirmFactor(app.code(office.now)))).reason is Reason.NO_ENROLMENT


async def test_a_lost_phone_is_replaced_the_same_way_and_the_old_one_stops_working(office: Office) -> None:
    lost = await enrol(office, PHAT)
    begun = await office.does(PHAT, c.EnrolFactor())
    assert await verify(office, PHAT, lost.code(office.now)) is None, "until the new one is in force"
    office.later(seconds=30)
    found = Authenticator(begun.values["sealed"], f"p{PHAT}")
    await office.does(PHO, c.VouchFactor(begun.values["pairing"]))
    assert (await office.does(PHAT, c.ConfirmFactor(found.code(office.now)))).reason is Reason.FACTOR_ACTIVE
    office.later(seconds=30)
    assert await verify(office, PHAT, lost.code(office.now)) is Reason.SECOND_FACTOR_WRONG
    assert await verify(office, PHAT, found.code(office.now)) is None


async def test_a_code_is_used_once(office: Office) -> None:
    app = await enrol(office, PHAT)
    code = app.code(office.now)
    assert await verify(office, PHAT, code) is None
    assert await verify(office, PHAT, code) is Reason.SECOND_FACTOR_USED
    office.later(seconds=30)
    assert await verify(office, PHAT, app.code(office.now)) is None


async def test_a_phone_may_be_half_a_minute_early_or_late_and_no_more(office: Office) -> None:
    app = await enrol(office, PHAT)
    office.later(minutes=10)
    minute = office.now
    for seconds, taken in ((-60, False), (-30, True), (30, True), (90, False)):
        office.now = minute
        shown = app.code(minute.fromtimestamp(minute.timestamp() + seconds, minute.tzinfo))
        assert (await verify(office, PHAT, shown) is None) is taken, seconds
        minute = minute.fromtimestamp(minute.timestamp() + 600, minute.tzinfo)


async def test_a_clock_set_back_an_hour_makes_no_old_code_good_again(office: Office) -> None:
    app = await enrol(office, PHAT)
    old = app.code(office.now)
    assert await verify(office, PHAT, old) is None
    office.later(hours=1)
    assert await verify(office, PHAT, app.code(office.now)) is None
    office.later(hours=-1)
    assert await verify(office, PHAT, old) is Reason.CLOCK_SET_BACK
    office.later(seconds=30)
    assert await verify(office, PHAT, app.code(office.now)) is Reason.CLOCK_SET_BACK
    office.later(hours=1)
    assert await verify(office, PHAT, app.code(office.now)) is None


async def test_guessing_is_stopped_after_five_tries(office: Office) -> None:
    app = await enrol(office, PHAT)
    right = app.code(office.now)
    wrong = next(f"{n:06d}" for n in range(10) if f"{n:06d}" != right)
    for _ in range(5):
        assert await verify(office, PHAT, wrong) is Reason.SECOND_FACTOR_WRONG
    assert await verify(office, PHAT, right) is Reason.SECOND_FACTOR_LOCKED
    office.later(minutes=11)
    assert await verify(office, PHAT, app.code(office.now)) is None


async def test_the_store_holds_no_secret_in_clear_and_none_can_be_put_in_anothers_place(office: Office) -> None:
    app = await enrol(office, PHAT)
    other = await enrol(office, PHO)
    async with office.database.write() as tx:
        rows = {r.person: r.sealed for r in await tx.execute(select(second_factors))}
        assert not any(app._totp.secret in sealed for sealed in rows.values())
        mine = second_factors.c.person == f"p{PHAT}"
        await tx.execute(update(second_factors).where(mine).values(sealed=rows[f"p{PHO}"]))
    assert await verify(office, PHAT, other.code(office.now)) is Reason.SECOND_FACTOR_UNREADABLE


async def test_a_code_of_one_person_is_nothing_for_another(office: Office) -> None:
    app = await enrol(office, PHAT)
    await enrol(office, PHO)
    assert await verify(office, PHO, app.code(office.now)) is Reason.SECOND_FACTOR_WRONG
