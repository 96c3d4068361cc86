"""Names in a text and in a place: what tells one matter's village, school or company from another's.

A name is a pair of neighbouring syllables, folded, that are written with capitals ("Vàm Xoài", "Lê Quảng"), or a pair
of the place that the sender gave. A hurried post writes no capitals; its pairs are held against the names of others.
"""

from __future__ import annotations

import re
from itertools import pairwise

import regex

from index.text import fold

READ = 6_000
"""Characters of a text that are looked at; one endless alert must not slow down all that follow."""

PLACE_READ = 500

GENERIC = frozenset(
    {
        *("tinh", "thanh", "pho", "tp", "tx", "huyen", "quan", "thi", "tran", "xa", "phuong", "dac", "khu"),
        *("thon", "ban", "ap", "xom", "to", "dan", "cong", "nghiep", "cum", "kcn"),
        *("duong", "ql", "lo", "cau", "cho", "song", "suoi", "kenh", "deo", "nui", "ho"),
        *("ubnd", "truong", "thpt", "thcs", "tieu", "hoc", "mam", "non", "benh", "vien", "an", "so", "y", "te", "bao"),
        *("ward", "commune", "district", "province", "city", "in", "the", "of"),
    }
)
"""Syllables that every place or institution may have: they tell none from another."""

_WORD = re.compile(r"[^\W_]+")
_ASCII = re.compile(r"[a-z0-9]+")
_CLAUSE = re.compile(r"[.!?:;…\n\"“”()]|, |- |– ")
_MARK = re.compile(r"\b[a-z]{1,4}[0-9]{1,4}\b")
_COMMUNE = regex.compile(
    r"\b(?i:xã|phường|thị trấn|đặc khu)\s+"
    r"(?:(?<=phường\s+)(?P<number>\d{1,2})\b|(?P<name>\p{Lu}[\p{L}’']*(?:[ -](?:\p{Lu}[\p{L}’']*|\d{1,4}\b)){0,3}))"
)
_COMMUNE_GIVEN = re.compile(r"(?:^|[,;/–-] *)(?:xa|phuong|thi tran|dac khu)\s+([a-z0-9]+(?:[ -][a-z0-9]+){0,3})")
_PROVINCE = re.compile(r"\btinh ([a-z]+ [a-z]+)")
_SHOUTED = 0.8
"""Share of capitalised words from which a clause is a headline in capitals, and its capitals say nothing."""


def names(text: str) -> frozenset[str]:
    """What may be names: pairs of capitalised neighbours, and marks like "km42"."""
    found = set(_MARK.findall(fold(text[:READ])))
    for clause in _CLAUSE.split(text[:READ]):
        words = _WORD.findall(clause)
        capital = [word[0].isupper() for word in words]
        if len(words) > 4 and sum(capital) > _SHOUTED * len(words):
            continue
        found.update(
            f"{fold(first)} {fold(second)}"
            for (first, big), (second, also_big) in pairwise(zip(words, capital, strict=True))
            if big and also_big
        )
    return frozenset(found)


def communes(text: str, place: str | None) -> frozenset[str]:
    """The communes, wards and townlets that a text or the sender names, folded, without the word for what they are.

    In a text only a name with capitals behind its kind counts ("xã Suối Vàng"); the sender's place needs no capitals.
    """
    place = (place or "")[:PLACE_READ]
    found = [match["name"] or match["number"] for match in _COMMUNE.finditer(f"{place} . {text[:READ]}")]
    return frozenset(map(fold, found)) | frozenset(_COMMUNE_GIVEN.findall(fold(place)))


def is_one_commune(name: str, other: str) -> bool:
    """True where two names may be of one commune; capitals behind a name may have been taken for a part of it."""
    one, two = name.split(), other.split()
    if any(part.isdigit() for part in one + two):
        return one == two
    shorter = min(len(one), len(two), 2)
    return one[:shorter] == two[:shorter]


def provinces(text: str) -> frozenset[str]:
    """The pairs that a text names a province by. Everything of a day is in one province: its name says nothing."""
    return frozenset(_PROVINCE.findall(fold(text[:READ])))


def place_words(place: str | None) -> frozenset[str]:
    """The words that tell one place from another, folded; none of a mere province."""
    words = _ASCII.findall(fold((place or "")[:PLACE_READ]))
    return frozenset() if words[:1] == ["tinh"] else frozenset(words) - GENERIC


def place_names(place: str | None) -> frozenset[str]:
    """The pairs of neighbours in a place's own name ("xã Đại Khiêng" → "dai khieng"), or its only word."""
    words = _ASCII.findall(fold((place or "")[:PLACE_READ]))
    if words[:1] == ["tinh"]:
        return frozenset()
    while words and words[0] in GENERIC:
        words = words[1:]
    return frozenset(f"{a} {b}" for a, b in pairwise(words)) or frozenset(words)
