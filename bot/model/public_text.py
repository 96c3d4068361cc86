"""How words in public are looked for: by their letters, with or without accents, and by the sentences they are made of.

Nothing here is ever shown or hashed as the approved text; the canonical form of that is in :mod:`bot.model.statement`.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass

from bot.model.piles import unpiled
from bot.model.plain_latin import plain_latin
from bot.model.statement import canonical

MAX_WORDS = 8
"""What one search may ask for; the rest of a longer one is left out."""

MAX_WORD = 64
"""Characters of a word that an index keeps."""

MAX_QUERY = 200
"""Characters of a search that are read."""

SHORT_PASSAGE = 3
"""Passages of fewer words say nothing about where they come from."""

_UNSEEN = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
"""Soft hyphens, zero-width spaces and byte order marks: what copying brings along. Marks that turn the direction of
reading are not among them, for they change what a person reads."""

_SPACES = re.compile(r"\s+")
_NO_WORD = re.compile(r"[\W_]+")
_NO_LETTER = re.compile(r"[\W\d_]+")
_SURROGATES = re.compile("[\ud800-\udfff]")
_BETWEEN_PASSAGES = re.compile(r"(?<=[.!?;:…])\s+|\n")
"""Blanks around a line end are left to :func:`loose`: looking for them here takes the square of a long run of them."""

_ASKED = re.compile(r'"([^"]*)"|(\S+)')


def readable(text: str) -> str:
    """What somebody sent, in canonical form, without halves of characters, which no hash can be taken of.

    Marks are taken off where they are piled up to keep us busy.
    """
    return canonical(unpiled(_SURROGATES.sub("\ufffd", text)))


def loose(text: str) -> str:
    """The text with every run of spaces and line ends as one space, and without characters that nobody sees."""
    return _SPACES.sub(" ", _UNSEEN.sub("", canonical(text))).strip()


def loose_sha256(text: str) -> str:
    """Hex SHA-256 of :func:`loose`: equal for texts that differ in nothing but spaces and line ends."""
    return hashlib.sha256(loose(text).encode("utf-8")).hexdigest()


def accented_words(text: str) -> str:
    """Lower-case words with single spaces, accents kept."""
    return _NO_WORD.sub(" ", unicodedata.normalize("NFC", canonical(text).casefold())).strip()


def plain_words(text: str) -> str:
    """Lower-case words with single spaces, accents dropped: ``Nước máy`` → ``nuoc may``."""
    return _NO_WORD.sub(" ", plain_latin(canonical(text))).strip()


def words_of(plain: str) -> frozenset[str]:
    """The different words of a text or phrase in plain letters, as an index keeps them: long ones cut."""
    return frozenset(word[:MAX_WORD] for word in plain.split(" ") if word)


def passages(text: str) -> tuple[str, ...]:
    """The lines and sentences of a text, loosely: what is compared to find out where a text was changed."""
    return tuple(filter(None, (loose(piece) for piece in _BETWEEN_PASSAGES.split(canonical(text)))))


def passage_digests(text: str) -> frozenset[int]:
    """A number of 63 bits for each passage, the same whatever its figures, accents, case and punctuation are.

    A text of short passages only is one passage.
    """
    letters = [_NO_LETTER.sub(" ", plain_latin(canonical(passage))).strip() for passage in passages(text)]
    telling = [words for words in letters if words.count(" ") + 1 >= SHORT_PASSAGE]
    return frozenset(map(_digest, telling or [" ".join(letters)]))


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that must stand side by side. ``accented`` ones are looked for with their accents."""

    words: str
    accented: bool

    @property
    def plain(self) -> str:
        """The same without accents."""
        return plain_words(self.words)


def asked_for(query: str) -> tuple[Phrase, ...]:
    """What a search asks for, all of it: words, and phrases between quotation marks.

    A word typed without accents finds the accented one; a word typed with accents finds only itself.
    """
    asked = readable(query[:MAX_QUERY])
    phrases: dict[str, Phrase] = {}
    for quoted, word in _ASKED.findall(asked):
        accented, plain = accented_words(quoted or word), plain_words(quoted or word)
        if plain:
            phrases.setdefault(accented, Phrase(plain if accented == plain else accented, accented != plain))
    return tuple(phrases.values())[:MAX_WORDS]


def _digest(words: str) -> int:
    return int.from_bytes(hashlib.sha256(words.encode("utf-8")).digest()[:8]) >> 1
