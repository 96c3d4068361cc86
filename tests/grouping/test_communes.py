"""That two alerts name other communes tells two matters apart: held on the development days, whose truth is known."""

from __future__ import annotations

from itertools import combinations

from bot.grouping.names import communes, is_one_commune
from tests.grouping.replay import days

LEAST_APART = 0.95
"""Share of the pairs with other communes that must be of two matters."""


def test_alerts_that_name_other_communes_are_hardly_ever_of_one_matter() -> None:
    of_two, pairs = 0, 0
    for day in days("development"):
        named = [(one.matter, communes(one.alert.text, one.alert.location.text)) for one in day]
        for (matter, here), (other, there) in combinations(named, 2):
            if here and there and not any(is_one_commune(a, b) for a in here for b in there):
                pairs += 1
                of_two += matter != other
    assert pairs > 100, "too few to tell"
    assert of_two / pairs >= LEAST_APART, f"{pairs - of_two} of {pairs} pairs are of one matter"
