"""Closed bins become alerts: once, whatever is killed; never a storm after a gap or on the first start."""

from __future__ import annotations

import pytest

from bot.curves.closing import Closing
from bot.model.alert import AlertKind, AlertStatus
from bot.store import counts, curves, mention_counts
from bot.store.database import Database
from tests.conftest import MovableClock
from tests.curves.feed import BIN, WATER, CountingFeed, usual

RISE = [4.0, 40.0, 44.0, 46.0]


@pytest.fixture
def feed(database: Database, clock: MovableClock) -> CountingFeed:
    return CountingFeed(database, clock)


async def test_a_rise_becomes_an_alert_that_says_how_much_since_when_and_why(feed: CountingFeed) -> None:
    await feed.teach({WATER: usual(4)})
    assert await feed.alerts() == []
    await feed.live({WATER: RISE})
    (alert,) = await feed.alerts()
    assert (alert.kind, alert.feed, alert.title, alert.summary) == (AlertKind.SPIKE, "dem", WATER, "")
    assert alert.volume.observed is not None
    assert alert.volume.factor is not None
    assert alert.volume.observed > 20
    assert alert.volume.factor > 2
    assert alert.volume.z is not None
    assert alert.volume.z >= 1.5
    assert alert.first_seen is not None
    assert 0 < (feed.clock.now() - alert.first_seen).total_seconds() < 3 * 3600
    topic = await feed.topic()
    assert alert.thread == f"topic:{topic.id}"
    async with feed.database.read() as tx:
        (said,) = [one for one in await curves.signals(tx, topic.id, 0) if one.became == curves.ALERT]
        outlook = await curves.outlook(tx, topic.id)
    assert (said.alert_id, said.why) == (alert.id, "above_own_daily_maxima")
    assert outlook is not None
    assert outlook.forecast["at_alert"]


async def test_what_is_judged_again_raises_nothing_again(feed: CountingFeed) -> None:
    await feed.teach({WATER: usual(4)})
    await feed.live({WATER: RISE})
    await feed.judge()
    feed.closing = Closing()
    await feed.judge()
    assert len(await feed.alerts()) == 1


async def test_a_kill_before_the_commit_leaves_nothing_and_after_it_nothing_to_do(feed: CountingFeed) -> None:
    await feed.teach({WATER: usual(4)})
    await feed.live({WATER: RISE[:1]})
    feed.clock.advance(seconds=BIN)
    await feed.send({WATER: [60.0]})
    feed.clock.advance(seconds=120)
    with pytest.raises(RuntimeError, match="killed"):
        async with feed.database.write() as tx:
            (stream,) = await counts.streams(tx)
            closed = await feed.closing.close(tx, stream.id, feed.clock.now(), feed.named)
            assert closed is not None
            assert closed.raised.alerts == 1
            raise RuntimeError("killed")
    assert await feed.alerts() == []
    feed.closing = Closing()  # another process goes on
    await feed.judge()
    await feed.judge()
    assert len(await feed.alerts()) == 1


async def test_a_restart_at_any_bin_changes_no_decision(database: Database, clock: MovableClock) -> None:
    kept, restarted = CountingFeed(database, clock), CountingFeed(database, clock, name="other")
    values = [*usual(4), 20.0, 35.0, 50.0, 10.0, *usual(0.2, seed=5)]
    for feed in (kept, restarted):
        await feed.teach({WATER: values[: 3 * 288]})
    for value in values[3 * 288 :][-80:]:
        clock.advance(seconds=BIN)
        for feed in (kept, restarted):
            await feed.send({WATER: [value]})
        clock.advance(seconds=120)
        restarted.closing = Closing()
        for feed in (kept, restarted):
            await feed.judge()
        clock.advance(seconds=-120)
    async with database.read() as tx:
        one, other = [s for s in await counts.streams(tx)]
        assert await counts.state(tx, one.id) == await counts.state(tx, other.id)
        topics = [topic for topic, _ in await counts.all_topics(tx)]
        first, second = [await curves.signals(tx, topic.id, 0) for topic in topics]
    assert [(s.kind, s.at, s.score) for s in first] == [(s.kind, s.at, s.score) for s in second]
    assert first


async def test_the_first_start_and_history_alert_nobody(feed: CountingFeed) -> None:
    series = {f"chủ đề {n}": usual(4, seed=n) for n in range(20)}
    for values in series.values():
        values[500:506] = [90.0] * 6  # a crisis of two days ago
    await feed.teach(series)
    assert await feed.alerts() == []
    assert feed.words == {}
    topic = await feed.topic("chủ đề 3")
    async with feed.database.read() as tx:
        assert {one.became for one in await curves.signals(tx, topic.id, 0)} <= {curves.TOO_OLD}


async def test_a_first_start_with_live_counts_alerts_nobody(feed: CountingFeed) -> None:
    await feed.live({f"chủ đề {n}": usual(0.2, a_bin=8, seed=n) for n in range(5)})
    assert await feed.alerts() == []


async def test_after_a_gap_nothing_storms_though_everything_is_caught_up_at_once(feed: CountingFeed) -> None:
    series = {f"chủ đề {n}": usual(5, seed=n) for n in range(20)}
    await feed.teach(series)
    await feed.live({name: [5.0] for name in series})
    feed.clock.advance(hours=5)
    await feed.live({name: [240.0, 4.0, 5.0, 4.0] for name in series})  # what piled up comes in the first bin
    assert await feed.alerts() == []


