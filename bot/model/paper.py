"""A finished paper: a file of one version in the form of NĐ 30/2020, ready to be handed over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum


class PaperFormat(StrEnum):
    """What the file is."""

    DOCX = "docx"
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class Paper:
    """The file. ``note`` says what whoever receives it must know (the office's template could not be used, say)."""

    name: str
    data: bytes
    format: PaperFormat
    sha256: str
    note: str = ""

    @property
    def media_type(self) -> str:
        """The MIME type."""
        if self.format is PaperFormat.PDF:
            return "application/pdf"
        return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


PaperSource = Callable[[str, int, PaperFormat], Awaitable[Paper]]
"""Makes the document of a version (incident's id, version) from committed state; raises NoPaper."""


class NoPaper(Exception):
    """The file cannot be made; ``why`` is a key below ``paper.fault.`` of the catalogue, ``detail`` for the log."""

    def __init__(self, why: str, detail: str = "") -> None:
        """Say why."""
        super().__init__(f"{why}: {detail}" if detail else why)
        self.why = why
        self.detail = detail


async def no_papers(incident_id: str, version: int, wanted: PaperFormat) -> Paper:
    """Where nobody makes documents."""
    raise NoPaper("form", "documents are not set up here")
