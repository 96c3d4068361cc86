"""Reading a paper back: the text between our bookmarks, and the hashes it says it carries."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import docx
from docx.document import Document
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from bot.drafting.documents.marks import BOOKMARK, is_end_mark, read_properties


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What a file says. ``text`` is None where nothing in it is marked as the approved words."""

    text: str | None
    statement: str
    version: str
    sha256: str
    text_sha256: str


def read_back(data: bytes) -> ReadBack:
    """What the file ``data`` carries."""
    document = docx.Document(BytesIO(data))
    said = read_properties(document)
    return ReadBack(_marked_text(document), said.statement, said.version, said.sha256, said.text_sha256)


def _marked_text(document: Document) -> str | None:
    lines: list[str] = []
    inside, number = False, None
    for element in document.element.body.iter(qn("w:p")):
        start = next((b for b in element.iter(qn("w:bookmarkStart")) if b.get(qn("w:name")) == BOOKMARK), None)
        if start is not None:
            inside, number = True, start.get(qn("w:id"))
        if inside:
            paragraph = Paragraph(element, document)
            lines.append("".join(run.text for run in paragraph.runs if not is_end_mark(run)))
        if inside and any(b.get(qn("w:id")) == number for b in element.iter(qn("w:bookmarkEnd"))):
            return "\n".join(lines)
    return None