async def test_of_many_topics_in_one_bin_the_highest_alert_and_the_room_hears_the_others(feed: CountingFeed) -> None:
    series = {f"chủ đề {n}": usual(5, seed=n) for n in range(12)}
    await feed.teach(series)
    await feed.live({name: [40.0 + number] for number, name in enumerate(series)})
    raised = await feed.alerts()
    assert len(raised) == 5
    (told,) = [notice for key, notice in feed.words.items() if key.startswith("topics-rise:")]
    assert told.values["count"] == "12"
    assert all(name in told.values["names"] for name in series if name not in {alert.title for alert in raised})


async def test_what_a_feed_being_tried_brings_is_a_drill(feed: CountingFeed) -> None:
    feed.status = AlertStatus.TEST
    await feed.teach({WATER: usual(4)})
    await feed.live({WATER: RISE})
    assert [alert.status for alert in await feed.alerts()] == [AlertStatus.TEST]


async def test_more_of_the_same_rise_is_said_again_only_when_it_is_twice_as_bad(feed: CountingFeed) -> None:
    await feed.teach({WATER: usual(4)})
    await feed.live({WATER: [30.0, 40.0, 35.0, 40.0, 30.0, 42.0]})
    assert len(await feed.alerts()) == 1
    await feed.live({WATER: [900.0, 1500.0]})
    raised = await feed.alerts()
    assert len(raised) == 2
    assert raised[0].thread == raised[1].thread


async def test_negative_mentions_that_rise_alone_are_an_alert_and_praise_is_a_word(feed: CountingFeed) -> None:
    await feed.teach({WATER: usual(4)}, negative=0.1)
    await feed.live({WATER: [6.0] * 12}, negative=1.0)
    assert {alert.kind for alert in await feed.alerts()} <= {AlertKind.SPIKE, AlertKind.SENTIMENT_SHIFT}
    assert await feed.alerts()


async def test_a_topic_that_falls_silent_is_a_word_to_the_room_and_no_alert(feed: CountingFeed) -> None:
    await feed.teach({WATER: usual(4)})
    await feed.live({WATER: [0.0] * 40})
    assert await feed.alerts() == []
    assert [notice.words for notice in feed.words.values()] == ["topic_silent"]


async def test_zeros_are_said_and_gaps_are_not(feed: CountingFeed) -> None:
    await feed.teach({WATER: usual(4), "khác": usual(4, seed=9)})
    await feed.live({WATER: [None] * 40, "khác": usual(40 / 288, seed=3)})
    assert feed.words == {}, "nobody knows whether there was silence"


async def test_a_clock_that_ran_ahead_does_not_leave_the_feed_unjudged(feed: CountingFeed) -> None:
    await feed.teach({WATER: usual(4)})
    feed.clock.advance(days=2)
    await feed.live({WATER: [4.0, 5.0]})
    feed.clock.advance(days=-2)
    await feed.live({WATER: [5.0, 4.0, *RISE]})
    async with feed.database.read() as tx:
        (stream,) = await counts.streams(tx)
        topic = await feed.topic()
        late = [one for one in await mention_counts.history(tx, topic.id, feed.now() - 6 * BIN) if one.late]
    assert stream.closed == feed.now() - BIN
    assert late == []
    assert len(await feed.alerts()) == 1


async def test_bins_wait_for_the_other_topics_of_their_feed(feed: CountingFeed) -> None:
    feed.clock.advance(seconds=BIN)
    await feed.send({WATER: [3.0]})
    feed.clock.advance(seconds=60)
    await feed.judge()
    assert [answer.value for answer in await feed.send({"chậm hơn": [2.0]}, end=feed.now())] == ["accepted"]
    feed.clock.advance(seconds=120)
    await feed.judge()
    assert [answer.value for answer in await feed.send({WATER: [7.0]}, end=feed.now())] == ["late"]


async def test_a_feed_that_always_lags_is_judged_all_the_same(feed: CountingFeed) -> None:
    await feed.teach({WATER: usual(4)})
    for value in [4.0, 5.0, *RISE]:
        feed.clock.advance(seconds=BIN)
        answers = await feed.send({WATER: [value]}, end=feed.now() - 4 * BIN + BIN)
        assert {answer.value for answer in answers} <= {"accepted", "late"}
        feed.clock.advance(seconds=120)
        await feed.judge()
        feed.clock.advance(seconds=-120)
    assert len(await feed.alerts()) == 1


async def test_a_few_mentions_of_a_quiet_topic_are_no_multiple_that_raises_the_level(feed: CountingFeed) -> None:
    await feed.teach({WATER: usual(5, a_bin=0.02)})
    await feed.live({WATER: [0.0, 3.0, 3.0, 4.0]})
    (alert,) = await feed.alerts()
    assert alert.volume.observed is not None
    assert alert.volume.observed < 30
    assert alert.volume.factor is None


async def test_a_stream_that_cannot_be_read_learns_anew_and_alerts_nobody(feed: CountingFeed) -> None:
    await feed.teach({WATER: usual(5)})
    async with feed.database.write() as tx:
        (stream,) = await counts.streams(tx)
        await counts.put_state(tx, stream, b"of another version", b"damaged")
    feed.closing = Closing()
    await feed.live({WATER: RISE})
    assert await feed.alerts() == []
    async with feed.database.read() as tx:
        (after,) = await counts.streams(tx)
    assert after.closed == feed.now() - BIN
