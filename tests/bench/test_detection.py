"""The figures of detection hold: floors below what was measured, so that a change for the worse is seen."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest

from bot.detection.tuning import Sensitivity
from tests.bench.detection import crises, nab, realtweets, simulated
from tests.bench.detection.simulator import simulate


@pytest.fixture(scope="module")
def grid() -> realtweets.Grid:
    try:
        return realtweets.grid()
    except nab.NoData as missing:
        if os.environ.get("CI"):
            pytest.fail(str(missing))
        pytest.skip(f"not run: {missing}")


def test_nabs_rules_give_what_is_known_of_them(grid: realtweets.Grid) -> None:
    files = grid.files
    nothing = [np.array([], dtype=int) for _ in files]
    edges = [np.array([a for a, _ in file.windows]) for file in files]
    clock = [np.arange(0, len(file.times), 396) for file in files]
    folder = nab.folder()
    assert folder is not None
    labels = json.loads((folder / "combined_labels.json").read_text(encoding="utf-8"))
    oracle = [
        np.searchsorted(file.times, [nab.seconds(s) for s in labels[f"realTweets/Twitter_volume_{file.name}.csv"]])
        for file in files
    ]
    assert nab.score(files, nothing, "standard") == 0
    assert nab.score(files, edges, "low FN") == pytest.approx(100)
    assert nab.score(files, oracle, "standard") == pytest.approx(93.3, abs=0.05), "detection.md §1"
    assert nab.score(files, clock, "standard") == pytest.approx(35.2, abs=0.05), "detection.md §1"


def test_on_realtweets_no_regression(grid: realtweets.Grid) -> None:
    assert nab.score(grid.files, realtweets.alarms(grid), "standard") >= 72


def test_real_crises_are_found_within_five_minutes_of_their_fifth_mention() -> None:
    outcomes = [crises.judge(crisis) for crisis in crises.CRISES]
    assert sum(o.after_fifth is not None and o.after_fifth <= 5 for o in outcomes) >= 9


def test_simulated_topics_cry_wolf_rarely_and_are_heard_in_time() -> None:
    world = simulate("cox", 77, topics=40, weeks=5)
    (alerts,) = simulated.alerts_of([(world, Sensitivity.BALANCED)])
    found = simulated.judge(world, alerts)
    assert found.false_a_week <= 0.13
    assert found.share >= 0.75
