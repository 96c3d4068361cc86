"""Another model in the settings, or another release, while incidents are open, hinders no alert."""

from __future__ import annotations

import numpy as np

from bot.grouping import absorb, decide, pack, unpack
from bot.model.reasons import Grouping
from tests.grouping.matters import NOW, WATER, alert, incident
from tests.grouping.readings import direction, heard

FIRST_RELEASE = {
    "texts": [["co mui", "dam nau", "dan khong", "khong dam", "may co", "mui dau", "nau an", "nuoc may"]],
    "pages": ["0123456789abcdef"],
    "places": [["song", "thuong"]],
    "playbooks": [WATER],
    "first_seen": NOW.isoformat(),
    "last_seen": NOW.isoformat(),
}
"""A sketch as the first release kept it: pairs of syllables, playbooks, and vectors that were not spread."""


def test_vectors_of_another_model_are_not_compared() -> None:
    wider = np.array([1.0, 0.0, 0.0], dtype=np.float32)
    fire = heard(alert("Cháy chợ"), None, wider, space="another")
    assert decide(fire, [incident()]).reason is Grouping.OTHER_MATTER
    same_words = decide(heard(alert(), None, wider, space="another"), [incident()])
    assert (same_words.incident_id, same_words.reason) == ("i1", Grouping.SAME_WORDS)


def test_after_joining_only_vectors_of_the_new_model_are_kept() -> None:
    wider = np.array([1.0, 0.0, 0.0], dtype=np.float32)
    grown = absorb(incident()[1], heard(alert(), WATER, wider, space="another"))
    again = unpack(grown.sketch.to_json(), pack(grown.vectors))
    assert [v.shape for v in again.vectors] == [(3,)]


def test_an_incident_of_the_first_release_is_still_found_by_its_words_and_kind() -> None:
    kept = unpack(FIRST_RELEASE, pack([direction(0)]))
    decision = decide(heard(alert(), WATER), [("i1", kept)])
    assert decision.incident_id == "i1"


def test_an_incident_of_the_first_release_goes_on_in_the_form_of_this_one() -> None:
    grown = absorb(unpack(FIRST_RELEASE, pack([direction(0)])), heard(alert(), WATER, direction(5)))
    again = unpack(grown.sketch.to_json(), pack(grown.vectors))
    assert again.sketch == grown.sketch
    assert [vector.tolist() for vector in again.vectors] == [direction(5).tolist()]
    assert again.sketch.pages == ("0123456789abcdef",)
