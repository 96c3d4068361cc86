"""What changed between two texts, word by word, so that a tired person sees it at a glance."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_PIECES = re.compile(r"\n|[^\S\n]+|\w+|[^\w\s]")


class Change(StrEnum):
    """What happened to a stretch of text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of characters that shares one fate."""

    change: Change
    text: str


def difference(old: str, new: str) -> tuple[Stretch, ...]:
    """The stretches that make ``new`` out of ``old``.

    What is the same and added, put together, is ``new``; what is the same and removed is ``old``: to the character.
    """
    before, after = _PIECES.findall(old), _PIECES.findall(new)
    stretches: list[Stretch] = []
    for what, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            stretches.append(Stretch(Change.SAME, "".join(before[a:b])))
            continue
        if a < b:
            stretches.append(Stretch(Change.REMOVED, "".join(before[a:b])))
        if c < d:
            stretches.append(Stretch(Change.ADDED, "".join(after[c:d])))
    return tuple(_joined(stretches))


def _joined(stretches: list[Stretch]) -> list[Stretch]:
    """A lone space between two changed words belongs to the change: otherwise a new sentence reads as confetti."""
    joined: list[Stretch] = []
    for position, stretch in enumerate(stretches):
        lone = stretch.change is Change.SAME and stretch.text == " " and 0 < position < len(stretches) - 1
        parts = [Stretch(Change.REMOVED, " "), Stretch(Change.ADDED, " ")] if lone else [stretch]
        joined.extend(parts)
    return _grouped(joined)


def _grouped(stretches: list[Stretch]) -> list[Stretch]:
    """Between two unchanged stretches, all that went first and then all that came."""
    grouped: list[Stretch] = []
    removed = added = ""
    for stretch in [*stretches, Stretch(Change.SAME, "")]:
        if stretch.change is Change.REMOVED:
            removed += stretch.text
        elif stretch.change is Change.ADDED:
            added += stretch.text
        else:
            grouped += [s for s in (Stretch(Change.REMOVED, removed), Stretch(Change.ADDED, added)) if s.text]
            removed = added = ""
            if stretch.text:
                grouped.append(stretch)
    return grouped
