"""Regrouping by a person's hand: what growth and sketch follow when alerts move from one incident to another."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bot.grouping.growth import grow, opening_growth
from bot.grouping.sketch import Kept, Vector, absorb, sketch
from bot.model.alert import Alert
from bot.model.incident import Growth


def regrouped(alerts: Sequence[Alert], playbook: str, vectors: Sequence[Vector] = ()) -> tuple[Growth, Kept]:
    """Growth and sketch of an incident that consists of these alerts, oldest first; there must be one.

    ``vectors`` are those that are still known; without any, new alerts join by page, words and place alone.
    """
    growth = opening_growth(alerts[0])
    kept = Kept(sketch(alerts[0], playbook), ())
    for alert in alerts[1:]:
        growth = grow(growth, alert)
        kept = absorb(kept, alert, np.zeros(0, dtype=np.float32), playbook)
    return growth, Kept(kept.sketch, tuple(vectors))
