"""Both directions of feeling: spikes of negative or positive mentions, and a shift of the negative share.

A spike of one feeling is judged as mentions are, in two windows, against the share that the topic usually has of
what was expected. A shift compares the negative share of the last hours with that of the weeks before, with its
uncertainty; mentions of one bin echo each other, so both shares count as if they rested on fewer mentions (`spread`
times fewer).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from bot.detection import evidence
from bot.detection.judging import Tick
from bot.detection.state import Array
from bot.detection.tuning import DAY, HOUR, Tuning

Booleans = np.ndarray[Any, np.dtype[np.bool_]]
_SHIFT: Final = (
    ("recent_negative", 1),
    ("recent_all", 1),
    ("usual_negative", 1),
    ("usual_positive", 1),
    ("usual_all", 1),
)
_GATE: Final = (("alert_age", 1), ("alerted_score", 1))
_RECENT: Final = 4 * HOUR
_USUAL: Final = 14 * DAY
_SHIFT_MENTIONS: Final = 20.0
_SHIFT_LEAST: Final = 0.15
_SHIFT_DEVIATIONS: Final = 4.0
_Z95: Final = 1.96


def _one(seconds: float, tuning: Tuning) -> tuple[tuple[str, int], ...]:
    return (*evidence.fields_of(evidence.windows_of(seconds, two_windows(tuning))), *_GATE)


def two_windows(tuning: Tuning) -> Tuning:
    """The setting for one feeling: the bin itself and four hours."""
    return replace(tuning, windows=(4.0 * HOUR,))


def fields(seconds: float, tuning: Tuning) -> tuple[tuple[str, int], ...]:
    """The state's fields of both feelings and of the shift."""
    one = _one(seconds, tuning)
    both = [(f"{feeling}_{name}", rows) for feeling in ("negative", "positive") for name, rows in one]
    return (*both, *_SHIFT, ("shift_age", 1))


@dataclass(frozen=True)
class Felt:
    """What a bin said of feelings, arrays of shape (topics,).

    Attributes:
        negative: a spike of negative mentions begins here; `positive` one of positive mentions.
        negative_score: how far, as for all mentions; `positive_score` likewise.
        negative_seen: negative mentions of about the last four hours, fading; `negative_expected` what they should be.
        negative_expected: see `negative_seen`; `positive_seen` and `positive_expected` likewise.
        positive_seen: see `negative_seen`.
        positive_expected: see `negative_seen`.
        shift: the negative share has shifted.
        share_now: negative share of the last hours; `share_usual` that of the weeks before.
        low: the difference of the shares lies between `low` and `high` with 95 % certainty.
        high: see `low`.
    """

    negative: Booleans
    positive: Booleans
    negative_score: Array
    positive_score: Array
    negative_seen: Array
    negative_expected: Array
    positive_seen: Array
    positive_expected: Array
    shift: Booleans
    share_now: Array
    share_usual: Array
    low: Array
    high: Array


