"""The range in which nineteen of twenty bins of a topic lie, kept honest by watching how often it was left.

The form is that of a gamma distribution with the expected mean and the topic's scatter (Wilson and Hilferty 1931); its
width is then learned: each bin outside widens that side, each inside narrows it a little (Gibbs and Candès 2021).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from bot.detection.state import Array

FIELDS: Final = (("widen_low", 1), ("widen_high", 1))
_Z: Final = np.float32(1.96)
_OUTSIDE: Final = np.float32(0.025)
_STEP: Final = np.float32(0.02)
_MOST: Final = np.float32(1.5)


def band(mean: Array, variance: Array, widen_low: Array, widen_high: Array) -> tuple[Array, Array]:
    """Low and high end for counts of that mean and variance; widths are powers of e on 1.96 deviations."""
    shape = np.maximum(mean * mean / np.maximum(variance, np.float32(1e-9)), np.float32(0.02))
    ninth = 1 / (9 * shape)
    root = np.sqrt(ninth)
    below = np.maximum(1 - ninth - _Z * np.exp(widen_low) * root, 0)
    above = np.maximum(1 - ninth + _Z * np.exp(widen_high) * root, 0)
    low, high = mean * below * below * below, mean * above * above * above  # a power of 3 is ten times slower
    return np.minimum(low, mean), np.maximum(high, mean + 1)


def learn(counts: Array, low: Array, high: Array, known: Array, widen_low: Array, widen_high: Array) -> None:
    """Move both widths by what a bin showed."""
    for width, outside in ((widen_low, counts < low), (widen_high, counts > high)):
        width += _STEP * known * (outside - _OUTSIDE)
        np.clip(width, -_MOST, _MOST, out=width)
