"""A machine may say the same more plainly, and nothing else: what it gives back is compared with what it was given.

A statement lives of its particulars: numbers, names, places, times, addresses, and of what is *not yet* and *not* so.
A rephrased text that brings one in, loses one or turns one round is thrown away, whatever else is good about it.
The comparison is strict on purpose: a text refused for nothing costs nobody anything, for nothing waits for it.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

import regex

from bot.drafting.values import strip_invisible
from bot.model.piles import unpiled
from bot.model.statement import canonical


class WordingFault(StrEnum):
    """Why a rephrased text is thrown away."""

    EMPTY = "empty"
    SHAPE = "shape"
    LENGTH = "length"
    MARKUP = "markup"
    NEW_NUMBER = "new_number"
    NEW_NAME = "new_name"
    NEW_ADDRESS = "new_address"
    LOST = "lost"
    TURNED = "turned"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Thrown:
    """A text that is not used: why, and the word that shows it."""

    fault: WordingFault
    word: str = ""


class Rephraser(Protocol):
    """A machine that says a draft more plainly."""

    @property
    def name(self) -> str:
        """What the record calls it."""
        ...

    async def rephrase(self, draft: str, lang: str) -> str:
        """What it makes of the draft, as it came.

        Raises:
            WordingUnavailable: there is nothing; the message says why.
        """
        ...


class WordingUnavailable(Exception):
    """There is no rephrased text; the message says why, without a secret. Nothing depends on it."""


LONGER: Final = 1.2
SHORTER: Final = 0.6
"""How much longer or shorter, in characters, the same may become."""

COUNTED: Final = 3
"""Words behind a number that say what it counts."""

_NUMBER = re.compile(r"\d(?:[\d.,:/\-–]*\d)?%?")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b(?:/\S*)?", re.IGNORECASE)
_WORD = regex.compile(r"\p{L}[\p{L}\p{M}’'-]*")
_SENTENCE = regex.compile(r"[.!?…:;\n\"“”(\[•–-]\s*")
_CLAUSE_END = re.compile(r"[.,;:!?…()\n]")
_MARKUP = frozenset("*_#<>[]{}|`~^\\")


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_COUNTED: Final = _words(
    "một hai ba bốn tư năm lăm sáu bảy tám chín mười mươi chục trăm nghìn ngàn vạn triệu tỷ tỉ rưỡi nửa "
    "đôi vài dăm mốt one two three four five six seven eight nine ten eleven twelve dozen dozens hundred "
    "hundreds thousand thousands million millions billion half several few"
)
"""Words that count. Some have other meanings, too; a text that brings one in for the first time is not used."""

_TURNING: Final = _words(
    "không chưa chẳng chớ đừng đã đang sẽ sắp vẫn còn hết được bị phải có thể cần nên mới chỉ từng mọi "
    "tất cả not no never none nor without yet already still will would may might must should can cannot "
    "only all any every"
)
"""Words that turn the meaning of what they stand with: each must come as often as before."""

_BEGINNERS: Final = _words(
    "hiện đến tại trong các những theo về để chúng người khi do với đồng ngoài mọi xin trước sau cơ lực "
    "ngành chính từ sự việc đây tính bên bà ông đề nghị qua nhằm cùng song tuy vì nếu the a an in on at "
    "as for from to we our this these there please currently according authorities residents"
)
"""What a sentence may begin with although it was not in the text before; a name may stand there, so others may not."""


def rephrased(original: str, proposal: str) -> str | Thrown:
    """The proposal as it may be used instead of ``original``, or why it may not be.

    Args:
        original: a canonical text, made from facts.
        proposal: what a machine made of it; anything at all.
    """
    text = canonical(strip_invisible(unpiled(proposal)).strip())
    if not text:
        return Thrown(WordingFault.EMPTY)
    for compare in (_shape, _brought_in, _lost, _turned, _moved):
        fault = compare(original, text)
        if fault is not None:
            return fault
    return text


def _shape(original: str, text: str) -> Thrown | None:
    """The first and the last paragraph are the province's own words: who speaks, when, and who answers for it."""
    before, after = original.split("\n\n"), text.split("\n\n")
    if len(before) != len(after) or before[0] != after[0] or before[-1] != after[-1]:
        return Thrown(WordingFault.SHAPE)
    if not SHORTER * len(original) <= len(text) <= LONGER * len(original) + 20:
        return Thrown(WordingFault.LENGTH, str(len(text)))
    marks = sorted((set(text) & _MARKUP) - set(original))
    return Thrown(WordingFault.MARKUP, marks[0]) if marks else None


