"""Libraries beside ours: statsforecast and river in environments of their own, seasonal naive here.

An environment is made on the first run, below the model cache; where it cannot be made the bench says so and goes on
without that library.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path
from typing import Final

import numpy as np

from tests.bench.matching.semantic_router import CannotInstall, environment
from tests.index.material import MODEL_CACHE

STATSFORECAST: Final = "statsforecast==2.1.1"
RIVER: Final = "river==0.26.1"
_JOB: Final = Path(__file__).with_name("rivals_job.py")


def holt_winters(histories: np.ndarray) -> tuple[np.ndarray, float] | str:
    """Quantiles (forecasts, 5, 24) and seconds a forecast; or why there are none."""
    with tempfile.TemporaryDirectory() as folder:
        given, found = Path(folder) / "in.npy", Path(folder) / "out.npy"
        np.save(given, histories)
        said = _run(STATSFORECAST, "holtwinters", str(given), str(found))
        return said if isinstance(said, str) else (np.load(found), said)


def river_seconds() -> float | str:
    """Seconds an update of river's fastest scorer; or why it was not run."""
    return _run(RIVER, "river")


def seasonal_naive(histories: np.ndarray, season: int = 24) -> np.ndarray:
    """Repeat the last season, with the quantiles of what repeating it missed in the history (log1p)."""
    y = np.log1p(histories)
    missed = y[:, season:] - y[:, :-season]
    offsets = np.quantile(missed, (0.025, 0.1, 0.5, 0.9, 0.975), axis=1).T
    offsets[:, 2] = 0
    last = np.tile(y[:, -season:], (1, 24 // season + 1))[:, :24]
    return np.maximum(np.expm1(last[:, None, :] + offsets[:, :, None]), 0)


def _run(requirement: str, *arguments: str) -> float | str:
    try:
        python = environment(MODEL_CACHE / f"rival-{requirement.partition('=')[0]}", requirement)
        command = [str(python), str(_JOB), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    except (CannotInstall, subprocess.SubprocessError) as error:
        return f"{requirement} NOT RUN: {str(error).splitlines()[0] if str(error) else type(error).__name__}"
    return float(done.stdout.split()[-1])
