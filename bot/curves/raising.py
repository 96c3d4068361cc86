"""From what the detector said to what becomes of it: an alert like any other, a word to the duty room, or nothing.

More mentions, more negative ones, a topic nobody knew, a mood that turned: an alert. Praise, a mood that mends and a
topic that fell silent open no matter; the duty room is told. Of many topics that rise in one bin of one feed (a
collector that changed, a province in flood) the highest become alerts and the room is told the names of all others.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Final

from bot.curves.judging import Rise
from bot.curves.kept import signal_of
from bot.curves.readiness import is_history
from bot.detection.watch import Kind, Why
from bot.model.alert import Alert, AlertKind, AlertStatus, Sentiment, Volume
from bot.model.audit import SYSTEM, AuditEvent
from bot.model.outcome import DUTY_ROOM, Notice
from bot.store import alerts, audit, curves
from bot.store.alerts import NewAlert
from bot.store.counts import Stream, Topic
from bot.store.curves import ALERT, THREAD, TOO_MANY, TOO_OLD, WORD, KeptSignal
from bot.store.database import Tx
from bot.store.ids import new_id

MOST_AT_ONCE: Final = 5
"""Topics of one feed that one bin raises alerts of."""

FACTOR_FROM: Final = 30.0
"""Mentions below which a multiple of the usual raises no level: six where there is one in three hours is no level 4."""

_KINDS: Final = {
    Kind.SPIKE: AlertKind.SPIKE,
    Kind.NEGATIVE_SPIKE: AlertKind.SPIKE,
    Kind.NEW_TOPIC: AlertKind.NEW_TOPIC,
    Kind.SENTIMENT_SHIFT: AlertKind.SENTIMENT_SHIFT,
}
_GRAVEST_FIRST: Final = (Kind.SPIKE, Kind.NEGATIVE_SPIKE, Kind.SENTIMENT_SHIFT, Kind.NEW_TOPIC)
_WORDS: Final = {
    Kind.POSITIVE_SPIKE: "topic_praised",
    Kind.SENTIMENT_SHIFT: "topic_mood_mends",
    Kind.FELL_SILENT: "topic_silent",
}


@dataclass(frozen=True, slots=True)
class Named:
    """How a topic is called, whether what its feed brings is a drill, and what its documents were called."""

    topic: Topic
    title: str
    status: AlertStatus = AlertStatus.ACTUAL
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Raised:
    """What came of the signals of some bins: how many alerts, and what the duty room is told, once for each key."""

    alerts: int
    words: tuple[tuple[str, Notice], ...]


async def raise_alerts(
    tx: Tx, stream: Stream, rises: Sequence[Rise], named: Mapping[int, Named], now: datetime
) -> Raised:
    """Write down everything that was said and what becomes of it. ``named`` is by slot.

    An alert's own id is the topic and the bin: no kill and no second process makes another one of the same signal.
    """
    kept: list[KeptSignal] = []
    words: list[tuple[str, Notice]] = []
    made = 0
    for at in sorted({rise.signal.at for rise in rises}):
        of_bin = [rise for rise in rises if rise.signal.at == at and rise.signal.topic in named]
        if is_history(at, stream.seconds, now):
            kept += [signal_of(rise, named[rise.signal.topic].topic, TOO_OLD) for rise in of_bin]
            continue
        rising = _by_topic([rise for rise in of_bin if _alerts(rise)])
        highest = sorted(rising, key=lambda slot: -_height(rising[slot]))
        for slot in highest[:MOST_AT_ONCE]:
            alert_id = await _raise(tx, stream, rising[slot], named[slot], now)
            made += alert_id is not None
            kept += [signal_of(rise, named[slot].topic, ALERT, alert_id) for rise in rising[slot]]
        for slot in highest[MOST_AT_ONCE:]:
            kept += [signal_of(rise, named[slot].topic, TOO_MANY) for rise in rising[slot]]
        if highest[MOST_AT_ONCE:]:
            names = ", ".join(named[slot].title for slot in highest[MOST_AT_ONCE:])
            values = {"count": str(len(highest)), "names": names, "feed": stream.feed}
            words.append((f"topics-rise:{stream.id}:{int(at)}", Notice(DUTY_ROOM, "topics_rise", values)))
        for rise in of_bin:
            if not _alerts(rise):
                one = named[rise.signal.topic]
                signal = signal_of(rise, one.topic, WORD)
                kept.append(signal)
                words.append((f"topic:{signal.id}", _word(rise, one)))
    await curves.add_signals(tx, kept)
    return Raised(made, tuple(words))


def _alerts(rise: Rise) -> bool:
    """True for what becomes an alert."""
    return rise.signal.kind in _KINDS and rise.signal.why is not Why.NEGATIVE_SHARE_FELL


def _by_topic(rises: Sequence[Rise]) -> dict[int, list[Rise]]:
    """What is said of each topic in one bin, the gravest first: one alert tells all of it."""
    found: dict[int, list[Rise]] = {}
    for rise in sorted(rises, key=lambda one: _GRAVEST_FIRST.index(one.signal.kind)):
        found.setdefault(rise.signal.topic, []).append(rise)
    return found


def _height(rises: Sequence[Rise]) -> float:
    return max(rise.signal.score for rise in rises)


async def _raise(tx: Tx, stream: Stream, rises: Sequence[Rise], named: Named, now: datetime) -> str | None:
    """Keep the alert as intake keeps those of others; None when it is there already."""
    alert = alert_of(stream, rises, named, now)
    if alert.source_id is not None and await alerts.known(tx, [(alert.feed, alert.source_id)]):
        return None
    raw = json.dumps([asdict(rise.signal) for rise in rises], ensure_ascii=False).encode()
    await alerts.add_all(tx, [NewAlert(alert, raw, hashlib.sha256(raw).hexdigest())])
    said = rises[0].signal
    details = {
        "alert": alert.id,
        "topic": named.topic.name,
        "why": said.why.value,
        "observed": round(said.observed, 2),
        "expected": round(said.expected, 2),
        "score": round(said.score, 2),
    }
    await audit.append(tx, AuditEvent("detect_rise", SYSTEM, now, details=details))
    return alert.id


def alert_of(stream: Stream, rises: Sequence[Rise], named: Named, now: datetime) -> Alert:
    """The alert of a topic that rises; the topic's name alone is its text, so that it is matched and grouped by it."""
    said = rises[0].signal
    negative = next((rise.signal for rise in rises if rise.signal.kind is Kind.SENTIMENT_SHIFT), None)
    counts = said.kind is not Kind.SENTIMENT_SHIFT
    return Alert(
        id=new_id(now),
        feed=stream.feed,
        source_id=f"{THREAD}{named.topic.id}:{int(said.at)}",
        thread=f"{THREAD}{named.topic.id}",
        title=named.title,
        status=named.status,
        kind=_KINDS[said.kind],
        received_at=now,
        first_seen=datetime.fromtimestamp(said.since, UTC),
        last_seen=datetime.fromtimestamp(said.at, UTC),
        window_minutes=max(60, stream.seconds // 60),
        volume=Volume(
            observed=round(said.observed, 1),
            baseline=round(said.expected, 1),
            factor=round(said.factor, 2) if said.observed >= FACTOR_FROM and said.expected > 0 else None,
            z=round(said.score, 2),
        )
        if counts
        else Volume(),
        sentiment=Sentiment(negative=round(negative.observed, 3)) if negative is not None else Sentiment(),
        topics=(named.title,),
        refers_to=named.documents,
    )


def _word(rise: Rise, named: Named) -> Notice:
    said = rise.signal
    key = _WORDS[said.kind]
    share = said.kind is Kind.SENTIMENT_SHIFT
    scale = 100 if share else 1
    values = {
        "topic": named.title,
        "observed": f"{scale * said.observed:.0f}",
        "expected": f"{scale * said.expected:.0f}",
    }
    return Notice(DUTY_ROOM, key, values)
