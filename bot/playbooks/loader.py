"""Loading a folder of playbooks: all of them or, with every fault told at once, none."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.model.languages import LANGUAGES
from bot.model.playbook import UNCLASSIFIED, Phrases, Playbook
from bot.playbooks.checks import check_names
from bot.playbooks.faults import Fault, PlaybookFaults
from bot.playbooks.schema import PhrasesSection, PlaybookSection
from bot.playbooks.statements import check_full, load_statements, statement_files
from bot.playbooks.templates import HOLDING_NAMES
from bot.playbooks.yaml_files import YamlFile, read_yaml, validate

BLOCKS = "blocks.yaml"
"""The phrases that all statements share; the one file in the folder that is no playbook."""

_FOLLOW_UPS = ("update", "correction", "retraction", "supersession")

_PHRASE_NAMES: Mapping[str, frozenset[str]] = {
    "header": frozenset({"number", "issued_at"}),
    "where": frozenset({"place"}),
    "known": frozenset({"as_of", "facts"}),
    "nothing_known": frozenset({"as_of"}),
    "unknown": frozenset({"items"}),
    "next_update": frozenset({"agency", "at", "url"}),
    "contact": frozenset({"desk", "phone", "url"}),
    "signed": frozenset({"name", "title", "agency"}),
    "signed_by_nobody": frozenset({"agency"}),
    **{f"{kind}_heading": frozenset({"number", "issued_at"}) for kind in _FOLLOW_UPS},
    **{f"{kind}_of": frozenset({"earlier_number", "earlier_at", "agency"}) for kind in _FOLLOW_UPS},
    "retraction_reason": frozenset({"reason"}),
}
"""What each phrase may ask for; those not named here ask for nothing."""


class Playbooks(Mapping[str, Playbook]):
    """Playbooks by id, in order. ``version`` is the SHA-256 over their files: same words, same version."""

    def __init__(self, playbooks: Mapping[str, Playbook], version: str) -> None:
        self._by_id = {playbook_id: playbooks[playbook_id] for playbook_id in sorted(playbooks)}
        self.version = version

    def __getitem__(self, playbook_id: str) -> Playbook:
        return self._by_id[playbook_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)


def default_playbooks_folder() -> Path:
    """The playbooks that came with the program: inside an installed wheel, else those of the checkout."""
    package = Path(__file__).resolve().parents[1]
    packaged = package / "_data" / "playbooks"
    return packaged if packaged.is_dir() else package.parent / "playbooks"


def load_playbooks(folder: Path) -> Playbooks:
    """Read every playbook of ``folder``.

    Raises:
        PlaybookFaults: something is wrong; it carries every fault found, each with file and line.
    """
    faults: list[Fault] = []
    files = playbook_files(folder)
    phrases = _read_phrases(folder / BLOCKS, faults)
    shared = load_statements(folder, default_playbooks_folder(), faults)
    playbooks = {}
    for path in files:
        read = read_playbook(path, faults)
        if read is not None and phrases is not None and shared is not None:
            playbooks[path.stem] = read[1].value(phrases, shared)
    if folder / f"{UNCLASSIFIED}.yaml" not in files:
        faults.append(Fault(folder / f"{UNCLASSIFIED}.yaml", 1, "", "is missing: what to do when no playbook fits"))
    if faults:
        raise PlaybookFaults(faults)
    return Playbooks(
        playbooks, _version([*files, folder / BLOCKS, *statement_files(folder, default_playbooks_folder())])
    )


def playbook_files(folder: Path) -> list[Path]:
    """The playbook files of a folder, in order."""
    return sorted(path for path in folder.glob("*.yaml") if path.name != BLOCKS)


def read_playbook(path: Path, faults: list[Fault]) -> tuple[YamlFile, PlaybookSection] | None:
    """One playbook that can be drafted from, or None after adding to ``faults``."""
    before = len(faults)
    file = read_yaml(path, faults)
    section = validate(PlaybookSection, file, faults) if file else None
    if file is None or section is None:
        return None
    if section.id != path.stem:
        faults.append(file.fault(("id",), f"must be {path.stem}, the name of the file, not {section.id}"))
    for lang in LANGUAGES:
        holding = getattr(section.statements.holding, lang)
        check_names(file, ("statements", "holding", lang), holding, frozenset(HOLDING_NAMES), faults)
        for stage, own in section.statements.own():
            check_full(file, ("statements", stage, lang), stage, getattr(own, lang), faults)
        for position, slot in enumerate(section.facts):
            keys = ("facts", position, "say", lang)
            names = check_names(file, keys, getattr(slot.say, lang), frozenset({"value"}), faults)
            if names is not None and len(names) != 1:
                faults.append(file.fault(keys, "must contain {{ value }} exactly once"))
    return (file, section) if len(faults) == before else None


def _read_phrases(path: Path, faults: list[Fault]) -> Phrases | None:
    file = read_yaml(path, faults)
    section = validate(PhrasesSection, file, faults) if file else None
    if file is None or section is None:
        return None
    for name in PhrasesSection.model_fields:
        if name == "prepositions":
            continue
        for lang in LANGUAGES:
            allowed = _PHRASE_NAMES.get(name, frozenset())
            check_names(file, (name, lang), getattr(getattr(section, name), lang), allowed, faults)
    return section.value()


def _version(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(files):
        content = path.read_bytes()
        digest.update(f"{path.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()
