"""Did the office publish exactly these words? The answer to a pasted text, from the published ones it resembles."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.model.difference import Stretch
from bot.model.public_changes import changes
from bot.model.public_text import loose

MOST_CHARACTERS = 20_000
"""Of a pasted text; a statement is far shorter."""

ALIKE = 0.6
"""Share of a published text's words that a copy must have kept to be called a changed copy of it."""

_HASH = re.compile(r"(?:sha-?256[:=\s]*)?([0-9a-f]{64})", re.IGNORECASE)


class Verdict(StrEnum):
    """What can be said of a text."""

    EXACT = "exact"
    """These words were published, all of them and no others; spaces and line ends aside."""
    WITHIN = "within"
    """These words were published, and the pasted text has others around them, which are not the office's."""
    ALTERED = "altered"
    """A published text with something changed."""
    UNKNOWN = "unknown"
    """Nothing like it was published."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A published text that the pasted one resembles. ``frame`` is what its page shows around it, in pieces."""

    text: str
    frame: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer. ``which`` are positions among the candidates; ``extra`` what stands around the published words."""

    verdict: Verdict
    which: tuple[int, ...] = ()
    extra: tuple[str, ...] = ()
    places: tuple[tuple[Stretch, ...], ...] = ()


def hash_in(asked: str) -> str | None:
    """The hash that somebody pasted instead of a text, in small letters; None when it is none."""
    found = _HASH.fullmatch("".join(asked.split())) or _HASH.fullmatch(asked.strip())
    return found[1].lower() if found else None


def judge(pasted: str, candidates: Sequence[Candidate]) -> Finding:
    """Compare a pasted text with the published ones it resembles."""
    rest = loose(pasted)
    within = []
    for which, candidate in sorted(enumerate(candidates), key=lambda c: -len(c[1].text)):
        words = loose(candidate.text)
        if words and (found := _whole(words, rest)) is not None:
            within.append(which)
            rest = f"{rest[: found.start()]} \n {rest[found.end() :]}"
    if within:
        frames = [piece for which in within for piece in candidates[which].frame]
        extra = _extra(rest, frames)
        return Finding(Verdict.WITHIN if extra else Verdict.EXACT, tuple(sorted(within)), extra)
    altered = None
    for which, candidate in enumerate(candidates):
        compared = changes(candidate.text, _without(pasted, candidate.frame))
        if compared.kept >= ALIKE and (altered is None or compared.kept > altered[0]):
            altered = (compared.kept, Finding(Verdict.ALTERED, (which,), places=compared.places))
    return altered[1] if altered else Finding(Verdict.UNKNOWN)


def _whole(words: str, text: str) -> re.Match[str] | None:
    """Where ``words`` stand in ``text`` as they are: followed and preceded by a space or nothing."""
    return re.search(rf"(?<!\S){re.escape(words)}(?!\S)", text)


def _extra(rest: str, frame: Iterable[str]) -> tuple[str, ...]:
    """What is left around the words without what our own pages put there."""
    for piece in sorted(set(filter(None, map(loose, frame))), key=len, reverse=True):
        rest = re.sub(rf"(?<!\S){re.escape(piece)}(?!\S)", "\n", rest)
    left = (" ".join(part.split()) for part in rest.split("\n"))
    return tuple(part for part in left if any(letter.isalnum() for letter in part))


def _without(pasted: str, frame: Iterable[str]) -> str:
    """The pasted text without lines that our own pages put around a statement."""
    known = set(map(loose, frame))
    return "\n".join(line for line in pasted.split("\n") if loose(line) not in known)
