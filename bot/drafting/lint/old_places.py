"""Names of places in a statement, held against those that the organisation knows: former ones, and misspelt ones."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from functools import lru_cache
from typing import Final

import regex

from bot.drafting.lint.context import LintContext, Text
from bot.drafting.lint.dialect import compiled
from bot.drafting.lint.normal import spelling
from bot.locale import LOCAL
from bot.model.place import KINDS, Place, plain

Found = tuple[int, int, str]

_SAID_TO_BE_OLD: Final = compiled(
    r"\(cũ\)|cũ|trước đây|trước kia|trước khi sáp nhập|trước sáp nhập|nay là|former|formerly"
)
_NEAR: Final = 40
_MORE_OF_A_NAME: Final = regex.compile(r" \p{Lu}\p{Ll}")


def old_places(text: Text, context: LintContext) -> Iterator[Found]:
    """Names that no place has any more on the day of the incident, unless the text says that they are old."""
    current = {plain(place.name) for place in _on(context, current=True)}
    for place, start, end in _named(text, _on(context, current=False)):
        near = text.normal.text[max(0, start - _NEAR) : end + _NEAR]
        if plain(place.name) not in current and _SAID_TO_BE_OLD.search(near) is None:
            today = [context.unit_names[unit] for unit in place.units if unit in context.unit_names]
            yield start, end, ", ".join(today)


def misspelt_places(text: Text, context: LintContext) -> Iterator[Found]:
    """Names of today's places with other letters, marks or capitals than the organisation's list has."""
    known = list(_on(context, current=True))
    right = {_own(spelling(place.name)) for place in known}
    right |= {name.upper() for name in right}
    for place, start, end in _named(text, known):
        if _own(text.normal.text[start:end]) not in right:
            yield start, end, place.name


def _own(name: str) -> str:
    """A place's own name, without the word or two for its kind: ``thị trấn Suối Vàng`` → ``Suối Vàng``."""
    words = name.split()
    kind = 2 if plain(" ".join(words[:2])) in KINDS else 1
    return " ".join(words[kind:])


def _on(context: LintContext, *, current: bool) -> Iterator[Place]:
    at = datetime.combine(context.day, time(12), LOCAL)
    return (place for place in context.places.places if place.is_current(at) is current)


def _named(text: Text, places: Iterator[Place] | list[Place]) -> Iterator[tuple[Place, int, int]]:
    """The places whose name with its kind stands in the text, whatever its marks; once for each place in the text."""
    words = f" {plain(text.normal.text)} "
    taken: set[tuple[int, int]] = set()
    for place in places:
        if f" {plain(place.name)} " not in words:
            continue
        for found in _pattern(place.name).finditer(text.normal.text):
            longer = _MORE_OF_A_NAME.match(text.normal.text, found.end())
            if found.span() not in taken and longer is None:
                taken.add(found.span())
                yield place, found.start(), found.end()


@lru_cache(maxsize=8192)
def _pattern(name: str) -> regex.Pattern[str]:
    """The name, in which every vowel may carry any mark."""
    return compiled("".join(_CLASSES.get(letter, letter) for letter in plain(name)))


_CLASSES: Final = {
    "a": "[aàáảãạăằắẳẵặâầấẩẫậ]",
    "e": "[eèéẻẽẹêềếểễệ]",
    "i": "[iìíỉĩịyỳýỷỹỵ]",
    "o": "[oòóỏõọôồốổỗộơờớởỡợ]",
    "u": "[uùúủũụưừứửữự]",
    "y": "[yỳýỷỹỵiìíỉĩị]",
    "d": "[dđ]",
}
