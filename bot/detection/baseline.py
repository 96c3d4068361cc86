"""What a topic's next bin should hold: level, hour of day, weekday or holiday, and how widely counts scatter around it.

Every season is a ratio of sums, mentions seen over mentions that the other parts had expected, both forgetting
slowly and both with the same prior sum added. So a season of a quiet topic stays near 1 by itself, and nothing
divides by zero.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from bot.detection.calendar import Moment
from bot.detection.state import Array
from bot.detection.tuning import DAY, HOUR, WEEK, Tuning

FIELDS: Final = (
    ("level_seen", 1),
    ("level_weight", 1),
    ("hour_seen", 24),
    ("hour_expected", 24),
    ("week_seen", 8),
    ("week_expected", 8),
    ("spread_sum", 1),
    ("spread_weight", 1),
)


class Baseline:
    """The baseline of many topics, over views of their state; all arrays are of shape (topics,)."""

    def __init__(self, views: dict[str, Array], seconds: float, tuning: Tuning) -> None:
        self._s = views
        self._clip = np.float32(tuning.clip)
        self.prior = np.float32(tuning.rate_prior * seconds / HOUR)
        self._level_keep = _keep(seconds, tuning.level_half_life)
        self._spread_keep = _keep(seconds, tuning.spread_half_life)
        visits_a_day = max(1.0, HOUR / seconds)
        bins_a_day = max(1.0, DAY / seconds)
        self._hour_keep = _keep(DAY / visits_a_day, tuning.season_half_life)
        self._week_keep = _keep(WEEK / bins_a_day, tuning.season_half_life)
        self._hour_prior = np.float32(tuning.season_days * visits_a_day)
        self._week_prior = np.float32(tuning.season_days * bins_a_day)
        self._mentions_prior = np.float32(tuning.season_mentions)
        self._has_hours = seconds < DAY / 2

    def level(self) -> Array:
        """Mentions a bin at an average hour of an average day."""
        return (self._s["level_seen"] + self.prior * np.float32(0.5)) / (self._s["level_weight"] + np.float32(0.5))

    def spread(self) -> Array:
        """How many times wider than Poisson counts scatter, at least 1 (quasi-Poisson)."""
        s = self._s
        return np.maximum((s["spread_sum"] + 12.0) / (s["spread_weight"] + 12.0), np.float32(1))

    def factors(self, moment: Moment, level: Array, spread: Array) -> tuple[Array, Array]:
        """The factors of the hour and of the weekday at that moment."""
        hour = self._hour(moment.slot, level, spread)
        if moment.lean > 0:
            hour = hour + np.float32(moment.lean) * (self._hour(moment.neighbour, level, spread) - hour)
        return hour, self._week(moment.weekday, level, spread)

    def _hour(self, slot: int, level: Array, spread: Array) -> Array:
        if not self._has_hours:
            return np.ones_like(level)
        prior = np.maximum(self._mentions_prior * spread, self._hour_prior * level)
        factor: Array = (self._s["hour_seen"][slot] + prior) / (self._s["hour_expected"][slot] + prior)
        return factor

    def _week(self, weekday: int, level: Array, spread: Array) -> Array:
        prior = np.maximum(self._mentions_prior * spread, self._week_prior * level)
        # a holiday is like a Sunday until holidays have been seen
        like = self._week(6, level, spread) if weekday == 7 else np.ones_like(level)
        factor: Array = (self._s["week_seen"][weekday] + prior * like) / (self._s["week_expected"][weekday] + prior)
        return factor

    def learn(
        self,
        counts: Array,
        known: Array,
        moment: Moment,
        parts: tuple[Array, Array, Array, Array],
        fresh: Array,
        usual: Array,
    ) -> Array:
        """Take a bin in; what was `known` is 1 or 0.

        Args:
            counts: mentions, 0 where not known.
            known: 1 where the bin was seen, 0 in a gap.
            moment: the bin's place.
            parts: level, hour, weekday and spread as they were before the bin.
            fresh: 1 where so little was seen yet that counts are clipped loosely.
            usual: how much the bin may teach of the dispersion, 0 to 1.

        Returns:
            what was expected, mu.
        """
        level, hour, week, spread = parts
        s = self._s
        season = hour * week
        mu = level * season
        ceiling = mu + self._clip * np.sqrt(spread * (mu + self.prior)) + fresh * (2 * mu + 10)
        seen = np.minimum(counts, ceiling) * known
        _forget(s["level_seen"], self._level_keep, known, seen)
        _forget(s["level_weight"], self._level_keep, known, season * known)
        if self._has_hours:
            _forget(s["hour_seen"][moment.slot], self._hour_keep, known, seen)
            _forget(s["hour_expected"][moment.slot], self._hour_keep, known, level * week * known)
        _forget(s["week_seen"][moment.weekday], self._week_keep, known, seen)
        _forget(s["week_expected"][moment.weekday], self._week_keep, known, level * hour * known)
        off = seen - mu
        taught = known * usual
        _forget(s["spread_sum"], self._spread_keep, taught, off * off / (mu + self.prior) * taught)
        _forget(s["spread_weight"], self._spread_keep, taught, taught)
        return mu

    def doubt(self, lost: Array) -> None:
        """Forget most of the level where the topic no longer resembles it at all (`lost` is 1), to learn it anew."""
        keep = 1 - np.float32(0.1) * lost
        self._s["level_seen"] *= keep
        self._s["level_weight"] *= keep


def _keep(seconds: float, half_life: float) -> np.float32:
    return np.float32(0.5 ** (seconds / half_life))


def _forget(total: Array, keep: np.float32, known: Array, added: Array) -> None:
    """Forget a little and add, where the bin is known; leave the rest as it is."""
    total *= 1 - (1 - keep) * known
    total += added
