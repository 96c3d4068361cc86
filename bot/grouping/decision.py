"""Same matter or another: the decision, with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from bot.grouping.sketch import Kept, Vector, pages, place_words, syllables, words
from bot.model.alert import Alert
from bot.model.reasons import Grouping

FORGET_AFTER = timedelta(hours=72)
"""An incident that nobody has spoken of for so long takes no new alerts: the same words now mean another matter."""

SAME_WORDS = 0.5
"""Share of common syllable pairs from which two texts are copies of each other."""

SAME_MEANING = 0.93
"""Cosine from which two texts say the same whatever else. These three are first settings, not yet evaluated."""

SAME_KIND = 0.86
"""Cosine from which two texts of one playbook say the same when one of them names no place."""

SAME_KIND_HERE = 0.78
"""The same when both are about one place: the encoder puts almost any two Vietnamese texts above 0.7, so by itself the
cosine says little; kind and place together say nearly all."""


@dataclass(frozen=True, slots=True)
class Decision:
    """``incident_id`` None means: open one. ``kept`` is the sketch of the incident that is joined."""

    incident_id: str | None
    reason: Grouping
    score: float
    kept: Kept | None = None


def decide(alert: Alert, vector: Vector, playbook: str | None, candidates: Sequence[tuple[str, Kept]]) -> Decision:
    """Whether the alert belongs to one of the open incidents given (all drills or all real, never mixed).

    A shared page is proof; copied words nearly so; a like meaning only where kind and place do not speak against it.
    ``playbook`` is the one that fits the alert, None when none does. Of several that fit, the closest is joined.
    """
    if not candidates:
        return Decision(None, Grouping.NOTHING_OPEN, 0.0)
    said = _Said(frozenset(pages(alert)), place_words(alert), syllables(alert.text), words(alert.text))
    verdicts = [(_judge(alert, said, vector, playbook, kept), incident_id, kept) for incident_id, kept in candidates]
    joins = [(score, reason, incident_id, kept) for (same, reason, score), incident_id, kept in verdicts if same]
    if joins:
        score, reason, incident_id, kept = max(joins, key=lambda join: (_STRENGTH[join[1]], join[0]))
        return Decision(incident_id, reason, score, kept)
    (_, reason, score), _, _ = max(verdicts, key=lambda verdict: verdict[0][2])
    return Decision(None, reason, score)


_STRENGTH = {Grouping.SAME_PAGE: 3, Grouping.SAME_WORDS: 2, Grouping.SAME_MEANING: 1}


@dataclass(frozen=True, slots=True)
class _Said:
    """What an alert says, read once however many incidents it is compared with."""

    pages: frozenset[str]
    here: frozenset[str]
    mentioned: frozenset[str]
    words: frozenset[str]


def _judge(alert: Alert, said: _Said, vector: Vector, playbook: str | None, kept: Kept) -> tuple[bool, Grouping, float]:
    # Vectors of another width were made by another model, before the setting was changed: nothing to compare.
    alike = (float(np.dot(vector, other)) for other in kept.vectors if other.shape == vector.shape)
    cosine = max(alike, default=0.0)
    if alert.seen_at - kept.sketch.last_seen > FORGET_AFTER:
        return False, Grouping.TOO_LONG_AGO, cosine
    if said.pages & set(kept.sketch.pages):
        return True, Grouping.SAME_PAGE, 1.0
    same_place = any(said.here & place or place <= said.mentioned for place in kept.sketch.places)
    if said.here and kept.sketch.places and not same_place:
        return False, Grouping.OTHER_PLACE, cosine
    overlap = max((_jaccard(said.words, theirs) for theirs in kept.sketch.texts), default=0.0)
    if overlap >= SAME_WORDS:
        return True, Grouping.SAME_WORDS, overlap
    same_kind = playbook is not None and playbook in kept.sketch.playbooks
    enough = SAME_MEANING if not same_kind else SAME_KIND_HERE if same_place else SAME_KIND
    if cosine >= enough:
        return True, Grouping.SAME_MEANING, cosine
    return False, Grouping.OTHER_MATTER, cosine


def _jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / len(a | b) if a or b else 0.0
