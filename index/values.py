"""What goes into the index and what comes out: plain, frozen values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Engine = Literal["torch", "onnx", "onnx-int8"]
"""What runs the encoder's network; `index.encoding.encoder.load_encoder` says what each can."""

Progress = Callable[[int, int, str], None]
"""Called with (steps done, steps in all, what is being done); the last call has the first two equal."""


def no_progress(done: int, total: int, what: str) -> None:
    """The progress callback of somebody who does not want to hear."""


@dataclass(frozen=True)
class PlaybookProfile:
    """What the index knows of a playbook: its id, and texts that say what it is for.

    `examples` are what an ordinary alert about it reads like; `more_examples` are there for breadth, many of them odd.
    Both are learned from, but how sure to be is learned from the ordinary ones.
    """

    id: str
    name_vi: str
    name_en: str
    scope_vi: str
    scope_en: str
    examples: tuple[str, ...]
    more_examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Query:
    """An alert to be matched. Any field may be empty, long or nonsense; the model reads every language unasked."""

    title: str = ""
    summary: str = ""
    text: str = ""
    lang: str | None = None


class MatchReason(StrEnum):
    """Why a match is what it is."""

    CLEAR_MATCH = "clear_match"
    NOTHING_FITS = "nothing_fits"
    CANNOT_TELL_APART = "cannot_tell_apart"
    EMPTY_TEXT = "empty_text"
    NO_LETTERS = "no_letters"


@dataclass(frozen=True)
class Candidate:
    """A playbook that may fit: its probability (0..1) and, in at most 80 characters each, what spoke for it."""

    playbook: str
    confidence: float
    because: tuple[str, ...]


@dataclass(frozen=True)
class Match:
    """The answer to a query.

    Attributes:
        playbook: the id of the one that fits, or None: a person must choose.
        confidence: the probability that the first candidate is right, whether or not it was chosen; 0..1.
        none: the probability that no playbook fits; 0..1.
        candidates: the three most probable, most probable first (fewer only if fewer playbooks are indexed).
        reason: why this playbook, or why none.
    """

    playbook: str | None
    confidence: float
    candidates: tuple[Candidate, ...]
    reason: MatchReason
    none: float = 1.0
