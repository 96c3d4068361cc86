"""Alerts on simulated topics held against their events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

import numpy as np

from bot.detection.calendar import UTC_ONLY
from bot.detection.detector import Detector
from bot.detection.tuning import Sensitivity
from tests.bench.detection.simulator import BIN, BINS_A_DAY, Event, World

WITHIN: Final = 6 * 3600 // BIN
START: Final = 1_000_080_000.0  # a midnight, UTC
COLD_DAYS: Final = 3


@dataclass(frozen=True)
class Found:
    """How a world was watched.

    Attributes:
        false_a_week: alerts outside of any event a topic-week, the first three days included.
        cold: alerts in the first three days (which hold no event), a topic.
        share: events with an alert within six hours of their onset.
        delay: median minutes from the onset of the events found to the end of the bin that alerted,
        sudden_delay: of those that begin suddenly,
        visible_delay: and from the moment by which the event had brought five mentions.
        events: how many there were.
    """

    false_a_week: float
    cold: float
    share: float
    delay: float
    sudden_delay: float
    visible_delay: float
    events: int


def alerts_of(watched: Sequence[tuple[World, Sensitivity]]) -> list[list[tuple[int, int]]]:
    """(bin, topic) of every alert, for worlds of one length, watched by one detector."""
    detector = Detector(sum(world.counts.shape[1] for world, _ in watched), BIN, UTC_ONLY)
    found: list[list[tuple[int, int]]] = []
    owner: list[tuple[list[tuple[int, int]], int]] = []
    for world, sensitivity in watched:
        alerts: list[tuple[int, int]] = []
        found.append(alerts)
        for topic in range(world.counts.shape[1]):
            detector.set_sensitivity(len(owner), sensitivity)
            owner.append((alerts, topic))
    for row, counts in enumerate(np.concatenate([world.counts for world, _ in watched], axis=1)):
        for column in np.flatnonzero(detector.tick(START + row * BIN, counts).spike):
            alerts, topic = owner[column]
            alerts.append((row, topic))
    return found


def judge(world: World, alerts: Sequence[tuple[int, int]]) -> Found:
    """Hold alerts against the events; an alert during an event, until it has faded, is no false one."""
    by_topic: dict[int, list[int]] = {}
    for row, topic in alerts:
        by_topic.setdefault(topic, []).append(row)
    firsts: list[tuple[Event, int]] = []
    during = set()
    for event in world.events:
        rows = [row for row in by_topic.get(event.topic, []) if event.onset <= row < event.end]
        during.update((row, event.topic) for row in rows)
        if rows and rows[0] < event.onset + WITHIN:
            firsts.append((event, rows[0]))
    outside = [alert for alert in alerts if alert not in during]
    minutes = BIN // 60
    return Found(
        len(outside) / world.topic_weeks,
        sum(row < COLD_DAYS * BINS_A_DAY for row, _ in outside) / world.counts.shape[1],
        len(firsts) / max(1, len(world.events)),
        median([(row + 1 - event.onset) * minutes for event, row in firsts] or [0]),
        median([(row + 1 - event.onset) * minutes for event, row in firsts if event.sudden] or [0]),
        median([(row - event.visible) * minutes for event, row in firsts] or [0]),
        len(world.events),
    )
