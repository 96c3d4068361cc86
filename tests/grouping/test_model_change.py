"""Another model in the settings, while incidents are open, hinders no alert."""

from __future__ import annotations

import numpy as np

from bot.grouping import absorb, decide, pack, unpack
from bot.model.reasons import Grouping
from tests.grouping.test_decision import WATER, alert, incident


def test_vectors_of_another_model_are_not_compared() -> None:
    wider = np.array([1.0, 0.0, 0.0], dtype=np.float32)
    assert decide(alert("Cháy chợ"), wider, None, incident()).reason is Grouping.OTHER_MATTER
    same_words = decide(alert(), wider, None, incident())
    assert (same_words.incident_id, same_words.reason) == ("i1", Grouping.SAME_WORDS)


def test_after_joining_only_vectors_of_the_new_model_are_kept() -> None:
    wider = np.array([1.0, 0.0, 0.0], dtype=np.float32)
    grown = absorb(incident()[0][1], alert(), wider, WATER)
    again = unpack(grown.sketch.to_json(), pack(grown.vectors))
    assert [v.shape for v in again.vectors] == [(3,)]
