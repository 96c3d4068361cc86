"""``/tindon`` as it is typed: a claim, its label with evidence and verifier, its impact, its answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from bot.model.commands import Command, Invalid, LabelRumour, ListRumours, NoteRumour, WeighRumour
from bot.model.plain_latin import plain_latin
from bot.model.reasons import Reason
from bot.model.rumour import Answer, Impact, Label

_LABELS: Mapping[str, Label] = MappingProxyType(
    {
        "tin gia": Label.FAKE,
        "gia": Label.FAKE,
        "tin sai su that": Label.FALSE,
        "tin sai": Label.FALSE,
        "sai": Label.FALSE,
        "tin xac thuc": Label.AUTHENTIC,
        "xac thuc": Label.AUTHENTIC,
        "that": Label.AUTHENTIC,
    }
)
_IMPACTS: Mapping[str, Impact] = MappingProxyType({"thap": Impact.LOW, "vua": Impact.MEDIUM, "cao": Impact.HIGH})
_ANSWERS: Mapping[str, Answer] = MappingProxyType(
    {
        "theo doi": Answer.WATCH,
        "thong tin": Answer.INFORM,
        "dinh chinh": Answer.CORRECT,
        "yeu cau cai chinh": Answer.DEMAND_CORRECTION,
        "chuyen": Answer.REFER,
    }
)
_EVIDENCE = re.compile(r"^(?:bằng chứng|bang chung|evidence)\s*[:：]?\s*(.+)$", re.IGNORECASE | re.DOTALL)
_VERIFIER = re.compile(
    r"^(?:xác minh|xac minh|người xác minh|nguoi xac minh|verifier)\s*[:：]?\s*(.+)$", re.I | re.DOTALL
)


def rumour(ref: str, tail: str, _seen: int) -> Command:
    """``/tindon 7K2``; ``… claim``; ``… 1 sai; bằng chứng: …; xác minh: …``; ``… 1 tác động cao``; ``… 1 ứng xử …``."""
    first, _, rest = tail.partition(" ")
    if not tail:
        return ListRumours(ref)
    if not (first.isascii() and first.isdecimal() and len(first) <= 3 and rest.strip()):
        return NoteRumour(ref, tail)
    number, parts = int(first), [part.strip() for part in rest.split(";")]
    said = " ".join(plain_latin(parts[0]).split())
    if said in _LABELS:
        evidence = next((m[1] for part in parts[1:] if (m := _EVIDENCE.match(part))), "")
        verifier = next((m[1] for part in parts[1:] if (m := _VERIFIER.match(part))), "")
        return LabelRumour(ref, number, _LABELS[said].value, evidence, verifier)
    impact = _IMPACTS.get(said.removeprefix("tac dong "))
    if said.startswith("tac dong ") and impact is not None:
        return WeighRumour(ref, number, impact=impact.value)
    answer = _ANSWERS.get(said.removeprefix("ung xu "))
    if said.startswith("ung xu ") and answer is not None:
        return WeighRumour(ref, number, answer=answer.value)
    return Invalid(Reason.RUMOUR_UNCLEAR.value)
