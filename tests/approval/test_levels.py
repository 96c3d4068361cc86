"""The level and muting: raised by anybody at work, lowered with a reason, silent only until a named hour."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from bot.approval import publication
from bot.model import commands as c
from bot.model.delivery import DeliveryKey
from bot.model.reasons import Reason
from bot.model.statement import StatementState, StatementVersion
from bot.store import incidents
from tests.approval.conftest import Office
from tests.approval.factors import enrol
from tests.approval.office import KHACH, PHAT, PHO, TRUC
from tests.approval.steps import another, approve
from tests.approval.watch import Watch

Open = Callable[..., Awaitable[Office]]


async def test_raising_needs_no_reason_and_lowering_does(office: Office) -> None:
    assert (await office.does(TRUC, c.SetLevel("7K2", 4))).reason is Reason.LEVEL_SET
    assert (await office.does(TRUC, c.SetLevel("7K2", 2))).reason is Reason.REASON_MISSING
    lowered = await office.does(TRUC, c.SetLevel("7K2", 2, "Đã khống chế"))
    assert (lowered.reason, lowered.values["former"], lowered.values["why"]) == (Reason.LEVEL_SET, "4", "Đã khống chế")
    assert [(n.to, n.words) for n in lowered.notices] == [("duty", "level_lowered")], "fewer gates stand now"
    assert (await office.incident()).level == 2
    assert (await office.does(TRUC, c.SetLevel("7K2", 3))).notices == (), "a rise is told with what else has grown"


@pytest.mark.parametrize(
    ("who", "level", "why"),
    [(KHACH, 4, Reason.NOT_ENROLLED), (TRUC, 3, Reason.SAME_LEVEL), (TRUC, 5, Reason.NO_SUCH_LEVEL)],
)
async def test_what_is_no_change_of_level_is_refused(office: Office, who: int, level: int, why: Reason) -> None:
    assert (await office.does(who, c.SetLevel("7K2", level, "lý do"))).reason is why


async def test_an_approval_that_a_change_of_level_overtakes_must_be_given_again(office: Office) -> None:
    words = (await office.current()).full_vi
    await approve(office)
    assert (await office.does(TRUC, c.SetLevel("7K2", 4))).reason is Reason.LEVEL_SET_APPROVAL_VOID
    current = await office.current()
    assert (current.version, current.state, current.full_vi) == (2, StatementState.DRAFT, words)
    assert await office.queued() == []
    assert await approve(office) is Reason.CONTENT_CHECK_MISSING, "what level 4 asks for was never passed"


async def test_lowering_the_level_publishes_nothing_that_waited_for_the_second_person(open_office: Open) -> None:
    office = await open_office(level=4)
    app = await enrol(office, PHAT)
    await office.does(TRUC, c.ContentCheck("7K2", 1))
    current = await office.current()
    await office.does(PHAT, c.Approve("7K2", 1, current.sha256[:8], app.code(office.now)))
    lowered = await office.does(PHAT, c.SetLevel("7K2", 3, "Hạ mức"))
    assert lowered.reason is Reason.LEVEL_SET_APPROVAL_VOID
    assert await office.queued() == []


async def test_words_that_have_begun_to_leave_are_not_called_back_by_a_level(office: Office) -> None:
    await approve(office)
    async with office.database.write() as tx:
        key = DeliveryKey(office.incident_id, 1, "newsroom", 1)
        assert isinstance(await publication.claim(tx, office.desk, key), StatementVersion)
    assert (await office.does(TRUC, c.SetLevel("7K2", 4))).reason is Reason.LEVEL_SET
    assert (await office.current()).state is StatementState.APPROVED


async def test_muting_has_an_end_and_a_short_one_when_it_is_grave(open_office: Open) -> None:
    office = await open_office(level=3)
    for typed in ("", "mai", "2h", "đến 6h00"):
        assert (await office.does(PHO, c.Mute("7K2", typed))).reason is Reason.MUTE_NEEDS_AN_END, typed
    muted = await office.does(PHO, c.Mute("7K2", "1h"))
    assert (muted.reason, muted.values["until"]) == (Reason.MUTED, "03h00 ngày 23/11/2026")
    assert (await office.incident()).muted_by == f"p{PHO}"
    assert (await office.does(TRUC, c.Unmute("7K2"))).reason is Reason.UNMUTED
    assert (await office.incident()).muted_until is None
    await office.does(TRUC, c.SetLevel("7K2", 2, "hạ"))
    assert (await office.does(PHO, c.Mute("7K2", "8h"))).reason is Reason.MUTED


# A mute that was given in a small matter does not hold in a grave one.


async def by_hand(office: Office) -> None:
    assert (await office.does(TRUC, c.SetLevel("7K2", 3))).reason is Reason.LEVEL_SET


async def by_growth(office: Office) -> None:
    async with office.database.write() as tx:
        now = await office.incident()
        await incidents.grow(tx, now.id, now.growth, 4)


async def by_playbook(office: Office) -> None:
    assert (await office.does(TRUC, c.ChoosePlaybook("7K2", "food-poisoning"))).reason is Reason.PLAYBOOK_CHOSEN


async def by_merging(office: Office) -> None:
    await another(office, level=4)
    assert (await office.does(TRUC, c.Merge("9Z9", "7K2"))).reason is Reason.MERGED


@pytest.mark.parametrize("rises", [by_hand, by_growth, by_playbook, by_merging])
async def test_a_mute_ends_when_the_matter_becomes_grave_in_whatever_way(
    open_office: Open, rises: Callable[[Office], Awaitable[None]]
) -> None:
    office = await open_office(level=2)
    watch = Watch(office)
    assert (await office.does(PHO, c.Mute("7K2", "12h"))).reason is Reason.MUTED
    assert await watch.until(minutes=5) == []
    await rises(office)
    found = await office.incident()
    assert found.level >= 3
    assert (found.muted_until, found.muted_by) == (None, None)
    assert "p101 overdue acknowledge" in await watch.until(minutes=5), "the office's own clocks wake people again"


@pytest.mark.parametrize("rises", [by_hand, by_playbook, by_merging])
async def test_a_mute_that_a_rise_ends_is_on_the_record_with_whoever_gave_it(
    open_office: Open, rises: Callable[[Office], Awaitable[None]]
) -> None:
    office = await open_office(level=1)
    await office.does(PHO, c.Mute("7K2", "12h"))
    await rises(office)
    (entry,) = await Watch(office).log("end_mute")
    assert (entry["why"], entry["muted_by"]) == ("level_rose", f"p{PHO}")


async def test_a_card_shows_no_silence_that_has_ended(open_office: Open) -> None:
    from bot.approval.card import read_card
    from bot.channels.telegram.render_card import card

    office = await open_office(level=2)
    await office.does(PHO, c.Mute("7K2", "12h"))

    async def shown() -> str:
        async with office.database.read() as tx:
            view = await read_card(tx, office.desk, office.incident_id)
        assert view is not None
        return card(view, "vi", lambda *_: "x").plain

    assert "🔕" in await shown()
    await by_hand(office)
    assert "🔕" not in await shown()


async def test_a_mute_stands_while_the_matter_stays_as_grave_as_it_was(open_office: Open) -> None:
    office = await open_office(level=1)
    await office.does(PHO, c.Mute("7K2", "12h"))
    await office.does(TRUC, c.SetLevel("7K2", 2))
    assert (await office.incident()).muted_by == f"p{PHO}", "level 2 may be muted as long"
    await office.does(TRUC, c.SetLevel("7K2", 3))
    await office.does(PHO, c.Mute("7K2", "1h"))
    await office.does(TRUC, c.SetLevel("7K2", 4))
    assert (await office.incident()).muted_by == f"p{PHO}", "an hour was named for a grave matter"
