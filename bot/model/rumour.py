"""A rumour card: what is claimed, what shows that it is so or not, who verified it, and how it is answered.

The labels are those of the Viet Nam Anti-Fake News Centre (VAFC, reference/domain.md §1.7, §3.6). A claim is unverified
until a person labels it with evidence and a named verifier: an unverified complaint of citizens is no misinformation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType


class Label(StrEnum):
    """What a claim is known to be."""

    UNVERIFIED = "unverified"
    FAKE = "fake"
    FALSE = "false"
    AUTHENTIC = "authentic"


class Impact(StrEnum):
    """How much is at stake (after RESIST 2)."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Answer(StrEnum):
    """What is done about it."""

    WATCH = "watch"
    INFORM = "inform"
    CORRECT = "correct"
    DEMAND_CORRECTION = "demand_correction"
    REFER = "refer"


ANSWER_TO = MappingProxyType({Impact.LOW: Answer.WATCH, Impact.MEDIUM: Answer.INFORM, Impact.HIGH: Answer.CORRECT})
"""What an impact calls for: a claim that few have read is not carried further by a denial."""

NEEDS_A_LABEL = frozenset({Answer.CORRECT, Answer.DEMAND_CORRECTION})
"""Answers that call a claim untrue, which somebody must have verified (NĐ 244/2026 Art. 7.6)."""

UNTRUE = frozenset({Label.FAKE, Label.FALSE})


@dataclass(frozen=True, slots=True)
class Rumour:
    """One claim in one incident; ``number`` counts from 1. ``verifier`` is a unit or a person, by name."""

    incident_id: str
    number: int
    claim: str
    noted_by: str
    noted_at: datetime
    label: Label = Label.UNVERIFIED
    evidence: str = ""
    verifier: str = ""
    labelled_by: str = ""
    labelled_at: datetime | None = None
    impact: Impact | None = None
    answer: Answer | None = None


def answer_to(impact: Impact, label: Label) -> Answer:
    """What an impact calls for as long as the claim is labelled thus: nobody denies what nobody has verified."""
    answer = ANSWER_TO[impact]
    return Answer.INFORM if answer in NEEDS_A_LABEL and label not in UNTRUE else answer
