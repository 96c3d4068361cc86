"""What changed between two versions, text by text: what the comparison finds and every channel can show."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Sign(Enum):
    """What became of a stretch of words."""

    KEPT = "="
    GONE = "-"
    NEW = "+"


class Fate(Enum):
    """What became of one text of a version."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class ComparedText:
    """One text of two versions: ``key`` as ``vi/full``, ``pieces`` in reading order, none where it is the same."""

    key: str
    fate: Fate
    pieces: tuple[tuple[Sign, str], ...] = ()
