"""Which texts may become examples: readable, without personal data, new, and no near copy of an evaluation text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

from bot.model.playbook import UNCLASSIFIED
from bot.playbooks.examples import EVALUATION, EXAMPLES, read_text_files
from bot.playbooks.faults import Fault, PlaybookFaults
from bot.playbooks.loader import playbook_files, read_playbook
from bot.playbooks.near_copies import is_near_copy
from bot.playbooks.personal_data import personal_data
from bot.playbooks.spelling import fold


class NotAdmitted(Exception):
    """A text that may not become an example; the message says why, and what to do."""


def admit(folder: Path, text: str) -> str:
    """The text in the form in which it is kept: on one line, composed (NFC).

    Raises:
        NotAdmitted: it may not be learned from.
        PlaybookFaults: the files in which it may stand already cannot be read.
    """
    kept = " ".join(unicodedata.normalize("NFC", text).split())
    if not any(character.isalpha() for character in kept):
        raise NotAdmitted("there is nothing to read in the text; give other words with --text")
    hidden = next((c for c in kept if unicodedata.category(c).startswith("C")), None)
    if hidden is not None:
        raise NotAdmitted(f"the text holds an invisible character, U+{ord(hidden):04X}; give other words with --text")
    found = [f"{kind} («{words}»)" for kind, words in personal_data(kept)]
    if found:
        raise NotAdmitted(f"the text holds {', '.join(found)}; leave that out and give other words with --text")
    faults: list[Fault] = []
    for known, place in _examples(folder, faults):
        if fold(known) == fold(kept):
            raise NotAdmitted(f"the text stands already in {place}; decline the proposal, or mend that line by hand")
    for known, place in _labelled(folder / EVALUATION, faults):
        if is_near_copy(known, kept):
            raise NotAdmitted(
                f"the text is nearly that of {place}, by which matching is judged: learning it would make the figures "
                "lie. Decline the proposal, or describe the matter in words of your own with --text"
            )
    if faults:
        raise PlaybookFaults(faults)
    return kept


def _examples(folder: Path, faults: list[Fault]) -> Iterator[tuple[str, str]]:
    """Every text that is learned from, and where it stands."""
    for path in playbook_files(folder):
        read = read_playbook(path, faults) if path.stem != UNCLASSIFIED else None
        if read is not None:
            file, section = read
            for position, example in enumerate(section.examples):
                yield example, f"{path.name}:{file.line(('examples', position))}"
    yield from _labelled(folder / EXAMPLES, faults)


def _labelled(folder: Path, faults: list[Fault]) -> Iterator[tuple[str, str]]:
    for file in read_text_files(folder, faults):
        for keys, text in file.placed():
            yield text.text, f"{folder.name}/{file.file.path.name}:{file.file.line(keys)}"
