"""What the linter says of a statement's words: hits, each with place, rule, article and a better wording."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.model.playbook import Bilingual


class Severity(StrEnum):
    """What a hit does. ``block`` stops the words and nobody can lift it; ``warn`` asks for a reason, on the record."""

    BLOCK = "block"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where one text of a version breaks one rule.

    ``key`` is the text (``vi/full``). ``start`` and ``end`` are offsets into that text, of the words that break the
    rule; ``sentence`` is the sentence around them, ``sentence_start`` where it begins. Where something is missing both
    offsets are the text's length and the sentence is empty. ``basis`` is the article, empty where it is good practice.
    """

    rule: str
    severity: Severity
    key: str
    start: int
    end: int
    words: str
    sentence: str
    sentence_start: int
    message: Bilingual
    instead: Bilingual
    basis: str = ""

    @property
    def blocks(self) -> bool:
        """True when nobody can lift it."""
        return self.severity is Severity.BLOCK

    @property
    def is_omission(self) -> bool:
        """True when something that must be there is missing."""
        return not self.sentence


def blocking(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """The hits that stop the words."""
    return tuple(hit for hit in hits if hit.blocks)


def warned_of(hits: Iterable[Hit]) -> tuple[str, ...]:
    """The rules that want a reason, in order and once each."""
    return tuple(sorted({hit.rule for hit in hits if not hit.blocks}))


@dataclass(frozen=True, slots=True)
class LintReason:
    """Why words that a rule warns of stay as they are: who said so, when, and for exactly which words."""

    incident_id: str
    version: int
    rule: str
    sha256: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Linted:
    """What the linter says of one version: its hits, the gravest first, and the reasons given for its warnings."""

    hits: tuple[Hit, ...] = ()
    reasons: tuple[LintReason, ...] = ()

    @property
    def blocks(self) -> tuple[Hit, ...]:
        """Hits that nobody can lift."""
        return blocking(self.hits)

    @property
    def unexplained(self) -> tuple[Hit, ...]:
        """Warnings for which nobody has given a reason."""
        given = {reason.rule for reason in self.reasons}
        return tuple(hit for hit in self.hits if not hit.blocks and hit.rule not in given)
