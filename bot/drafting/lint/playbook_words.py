"""The playbooks' own words, held to the rules that people's words are held to: templates, answers, names of facts.

Every holding statement is also filled as a draft would be, once with nothing confirmed and once with everything, so
that what only comes about in the filling is found too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Final

from bot.drafting.context import DraftContext
from bot.drafting.holding import draft_holding
from bot.drafting.lint.context import LintContext
from bot.drafting.lint.linting import lint
from bot.drafting.lint.rule_file import read_lint_rules
from bot.drafting.lint.rules import LintRules
from bot.model.fact import Fact, FactState
from bot.model.languages import LANGUAGES
from bot.model.person import Agency
from bot.model.playbook import Playbook
from bot.playbooks.faults import Fault, PlaybookFaults
from bot.playbooks.loader import load_playbooks, playbook_files, read_playbook
from bot.playbooks.schema import PlaybookSection
from bot.playbooks.statements import STATEMENTS
from bot.playbooks.yaml_files import Keys, YamlFile, read_yaml

_NOW: Final = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)

_AGENCY: Final = Agency(
    name_vi="Ủy ban nhân dân tỉnh Thượng Giang",
    name_en="People's Committee of Thuong Giang province",
    press_contact_vi="Văn phòng Ủy ban nhân dân tỉnh",
    press_contact_en="Office of the People's Committee",
    press_phone="0200 3000 115",
    channel_url="https://thuonggiang.example",
)

_SAMPLE_VALUES: Final = MappingProxyType(
    {"count": "12 người", "text": "đã được kiểm tra", "time": "14h10", "place": "xã Suối Vàng"}
)
"""A confirmed value for each type of slot."""


def lint_words(folder: Path) -> list[Fault]:
    """What the playbooks of a folder say that must not be said, and what is wrong with the rules themselves."""
    faults: list[Fault] = []
    rules = read_lint_rules(folder, faults)
    if rules is None:
        return sorted(faults)
    try:
        playbooks: Mapping[str, Playbook] = load_playbooks(folder)
    except PlaybookFaults:  # told by whoever lints the playbooks themselves
        playbooks = {}
    for path in playbook_files(folder):
        read = read_playbook(path, [])
        if read is None:
            continue
        file, section = read
        told = set()
        for fault in _as_written(file, section, rules):
            told.add((fault.where, fault.message.partition(":")[0]))
            faults.append(fault)
        if path.stem in playbooks:
            for fault in _as_filled(file, playbooks[path.stem], rules):
                if (fault.where, fault.message.partition(":")[0]) not in told:
                    faults.append(fault)
    faults += _common(folder, rules)
    return sorted(set(faults))


def _common(folder: Path, rules: LintRules) -> Iterator[Fault]:
    """The templates and phrases of every later stage, in the folder's own ``statements/``."""
    for path in sorted((folder / STATEMENTS).glob("*.yaml")):
        file = read_yaml(path, [])  # what keeps it from loading is told by loading
        sections = file.data.items() if file is not None and isinstance(file.data, dict) else ()
        for name, section in sections:
            for lang in LANGUAGES if isinstance(section, dict) else ():
                text = section.get(lang)
                if file is None or not isinstance(text, str):
                    continue
                for hit in lint({f"{lang}/words": text}, rules, LintContext(_NOW.date())):
                    line = text.count("\n", 0, hit.start)
                    yield file.fault((name, lang), f"{hit.rule}: {hit.words!r}: {hit.message.en}", line)


def _as_written(file: YamlFile, section: PlaybookSection, rules: LintRules) -> Iterator[Fault]:
    public: list[tuple[Keys, str, str]] = []
    for lang in LANGUAGES:
        public.append((("statements", "holding", lang), lang, getattr(section.statements.holding, lang)))
        public += [(("facts", n, "say", lang), lang, getattr(slot.say, lang)) for n, slot in enumerate(section.facts)]
        public += [(("facts", n, "name", lang), lang, getattr(slot.name, lang)) for n, slot in enumerate(section.facts)]
    public += [(("qa", n, "a"), "vi", item.a) for n, item in enumerate(section.qa)]
    for keys, lang, text in public:
        for hit in lint({f"{lang}/words": text}, rules, LintContext(_NOW.date())):
            yield file.fault(keys, f"{hit.rule}: {hit.words!r}: {hit.message.en}", text.count("\n", 0, hit.start))


def _as_filled(file: YamlFile, playbook: Playbook, rules: LintRules) -> Iterator[Fault]:
    full = {slot.id: Fact(slot.id, FactState.CONFIRMED, _SAMPLE_VALUES[slot.type], "", _NOW) for slot in playbook.facts}
    context = DraftContext(
        agency=_AGENCY,
        number=1,
        issued_at=_NOW,
        as_of=_NOW,
        next_update_at=_NOW + timedelta(hours=4),
        place="xã Suối Vàng",
        spokesperson_name="Trần Thị Mai",
        spokesperson_title="Chánh Văn phòng",
        spokesperson_title_en="Chief of Office, Spokesperson",
    )
    for facts in ({}, full):
        confirmed = tuple(fact.value for fact in facts.values())
        matter = LintContext(_NOW.date(), _NOW, confirmed=confirmed, numbers=(_AGENCY.press_phone,))
        for hit in lint(draft_holding(playbook, facts, context).texts, rules, matter):
            lang = hit.key.partition("/")[0]
            words = repr(hit.words) if hit.words else "something is missing"
            yield file.fault(("statements", "holding", lang), f"{hit.rule}: {words}: {hit.message.en}")
