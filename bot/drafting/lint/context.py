"""What the linter must know beside the words, and one text as every rule reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.drafting.lint.normal import Normal, normal
from bot.drafting.lint.sentences import Sentence, sentences
from bot.model.place import Gazetteer
from bot.model.statement import StatementKind


@dataclass(frozen=True, slots=True)
class LintContext:
    """The matter behind the words.

    ``day`` is the day in Viet Nam whose rules hold: that of the incident's opening. ``now`` is the instant against
    which promised hours are measured, None where nobody asks. ``confirmed`` are the values of confirmed facts,
    ``numbers`` official telephone numbers, ``speakers`` names of those who speak for the agency, ``unit_names`` the
    name of each unit of the organisation, by id.
    """

    day: date
    now: datetime | None = None
    kind: StatementKind = StatementKind.INITIAL
    confirmed: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    places: Gazetteer = field(default_factory=Gazetteer)
    unit_names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a version: as it was written, as it is read, and its sentences."""

    key: str
    original: str
    normal: Normal
    sentences: tuple[Sentence, ...]

    @property
    def lang(self) -> str:
        """The language, ``vi`` or ``en``."""
        return self.key.partition("/")[0]

    @property
    def variant(self) -> str:
        """The variant, ``full`` where the key names none."""
        return self.key.partition("/")[2] or "full"


def reading(key: str, text: str) -> Text:
    """The text under ``key`` made ready for the rules."""
    return Text(key, text, normal(text), sentences(text))
