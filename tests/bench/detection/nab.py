"""The realTweets part of the Numenta Anomaly Benchmark, scored by its rules (nab/sweeper.py, nab/scorer.py of NAB 1.1).

Written anew from the rules: of each window only the earliest alarm counts, by a sigmoid over the window; a window
without one costs the weight of a miss; every row with an alarm outside costs by how far past the last window it
lies. The first 15 % of a file (750 rows at most) are not scored. 0 is a detector that never alarms, 100 one that
alarms at every window's first row.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import exp
from pathlib import Path
from typing import Final

import numpy as np

REPOSITORY: Final = Path(__file__).resolve().parents[3]
PUBLISHED: Final = (
    # name, standard / low-FP / low-FN at the published threshold, and at the best threshold on realTweets itself
    ("ARTime", (81.84, 70.08, 87.89), (83.17, 74.58, 88.78)),
    ("contextOSE", (74.48, 73.13, 76.48), (74.48, 73.13, 76.93)),
    ("earthgecko Skyline", (68.93, 45.32, 78.28), (68.93, 45.32, 78.28)),
    ("Numenta HTM", (68.02, 61.06, 72.62), (69.35, 63.55, 73.50)),
    ("KNN CAD", (64.29, 42.16, 73.17), (64.29, 42.16, 73.46)),
    ("relative entropy", (59.76, 55.01, 63.07), (59.76, 55.01, 63.07)),
    ("Twitter ADVec", (59.62, 35.82, 69.04), (59.62, 35.82, 69.04)),
    ("windowed Gaussian", (51.41, 16.33, 64.58), (51.41, 16.33, 64.58)),
    ("random cut forest", (48.13, 46.90, 62.25), (62.93, 50.15, 69.96)),
    ("Etsy Skyline", (29.40, 31.84, 50.91), (47.60, 31.84, 53.95)),
)
"""NAB's stored results, read off with its own scorer (shared/reference/detection.md, section 1)."""

PROFILES: Final = {"standard": (0.11, 1.0), "low FP": (0.22, 1.0), "low FN": (0.11, 2.0)}
"""Weight of a false alarm, weight of a miss; a hit weighs 1 in each."""
_BEST_HIT: Final = 2 / (1 + exp(-5)) - 1


class NoData(SystemExit):
    """The series are not there; the bench cannot say anything about them."""


@dataclass(frozen=True)
class File:
    """A series: seconds since 1970 and counts a row, and windows as first and last row."""

    name: str
    times: np.ndarray
    counts: np.ndarray
    windows: tuple[tuple[int, int], ...]

    @property
    def probation(self) -> int:
        """How many rows at the beginning are not scored."""
        return min(int(0.15 * len(self.times)), 750)


def folder() -> Path | None:
    """Where the series lie: `shared/data/nab-realtweets` beside the checkout, or beside the main checkout."""
    candidates = [parent / "shared/data/nab-realtweets" for parent in REPOSITORY.parents]
    return next((c for c in candidates if (c / "combined_windows.json").is_file()), None)


def load() -> list[File]:
    """The ten series.

    Raises:
        NoData: they are not beside the checkout.
    """
    where = folder()
    if where is None:
        raise NoData("NAB realTweets is missing: expected ../shared/data/nab-realtweets beside the checkout")
    windows = json.loads((where / "combined_windows.json").read_text(encoding="utf-8"))
    files = []
    for path in sorted(where.glob("Twitter_volume_*.csv")):
        with path.open(encoding="utf-8", newline="") as opened:
            rows = list(csv.DictReader(opened))
        times = np.array([seconds(row["timestamp"]) for row in rows])
        counts = np.array([float(row["value"]) for row in rows], dtype=np.float32)
        spans = [(seconds(a), seconds(b)) for a, b in windows[f"realTweets/{path.name}"]]
        at = [(int(np.searchsorted(times, a)), int(np.searchsorted(times, b, "right")) - 1) for a, b in spans]
        files.append(File(path.stem.removeprefix("Twitter_volume_"), times, counts, tuple(at)))
    return files


def score(files: Sequence[File], alarms: Sequence[np.ndarray], profile: str) -> float:
    """NAB's normalised score of alarms (row numbers of each file)."""
    false_weight, miss_weight = PROFILES[profile]
    total, windows = 0.0, sum(len(file.windows) for file in files)
    for file, rows in zip(files, alarms, strict=True):
        best = [-miss_weight] * len(file.windows)
        for row in rows:
            if row < file.probation:
                continue
            inside = next((n for n, (a, b) in enumerate(file.windows) if a <= row <= b), None)
            if inside is None:
                total += false_weight * _beyond(file, int(row))
            else:
                left, right = file.windows[inside]
                best[inside] = max(best[inside], _sigmoid(-(right - row + 1) / (right - left + 1)) / _BEST_HIT)
        total += sum(best)
    return 100 * (total + miss_weight * windows) / ((1 + miss_weight) * windows)


def hits(files: Sequence[File], alarms: Sequence[np.ndarray]) -> tuple[int, float]:
    """How many windows were hit, and alarms outside of them a topic-week."""
    hit, outside, weeks = 0, 0, 0.0
    for file, rows in zip(files, alarms, strict=True):
        scored = [int(row) for row in rows if row >= file.probation]
        hit += sum(any(a <= row <= b for row in scored) for a, b in file.windows)
        outside += sum(not any(a <= row <= b for a, b in file.windows) for row in scored)
        weeks += (len(file.times) - file.probation) / 2016
    return hit, outside / weeks


def _beyond(file: File, row: int) -> float:
    past = [(a, b) for a, b in file.windows if b < row]
    if not past:
        return -1.0
    left, right = past[-1]
    return _sigmoid((row - right) / (right - left))


def _sigmoid(position: float) -> float:
    return -1.0 if position > 3 else 2 / (1 + exp(5 * position)) - 1


def seconds(stamp: str) -> float:
    """A time stamp of the data set, which says no zone, as seconds since 1970."""
    return datetime.fromisoformat(stamp).replace(tzinfo=UTC).timestamp()
