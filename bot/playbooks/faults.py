"""What is wrong with a data file, and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault at one place of one file. ``where`` is the path of keys inside it, empty for the file as a whole."""

    file: Path
    line: int
    where: str
    message: str

    def __str__(self) -> str:
        place = f"{_short(self.file)}:{self.line}"
        return f"{place}: {self.where}: {self.message}" if self.where else f"{place}: {self.message}"


class FileFaults(Exception):
    """Data files that cannot be used: every fault found, in the order of files and lines."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))


class PlaybookFaults(FileFaults):
    """Playbooks that cannot be used."""


def _short(file: Path) -> Path:
    """The path as somebody in the current folder would type it."""
    here = Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file
