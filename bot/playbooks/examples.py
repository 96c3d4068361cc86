"""Labelled alert texts beside the playbooks: ``examples/`` to learn from, ``evaluation/`` to be judged by.

Both folders have one file a playbook, ``<playbook>.yaml``, with texts by style, and ``no-crisis.yaml`` with texts that
fit no playbook, by kind (``sports``, ``drills``, …). The two folders are written apart; nothing that learns reads
``evaluation/``.

    # examples/food-poisoning.yaml
    news:          ["Hơn 40 công nhân nhập viện sau bữa trưa ở bếp ăn ca hai", …]
    social:        […]
    no_diacritics: […]
    english:       […]
    indirect:      […]     # what people see and feel, without the topic's own word
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import RootModel

from bot.playbooks.faults import Fault, PlaybookFaults
from bot.playbooks.schema import Text
from bot.playbooks.yaml_files import Keys, YamlFile, read_yaml, validate

EXAMPLES: Final = "examples"
EVALUATION: Final = "evaluation"
NO_CRISIS: Final = "no-crisis"
FLOOR: Final = "floor"
"""The one file in `evaluation/` that holds no texts: the figures to be reached."""

STYLES: Final = ("news", "social", "no_diacritics", "english", "indirect")


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text, the playbook that fits it (None: none does), and its style or, where none fits, its kind."""

    playbook: str | None
    style: str
    text: str


class _Texts(RootModel[dict[str, list[Text]]]):
    """A file's texts by style or kind."""


@dataclass(frozen=True, slots=True)
class TextFile:
    """One file with its texts in the order of its lines."""

    file: YamlFile
    texts: tuple[LabelledText, ...]

    @property
    def name(self) -> str:
        """The playbook whose texts these are, or `NO_CRISIS`."""
        return self.file.path.stem

    def placed(self) -> Iterator[tuple[Keys, LabelledText]]:
        """Every text with the keys at which it stands in the file."""
        counts: Counter[str] = Counter()
        for text in self.texts:
            yield (text.style, counts[text.style]), text
            counts[text.style] += 1


def load_labelled_texts(folder: Path) -> tuple[LabelledText, ...]:
    """Every text of a folder, by file and line; nothing where the folder is missing.

    Raises:
        PlaybookFaults: a file cannot be read; it carries every fault found.
    """
    faults: list[Fault] = []
    texts = tuple(text for file in read_text_files(folder, faults) for text in file.texts)
    if faults:
        raise PlaybookFaults(faults)
    return texts


def nothing_to_refuse_by(folder: Path, texts: Iterable[LabelledText]) -> Fault | None:
    """What to tell where the examples of a folder of playbooks hold no text that is no crisis.

    An index is built without them all the same, and names a playbook for every football result.
    """
    if any(text.playbook is None for text in texts):
        return None
    return Fault(
        folder / EXAMPLES / f"{NO_CRISIS}.yaml",
        1,
        "",
        "no texts; without them nearly nothing is refused, and adverts and football get a playbook: "
        f"copy {EXAMPLES}/{NO_CRISIS}.yaml from the playbooks that came with Keng",
    )


def read_text_files(folder: Path, faults: list[Fault]) -> Iterator[TextFile]:
    """The files of a folder that can be used; what is wrong with the others is added to ``faults``."""
    for path in sorted(path for path in folder.glob("*.yaml") if path.stem != FLOOR):
        file = read_yaml(path, faults)
        section = validate(_Texts, file, faults) if file else None
        if file is None or section is None:
            continue
        playbook = None if path.stem == NO_CRISIS else path.stem
        if playbook is not None:
            for style in section.root.keys() - set(STYLES):
                faults.append(file.fault((style,), f"must be one of {', '.join(STYLES)}"))
        texts = [LabelledText(playbook, style, text) for style, listed in section.root.items() for text in listed]
        yield TextFile(file, tuple(texts))
