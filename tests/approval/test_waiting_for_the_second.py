"""Approved words that wait for a second person are a task: announced at once, escalated when nobody comes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.approval.card import read_card
from bot.channels.telegram.render_card import card
from bot.channels.telegram.render_notice import notice
from bot.locale import text
from bot.model import commands as c
from bot.model.policy import Leg
from bot.model.reasons import Escalation, Reason
from tests.approval.conftest import Office
from tests.approval.factors import enrol
from tests.approval.office import CHU, PHAT, PHO, TRUC
from tests.approval.watch import EVENT, Watch

Open = Callable[..., Awaitable[Office]]


async def approved(office: Office) -> Watch:
    """Somebody read the words and the spokesperson approved them, with a code: at level 4 they do not leave yet."""
    watch = Watch(office)
    app = await enrol(office, PHAT)
    await office.does(TRUC, c.Acknowledge("7K2"))
    await office.does(TRUC, c.ContentCheck("7K2", 1))
    current = await office.current()
    done = await office.does(PHAT, c.Approve("7K2", 1, current.sha256[:8], app.code(office.now)))
    assert done.reason is Reason.APPROVED_AWAITS_SECOND
    return watch


@pytest.fixture
async def watch(open_office: Open) -> Watch:
    return await approved(await open_office(level=4))


async def released(watch: Watch, by: int = CHU) -> Reason:
    current = await watch.office.current()
    return (await watch.office.does(by, c.Release("7K2", 1, current.sha256[:8]))).reason


def release(told: list[str]) -> list[str]:
    return sorted(line for line in told if line.endswith(Leg.RELEASE))


async def test_whoever_may_let_the_words_go_is_told_as_soon_as_they_wait_and_the_approver_is_not(watch: Watch) -> None:
    assert release(await watch.sweep()) == [f"p{one} waits release" for one in sorted((TRUC, PHO, CHU))]
    assert release(await watch.sweep()) == [], "once"
    ((room, said),) = [(who, n) for who, n in watch.told if who == "room"]
    assert (room, said.reason) == ("room", Escalation.WAITS), "and the duty room sees who was told"


async def test_the_words_that_wait_are_on_the_clock_from_their_approval(watch: Watch) -> None:
    clock = (await watch.clocks())[Leg.RELEASE]
    assert (clock.started_at, clock.met_at) == ((await watch.office.current()).approved_at, None)
    assert clock.due_at == clock.started_at + timedelta(minutes=10), "as soon as somebody must come at this level"


async def test_when_nobody_comes_it_goes_up_as_an_approval_does(watch: Watch) -> None:
    await watch.sweep()
    assert f"p{CHU} reminder release" in await watch.until(minutes=5)
    assert f"p{PHO} overdue release" in await watch.until(minutes=5)
    assert f"p{CHU} overdue release" in await watch.until(minutes=3)


async def test_nobody_is_told_of_words_that_left_meanwhile(watch: Watch) -> None:
    assert await released(watch) is Reason.RELEASED
    assert release(await watch.sweep()) == []
    assert release(await watch.until(hours=1)) == []
    assert Leg.RELEASE not in await watch.clocks()


async def test_words_that_are_edited_while_they_wait_have_to_be_approved_again(watch: Watch) -> None:
    await watch.sweep()
    await watch.office.does(PHO, c.Edit("7K2", 1, "Bản sửa."))
    clocks = await watch.clocks()
    assert Leg.RELEASE not in clocks
    assert clocks[Leg.APPROVE].met_at is None
    assert release(await watch.until(hours=1)) == []


async def test_a_waiting_statement_meets_no_limit_of_a_drill_either(open_office: Open) -> None:
    watch = await approved(await open_office(level=4, drill=True))
    assert (await watch.clocks())[EVENT].met_at is None, "in earnest nothing would be in public yet"
    assert await released(watch) is Reason.RELEASED_DRILL
    assert (await watch.clocks())[EVENT].met_at is not None


async def test_while_nobody_can_be_reached_the_duty_room_is_told_to_call(watch: Watch) -> None:
    watch.away = {f"p{TRUC}", f"p{PHO}", f"p{CHU}"}
    told = await watch.sweep()
    assert release(told) == []
    assert Escalation.NOBODY_LEFT in [n.reason for who, n in watch.told if who == "room"], (
        "the duty room calls somebody"
    )


@pytest.mark.parametrize(("lang", "says"), [("vi", "người thứ hai"), ("en", "second person")])
async def test_card_and_message_say_what_is_waited_for(watch: Watch, lang: str, says: str) -> None:
    await watch.sweep()
    told = next(n for who, n in watch.told if who == f"p{CHU}" and n.clock is not None and n.clock.rule == Leg.RELEASE)
    assert told.urgent, "the card comes along, with its button"
    said = notice(lang, told, in_room=False).plain
    assert text(lang, "notice.clock.release") in said
    assert says in said
    async with watch.office.database.read() as tx:
        view = await read_card(tx, watch.desk, watch.office.incident_id)
    assert view is not None
    assert text(lang, "card.target.release") in card(view, lang, lambda *_: "x").plain


async def test_up_to_level_3_an_approval_waits_for_nobody(open_office: Open) -> None:
    office = await open_office(level=3)
    current = await office.current()
    await office.does(PHAT, c.Approve("7K2", 1, current.sha256[:8]))
    assert Leg.RELEASE not in await Watch(office).clocks()
