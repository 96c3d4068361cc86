"""Adding one text to a file of examples, in place: comments, order and every other line stay as people wrote them."""

from __future__ import annotations

import json
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from bot.playbooks.examples import EXAMPLES, NO_CRISIS, STYLES, LabelledText, read_text_files
from bot.playbooks.faults import Fault, PlaybookFaults
from bot.playbooks.loader import playbook_files

PACKAGED: Final = Path(__file__).resolve().parents[1] / "_data"
"""Where an installed wheel keeps the playbooks it came with."""


class CannotAppend(Exception):
    """An example that cannot be written where it belongs; the message names the place and says what to do."""


@dataclass(frozen=True, slots=True)
class Addition:
    """A file as it is to become. ``before`` is None where there is no file yet; ``line`` is that of the new text."""

    path: Path
    before: bytes | None
    after: bytes
    line: int

    def carry_out(self) -> None:
        """Write the file, atomically.

        Raises:
            CannotAppend: somebody changed the file since it was read, or it cannot be written.
        """
        self._replace(self.before, self.after)

    def take_back(self) -> None:
        """Put the file back as it was; nothing to do if it was not written.

        Raises:
            CannotAppend: as above.
        """
        self._replace(self.after, self.before)

    def _replace(self, expected: bytes | None, content: bytes | None) -> None:
        try:
            found = _content(self.path)
            if found == content:  # done before, by a transaction that then had to begin again
                return
            if found != expected:
                raise CannotAppend(f"{self.path}: was changed by somebody else in the meantime; try again")
            if content is None:
                self.path.unlink()
            else:
                _write(self.path.resolve(), content)  # a link stays one
        except OSError as error:
            raise CannotAppend(f"{self.path}: cannot be written: {error.strerror}; {_OWN_FOLDER}") from error


_STYLE: Final = re.compile(r"[a-z][a-z0-9_]*")
_OWN_FOLDER: Final = "copy the playbooks to a folder that you may write and name it in the setting `playbooks`"


def addition(folder: Path, text: LabelledText, packaged: Path = PACKAGED) -> Addition:
    """How ``text`` is added to its file below ``folder``/examples, as the last of its style or kind.

    Raises:
        CannotAppend: there is no such playbook or style, the folder came with the package, or the file is written in a
            way that cannot be added to.
        PlaybookFaults: the file is there and cannot be read.
    """
    if folder.resolve().is_relative_to(packaged):
        raise CannotAppend(f"{folder}: came with the package and would be lost with the next one; {_OWN_FOLDER}")
    if text.playbook is not None and text.playbook not in {path.stem for path in playbook_files(folder)}:
        raise CannotAppend(f"{folder}: there is no playbook {text.playbook} any more; decline the proposal")
    path = folder / EXAMPLES / f"{text.playbook or NO_CRISIS}.yaml"
    before = _content(path)
    known = _texts(path)
    styles = STYLES if text.playbook is not None else tuple(known)
    if text.style not in styles if styles else not _STYLE.fullmatch(text.style):
        raise CannotAppend(f"--style {text.style}: must be one of {', '.join(styles) or 'a few, such as sports'}")
    after = _added((before or b"").decode(), text)
    place = (text.style, len(known.get(text.style, ())))
    expected = {**known, text.style: [*known.get(text.style, ()), text.text]}
    line = _line_of(after, place, expected)
    if line is None:
        raise CannotAppend(f"{path}: is written in a way that cannot be added to; add the text by hand: {text.text}")
    return Addition(path, before, after.encode(), line)


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def _texts(path: Path) -> dict[str, list[str]]:
    """The texts of one file by style; nothing where there is no file."""
    faults: list[Fault] = []
    texts: dict[str, list[str]] = {}
    for file in read_text_files(path.parent, faults):
        if file.file.path == path:
            texts = {style: list(listed) for style, listed in file.file.data.items()}
    own = [fault for fault in faults if fault.file == path]
    if own:
        raise PlaybookFaults(own)
    return texts


def _added(content: str, text: LabelledText) -> str:
    """The content with the text in it; where the way the file is written allows it, which the caller checks."""
    newline = "\r\n" if "\r\n" in content else "\n"
    item = json.dumps(text.text, ensure_ascii=False)  # a JSON string is a YAML one
    root = yaml.compose(content, Loader=yaml.SafeLoader) if content.strip() else None
    lists = {key.value: value for key, value in root.value} if isinstance(root, yaml.MappingNode) else {}
    listed = lists.get(text.style)
    if isinstance(listed, yaml.SequenceNode) and listed.flow_style:
        inside = listed.value[-1].end_mark.index if listed.value else listed.start_mark.index + 1
        return content[:inside] + (f", {item}" if listed.value else item) + content[inside:]
    if isinstance(listed, yaml.SequenceNode):
        last = content[: listed.value[-1].end_mark.index].rstrip()
        end = content.find("\n", len(last))
        end = len(content) if end < 0 else end - 1 if content[end - 1] == "\r" else end
        return content[:end] + f"{newline}{' ' * listed.start_mark.column}- {item}" + content[end:]
    indent = next((v.start_mark.column for v in lists.values() if v.start_mark.line and not v.flow_style), 2)
    start = content if not content or content.endswith("\n") else content + newline
    return f"{start}{text.style}:{newline}{' ' * indent}- {item}{newline}"


def _line_of(content: str, place: tuple[str, int], expected: dict[str, list[str]]) -> int | None:
    """The line of the text at ``place``, if the content says what is ``expected`` and nothing else."""
    try:
        root = yaml.compose(content, Loader=yaml.SafeLoader)
        if yaml.safe_load(content) != expected or not isinstance(root, yaml.MappingNode):
            return None
    except yaml.YAMLError:
        return None
    listed = next(value for key, value in root.value if key.value == place[0])
    line: int = listed.value[place[1]].start_mark.line + 1
    return line


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
