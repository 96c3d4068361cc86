"""The form of a playbook file and of the shared phrases: what pydantic checks at the edge (DESIGN §6)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator

from bot.model.playbook import Bilingual, FactSlot, Phrases, Playbook, QuestionAnswer
from bot.model.statement_templates import StatementTemplates
from bot.playbooks.paragraphs import paragraphs
from bot.playbooks.yaml_files import Section

Text = Annotated[str, StringConstraints(min_length=1, pattern=r"\S")]
PlaybookId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
UnitId = PlaybookId
SlotId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
RuleId = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")]

SlotType = Literal["count", "text", "time", "place"]
Gate = Literal[
    "investigation",
    "minors",
    "health_data",
    "land",
    "corruption",
    "data_breach",
    "foreign_nationals",
    "conflict_of_interest",
]
RaiseWhen = Literal[
    "deaths", "minors", "mass_casualties", "public_order", "national_press", "critical_service", "evacuation"
]
CapCategory = Literal[
    "Geo",
    "Met",
    "Safety",
    "Security",
    "Rescue",
    "Fire",
    "Health",
    "Env",
    "Transport",
    "Infra",
    "CBRNE",
    "Other",
]
"""Categories of the Common Alerting Protocol 1.2."""


class BilingualText(Section):
    """One text in both languages."""

    vi: Text
    en: Text

    def value(self) -> Bilingual:
        """As the model knows it."""
        return Bilingual(self.vi, self.en)


class SlotSection(Section):
    """One fact slot."""

    id: SlotId
    name: BilingualText
    ask: BilingualText
    say: BilingualText
    type: SlotType
    required: bool
    confirm_by: UnitId
    never_from_alert: bool

    def value(self) -> FactSlot:
        """As the model knows it."""
        return FactSlot(
            id=self.id,
            name=self.name.value(),
            ask=self.ask.value(),
            say=self.say.value(),
            type=self.type,
            required=self.required,
            confirm_by=self.confirm_by,
            never_from_alert=self.never_from_alert,
        )


class SeveritySection(Section):
    """Where the level starts and what raises it to the highest."""

    start: int = Field(ge=1, le=4)
    raise_to_4_when: list[RaiseWhen]


class StatementsSection(Section):
    """The templates: the first statement, and any later one that the playbook says in its own words."""

    holding: BilingualText
    update: BilingualText | None = None
    correction: BilingualText | None = None
    supersession: BilingualText | None = None
    retraction: BilingualText | None = None
    closing: BilingualText | None = None
    refusal: BilingualText | None = None

    def own(self) -> list[tuple[str, BilingualText]]:
        """The stages after the first that the playbook says itself."""
        return [(stage, text) for stage, text in self if stage != "holding" and text is not None]


class QuestionSection(Section):
    """A question and its answer."""

    q: Text
    a: Text


class PlaybookSection(Section):
    """A whole playbook file."""

    id: PlaybookId
    name: BilingualText
    scope: BilingualText
    not_this: dict[PlaybookId, BilingualText]
    examples: list[Text]
    lead: UnitId
    support: list[UnitId]
    severity: SeveritySection
    law: list[RuleId]
    gates: list[Gate]
    cap: CapCategory
    public_safety: bool
    first_hour: list[BilingualText]
    facts: list[SlotSection]
    statements: StatementsSection
    qa: list[QuestionSection]
    never_say: list[Text]

    @field_validator("facts")
    @classmethod
    def _each_slot_once(cls, slots: list[SlotSection]) -> list[SlotSection]:
        ids = [slot.id for slot in slots]
        twice = sorted({slot for slot in ids if ids.count(slot) > 1})
        if twice:
            raise ValueError(f"the same slot twice: {', '.join(twice)}")
        if "place" in ids:
            raise ValueError("`place` is built in; leave it out")
        return slots

    def value(self, phrases: Phrases, statements: StatementTemplates) -> Playbook:
        """As the model knows it, with what all playbooks share."""
        holding = {"vi": self.statements.holding.vi, "en": self.statements.holding.en}
        return Playbook(
            id=self.id,
            name=self.name.value(),
            scope=self.scope.value(),
            not_this={neighbour: text.value() for neighbour, text in self.not_this.items()},
            examples=tuple(self.examples),
            lead=self.lead,
            support=tuple(self.support),
            start_level=self.severity.start,
            raise_to_4_when=tuple(self.severity.raise_to_4_when),
            law=tuple(self.law),
            gates=tuple(self.gates),
            cap=self.cap,
            public_safety=self.public_safety,
            first_hour=tuple(text.value() for text in self.first_hour),
            facts=tuple(slot.value() for slot in self.facts),
            holding=holding,
            qa=tuple(QuestionAnswer(item.q, item.a) for item in self.qa),
            never_say=tuple(self.never_say),
            phrases=phrases,
            statements=statements,
            paragraphs={lang: paragraphs(text, statements.phrases, lang) for lang, text in holding.items()},
            own={stage: {"vi": text.vi, "en": text.en} for stage, text in self.statements.own()},
        )


class PrepositionsSection(Section):
    """Words with which a place may already begin, by language."""

    vi: list[Text]
    en: list[Text]


class PhrasesSection(Section):
    """``blocks.yaml``."""

    header: BilingualText
    where: BilingualText
    known: BilingualText
    nothing_known: BilingualText
    unknown: BilingualText
    other_details: BilingualText
    next_update: BilingualText
    contact: BilingualText
    signed: BilingualText
    signed_by_nobody: BilingualText
    instant: BilingualText
    hour: BilingualText
    place: BilingualText
    exact_place: BilingualText
    update_heading: BilingualText
    update_of: BilingualText
    correction_heading: BilingualText
    correction_of: BilingualText
    retraction_heading: BilingualText
    retraction_of: BilingualText
    retraction_reason: BilingualText
    supersession_heading: BilingualText
    supersession_of: BilingualText
    prepositions: PrepositionsSection

    def value(self) -> Phrases:
        """As the model knows it."""
        prepositions = {"vi": tuple(self.prepositions.vi), "en": tuple(self.prepositions.en)}
        texts = {name: text.value() for name, text in self if isinstance(text, BilingualText)}
        return Phrases(prepositions=prepositions, **texts)
