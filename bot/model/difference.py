"""What changed between two texts, word by word, so that a tired person sees it at a glance.

Every channel shows the same difference of the same two texts: this one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import Match, SequenceMatcher
from enum import StrEnum
from itertools import accumulate
from typing import Final

import regex

MOST_STEPS: Final = 5_000_000
"""Pairs of equal words that are looked through for one difference; what is left then is shown as one change.

Two texts of 20,000 characters that share their vocabulary and nothing else need a fifth of it; one word over and over
would need hundreds of times as much.
"""

_ENDS: Final = frozenset(".!?;\n")

_WORDS: Final = regex.compile(
    r"""(\s*+)                                  # the space before
        ( (?P<word>[\w\p{M}\p{Cf}]++)           # a syllable with its marks, whichever way they are written
          (?: (?<=\d)[.,:/](?=\d) (?&word) )*+  # 1.250, 12,5, 13:05, 26/11/2026, Đ7.3 are one thing each
        | \X                                    # a sign, an emoji whole
        | \Z )                                  # the space behind everything""",
    regex.VERBOSE,
)


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

    @property
    def seen(self) -> str:
        """The text; where nothing but space came or went, a sign for each: ``␣``, ``↵``, other spaces by number."""
        if self.change not in (Change.ADDED, Change.REMOVED) or not self.text.isspace():
            return self.text
        line = "↵\n" if self.change is Change.ADDED else "↵"
        return "".join({" ": "␣", "\n": line}.get(ch, f"⟨U+{ord(ch):04X}⟩") for ch in self.text)


class Fate(StrEnum):
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
    pieces: tuple[Stretch, ...] = ()


def difference(old: str, new: str) -> tuple[Stretch, ...]:
    """The stretches that make ``new`` out of ``old``; between two unchanged ones, first what went, then what came.

    What is the same and added, put together, is ``new``; what is the same and removed is ``old``: to the character.
    """
    places: list[_Place] = []
    for place in _with_their_words(list(_places(old, new))):
        places.append(_joined(places.pop(), place) if places and _is_confetti(places[-1], place) else place)
    stretches: list[Stretch] = []
    for place in places:
        stretches.append(Stretch(Change.SAME, place.same))
        stretches += [Stretch(Change.REMOVED, place.gone), Stretch(Change.ADDED, place.come)]
    return tuple(stretch for stretch in stretches if stretch.text)


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


@dataclass(frozen=True, slots=True)
class _Place:
    """Something that stayed the same, what went behind it and what came instead."""

    same: str
    gone: str = ""
    come: str = ""


_Piece = tuple[str, str]
"""A word and the space before it. Words are compared, then the spaces of those that are equal."""


def _joined(last: _Place, place: _Place) -> _Place:
    return _place(last.same, last.gone + place.same + place.gone, last.come + place.same + place.come)


def _with_their_words(places: list[_Place]) -> Iterator[_Place]:
    """A sign alone is too small to be seen struck through or in bold: the word that it stands at is shown with it."""
    for number, place in enumerate(places):
        if _is_bare(place.gone) or _is_bare(place.come):
            later = places[number + 1] if number + 1 < len(places) else _Place("")
            before, behind = _at_the_end(place.same), _at_the_end(later.same[::-1])[::-1]
            if before:
                kept = place.same.removesuffix(before)
                place = places[number] = _Place(kept, before + place.gone, before + place.come)
            elif behind:
                place = places[number] = _Place(place.same, place.gone + behind, place.come + behind)
                places[number + 1] = replace(later, same=later.same.removeprefix(behind))
        yield place


def _is_bare(text: str) -> bool:
    return text.strip() != "" and not any(ch.isalnum() for ch in text)


def _at_the_end(text: str) -> str:
    """The last characters up to a space, if there is a letter or a digit among them."""
    last = text.split()[-1] if text and not text[-1].isspace() else ""
    return "" if _is_bare(last) else last


def _is_confetti(last: _Place, place: _Place) -> bool:
    """True where what stayed between two changes is shorter than both: words written anew are one change.

    Sentences and lines stay apart.
    """
    if not place.same:
        return True
    if not (place.gone or place.come) or not _ENDS.isdisjoint(place.same):
        return False
    return len(place.same) <= min(max(len(p.gone), len(p.come)) for p in (last, place))


def _places(old: str, new: str) -> Iterator[_Place]:
    """All places in reading order; only the first may begin with a change, only the last be without one."""
    same = gone = come = ""
    for step in _steps(_words(old), _words(new)):
        if step.same and (gone or come):
            yield _place(same, gone, come)
            same = gone = come = ""
        same, gone, come = same + step.same, gone + step.gone, come + step.come
    yield _place(same, gone, come)


def _steps(before: Sequence[_Piece], after: Sequence[_Piece]) -> Iterator[_Place]:
    words, new_words = [word for _, word in before], [word for _, word in after]
    runs = [(run.a, run.b, run.size) for run in _Bounded(words, new_words).get_matching_blocks()]
    a = c = 0
    for at, new_at, size in _ended(runs, words, new_words):
        if at > a or new_at > c:
            yield _Place("", _text(before[a:at]), _text(after[c:new_at]))
        a, c = at + size, new_at + size
        for (old_space, word), (new_space, _) in zip(before[at:a], after[new_at:c], strict=True):
            if old_space != new_space:
                yield _Place("", old_space, new_space)
                old_space = ""
            yield _Place(old_space + word)


_Run = tuple[int, int, int]
"""Where a run of equal words begins in the one text and in the other, and how many words it has."""


def _ended(runs: Sequence[_Run], words: Sequence[str], new_words: Sequence[str]) -> Iterator[_Run]:
    """The same runs, but a full stop ends its own sentence where the one behind a new sentence was taken for it.

    The last run is empty and stands behind everything.
    """
    a = c = 0
    for at, new_at, size in runs:
        if size and words[at] in _ENDS and (at > a or new_at > c):
            gone, come = words[a:at], new_words[c:new_at]
            if (words[at] in gone) != (words[at] in come):
                sign = (at, c + come.index(words[at])) if words[at] in come else (a + gone.index(words[at]), new_at)
                yield (*sign, 1)
                at, new_at, size = at + 1, new_at + 1, size - 1
        yield at, new_at, size
        a, c = at + size, new_at + size


def _place(same: str, gone: str, come: str) -> _Place:
    """The space that both have in front of them has not changed."""
    space, other = (text[: len(text) - len(text.lstrip())] for text in (gone, come))
    shared = space if space == other else ""
    return _Place(same + shared, gone.removeprefix(shared), come.removeprefix(shared))


def _text(pieces: Sequence[_Piece]) -> str:
    return "".join(space + word for space, word in pieces)


def _words(text: str) -> list[_Piece]:
    return [(match[1], match[2]) for match in _WORDS.finditer(text)]


class _Bounded(SequenceMatcher[str]):
    """Gives up after :data:`MOST_STEPS`: without, two thousand characters could hold everybody up for half a minute."""

    def __init__(self, before: Sequence[str], after: Sequence[str]) -> None:
        super().__init__(None, before, after, autojunk=False)
        often = Counter(after)
        self._cost = [0, *accumulate(1 + often[word] for word in before)]
        self._left = MOST_STEPS

    def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> Match:
        """The longest run that both have there; none when it would take too long to find."""
        self._left -= self._cost[-1 if ahi is None else ahi] - self._cost[alo]
        return super().find_longest_match(alo, ahi, blo, bhi) if self._left >= 0 else Match(alo, blo, 0)
