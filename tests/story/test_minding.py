"""Keng minds its own work: a silence in the way of an alert, feeds that fall silent, alerts that nobody acts upon."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model import commands as c
from bot.model.alert import Alert, AlertOutcome, AlertStatus
from bot.model.reasons import Reason
from bot.model.telling import Growing, Telling, Word
from bot.store import alerts, audit, incidents, quarantine
from bot.store.ids import new_id
from bot.store.watch_figures import watch_figures
from bot.store.watching import PULSES_AT_ONCE
from tests.approval.office import PHO, TRUC
from tests.village import Village, village

__all__ = ["village"]

BOATS = "từ: đua ghe; trong: 4h; lý do: lễ hội"


async def placed(village: Village, title: str, **fields: object) -> alerts.StoredAlert:
    """Store an alert as intake would and let the story place it."""
    now = village.clock.now()
    made = Alert(new_id(now), "default", title, now, **fields)
    async with village.database.write() as tx:
        await alerts.add(tx, made, b"{}", "0" * 64)
    await village.story.place_alert(made.id)
    async with village.database.read() as tx:
        stored = await alerts.get(tx, made.id)
    assert stored is not None
    return stored


async def silenced(village: Village, text: str = BOATS) -> str:
    outcome = await village.does(TRUC, c.MakeSilence(text))
    assert outcome.reason is Reason.SILENCE_MADE
    return outcome.values["code"]


def told(village: Village, word: Word) -> list[Telling]:
    return [telling for telling in village.room.words.values() if telling.word is word]


# A silence in the way of an alert.


async def test_an_alert_under_a_silence_opens_no_case_and_shows_no_card(village: Village) -> None:
    code = await silenced(village)
    stored = await placed(village, "Đua ghe trên sông")
    assert (stored.outcome, stored.reason, stored.incident_id) == (AlertOutcome.SILENCED, f"silenced:{code}", None)
    assert village.room.addressed == []
    assert not await village.story.place_alert(stored.alert.id), "placed for good"


async def test_what_belongs_to_an_open_case_joins_it_silence_or_not(village: Village) -> None:
    opened = await placed(village, "Đua ghe lật, nhiều người rơi xuống sông")
    await silenced(village)
    joined = await placed(village, "Đua ghe lật, nhiều người rơi xuống sông")
    assert joined.incident_id == opened.incident_id
    assert joined.outcome is AlertOutcome.JOINED


async def test_a_drill_goes_on_under_a_silence(village: Village) -> None:
    await silenced(village)
    assert (await placed(village, "Đua ghe", status=AlertStatus.EXERCISE)).incident_id is not None


async def test_what_is_let_go_opens_its_case(village: Village) -> None:
    code = await silenced(village)
    stored = await placed(village, "Đua ghe trên sông")
    assert (await village.does(PHO, c.ReleaseHeld(code))).reason is Reason.HELD_RELEASED
    assert await village.story.place_alert(stored.alert.id)
    assert len(village.room.addressed) == 1


async def test_when_a_silence_runs_out_the_sweep_tells_what_it_held_once(village: Village) -> None:
    await silenced(village)
    await placed(village, "Đua ghe trên sông")
    village.clock.advance(hours=5)
    for _ in range(2):
        await village.story.sweep()
    (telling,) = told(village, Word.SILENCE_ENDED)
    assert telling.lines == ("Đua ghe trên sông",)


# Growth, told by the sweep.


async def test_the_sweep_tells_growth_once_and_the_room_hears_why(village: Village) -> None:
    incident_id = await village.alert()
    async with village.database.write() as tx:
        incident = await incidents.get(tx, incident_id)
        assert incident is not None
        grown = replace(incident.growth, volume=replace(incident.growth.volume, observed=900.0))
        await incidents.grow(tx, incident_id, grown, incident.level)
    for _ in range(2):
        await village.story.sweep()
    (telling,) = [t for t in village.room.words.values() if t.incident is not None]
    assert [one.reason for one in telling.grown] == [Growing.VOLUME_UP]


# Alerts that nobody acts upon.


async def lies(village: Village) -> str:
    """An alert is stored, and the story passes it over."""
    now = village.clock.now()
    made = Alert(new_id(now), "default", "Nước máy có mùi dầu", now)
    async with village.database.write() as tx:
        await alerts.add(tx, made, b"{}", "0" * 64)
    return made.id


async def test_an_alert_that_lies_for_a_minute_is_an_alarm_and_its_end_is_told(village: Village) -> None:
    alert_id = await lies(village)
    village.clock.advance(seconds=50)
    await village.story.mind()
    assert told(village, Word.ALERTS_LEFT_LYING) == []
    village.clock.advance(seconds=15)
    for _ in range(3):
        await village.story.mind()
    (telling,) = told(village, Word.ALERTS_LEFT_LYING)
    assert telling.values["count"] == 1.0
    async with village.database.read() as tx:
        figures = {f.name: f.value for f in await watch_figures(tx, village.clock.now(), ())}
    assert figures["keng_alerts_left_lying"] == 1
    assert figures["keng_alerts_waiting_oldest_seconds"] == 65
    await village.story.place_alert(alert_id)
    for _ in range(2):
        await village.story.mind()
    assert len(told(village, Word.ALERTS_TAKEN_UP)) == 1


async def test_a_clock_that_jumps_while_an_alert_is_being_placed_is_no_alarm(village: Village) -> None:
    alert_id = await lies(village)
    village.clock.advance(hours=1)
    await village.story.mind()
    await village.story.place_alert(alert_id)
    await village.story.mind()
    assert told(village, Word.ALERTS_LEFT_LYING) == []


async def lies_long_enough(village: Village, number: int = 1, **passed: float) -> None:
    """So many alerts more come, and are passed over in two rounds after their minute."""
    village.clock.advance(**passed)
    for _ in range(number):
        await lies(village)
    village.clock.advance(seconds=61)
    for _ in range(2):
        await village.story.mind()


async def test_one_alert_that_is_stuck_for_good_does_not_hide_that_others_lie_too(village: Village) -> None:
    await lies_long_enough(village)
    village.clock.advance(hours=20)
    await village.story.mind()
    assert told(village, Word.MORE_ALERTS_LEFT_LYING) == [], "nothing new lies"
    await lies_long_enough(village)
    (telling,) = told(village, Word.MORE_ALERTS_LEFT_LYING)
    assert (telling.values["before"], telling.values["count"]) == (1.0, 2.0)
    assert telling.values["since"] == village.clock.now() - timedelta(seconds=61)
    for _ in range(3):
        await village.story.mind()
    village.clock.advance(hours=20)
    await village.story.mind()
    assert len(told(village, Word.MORE_ALERTS_LEFT_LYING)) == 1, "once"


async def test_more_that_lie_are_told_every_half_hour_at_most_and_ten_times_as_many_sooner(village: Village) -> None:
    await lies_long_enough(village)
    await lies_long_enough(village, minutes=5)
    assert told(village, Word.MORE_ALERTS_LEFT_LYING) == []
    await lies_long_enough(village, 8)
    (telling,) = told(village, Word.MORE_ALERTS_LEFT_LYING)
    assert telling.values["count"] == 10.0
    await lies_long_enough(village, 9, minutes=20)
    assert len(told(village, Word.MORE_ALERTS_LEFT_LYING)) == 1
    village.clock.advance(minutes=10)
    await village.story.mind()
    assert len(told(village, Word.MORE_ALERTS_LEFT_LYING)) == 2


async def test_one_that_is_just_being_placed_beside_a_stuck_one_is_no_news(village: Village) -> None:
    await lies_long_enough(village)
    village.clock.advance(hours=2)
    placed_soon = await lies(village)
    village.clock.advance(hours=1)
    await village.story.mind()
    await village.story.place_alert(placed_soon)
    await village.story.mind()
    assert told(village, Word.MORE_ALERTS_LEFT_LYING) == []


async def test_an_alarm_that_ended_begins_anew(village: Village) -> None:
    stuck = await lies(village)
    await lies_long_enough(village)
    async with village.database.read() as tx:
        waiting = await alerts.unplaced(tx)
    for alert_id in waiting:
        await village.story.place_alert(alert_id)
    assert stuck in waiting
    await village.story.mind()
    assert len(told(village, Word.ALERTS_TAKEN_UP)) == 1
    await lies_long_enough(village, minutes=3)
    assert len(told(village, Word.ALERTS_LEFT_LYING)) == 2
    assert told(village, Word.MORE_ALERTS_LEFT_LYING) == []


async def test_a_clock_that_is_set_back_silences_nothing(village: Village) -> None:
    await lies_long_enough(village)
    village.clock.advance(hours=-5)
    await lies_long_enough(village)
    assert len(told(village, Word.MORE_ALERTS_LEFT_LYING)) == 1


# Feeds that fall silent.


@pytest.fixture
async def watched(village: Village, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Village]:
    monkeypatch.setattr(village.story, "parts", replace(village.story.parts, feeds=("default",)))
    yield village


async def test_a_feed_longer_silent_than_its_habit_is_told_once_and_when_it_is_back(watched: Village) -> None:
    await history(watched)
    watched.clock.advance(minutes=25)
    await watched.story.mind()
    assert told(watched, Word.FEED_SILENT) == []
    watched.clock.advance(minutes=30)
    for _ in range(3):
        await watched.story.mind()
    (telling,) = told(watched, Word.FEED_SILENT)
    assert telling.values["feed"] == "default"
    async with watched.database.read() as tx:
        figures = {f.name: f.value for f in await watch_figures(tx, watched.clock.now(), ("default",))}
    assert figures["keng_feed_silent"] == 1
    await arrives(watched)
    for _ in range(2):
        await watched.story.mind()
    assert len(told(watched, Word.FEED_BACK)) == 1
    async with watched.database.read() as tx:
        acts = [e.event.act async for e in audit.entries(tx) if e.event.act.startswith("feed_")]
    assert acts == ["feed_silent", "feed_back"]


async def test_what_could_not_be_understood_is_a_sign_of_life_too(watched: Village) -> None:
    await history(watched)
    watched.clock.advance(minutes=28)
    async with watched.database.write() as tx:
        now = watched.clock.now()
        item = quarantine.Quarantined(new_id(now), "default", now, "title: missing", b"{}")
        await quarantine.add(tx, [item])
    watched.clock.advance(minutes=28)
    await watched.story.mind()
    assert told(watched, Word.FEED_SILENT) == []


async def test_a_history_that_is_still_being_read_does_not_look_like_silence(watched: Village) -> None:
    await history(watched, number=PULSES_AT_ONCE + 50, rounds=1)
    watched.clock.advance(minutes=5)
    await watched.story.mind()
    assert told(watched, Word.FEED_SILENT) == []


async def test_a_feed_without_enough_history_is_not_suspected(watched: Village) -> None:
    await arrives(watched)
    watched.clock.advance(days=3)
    await watched.story.mind()
    assert told(watched, Word.FEED_SILENT) == []


async def test_silence_while_keng_itself_was_away_is_not_the_feeds(watched: Village) -> None:
    await history(watched)
    watched.clock.advance(hours=6)
    watched.story._listening_since = None  # a process that starts
    await watched.story.mind()
    assert told(watched, Word.FEED_SILENT) == []
    watched.clock.advance(hours=1)
    await watched.story.mind()
    assert len(told(watched, Word.FEED_SILENT)) == 1


async def arrives(village: Village) -> None:
    now = village.clock.now()
    made = Alert(new_id(now), "default", "Việc", now)
    async with village.database.write() as tx:
        await alerts.add(tx, made, b"{}", "0" * 64)


async def history(village: Village, number: int = 200, rounds: int = 4) -> None:
    """The feed has sent something every ten minutes, and is heard."""
    async with village.database.write() as tx:
        for back in range(number, 0, -1):
            at = village.clock.now() - timedelta(minutes=10 * back)
            await alerts.add(tx, Alert(new_id(at), "default", f"Việc {back}", at), b"{}", "0" * 64)
    for _ in range(rounds):
        await village.story.mind()
