"""An office's own .docx as the frame: plain words in double braces are replaced, nothing in it is ever executed.

Word likes to cut a word into several runs; placeholders are found across them. A file that is damaged, that lacks what
must be there, or that reaches for something outside itself is refused with a reason, and the built-in layout is used.
"""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from lxml import etree

from bot.drafting.documents.content import Content
from bot.drafting.documents.layout import boxed
from bot.drafting.documents.marks import write_body

BODY, HASH, MARK = "noi_dung", "ma_bam", "dau_hieu"
REQUIRED = (BODY, HASH)
_SEVERAL_LINES = {"quyen_han", "noi_nhan"}
_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED = 60 * 1024 * 1024
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


class TemplateFault(Exception):
    """The office's template cannot be used; the message is for the administrator."""


def fill(template: Path, content: Content) -> Document:
    """The office's own frame with our words in it.

    Raises:
        TemplateFault: why it cannot be used.
    """
    document = _opened(template)
    values = _values(content)
    seen: set[str] = set()
    body: Paragraph | None = None
    for element in _paragraphs(document):
        joined = "".join(node.text or "" for node in element.iter(qn("w:t")))
        names = [found.strip().lower() for found in _PLACEHOLDER.findall(joined)]
        rest = _PLACEHOLDER.sub("", joined)
        if "{{" in rest or "}}" in rest:
            raise TemplateFault(f"{template.name}: braces that do not close in {joined[:60]!r}")
        unknown = [name for name in names if name not in values and name != BODY]
        if unknown:
            known = ", ".join(sorted([*values, BODY]))
            raise TemplateFault(f"{template.name}: unknown placeholder {unknown[0]!r}; there are {known}")
        seen.update(names)
        alone = len(names) == 1 and not rest.strip()
        if any(name in _SEVERAL_LINES or name == BODY for name in names) and not alone:
            raise TemplateFault(f"{template.name}: {names[0]} takes several lines and needs a paragraph of its own")
        paragraph = Paragraph(element, document)
        if BODY in names:
            if body is not None:
                raise TemplateFault(f"{template.name}: {{{{{BODY}}}}} stands there twice")
            body = paragraph
        elif names:
            _replace(paragraph, values)
    missing = [name for name in REQUIRED if name not in seen]
    if missing or body is None:
        raise TemplateFault(f"{template.name}: misses {', '.join('{{' + name + '}}' for name in missing)}")
    if body.part is not document.part:
        raise TemplateFault(f"{template.name}: {{{{{BODY}}}}} stands in a header or footer")
    write_body(body, content)
    if content.mark and MARK not in seen:  # no paper of ours leaves without it
        _mark_every_page(document, content.mark)
    return document


def _values(content: Content) -> dict[str, str]:
    return {
        "co_quan_chu_quan": content.parent,
        "co_quan": content.agency,
        "quoc_hieu": content.nation,
        "tieu_ngu": content.motto,
        "so_ky_hieu": content.number,
        "dia_danh_ngay": content.place_and_date,
        "ten_loai": content.kind,
        "trich_yeu": content.subject,
        "kinh_gui": content.addressee,
        "noi_nhan": "\n".join(content.recipients),
        "quyen_han": "\n".join(content.capacity),
        "ho_ten": content.name,
        "lien_he": content.contact,
        HASH: content.seal_line,
        MARK: content.mark,
    }


def _opened(template: Path) -> Document:
    try:
        data = template.read_bytes()
        if len(data) > MAX_BYTES:
            raise TemplateFault(f"{template.name}: larger than {MAX_BYTES // 1024 // 1024} MiB")
        with zipfile.ZipFile(BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
                raise TemplateFault(f"{template.name}: unpacks to more than {MAX_UNPACKED // 1024 // 1024} MiB")
        document = docx.Document(BytesIO(data))
        if document.part.content_type != _MAIN:
            raise TemplateFault(f"{template.name}: is no plain .docx (a .dotx or one with macros?): save it as .docx")
        for part in document.part.package.iter_parts():
            for relation in part.rels.values():
                if relation.is_external and not relation.reltype.endswith("/hyperlink"):
                    raise TemplateFault(f"{template.name}: reaches for {relation.target_ref[:80]} outside the file")
    except (OSError, zipfile.BadZipFile, PackageNotFoundError, KeyError, ValueError, etree.XMLSyntaxError) as error:
        raise TemplateFault(f"{template.name}: cannot be read as .docx: {str(error)[:120]}") from error
    return document


def _paragraphs(document: Document) -> list[Any]:
    """Every paragraph of the text, its tables and text boxes, and of headers and footers."""
    found = list(document.element.body.iter(qn("w:p")))
    for section in document.sections:
        for part in (
            *(section.header, section.footer, section.first_page_header, section.first_page_footer),
            *(section.even_page_header, section.even_page_footer),
        ):
            if not part.is_linked_to_previous:
                found += [p for p in part._element.iter(qn("w:p")) if p not in found]
    return found


def _replace(paragraph: Paragraph, values: dict[str, str]) -> None:
    """Replace what is in braces, across runs; each value takes the look of where its braces began."""
    nodes = list(paragraph._p.iter(qn("w:t")))
    joined = "".join(node.text or "" for node in nodes)
    for found in reversed(list(_PLACEHOLDER.finditer(joined))):
        _splice(nodes, found.start(), found.end(), values[found.group(1).strip().lower()])
    for node in nodes:
        lines = (node.text or "").split("\n")
        node.set(qn("xml:space"), "preserve")
        node.text = lines[0]
        after = node
        for line in lines[1:]:
            brk, more = etree.SubElement(node.getparent(), qn("w:br")), etree.Element(qn("w:t"))
            after.addnext(brk)
            brk.addnext(more)
            more.text = line
            more.set(qn("xml:space"), "preserve")
            after = more


def _splice(nodes: list[Any], start: int, end: int, value: str) -> None:
    at = 0
    for node in nodes:
        words = node.text or ""
        begin, stop = max(start - at, 0), min(end - at, len(words))
        if begin < stop:
            first = start >= at
            node.text = words[:begin] + (value if first else "") + words[stop:]
        at += len(words)


def _mark_every_page(document: Document, mark: str) -> None:
    """The mark in every header that a page of this document may show: the page that is signed is not the first."""
    for number, section in enumerate(document.sections):
        headers = [section.header]
        if section.different_first_page_header_footer:
            headers.append(section.first_page_header)
        if document.settings.odd_and_even_pages_header_footer:
            headers.append(section.even_page_header)
        for header in headers:
            if number == 0 or not header.is_linked_to_previous:
                last = header.paragraphs[-1] if header.paragraphs else None
                boxed(header.add_paragraph() if last is None or last.runs else last, mark)
