"""The least that an evaluation must reach, and what it fell short of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from index.evaluation import Evaluation


@dataclass(frozen=True)
class Floor:
    """The least share of each figure, 0 to 1; `ece` alone is a ceiling."""

    first_guess: float
    among_three: float
    styles: Mapping[str, float]
    none_auroc: float
    kept: float
    refused: float
    ece: float


@dataclass(frozen=True)
class Shortfall:
    """A figure that is not good enough."""

    figure: str
    reached: float
    asked: float


def shortfalls(evaluation: Evaluation, floor: Floor) -> tuple[Shortfall, ...]:
    """Every figure below its floor. A figure that is not a number (nothing was measured) falls short too."""
    return tuple(one for one in _compared(evaluation, floor) if not one.reached >= one.asked) + (
        () if evaluation.ece <= floor.ece else (Shortfall("calibration error at most", evaluation.ece, floor.ece),)
    )


def _compared(evaluation: Evaluation, floor: Floor) -> Iterator[Shortfall]:
    yield Shortfall("first guess", evaluation.first_guess, floor.first_guess)
    yield Shortfall("right one among three", evaluation.among_three, floor.among_three)
    for style, least in floor.styles.items():
        found = evaluation.by_style.get(style)
        yield Shortfall(f"first guess, {style}", found.first if found else float("nan"), least)
    yield Shortfall("AUROC of none", evaluation.none_auroc, floor.none_auroc)
    yield Shortfall("real ones kept", evaluation.kept, floor.kept)
    yield Shortfall("unrelated refused", evaluation.refused, floor.refused)
