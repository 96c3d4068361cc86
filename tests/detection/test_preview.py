"""What another sensitivity would have done, and who decides."""

from __future__ import annotations

import numpy as np

from bot.detection.calendar import UTC_ONLY
from bot.detection.preview import ProposalReason, preview, propose
from bot.detection.tuning import Sensitivity
from tests.detection.topics import BIN, MIDNIGHT, usual


def test_the_preview_shows_the_last_four_weeks_for_each_sensitivity() -> None:
    counts = usual(35, rate=5)
    for day in range(1, 35, 3):
        counts[day * 288 + 150 : day * 288 + 157] = counts[day * 288 + 150 : day * 288 + 157] * 3 + 6
    found = preview(MIDNIGHT, counts, BIN, UTC_ONLY)
    assert len(found[Sensitivity.FEW]) < len(found[Sensitivity.MANY])
    assert len(found[Sensitivity.FEW]) <= len(found[Sensitivity.BALANCED]) <= len(found[Sensitivity.MANY])
    assert all(at > MIDNIGHT + 7 * 86_400 for times in found.values() for at in times)


def test_a_topic_without_bins_has_an_empty_preview() -> None:
    assert set(preview(MIDNIGHT, np.array([]), BIN).values()) == {()}


def test_mostly_false_alarms_propose_fewer() -> None:
    proposal = propose(Sensitivity.BALANCED, alerts=5, false_alarms=3, unheard=0)
    assert proposal is not None
    assert (proposal.sensitivity, proposal.reason) == (Sensitivity.FEW, ProposalReason.MOSTLY_FALSE_ALARMS)


def test_matters_that_went_unheard_propose_more() -> None:
    proposal = propose(Sensitivity.BALANCED, alerts=1, false_alarms=0, unheard=2)
    assert proposal is not None
    assert (proposal.sensitivity, proposal.reason) == (Sensitivity.MANY, ProposalReason.REAL_ONES_UNHEARD)


def test_a_press_or_two_propose_nothing_and_there_is_nothing_below_few() -> None:
    assert propose(Sensitivity.BALANCED, alerts=2, false_alarms=2, unheard=0) is None
    assert propose(Sensitivity.BALANCED, alerts=10, false_alarms=4, unheard=0) is None
    assert propose(Sensitivity.FEW, alerts=5, false_alarms=5, unheard=0) is None
    assert propose(Sensitivity.MANY, alerts=0, false_alarms=0, unheard=5) is None
