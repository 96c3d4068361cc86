"""Regrouping by a person's hand: what growth and sketch follow when alerts move from one incident to another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.grouping.growth import grow, opening_growth
from bot.grouping.hearing import recall
from bot.grouping.sketch import KEPT_ALERTS, Kept, absorb
from bot.model.alert import Alert
from bot.model.incident import Growth


def regrouped(alerts: Sequence[Alert], playbook: str, before: Sequence[Kept] = ()) -> tuple[Growth, Kept]:
    """Growth and sketch of an incident that consists of these alerts, oldest first; there must be one.

    ``before`` are the sketches of the incidents that the alerts were in: their vectors are kept. Without any, new
    alerts join by page, words, names and kind.
    """
    growth = opening_growth(alerts[0])
    kept = absorb(None, recall(alerts[0], playbook))
    for alert in alerts[1:]:
        growth = grow(growth, alert)
        kept = absorb(kept, recall(alert, playbook))
    space = next((old.sketch.space for old in before if old.vectors), "")
    vectors = [vector for old in before if old.sketch.space == space for vector in old.vectors]
    return growth, Kept(replace(kept.sketch, space=space), tuple(vectors[:KEPT_ALERTS]))
