"""Linting playbooks: everything that a file may be and still load, but that should not meet the public.

What they say is held to the linter's rules by :mod:`bot.drafting.lint.playbook_words`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from pathlib import Path

from bot.model.languages import LANGUAGES
from bot.model.playbook import UNCLASSIFIED
from bot.playbooks.faults import Fault, PlaybookFaults
from bot.playbooks.lint_texts import lint_texts
from bot.playbooks.loader import load_playbooks, playbook_files, read_playbook
from bot.playbooks.schema import PlaybookSection
from bot.playbooks.templates import REQUIRED_BLOCKS, names_in, render
from bot.playbooks.yaml_files import Keys, YamlFile, read_yaml

_DESIGN_IDS = (
    "flood-storm landslide dam-discharge fire-explosion food-poisoning medical-incident epidemic vaccine-reaction "
    "school-incident exam-fraud water-contamination environmental-pollution land-dispute corruption-allegation "
    "official-misconduct police-conduct fake-news impersonation-forgery data-breach cyberattack industrial-accident "
    "traffic-accident service-outage fuel-price-shortage protest-strike tourism-heritage policy-backlash "
    "animal-disease infrastructure-failure drowning-missing child-abuse aid-charity unclassified"
)
EXPECTED_IDS = frozenset(_DESIGN_IDS.split())
"""DESIGN §6."""

FEWEST_FIRST_ACTS = 5
WORDS = range(90, 261)
"""Words of a Vietnamese holding statement with typical blocks."""

_TYPICAL = {
    "header": "THÔNG TIN BAN ĐẦU (số 1) – 14h30 ngày 22/11/2026",
    "agency": "Ủy ban nhân dân tỉnh Thượng Giang",
    "where": "tại phường Sông Thượng",
    "known": "Đến 14h30, chưa có nội dung nào được xác minh đủ căn cứ để công bố.",
    "unknown": "Nội dung đang được xác minh: {}.",
    "next_update": "Ủy ban nhân dân tỉnh Thượng Giang sẽ thông tin tiếp trước 18h30 ngày 22/11/2026.",
    "contact": "Đầu mối liên hệ báo chí: Văn phòng, điện thoại 0200 3000 115.",
    "signoff": "Người phát ngôn của Ủy ban nhân dân tỉnh Thượng Giang",
}
"""Blocks as a first statement at night has them: nothing confirmed. For counting words only."""


def lint_playbooks(
    folder: Path, units: Collection[str] | None = None, rules: Collection[str] | None = None
) -> list[Fault]:
    """Every fault of a folder of playbooks, in the order of files and lines; none means that it may be used.

    ``units`` and ``rules`` are the ids that playbooks may name; left out, those of the folder's own sample organisation
    and law are taken.
    """
    faults: list[Fault] = []
    try:
        load_playbooks(folder)
    except PlaybookFaults as error:
        faults.extend(error.faults)
    if units is None:
        units = _ids(folder / "organisation" / "sample" / "units.yaml", "units", faults)
    if rules is None:
        rules = _ids(folder / "law" / "rules.yaml", "rules", faults)
    paths = playbook_files(folder)
    present = {path.stem for path in paths}
    faults.extend(
        Fault(folder / f"{missing}.yaml", 1, "", "is missing")
        for missing in EXPECTED_IDS - present - {UNCLASSIFIED}  # loading tells of that one
    )
    read_files: dict[str, tuple[YamlFile, PlaybookSection]] = {}
    for path in paths:
        read = read_playbook(path, [])  # what keeps a file from loading was told above
        if read is None:
            continue
        file, section = read
        read_files[path.stem] = read
        faults.extend(_letters(file))
        faults.extend(_names(file, section, present, units, rules))
        faults.extend(_amounts(file, section))
        faults.extend(_statement(file, section))
    faults.extend(lint_texts(folder, read_files))
    return sorted(set(faults))


def _ids(path: Path, section: str, faults: list[Fault]) -> frozenset[str]:
    """The ids in the list ``section`` of a data file, whatever else may be wrong with it."""
    file = read_yaml(path, faults)
    items = file.data.get(section) if file and isinstance(file.data, dict) else None
    return (
        frozenset(str(i["id"]) for i in items if isinstance(i, dict) and "id" in i)
        if isinstance(items, list)
        else (frozenset())
    )


def _letters(file: YamlFile) -> Iterator[Fault]:
    for number, line in enumerate(file.text.split("\n"), start=1):
        if not unicodedata.is_normalized("NFC", line):
            yield Fault(file.path, number, "", "not in Unicode's composed form (NFC)")
        if "\t" in line:
            yield Fault(file.path, number, "", "a tab; use spaces")
        invisible = next((c for c in line if c != "\t" and unicodedata.category(c).startswith("C")), None)
        if invisible is not None:
            yield Fault(file.path, number, "", f"an invisible character, U+{ord(invisible):04X}")


def _names(
    file: YamlFile,
    section: PlaybookSection,
    playbooks: Collection[str],
    units: Collection[str],
    rules: Collection[str],
) -> Iterator[Fault]:
    for neighbour in section.not_this:
        if neighbour not in playbooks or neighbour == section.id:
            yield file.fault(("not_this", neighbour), "no other playbook has this id")
    named: list[tuple[Keys, str]] = [(("lead",), section.lead)]
    named += [(("support", position), unit) for position, unit in enumerate(section.support)]
    named += [(("facts", position, "confirm_by"), slot.confirm_by) for position, slot in enumerate(section.facts)]
    for keys, unit in named:
        if unit not in units:
            yield file.fault(keys, f"no unit of the organisation has the id {unit}")
    for position, rule in enumerate(section.law):
        if rule not in rules:
            yield file.fault(("law", position), f"no rule of law has the id {rule}")


def _amounts(file: YamlFile, section: PlaybookSection) -> Iterator[Fault]:
    if len(section.first_hour) < FEWEST_FIRST_ACTS:
        yield file.fault(("first_hour",), f"{len(section.first_hour)} acts; at least {FEWEST_FIRST_ACTS} are needed")
    words = len(render(section.statements.holding.vi, **_typical(section)).split())
    if words not in WORDS:
        yield file.fault(
            ("statements", "holding", "vi"), f"{words} words when filled; {WORDS.start} to {WORDS.stop - 1} are right"
        )


def _typical(section: PlaybookSection) -> dict[str, str]:
    items = "; ".join(slot.name.vi for slot in section.facts)
    return _TYPICAL | {"unknown": _TYPICAL["unknown"].format(items)}


def _statement(file: YamlFile, section: PlaybookSection) -> Iterator[Fault]:
    for lang in LANGUAGES:
        keys = ("statements", "holding", lang)
        asked = [name for name, _ in names_in(getattr(section.statements.holding, lang))]
        blocks = [name for name in asked if name in REQUIRED_BLOCKS]
        missing = [name for name in REQUIRED_BLOCKS if name not in blocks]
        if missing:
            yield file.fault(keys, f"lacks {', '.join(missing)}")
        elif blocks != list(REQUIRED_BLOCKS):
            yield file.fault(keys, f"blocks must come once each, in this order: {', '.join(REQUIRED_BLOCKS)}")
        if "agency" not in asked:
            yield file.fault(keys, "does not say which agency speaks")
        for position, slot in enumerate(section.facts):
            if getattr(slot.say, lang).rstrip().endswith((".", ";", ",")):
                yield file.fault(("facts", position, "say", lang), "is a clause; it takes no stop at its end")
