"""The templates that all playbooks share: the later stages, the shorter forms, and how a text is read aloud."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.model.playbook_words import Bilingual
from bot.model.statement import StatementKind

FULL_VI = "vi/full"
"""The text that a card shows whole and that an edit changes; all others are made from the same facts."""

TEXT_KEYS = (FULL_VI, "en/full", "vi/short", "en/short", "vi/spoken", "vi/loudspeaker")
"""Every text that a version may carry, ``lang/variant``, in the order in which they are shown."""

STAGES = MappingProxyType(
    {
        StatementKind.INITIAL: "holding",
        StatementKind.UPDATE: "update",
        StatementKind.CORRECTION: "correction",
        StatementKind.SUPERSESSION: "supersession",
        StatementKind.RETRACTION: "retraction",
        StatementKind.CLOSING: "closing",
        StatementKind.REFUSAL: "refusal",
    }
)
"""What the template files call each kind of statement."""


@dataclass(frozen=True, slots=True)
class StatementPhrases:
    """Sentences of ``statements/phrases.yaml``: Jinja texts, but for the beginnings and the gap's name."""

    fact_as_of: Bilingual
    new_facts: Bilingual
    changed_facts: Bilingual
    changed_item: Bilingual
    nothing_new: Bilingual
    corrected_facts: Bilingual
    corrected_item: Bilingual
    what_is_corrected: Bilingual
    closing_heading: Bilingual
    closing_of: Bilingual
    closing_unknown: Bilingual
    closing_next: Bilingual
    refusal_heading: Bilingual
    where_untold: Bilingual
    doing_begins: Bilingual
    advice_begins: Bilingual
    more_in_full: Bilingual
    others_verified: Bilingual
    next_short: Bilingual


@dataclass(frozen=True, slots=True)
class ReadAloud:
    """How abbreviations and units are spoken (``statements/aloud.yaml``), longest first."""

    words: tuple[tuple[str, str], ...]
    units: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class StatementTemplates:
    """Stage → text key → template. A stage lacks what makes no sense in it (a first statement's full text)."""

    texts: Mapping[str, Mapping[str, str]]
    phrases: StatementPhrases
    aloud: ReadAloud