def _brought_in(original: str, text: str) -> Thrown | None:
    for fault, found in (
        (WordingFault.NEW_ADDRESS, _addresses),
        (WordingFault.NEW_NUMBER, _numbers),
    ):
        new = Counter(found(text)) - Counter(found(original))  # said once more is new, too
        if new:
            return Thrown(fault, next(iter(new)))
    known = {word.lower() for word in _WORD.findall(original)}
    capital = set(_capitals(original))
    for word, begins in _in_capitals(text):
        if word in capital or (begins and (word.lower() in known or word.lower() in _BEGINNERS)):
            continue
        return Thrown(WordingFault.NEW_NAME, word)
    return None


def _lost(original: str, text: str) -> Thrown | None:
    gone = (Counter(_numbers(original)) - Counter(_numbers(text))) + (
        Counter(_addresses(original)) - Counter(_addresses(text))
    )
    names = [word for word, begins in _in_capitals(original) if not begins]
    gone += Counter(names) - Counter(_capitals(text))
    return Thrown(WordingFault.LOST, next(iter(gone))) if gone else None


def _turned(original: str, text: str) -> Thrown | None:
    def turning(of: str) -> Counter[str]:
        return Counter(word for word in map(str.lower, _WORD.findall(of)) if word in _TURNING)

    before, after = turning(original), turning(text)
    changed = sorted((before - after) + (after - before))
    return Thrown(WordingFault.TURNED, changed[0]) if changed else None


def _moved(original: str, text: str) -> Thrown | None:
    """Particulars that changed places: who was injured is not who died, and the unsafe water is another ward's."""
    names = frozenset(word for word, begins in _in_capitals(original) if not begins)
    before, after = _in_order(original, names), _in_order(text, names)
    if before == after:
        return None
    at = next((n for n, (old, new) in enumerate(zip(before, after, strict=False)) if old != new), 0)
    return Thrown(WordingFault.MOVED, (after or before)[at][0])


def _in_order(text: str, names: frozenset[str]) -> list[tuple[str, ...]]:
    """The particulars one after the other; numbers with what they count, the words that follow them directly."""
    found: list[tuple[int, tuple[str, ...]]] = []
    for number in _NUMBER.finditer(text):
        counted = _WORD.findall(_CLAUSE_END.split(text[number.end() : number.end() + 60], maxsplit=1)[0])
        found.append((number.start(), (number[0], *map(str.lower, counted[:COUNTED]))))
    for word in _WORD.finditer(text):
        if word[0] in names or word[0].lower() in _COUNTED or word[0].lower() in _TURNING:
            found.append((word.start(), (word[0].lower(),)))
    return [particular for _, particular in sorted(found)]


def _numbers(text: str) -> list[str]:
    counted = [word for word in map(str.lower, _WORD.findall(text)) if word in _COUNTED]
    odd = [letter for letter in text if letter.isnumeric() and not letter.isascii()]  # ², Ⅻ, 五
    return [*_NUMBER.findall(text), *odd, *counted]


def _addresses(text: str) -> list[str]:
    return [found.rstrip(".,;:)") for found in _ADDRESS.findall(text)]


def _capitals(text: str) -> list[str]:
    return [word for word, _ in _in_capitals(text)]


def _in_capitals(text: str) -> list[tuple[str, bool]]:
    """Every word with a capital letter, and whether it only begins a sentence (then the next word has none)."""
    found = []
    start = 0
    for part in [*_SENTENCE.finditer(text), None]:
        end = len(text) if part is None else part.start()
        words = _WORD.findall(text[start:end])
        for number, word in enumerate(words):
            if any(letter.isupper() for letter in word):
                followed = number + 1 < len(words) and words[number + 1][0].isupper()
                found.append((word, number == 0 and not followed and not any(c.isupper() for c in word[1:])))
        start = len(text) if part is None else part.end()
    return found
