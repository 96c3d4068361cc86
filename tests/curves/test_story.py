"""From counts to a card that says where it is heading, and to what came after the statement; the real story."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import update

from bot.approval.card import read_card
from bot.curves import bending
from bot.detection.bend import Bend, Volume
from bot.detection.forecast import NoForecast
from bot.model import commands as c
from bot.model.alert import AlertKind
from bot.model.reasons import Reason
from bot.store import alerts, counts, curves, incidents, mention_counts
from bot.store.schema import alerts as table
from tests.approval.office import PHAT, PHO, TRUC, desk
from tests.curves.feed import BIN, WATER, CountingFeed, usual
from tests.village import Village, village

__all__ = ["village"]

RISE = [4.0, 40.0, 44.0, 46.0, 50.0]
KHACH = 105


@pytest.fixture
async def rising(village: Village) -> tuple[Village, CountingFeed, str]:
    """A topic that rose, with its incident."""
    feed = CountingFeed(village.database, village.clock)
    await feed.teach({WATER: usual(5)}, negative=0.2)
    return village, feed, await rise(village, feed)


async def live(village: Village, feed: CountingFeed, values: list[float], negative: float = 0.2) -> None:
    """Bins pass; each is sent when it is over, and the round looks two minutes later."""
    for value in values:
        village.clock.advance(seconds=BIN)
        await feed.send({WATER: [value]}, negative=negative)
        village.clock.advance(seconds=120)
        await village.story.watch_curves()
        village.clock.advance(seconds=-120)


async def rise(village: Village, feed: CountingFeed, values: list[float] = RISE) -> str:
    await live(village, feed, values)
    return await placed(village)


async def placed(village: Village) -> str:
    """Let every alert that waits find its place; returns the incident of the first."""
    async with village.database.read() as tx:
        waiting = await alerts.unplaced(tx)
    for alert_id in waiting:
        await village.story.place_alert(alert_id)
    async with village.database.read() as tx:
        stored = await alerts.get(tx, waiting[0])
    assert stored is not None
    assert stored.incident_id is not None
    return stored.incident_id


async def publish(village: Village, incident_id: str) -> None:
    await village.does(PHO, c.ConfirmFact(incident_id, "place", "phường Sông Thượng"))
    assert (await village.approve(incident_id)).reason is Reason.APPROVED
    await village.settled(incident_id, newsroom="sent", square="sent")


async def lines(village: Village, incident_id: str, who: int = TRUC) -> list[str]:
    outcome = await village.does(who, c.ShowCurve(incident_id))
    assert outcome.reason is Reason.CURVE_SHOWN
    return outcome.values["lines_vi"].split("\n")


async def test_a_rise_opens_an_incident_by_the_topics_name(rising: tuple[Village, CountingFeed, str]) -> None:
    village, _, incident_id = rising
    async with village.database.read() as tx:
        incident = await incidents.get(tx, incident_id)
    assert incident is not None
    assert (incident.title, incident.playbook) == (WATER, "water-contamination")
    assert incident.growth.volume.observed is not None
    assert village.room.addressed == [incident_id]


async def test_the_card_says_why_and_where_it_is_heading_and_is_illustrated(
    rising: tuple[Village, CountingFeed, str],
) -> None:
    village, feed, incident_id = rising
    async with village.database.read() as tx:
        view = await read_card(tx, desk(village.clock.now()), incident_id)
    assert view is not None
    assert view.curve is not None
    assert view.curve.why is not None
    assert "gấp" in view.curve.why.vi
    assert "giờ tới" in view.curve.outlook.vi
    assert "giờ vừa qua" in view.curve.outlook.vi or "mỗi giờ" in view.curve.outlook.vi
    await village.story.watch_curves()
    assert [incident for incident, _ in village.room.pictures] == [incident_id]
    await village.story.watch_curves()
    assert len(village.room.pictures) == 1, "nothing new, no new picture"
    await live(village, feed, [45.0, 44.0])
    assert len(village.room.pictures) <= 2, "what merely moved waits a quarter of an hour"


async def test_another_bin_of_the_same_topic_joins_its_incident(rising: tuple[Village, CountingFeed, str]) -> None:
    village, feed, incident_id = rising
    assert await rise(village, feed, [900.0, 1500.0]) == incident_id
    async with village.database.read() as tx:
        reasons = [one.reason for one in await alerts.of_incident(tx, incident_id)]
    assert set(reasons[1:]) == {"same_source_id"}


async def test_a_topic_without_history_says_so(village: Village) -> None:
    feed = CountingFeed(village.database, village.clock)
    await feed.teach({WATER: usual(2)})
    said = await lines(village, await rise(village, feed, [90.0, 120.0, 150.0, 200.0]))
    assert any("Chưa đủ dữ liệu" in line for line in said)


async def test_what_comes_after_a_statement_is_held_against_the_forecast_from_before(
    rising: tuple[Village, CountingFeed, str],
) -> None:
    village, feed, incident_id = rising
    await publish(village, incident_id)
    await live(village, feed, [40.0] * 3)
    said = await lines(village, incident_id)
    assert any("quá sớm" in line for line in said)
    await live(village, feed, [0.0] * 48, negative=0.0)
    async with village.database.read() as tx:
        (after,) = await bending.bends_of(tx, incident_id)
        (kept,) = await curves.statement_curves_of(tx, incident_id)
    assert isinstance(after.bend, Bend)
    assert after.bend.hours >= 3
    assert after.bend.volume is Volume.BELOW
    assert kept.forecast["start"] == kept.at
    said = await lines(village, incident_id)
    assert any("thấp hơn dự báo" in line and "không chứng minh" in line for line in said)


async def test_what_goes_on_as_expected_is_not_called_an_effect(rising: tuple[Village, CountingFeed, str]) -> None:
    village, feed, incident_id = rising
    await publish(village, incident_id)
    await live(village, feed, [38.0] * 6)
    async with village.database.read() as tx:
        (kept,) = await curves.statement_curves_of(tx, incident_id)
    median = kept.forecast["median"]
    await live(village, feed, [median[hour] / 12 for hour in range(4) for _ in range(12)][6:])
    async with village.database.read() as tx:
        (after,) = await bending.bends_of(tx, incident_id)
    assert isinstance(after.bend, Bend)
    assert after.bend.volume is Volume.AS_EXPECTED


async def test_a_topic_that_came_after_the_statement_has_nothing_to_compare_with(village: Village) -> None:
    incident_id = await village.alert("Nước máy có mùi dầu")
    await publish(village, incident_id)
    village.clock.advance(hours=1)
    feed = CountingFeed(village.database, village.clock)
    await feed.teach({WATER: usual(5)})
    assert await rise(village, feed) == incident_id
    await village.story.watch_curves()
    async with village.database.read() as tx:
        found = await bending.bends_of(tx, incident_id)
    assert [one.bend for one in found] == [NoForecast.MADE_TOO_LATE]


async def test_a_matter_without_counts_has_no_curve_and_a_stranger_sees_none(
    rising: tuple[Village, CountingFeed, str],
) -> None:
    village, _, incident_id = rising
    other = await village.alert("Cháy chợ")
    assert (await village.does(TRUC, c.ShowCurve(other))).reason is Reason.NO_CURVE
    assert (await village.does(KHACH, c.ShowCurve(incident_id))).reason is Reason.NOT_ENROLLED


async def test_a_sensitivity_is_chosen_by_a_person_and_holds_from_the_next_bin(
    rising: tuple[Village, CountingFeed, str],
) -> None:
    village, feed, _ = rising
    topic = await feed.topic()
    listed = await village.does(TRUC, c.ListTopics())
    assert WATER in listed.values["lines_vi"]
    assert (await village.does(KHACH, c.ListTopics())).reason is Reason.NOT_ENROLLED
    assert (await village.does(TRUC, c.SetSensitivity(str(topic.id), "hon"))).reason is Reason.UNKNOWN_SENSITIVITY
    assert (await village.does(TRUC, c.SetSensitivity("999", "it"))).reason is Reason.UNKNOWN_TOPIC
    assert (await village.does(KHACH, c.SetSensitivity(str(topic.id), "it"))).reason is Reason.NOT_ENROLLED
    assert (await feed.topic()).sensitivity == "balanced"
    assert (await village.does(TRUC, c.SetSensitivity(str(topic.id), "it"))).reason is Reason.SENSITIVITY_SET
    assert (await feed.topic()).sensitivity == "few"
    await live(village, feed, [5.0])
    held = village.story.closing._held[topic.stream_id]
    assert held.watch.detector.thresholds[topic.slot] == pytest.approx(1.8)


async def test_a_preview_says_what_each_sensitivity_would_have_alerted(village: Village) -> None:
    feed = CountingFeed(village.database, village.clock)
    values = usual(12)
    values[2600:2606] = [60.0] * 6
    await feed.teach({WATER: values})
    topic = await feed.topic()
    shown = await village.does(TRUC, c.PreviewTopic(str(topic.id)))
    assert shown.reason is Reason.TOPIC_PREVIEWED
    few, balanced, many = (int(line.split(": ")[1].split()[0]) for line in shown.values["lines_vi"].split("\n"))
    assert 1 <= few <= balanced <= many


async def test_false_alarms_lead_to_a_proposal_and_to_nothing_else(village: Village) -> None:
    feed = CountingFeed(village.database, village.clock)
    await feed.teach({WATER: usual(5)})
    for _ in range(3):
        incident_id = await rise(village, feed)
        assert (await village.does(PHAT, c.FalseAlarm(incident_id, "bài cũ đăng lại"))).reason is Reason.DISMISSED
        await feed.teach({WATER: usual(2, seed=3)})
        village.clock.advance(hours=26)
        await feed.teach({WATER: usual(1, seed=4)})
    village.clock.advance(hours=7)
    await village.story.watch_curves()
    told = [notice for notice in village.room.asked.values() if notice.words == "topic_mostly_false_alarms"]
    assert [notice.values["false"] for notice in told] == ["3"]
    assert (await feed.topic()).sensitivity == "balanced"
    village.clock.advance(hours=7)
    await village.story.watch_curves()
    assert len([n for n in village.room.asked.values() if n.words == "topic_mostly_false_alarms"]) == 1


async def test_the_room_is_told_once_that_a_feed_stopped_counting(rising: tuple[Village, CountingFeed, str]) -> None:
    village, _, _ = rising
    village.clock.advance(hours=3)
    for _ in range(3):
        await village.story.watch_curves()
    told = [notice for notice in village.room.asked.values() if notice.words == "counts_stopped"]
    assert [notice.values["feed"] for notice in told] == ["dem"]


async def test_documents_of_a_feed_are_counted_by_the_playbook_of_their_matter(village: Village) -> None:
    village.story.parts = replace(village.story.parts, feeds=("default", "bao"))
    start = int(village.clock.now().timestamp()) // 900 * 900
    await village.story.watch_curves()
    for number in range(3):
        village.clock.advance(seconds=60)
        await document(village, f"bao-{number}")
    village.clock.advance(seconds=900)
    await village.story.watch_curves()
    village.clock.advance(seconds=900)
    await village.story.watch_curves()
    async with village.database.read() as tx:
        ((topic, stream),) = await counts.all_topics(tx)
        counted = await mention_counts.history(tx, topic.id, start)
    assert (topic.name, stream.kind, stream.feed) == ("water-contamination", "documents", "bao")
    assert [(one.start - start, one.count) for one in counted] == [(0, 3.0), (900, 0.0)]


async def document(village: Village, source_id: str) -> None:
    made = await village.alert("Nước máy có mùi dầu", source_id=source_id, kind=AlertKind.EVENT)
    assert made
    async with village.database.write() as tx:
        row = (await tx.execute(table.select().where(table.c.source_id == source_id))).one()
        content = {**row.content, "volume": {**row.content["volume"], "observed": None}}
        await tx.execute(update(table).where(table.c.id == row.id).values(feed="bao", content=content))
