"""Mention counts with known events, made by two generators that share nothing with the detector but the clock.

*cox*: a day profile of two humps, weekdays, a level that wanders from day to day, an intensity that breathes within the
hour; each mention is echoed now and then. Development and evaluation both use it, with other seeds.
*echo*: mentions that beget mentions (a branching process with echoes of up to hours), a profile of one broad hump, rare
days at another level. Only the evaluation uses it: a world that no setting was chosen in.

An event is a rise that an official would want to know of: at its peak at least three times the topic's own rate (up to
thirty, log-uniform), and at least ten mentions more than usual within the first six hours. It begins suddenly or climbs
over up to two hours, and fades with a half-life of one to twelve hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

BIN: Final = 300
BINS_A_DAY: Final = 86_400 // BIN
Family = Literal["cox", "echo"]

DEVELOPMENT_SEEDS: Final = (101, 102, 103)
EVALUATION_SEEDS: Final = (9001, 9002)
"""Never used to choose a setting; `echo` worlds are evaluation whatever their seed."""


@dataclass(frozen=True)
class Event:
    """One rise: the topic's number, its first bin, and the bin by which nine tenths of its height are gone.

    `visible` is the first bin by which it has brought five mentions (expected): nothing could be seen long before.
    """

    topic: int
    onset: int
    end: int
    visible: int
    sudden: bool


@dataclass(frozen=True)
class World:
    """Counts of shape (bins, topics), the usual rate of each topic a bin, and the events."""

    counts: np.ndarray
    rates: np.ndarray
    events: tuple[Event, ...]

    @property
    def topic_weeks(self) -> float:
        """How long was watched, all topics together."""
        return self.counts.shape[0] / (7 * BINS_A_DAY) * self.counts.shape[1]


def simulate(
    family: Family, seed: int, topics: int = 120, weeks: int = 8, events_a_week: float = 0.56, quiet_days: float = 3
) -> World:
    """A world; rates lie log-uniform from 0.003 to 30 mentions a bin, no event begins in the first `quiet_days`."""
    rng = np.random.default_rng(seed)
    bins = weeks * 7 * BINS_A_DAY
    rates = np.exp(rng.uniform(np.log(0.003), np.log(30), topics))
    usual = rates * _profile(rng, family, bins, topics)
    rise, events = _events(rng, usual, rates, events_a_week * weeks, round(quiet_days * BINS_A_DAY))
    counts = _cox(rng, usual, rise) if family == "cox" else _echo(rng, usual, rise)
    return World(counts.astype(np.float32), rates, tuple(events))


def _profile(rng: np.random.Generator, family: Family, bins: int, topics: int) -> np.ndarray:
    """Hour of day, weekday and wandering level; mean about 1."""
    time = np.arange(bins)[:, None]
    hour = time / BINS_A_DAY * 2 * np.pi
    peak = rng.uniform(0, 2 * np.pi, topics)
    if family == "cox":
        shape = rng.uniform(0.3, 1.2, topics) * np.cos(hour - peak)
        shape += rng.uniform(0, 0.5, topics) * np.cos(2 * (hour - peak) - rng.uniform(0, 2, topics))
    else:
        shape = rng.uniform(0.5, 2.0, topics) * (np.cos(hour - peak) ** 3)
    weekday = rng.normal(0, 0.25, (7, topics))[(time[:, 0] // BINS_A_DAY) % 7]
    days = bins // BINS_A_DAY + 2
    wander = np.zeros((days, topics))
    for day in range(1, days):
        wander[day] = 0.85 * wander[day - 1] + rng.normal(0, 0.15, topics)
    if family == "echo":
        wander += np.where(rng.random((days, topics)) < 0.03, rng.normal(0, 0.5, (days, topics)), 0)
    at = time[:, 0] / BINS_A_DAY
    whole = at.astype(int)
    part = (at - whole)[:, None]
    drift = wander[whole] * (1 - part) + wander[whole + 1] * part
    factor = np.exp(shape + weekday + drift)
    return factor / np.exp(shape).mean(axis=0)


def _events(
    rng: np.random.Generator, usual: np.ndarray, rates: np.ndarray, each: float, first: int
) -> tuple[np.ndarray, list[Event]]:
    bins, topics = usual.shape
    rise = np.zeros_like(usual)
    events = []
    for topic in range(topics):
        busy_until = first
        for onset in sorted(rng.integers(first, bins - BINS_A_DAY, rng.poisson(each))):
            if onset < busy_until:
                continue
            sudden = bool(rng.random() < 0.6)
            climb = 1 if sudden else int(rng.integers(3, 25))
            half_life = np.exp(rng.uniform(np.log(12), np.log(144)))
            length = min(int(half_life * 3.33) + climb, bins - onset)
            age = np.arange(length)
            kernel = np.where(age < climb, (age + 1) / climb, 0.5 ** ((age - climb) / half_life))
            here = max(rates[topic], usual[onset : onset + 72, topic].mean())
            height = (np.exp(rng.uniform(np.log(3), np.log(30))) - 1) * here
            height = max(height, np.exp(rng.uniform(np.log(10), np.log(60))) / kernel[:72].sum())
            rise[onset : onset + length, topic] += height * kernel
            visible = int(onset + np.searchsorted(np.cumsum(height * kernel), 5.0))
            events.append(Event(topic, int(onset), int(onset + max(length, BINS_A_DAY)), visible, sudden))
            busy_until = onset + max(length, BINS_A_DAY) + BINS_A_DAY
    return rise, events


def _cox(rng: np.random.Generator, usual: np.ndarray, rise: np.ndarray) -> np.ndarray:
    bins, topics = usual.shape
    spread = rng.uniform(0.1, 0.5, topics)
    keep = np.exp(-1 / rng.uniform(4, 12, topics))
    breath = np.zeros(topics)
    echoed = rng.uniform(0, 0.35, topics)
    late = np.zeros(topics)
    counts = np.empty_like(usual)
    for at in range(bins):
        breath = keep * breath + np.sqrt(1 - keep**2) * spread * rng.normal(size=topics)
        fresh = rng.poisson((usual[at] * (1 - echoed) + rise[at]) * np.exp(breath - spread**2 / 2))
        counts[at] = fresh + rng.poisson(late)
        late = 0.5 * late + 0.5 * echoed * counts[at]
    return counts


def _echo(rng: np.random.Generator, usual: np.ndarray, rise: np.ndarray) -> np.ndarray:
    bins, topics = usual.shape
    children = rng.uniform(0.2, 0.6, topics)
    quick, slow = np.zeros(topics), np.zeros(topics)
    counts = np.empty_like(usual)
    for at in range(bins):
        counts[at] = rng.poisson(usual[at] * (1 - children) + rise[at] * (1 - children) + 0.3 * quick + 0.04 * slow)
        heavy = rng.gamma(0.5, 2.0, topics)  # some mentions have many followers
        quick = 0.7 * quick + 0.7 * children * counts[at] * heavy
        slow = 0.96 * slow + 0.3 * children * counts[at]
    return counts
