"""What is typed about facts, texts and publications: an answer, a confirmation, a text more or less, a draft anew."""

from __future__ import annotations

import re
import unicodedata

from bot.model.commands import (
    AddText,
    AnswerDoubt,
    AnswerFact,
    AskFact,
    AskTexts,
    AskUnits,
    Command,
    ConfirmFact,
    DraftAnew,
    DropText,
    Invalid,
    ShowIncident,
    ShowTexts,
    WriteText,
)
from bot.model.plain_latin import plain_latin
from bot.model.reasons import Reason

_APPEARED = {
    **dict.fromkeys(("co", "roi", "da dang", "dang roi", "da thay", "thay roi", "co roi", "yes"), True),
    **dict.fromkeys(("khong", "chua", "chua dang", "chua thay", "khong thay", "khong co", "chua co", "no"), False),
}
"""How people say that a publication is there, and that it is not; what is longer is read first."""

_VERSION = re.compile(r"(?:^|\s)b[aả]n\s+([1-9][0-9]{0,4})(?=\s|$)", re.IGNORECASE)


def fact(ref: str, tail: str, seen: int) -> Command:
    """``/dulieu 7K2`` lists the facts, ``/dulieu 7K2 slot`` asks for one, with a value it is confirmed at once."""
    slot, _, value = tail.partition(" ")
    return ConfirmFact(ref, slot.lower(), value.strip()) if value.strip() else AskFact(ref, slot.lower())


def question(ref: str, tail: str, seen: int) -> Command:
    """``/hoi 7K2 donvi`` asks the units; with a slot it asks here, with a value it notes the answer."""
    slot, _, value = tail.partition(" ")
    if plain_latin(tail).replace(" ", "").startswith("donvi"):
        about = tail.split()[1:] if plain_latin(slot) == "donvi" else tail.split()[2:]
        return AskUnits(ref, about[0].lower() if about else "")
    return AnswerFact(ref, slot.lower(), value) if value.strip() else AskFact(ref, slot.lower())


def anew(ref: str, tail: str, seen: int) -> Command:
    """``/soanlai 7K2``; ``/soanlai 7K2 bỏ`` gives a text written by hand up."""
    if not tail:
        return DraftAnew(ref)
    return DraftAnew(ref, discard=True) if plain_latin(tail.strip()) == "bo" else Invalid(Reason.USAGE.value)


def see(ref: str, tail: str, seen: int) -> Command:
    """``/xem 7K2`` posts the card anew; ``/xem 7K2 loa`` shows one text whole, ``/xem 7K2 het`` every one."""
    return ShowTexts(ref, tail) if tail else ShowIncident(ref)


def text(ref: str, tail: str, seen: int) -> Command:
    """``/bienthe 7K2``; ``/bienthe 7K2 loa`` makes one, with words after it they are the text; ``bo loa`` drops it."""
    name, _, words = tail.partition(" ")
    if not name:
        return AskTexts(ref)
    if plain_latin(name) == "bo":
        return DropText(ref, words, seen or None)
    return WriteText(ref, name, words, seen or None) if words.strip() else AddText(ref, name)


def appeared(ref: str, tail: str, seen: int) -> Command:
    """``/dadang 7K2 có``, ``/dadang 7K2 kênh telegram chưa``, ``/dadang 7K2 newsroom bản 2 không``."""
    said = tail.rstrip(" .!").split()
    for words in (2, 1):
        answer = _APPEARED.get(plain_latin(" ".join(said[-words:]))) if len(said) >= words else None
        if answer is not None:
            named = unicodedata.normalize("NFC", " ".join(said[:-words]))
            number = _VERSION.search(named)
            return AnswerDoubt(ref, _VERSION.sub(" ", named).strip(), answer, int(number[1]) if number else None)
    return Invalid(Reason.USAGE.value)