class Feelings:
    """Feelings of many topics, over views of their state."""

    def __init__(self, views: dict[str, Array], seconds: float, tuning: Tuning) -> None:
        self._s, self._seconds, self._tuning = views, seconds, tuning
        self._parts = {}
        for feeling in ("negative", "positive"):
            own = {name: views[f"{feeling}_{name}"] for name, _ in _one(seconds, tuning)}
            self._parts[feeling] = (own, evidence.Evidence(own, seconds, two_windows(tuning)))
        self._recent_keep = np.float32(0.5 ** (seconds / max(_RECENT, 2 * seconds)))
        self._usual_keep = np.float32(0.5 ** (seconds / _USUAL))

    def close_day(self) -> None:
        """A day is over."""
        for _, part in self._parts.values():
            part.close_day()

    def tick(self, negative: Array, positive: Array, total: Array, tick: Tick, missed: float = 0.0) -> Felt:
        """Judge a closed bin, then learn from it.

        Args:
            negative: negative mentions, NaN where feelings are not known; `positive` and `total` likewise.
            positive: see `negative`.
            total: all mentions.
            tick: what the detector said of the same bin: expected, spread, threshold, and who may be judged.
            missed: so many bins lie between this one and the one before.
        """
        expected, spread, threshold = tick.expected, tick.spread, tick.threshold
        s = self._s
        known = np.isfinite(negative) & np.isfinite(positive) & np.isfinite(total) & (tick.judged > 0)
        ok = known.astype(np.float32)
        counts = {"negative": np.where(known, negative, 0), "positive": np.where(known, positive, 0)}
        total = np.where(known, total, 0).astype(np.float32)
        s["shift_age"] += np.float32(self._seconds * (1 + missed))
        for own, part in self._parts.values():
            own["alert_age"] += np.float32(self._seconds * (1 + missed))
            if missed:
                part.fade(np.full_like(total, missed), np.ones_like(known))
        spikes, scores = {}, {}
        for feeling, (own, part) in self._parts.items():
            share = (s[f"usual_{feeling}"] + 1) / (s["usual_all"] + 4)
            spikes[feeling], scores[feeling] = self._spike(
                own, part, counts[feeling], expected * share, spread, threshold, ok
            )
        felt = self._shift(counts["negative"], total, spread, ok)
        for name, keep, added in (
            ("usual_negative", self._usual_keep, counts["negative"]),
            ("usual_positive", self._usual_keep, counts["positive"]),
            ("usual_all", self._usual_keep, total),
        ):
            s[name] *= 1 - (1 - keep) * ok
            s[name] += (
                np.minimum(added, 3 * expected + 10) * ok
                if name == "usual_all"
                else _clipped(added, total, expected) * ok
            )
        negative_seen, negative_expected = self._parts["negative"][1].slowest()
        positive_seen, positive_expected = self._parts["positive"][1].slowest()
        return Felt(
            spikes["negative"],
            spikes["positive"],
            scores["negative"],
            scores["positive"],
            negative_seen,
            negative_expected,
            positive_seen,
            positive_expected,
            *felt,
        )

    def _spike(
        self,
        own: dict[str, Array],
        part: evidence.Evidence,
        counts: np.ndarray,
        expected: Array,
        spread: Array,
        threshold: Array,
        ok: Array,
    ) -> tuple[Booleans, Array]:
        t = self._tuning
        part.take(np.minimum(counts.astype(np.float32), t.utmost * (expected + 1)), expected, ok)
        residual, seen, mean = part.residuals(spread)
        usual, deviation = part.usual()
        z = np.maximum((residual - usual) / deviation, 0)
        score = z.mean(axis=0) * ok
        out = ((z > 0) & (seen >= t.min_ratio * mean) & (seen - mean >= t.min_extra)).any(axis=0) & (
            seen[-1] >= t.min_count
        )
        part.remember(residual, ok)
        spike = out & (score >= threshold)
        spike &= (
            (own["alert_age"] >= t.silence)
            | (score >= t.escalation * own["alerted_score"])
            | (own["alerted_score"] == 0)
        )
        np.copyto(own["alerted_score"], score, where=spike)
        own["alert_age"][spike] = 0
        return spike, score

    def _shift(
        self, negative: np.ndarray, total: Array, spread: Array, ok: Array
    ) -> tuple[Booleans, Array, Array, Array, Array]:
        s = self._s
        for name, added in (("recent_negative", negative), ("recent_all", total)):
            s[name] *= 1 - (1 - self._recent_keep) * ok
            s[name] += added * ok
        now = (s["recent_negative"] + 1) / (s["recent_all"] + 2)
        usual = (s["usual_negative"] + 1) / (s["usual_all"] + 2)
        worth_now, worth_usual = s["recent_all"] / spread + 2, s["usual_all"] / spread + 2
        error = np.sqrt(now * (1 - now) / worth_now + usual * (1 - usual) / worth_usual)
        apart = now - usual
        shift = (np.abs(apart) >= np.maximum(_SHIFT_DEVIATIONS * error, _SHIFT_LEAST)) & (
            s["recent_all"] >= _SHIFT_MENTIONS
        )
        shift &= (s["usual_all"] >= 5 * _SHIFT_MENTIONS) & (ok > 0) & (s["shift_age"] >= self._tuning.silence)
        s["shift_age"][shift] = 0
        return shift, now, usual, apart - _Z95 * error, apart + _Z95 * error


def _clipped(part: np.ndarray, total: Array, expected: Array) -> np.ndarray:
    """A feeling's count of a bin that teaches no more than a bin of three times the usual size."""
    return np.asarray(part * np.minimum(1, (3 * expected + 10) / np.maximum(total, 1)))
