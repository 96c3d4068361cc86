"""Identifiers: opaque ids for machines, short codes for thumbs."""

from __future__ import annotations

import hashlib

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0 and O, no 1, I and L, no U (read as V): a code is read aloud over the telephone at night."""

CODE_LENGTH = 3


def code_from(seed: bytes, attempt: int = 0, letters_and_digits: int = CODE_LENGTH) -> str:
    """A typable code such as ``7K2`` from ``seed``; a taken code is avoided by the next ``attempt``.

    The first character is a digit and one letter follows, so that a code never spells a word or a number.
    """
    digest = hashlib.sha256(seed + attempt.to_bytes(4, "big")).digest()
    digits, letters = CODE_ALPHABET[:8], CODE_ALPHABET[8:]
    length = letters_and_digits + attempt // 2000
    tail = "".join(CODE_ALPHABET[b % len(CODE_ALPHABET)] for b in digest[2:length])
    return digits[digest[0] % len(digits)] + letters[digest[1] % len(letters)] + tail


def normalise_code(text: str) -> str:
    """A code as a person typed it, made comparable: spaces and a leading ``#`` dropped, upper case."""
    return text.strip().lstrip("#").upper()
