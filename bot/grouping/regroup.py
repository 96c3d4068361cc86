"""Regrouping by a person's hand: what growth and sketch follow when alerts move from one incident to another."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.grouping.growth import grow, opening_growth
from bot.grouping.hearing import Kinds, Vector, recall
from bot.grouping.sketch import KEPT_ALERTS, Kept, absorb
from bot.model.alert import Alert
from bot.model.incident import Growth


@dataclass(frozen=True, slots=True)
class Before:
    """An incident before it was regrouped: its sketch, and its alerts, oldest first; of very many the ends."""

    kept: Kept
    alerts: Sequence[Alert]

    def vectors_of(self, moved: Collection[str]) -> list[tuple[str, Vector]]:
        """The vectors of those of its alerts whose ids are in ``moved``, each with the id; "" where it is not known.

        A sketch keeps the vectors of its first and its latest alerts in their order. Where it has fewer, because the
        model changed or people regrouped before, nobody can say whose they are: they stay with most of the alerts.
        """
        known, whose = self.kept.vectors, self._remembered
        if len(known) == len(whose):
            return [(alert.id, vector) for alert, vector in zip(whose, known, strict=True) if alert.id in moved]
        staying = sum(alert.id in moved for alert in self.alerts)
        return [("", vector) for vector in known] if 2 * staying > len(self.alerts) else []

    def kinds_of(self, moved: Collection[str]) -> list[Kinds]:
        """What matching said of those of its alerts whose ids are in ``moved``, as far as the sketch keeps it."""
        known, whose = self.kept.sketch.alerts, self._remembered
        if len(known) != len(whose):
            return []
        kinds = [one.kinds for alert, one in zip(whose, known, strict=True) if alert.id in moved]
        # A kind that is sure is one that a regrouping wrote down for the incident's playbook: no match says so.
        return [one for one in kinds if one.likely and max(one.likely.values()) < 1.0]

    @property
    def _remembered(self) -> Sequence[Alert]:
        """The alerts that a sketch remembers one by one: the first and the latest."""
        return self.alerts if len(self.alerts) <= KEPT_ALERTS else [self.alerts[0], *self.alerts[1 - KEPT_ALERTS :]]


def regrouped(alerts: Sequence[Alert], playbook: str, before: Sequence[Before] = ()) -> tuple[Growth, Kept]:
    """Growth and sketch of an incident that consists of these alerts, oldest first; there must be one.

    Of very many they are the first and the latest: a sketch stands for no others, and the growth is of these alone.

    ``before`` are the incidents that the alerts were in: the vectors go where their alerts go. Without any, new alerts
    join by page, words, names and kind.
    """
    growth = opening_growth(alerts[0])
    kept = absorb(None, recall(alerts[0], playbook))
    for alert in alerts[1:]:
        growth = grow(growth, alert)
        kept = absorb(kept, recall(alert, playbook))
    place = {alert.id: number for number, alert in enumerate(alerts)}
    moved = [(old.kept.sketch.space, old.vectors_of(place.keys())) for old in before]
    space = next((name for name, vectors in moved if vectors), "")
    own = [one for name, vectors in moved if name == space for one in vectors]
    own.sort(key=lambda one: place.get(one[0], len(place)))
    first_and_latest = own if len(own) <= KEPT_ALERTS else [own[0], *own[1 - KEPT_ALERTS :]]
    return growth, Kept(replace(kept.sketch, space=space), tuple(vector for _, vector in first_and_latest))
