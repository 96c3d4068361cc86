"""A silence ends by a person or by the hour, and loses nothing: what it held is told, counted, shown and let go."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone

import pytest

from bot.grouping.silencing import hold_back
from bot.model import commands as c
from bot.model.alert import Alert, AlertOutcome
from bot.model.reasons import Reason
from bot.model.telling import Word
from bot.store import alerts, silenced_alerts
from bot.store import silences as store
from bot.store.ids import new_id
from tests.approval.office import NIGHT, PHO, TRUC
from tests.approval.silence_house import House, made

# Ended.


async def test_anybody_at_work_ends_it_early_and_alerts_open_cases_again(house: House) -> None:
    code = await made(house)
    assert (await house.does(PHO, c.EndSilence(code))).reason is Reason.SILENCE_ENDED
    assert await house.arrives("Đua ghe") is None
    assert (await house.does(PHO, c.EndSilence(code))).reason is Reason.SILENCE_NOT_IN_FORCE


async def test_when_it_runs_out_the_duty_room_gets_one_word_with_what_is_still_fresh(house: House) -> None:
    code = await made(house, "từ: đua ghe; trong: 5 ngày; lý do: lễ hội")
    await house.arrives("Đua ghe hôm đầu")
    house.clock.advance(days=4, hours=23)
    await house.arrives("Đua ghe hôm cuối")
    assert await house.sweep() == []
    house.clock.advance(hours=2)
    (telling,) = await house.sweep()
    assert telling.word is Word.SILENCE_ENDED
    assert (telling.values["code"], telling.values["held"], telling.values["fresh"]) == (code, 2.0, 1.0)
    assert telling.lines == ("Đua ghe hôm cuối",)
    assert await house.sweep() == [], "once"


async def test_one_that_held_nothing_ends_without_a_word(house: House) -> None:
    await made(house)
    house.clock.advance(hours=5)
    assert await house.sweep() == []
    assert "silence_over" in await house.acts()


# What it held.


async def test_what_it_held_can_be_let_go_and_no_silence_takes_it_again(house: House) -> None:
    code = await made(house)
    await house.arrives("Đua ghe ồn ào")
    outcome = await house.does(TRUC, c.ReleaseHeld(code))
    assert (outcome.reason, outcome.values["count"]) == (Reason.HELD_RELEASED, "1")
    async with house.database.write() as tx:
        (waiting,) = await alerts.unplaced(tx)
        stored = await alerts.get(tx, waiting)
        assert stored is not None
        assert stored.outcome is AlertOutcome.ACCEPTED
        assert await hold_back(tx, stored.alert, None, house.desk.organisation, house.policy, house.clock.now()) is None
    assert (await house.does(TRUC, c.ReleaseHeld(code))).reason is Reason.NOTHING_HELD


async def holds(house: House, code: str, number: int, **fields: object) -> None:
    """Very many alerts that the silence holds."""
    now = house.clock.now()
    made = [Alert(new_id(now), "default", f"Đua ghe {n % 7}", now, **fields) for n in range(number)]
    async with house.database.write() as tx:
        silence = await store.find(tx, code)
        assert silence is not None
        await alerts.add_all(tx, [alerts.NewAlert(one, b"{}", "0" * 64) for one in made])
        for one in made:
            await silenced_alerts.hold(tx, silence, one.id, now)


async def test_what_it_held_is_let_go_whole_however_much_it_is(house: House) -> None:
    code = await made(house)
    await holds(house, code, 2100)
    said = [await house.does(TRUC, c.ReleaseHeld(code)) for _ in range(4)]
    assert [one.reason for one in said] == [
        Reason.HELD_RELEASED_IN_PART,
        Reason.HELD_RELEASED_IN_PART,
        Reason.HELD_RELEASED,
        Reason.NOTHING_HELD,
    ]
    assert [one.values.get("count") for one in said[:3]] == ["1000", "1000", "100"]
    assert [one.values.get("left") for one in said[:3]] == ["1100", "100", "0"]
    async with house.database.read() as tx:
        assert len(await alerts.unplaced(tx, 5000)) == 2100


async def test_the_first_that_came_is_the_first_let_go(house: House) -> None:
    code = await made(house)
    await house.arrives("Đua ghe: tin đầu tiên")
    await holds(house, code, 1100)
    await house.does(TRUC, c.ReleaseHeld(code))
    async with house.database.read() as tx:
        first = await alerts.get(tx, (await alerts.unplaced(tx))[0])
    assert first is not None
    assert first.alert.title == "Đua ghe: tin đầu tiên"


async def test_the_numbers_that_are_told_are_counted(house: House) -> None:
    code = await made(house, "từ: đua ghe; trong: 5 ngày; lý do: lễ hội")
    await holds(house, code, 300)
    house.clock.advance(days=4)
    await holds(house, code, 1200)
    await house.does(TRUC, c.ReleaseHeld(code))
    assert (await house.does(PHO, c.ShowSilence(code))).values["count"] == "500"
    house.clock.advance(days=1, hours=1)
    (telling,) = await house.sweep()
    assert (telling.values["held"], telling.values["fresh"]) == (1500.0, 200.0)
    assert set(telling.lines) <= {f"Đua ghe {n}" for n in range(7)}
    assert len(telling.lines) == 5


HANOI = timezone(timedelta(hours=7))


@pytest.mark.parametrize(
    ("fields", "is_fresh"),
    [
        ({"last_seen": NIGHT.astimezone(HANOI)}, True),
        ({"first_seen": NIGHT - timedelta(days=30), "last_seen": NIGHT.astimezone(HANOI)}, True),
        ({"first_seen": NIGHT.astimezone(HANOI) - timedelta(seconds=1)}, False),
        ({"first_seen": NIGHT + timedelta(days=1), "last_seen": NIGHT - timedelta(seconds=1)}, False),
        ({"last_seen": (NIGHT - timedelta(microseconds=-1000)).astimezone(UTC)}, True),
    ],
    ids=["in another zone", "still spoken of", "too old by a second", "spoken of last too long ago", "with fractions"],
)
async def test_fresh_is_what_was_last_spoken_of_within_three_days_as_its_sender_says(
    house: House, fields: dict[str, object], is_fresh: bool
) -> None:
    code = await made(house, "từ: đua ghe; trong: 5 ngày; lý do: lễ hội")
    await house.arrives("Đua ghe", **fields)
    house.clock.advance(hours=72)
    outcome = await house.does(TRUC, c.ReleaseHeld(code))
    assert outcome.reason is (Reason.HELD_RELEASED if is_fresh else Reason.NOTHING_HELD)


async def test_one_silence_is_shown_with_everything_that_it_holds(house: House) -> None:
    code = await made(house)
    for number in range(3):
        await house.arrives(f"Đua ghe chặng {number}")
    outcome = await house.does(PHO, c.ShowSilence(code))
    assert outcome.values["count"] == "3"
    assert len(outcome.lines) == 3
    assert "Đua ghe chặng 2" in outcome.lines[0]
    assert (await house.does(PHO, c.ShowSilence("2XX"))).reason is Reason.UNKNOWN_SILENCE
