"""What one alert means to everybody who asks: read once, from one encoding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.values import Match


@dataclass(frozen=True)
class Reading:
    """Everything the index has to say of one alert.

    Attributes:
        match: the playbook that fits, as `PlaybookIndex.match` gives it.
        vector: float32 (d,), of length 1 and spread (`index.spread`); all 0 for a text without letters.
        space: vectors of two readings compare only if this is equal.
        kinds: the probability of every playbook.
        none: the probability that none fits; with `kinds` together 1.
        terms: the text's syllables and neighbouring pairs, folded, each with its rarity among the examples (1 for
            what every example has, the highest for what none has).
    """

    match: Match
    vector: npt.NDArray[np.float32]
    space: str
    kinds: Mapping[str, float]
    none: float
    terms: Mapping[str, float]
