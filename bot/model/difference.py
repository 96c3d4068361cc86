"""What changed between two texts, word by word, so that a tired person sees it at a glance."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

SHORT = 6
"""Characters between two changes that are shown as part of them: a sentence written anew is no confetti."""

_PIECES = re.compile(r"\n|[^\S\n]+|\w+|[^\w\s]")


class Change(StrEnum):
    """What happened to a stretch of text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    SKIPPED = "skipped"
    """Unchanged lines that an excerpt leaves out; its text is empty."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of characters that shares one fate."""

    change: Change
    text: str


def difference(old: str, new: str) -> tuple[Stretch, ...]:
    """The stretches that make ``new`` out of ``old``; between two unchanged ones, first what went, then what came.

    What is the same and added, put together, is ``new``; what is the same and removed is ``old``: to the character.
    """
    before, after = _PIECES.findall(old), _PIECES.findall(new)
    stretches: list[Stretch] = []
    removed = added = ""
    opcodes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for position, (what, a, b, c, d) in enumerate(opcodes):
        gone, come = "".join(before[a:b]), "".join(after[c:d])
        between = 0 < position < len(opcodes) - 1
        if what == "equal" and not (between and len(gone) <= SHORT and "\n" not in gone):
            stretches += _changed(removed, added)
            removed = added = ""
            stretches.append(Stretch(Change.SAME, gone))
        else:
            removed += gone
            added += come
    return (*stretches, *_changed(removed, added))


def excerpt(stretches: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """The lines in which something changed, and a mark where unchanged lines were left out."""
    shown: list[Stretch] = []
    for position, stretch in enumerate(stretches):
        if stretch.change is not Change.SAME:
            shown.append(stretch)
            continue
        first, _, rest = stretch.text.partition("\n")
        middle, _, last = rest.rpartition("\n")
        head = first + "\n" if position > 0 else ""
        tail = last if position < len(stretches) - 1 else ""
        if "\n" not in stretch.text or (not middle.strip() and head and tail):
            shown.append(stretch)
        else:
            parts = (Stretch(Change.SAME, head), Stretch(Change.SKIPPED, ""), Stretch(Change.SAME, tail))
            shown += [part for part in parts if part.text or part.change is Change.SKIPPED]
    return tuple(shown)


def _changed(removed: str, added: str) -> list[Stretch]:
    return [s for s in (Stretch(Change.REMOVED, removed), Stretch(Change.ADDED, added)) if s.text]
