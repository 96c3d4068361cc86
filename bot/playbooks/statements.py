"""Loading ``statements/``: what all playbooks share. A file that a folder leaves out is the one that came with us."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field

from bot.model.languages import LANGUAGES
from bot.model.statement_templates import STAGES, ReadAloud, StatementPhrases, StatementTemplates
from bot.playbooks.checks import check_names
from bot.playbooks.faults import Fault
from bot.playbooks.schema import BilingualText, Text
from bot.playbooks.templates import REQUIRED_BLOCKS, REQUIRED_OF_STAGE, STAGE_NAMES, VARIANT_NAMES
from bot.playbooks.yaml_files import Section, YamlFile, read_yaml, validate

STATEMENTS = "statements"
PHRASES, ALOUD = "phrases.yaml", "aloud.yaml"

_PHRASE_NAMES: Mapping[str, frozenset[str]] = {
    "fact_as_of": frozenset({"fact", "at"}),
    "new_facts": frozenset({"earlier_number", "items"}),
    "changed_facts": frozenset({"earlier_number", "items"}),
    "changed_item": frozenset({"old", "new"}),
    "nothing_new": frozenset({"earlier_number"}),
    "corrected_facts": frozenset({"items"}),
    "corrected_item": frozenset({"earlier_number", "old", "new"}),
    "closing_heading": frozenset({"number", "issued_at"}),
    "closing_of": frozenset({"earlier_number", "earlier_at", "agency"}),
    "closing_unknown": frozenset({"items"}),
    "closing_next": frozenset({"agency", "url"}),
    "refusal_heading": frozenset({"issued_at"}),
    "next_short": frozenset({"at"}),
}


class _Vietnamese(Section):
    vi: Text


class StageSection(Section):
    """One stage's file. ``full`` is left out where each playbook has its own."""

    full: BilingualText | None = None
    short: BilingualText
    spoken: _Vietnamese
    loudspeaker: _Vietnamese

    def texts(self) -> dict[str, str]:
        """Templates by text key."""
        found = {f"{lang}/short": getattr(self.short, lang) for lang in LANGUAGES}
        found |= {f"{lang}/full": getattr(self.full, lang) for lang in LANGUAGES} if self.full else {}
        return found | {"vi/spoken": self.spoken.vi, "vi/loudspeaker": self.loudspeaker.vi}


class _PhrasesSection(Section):
    fact_as_of: BilingualText
    new_facts: BilingualText
    changed_facts: BilingualText
    changed_item: BilingualText
    nothing_new: BilingualText
    corrected_facts: BilingualText
    corrected_item: BilingualText
    what_is_corrected: BilingualText
    closing_heading: BilingualText
    closing_of: BilingualText
    closing_unknown: BilingualText
    closing_next: BilingualText
    refusal_heading: BilingualText
    where_untold: BilingualText
    doing_begins: BilingualText
    advice_begins: BilingualText
    more_in_full: BilingualText
    others_verified: BilingualText
    next_short: BilingualText

    def value(self) -> StatementPhrases:
        return StatementPhrases(**{name: text.value() for name, text in self if isinstance(text, BilingualText)})


class _AloudSection(Section):
    words: dict[Text, Text] = Field(default_factory=dict)
    units: dict[Text, Text] = Field(default_factory=dict)

    def value(self) -> ReadAloud:
        return ReadAloud(_longest_first(self.words), _longest_first(self.units))


def load_statements(folder: Path, shipped: Path, faults: list[Fault]) -> StatementTemplates | None:
    """The templates of ``folder``; None after adding to ``faults``. ``shipped`` lends the files that it leaves out."""
    before = len(faults)
    texts: dict[str, Mapping[str, str]] = {}
    for stage in STAGES.values():
        section = _stage(_path(folder, shipped, f"{stage}.yaml"), stage, faults)
        texts[stage] = section.texts() if section else {}
    phrases = _phrases(_path(folder, shipped, PHRASES), faults)
    file = read_yaml(_path(folder, shipped, ALOUD), faults)
    aloud = validate(_AloudSection, file, faults) if file else None
    if len(faults) > before or phrases is None or aloud is None:
        return None
    return StatementTemplates(texts, phrases.value(), aloud.value())


def statement_files(folder: Path, shipped: Path) -> list[Path]:
    """Every file that :func:`load_statements` reads."""
    names = (*(f"{stage}.yaml" for stage in STAGES.values()), PHRASES, ALOUD)
    return [_path(folder, shipped, name) for name in names]


def check_full(file: YamlFile, keys: tuple[str | int, ...], stage: str, template: str, faults: list[Fault]) -> None:
    """A full text names only what there is, and each required block of its stage once, in the order fixed."""
    asked = check_names(file, keys, template, frozenset(STAGE_NAMES), faults)
    if asked is None:
        return
    required = REQUIRED_OF_STAGE.get(stage, REQUIRED_BLOCKS)
    blocks = [name for name in asked if name in required]
    if blocks != list(required):
        faults.append(file.fault(keys, f"blocks must come once each, in this order: {', '.join(required)}"))
    if stage != "retraction" and "agency" not in asked and "reference" not in asked:
        faults.append(file.fault(keys, "does not say which agency speaks"))


def _stage(path: Path, stage: str, faults: list[Fault]) -> StageSection | None:
    file = read_yaml(path, faults)
    section = validate(StageSection, file, faults) if file else None
    if file is None or section is None:
        return None
    if (section.full is None) != (stage == "holding"):
        faults.append(
            file.fault(("full",), "each playbook has its own first statement; every other stage needs one here")
        )
    for key, template in section.texts().items():
        lang, _, variant = key.partition("/")
        if variant == "full":
            check_full(file, (variant, lang), stage, template, faults)
        else:
            check_names(file, (variant, lang), template, frozenset(VARIANT_NAMES), faults)
    return section


def _phrases(path: Path, faults: list[Fault]) -> _PhrasesSection | None:
    file = read_yaml(path, faults)
    section = validate(_PhrasesSection, file, faults) if file else None
    if file is None or section is None:
        return None
    for name in _PhrasesSection.model_fields:
        for lang in LANGUAGES:
            words = getattr(getattr(section, name), lang)
            check_names(file, (name, lang), words, _PHRASE_NAMES.get(name, frozenset()), faults)
    return section


def _path(folder: Path, shipped: Path, name: str) -> Path:
    own = folder / STATEMENTS / name
    return own if own.exists() or folder == shipped else shipped / STATEMENTS / name


def _longest_first(forms: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(forms.items(), key=lambda form: (-len(form[0]), form[0])))
