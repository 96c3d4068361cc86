"""A playbook (cẩm nang ứng phó): how one kind of crisis is recognised, led, asked about and spoken of (DESIGN §6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.model.playbook_words import Bilingual
from bot.model.statement import StatementKind
from bot.model.statement_templates import STAGES, StatementTemplates

__all__ = [
    "UNCLASSIFIED",
    "Bilingual",
    "FactSlot",
    "Paragraphs",
    "Phrases",
    "Playbook",
    "QuestionAnswer",
]

UNCLASSIFIED = "unclassified"
"""The playbook for when nothing fits; never a candidate of matching."""


@dataclass(frozen=True, slots=True)
class FactSlot:
    """A question whose answer a statement may carry. ``say`` is a Jinja clause with ``{{ value }}``."""

    id: str
    name: Bilingual
    ask: Bilingual
    say: Bilingual
    type: str
    required: bool
    confirm_by: str
    never_from_alert: bool


@dataclass(frozen=True, slots=True)
class QuestionAnswer:
    """A question the press will ask, and the answer that is ready."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Phrases:
    """What every statement says in the same words (``playbooks/blocks.yaml``): Jinja texts, unless told otherwise.

    ``instant`` and ``hour`` are CLDR date patterns; ``place`` and ``exact_place`` are plain names of the built-in slot;
    ``prepositions`` maps a language to the words with which a place may already begin.
    """

    header: Bilingual
    where: Bilingual
    known: Bilingual
    nothing_known: Bilingual
    unknown: Bilingual
    other_details: Bilingual
    next_update: Bilingual
    contact: Bilingual
    signed: Bilingual
    signed_by_nobody: Bilingual
    instant: Bilingual
    hour: Bilingual
    place: Bilingual
    exact_place: Bilingual
    update_heading: Bilingual
    update_of: Bilingual
    correction_heading: Bilingual
    correction_of: Bilingual
    retraction_heading: Bilingual
    retraction_of: Bilingual
    retraction_reason: Bilingual
    supersession_heading: Bilingual
    supersession_of: Bilingual
    prepositions: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """Parts of a first statement that others take up: its first sentence, what is being done, what people should do.

    ``matter`` is a template, the others may be; each is empty where the playbook says nothing of the kind.
    """

    matter: str
    doing: str
    advice: str


@dataclass(frozen=True, slots=True)
class Playbook:
    """One playbook. ``holding`` maps a language to the Jinja text of the first statement.

    ``statements`` are the templates that all playbooks share, ``own`` (stage → language → full text) those that this
    one says in its own words.
    """

    id: str
    name: Bilingual
    scope: Bilingual
    not_this: Mapping[str, Bilingual]
    examples: tuple[str, ...]
    lead: str
    support: tuple[str, ...]
    start_level: int
    raise_to_4_when: tuple[str, ...]
    law: tuple[str, ...]
    gates: tuple[str, ...]
    cap: str
    public_safety: bool
    first_hour: tuple[Bilingual, ...]
    facts: tuple[FactSlot, ...]
    holding: Mapping[str, str]
    qa: tuple[QuestionAnswer, ...]
    never_say: tuple[str, ...]
    phrases: Phrases
    statements: StatementTemplates
    paragraphs: Mapping[str, Paragraphs]
    own: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def template(self, kind: StatementKind, key: str) -> str | None:
        """The template of one text (``lang/variant``) of a statement of this kind; None where there is none."""
        stage, (lang, _, variant) = STAGES[kind], key.partition("/")
        if variant == "full":
            if kind is StatementKind.INITIAL:
                return self.holding.get(lang)
            if lang in self.own.get(stage, {}):
                return self.own[stage][lang]
        return self.statements.texts[stage].get(key)

    def slot(self, slot_id: str) -> FactSlot | None:
        """The fact slot with this id."""
        return next((slot for slot in self.facts if slot.id == slot_id), None)
