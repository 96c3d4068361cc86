"""What is put into every file beside the visible: the bookmark around the approved text, and the properties.

The end mark "./." of Annex I is form and not text: it stands in a run of a style of its own, which reading leaves out.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from bot.drafting.documents.content import Content

BOOKMARK = "keng_noi_dung"
END_MARK_STYLE = "KengEndMark"
_BOOKMARK_ID = "9001"

_CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_FORMAT_ID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
"""The class id that ECMA-376 gives user-defined properties."""


def write_body(first: Paragraph, content: Content) -> list[Paragraph]:
    """Put the text into ``first`` and copies of it, one a line, between bookmarks; returns the paragraphs in order.

    An empty line becomes an empty paragraph of no height, so that reading gives the same bytes and nobody sees a gap.
    """
    lines = content.paragraphs
    paragraphs = [first]
    for _ in lines[1:]:
        paragraphs.append(_copy_after(paragraphs[-1]))
    for paragraph, line in zip(paragraphs, lines, strict=True):
        _set_text(paragraph, line)
        if not line:
            _flatten(paragraph)
    last = next((p for p, line in zip(reversed(paragraphs), reversed(lines), strict=True) if line), first)
    end = last.add_run("/." if last.text.endswith(".") else "./.")
    look = last.runs[0]._r.rPr
    if look is not None:  # in the same type as the words before it
        end._r.insert(0, deepcopy(look))
    end.style = _end_mark_style(last)
    start, stop = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for element in (start, stop):
        element.set(qn("w:id"), _BOOKMARK_ID)
    start.set(qn("w:name"), BOOKMARK)
    _insert_first(paragraphs[0], start)
    paragraphs[-1]._p.append(stop)
    return paragraphs


def write_properties(document: Document, content: Content) -> None:
    """The hash where programs look for it: core properties and custom ones."""
    core = document.core_properties
    core.title = content.title
    core.subject = content.subject
    core.author = content.agency.replace("\n", " ")
    core.last_modified_by = ""
    core.comments = content.mark
    core.identifier = f"sha256:{content.sha256}"
    core.version = str(content.version)
    core.language = "vi-VN"
    core.keywords = f"vi/full {content.text_sha256}"
    core.created = core.modified = content.made_for.replace(tzinfo=None)
    _write_custom(
        document,
        {
            "KengStatement": content.statement,
            "KengVersion": str(content.version),
            "KengSha256": content.sha256,
            "KengTextSha256": content.text_sha256,
        },
    )


@dataclass(frozen=True, slots=True)
class Properties:
    """The custom properties of a file; empty where it has none."""

    statement: str = ""
    version: str = ""
    sha256: str = ""
    text_sha256: str = ""


def read_properties(document: Document) -> Properties:
    """The custom properties."""
    part = next((p for p in document.part.package.iter_parts() if p.content_type == _CUSTOM_TYPE), None)
    if part is None:
        return Properties()
    from defusedxml.ElementTree import fromstring

    found = {e.get("name", ""): "".join(e.itertext()) for e in fromstring(part.blob)}
    return Properties(
        found.get("KengStatement", ""),
        found.get("KengVersion", ""),
        found.get("KengSha256", ""),
        found.get("KengTextSha256", ""),
    )


def _write_custom(document: Document, values: dict[str, str]) -> None:
    root = ElementTree.Element(f"{{{_CUSTOM}}}Properties")
    for number, (name, value) in enumerate(values.items(), start=2):  # 0 and 1 are taken (ECMA-376 part 1, 22.3.2.2)
        entry = ElementTree.SubElement(root, f"{{{_CUSTOM}}}property", fmtid=_FORMAT_ID, pid=str(number), name=name)
        ElementTree.SubElement(entry, f"{{{_VALUES}}}lpwstr").text = value
    blob = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    package = document.part.package
    for part in package.iter_parts():  # an office's template may have properties of its own: ours take their place
        if part.content_type == _CUSTOM_TYPE:
            part._blob = blob
            return
    part = Part(PackURI("/docProps/custom.xml"), _CUSTOM_TYPE, blob, package)
    package.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)


def _copy_after(paragraph: Paragraph) -> Paragraph:
    copied: Any = deepcopy(paragraph._p)
    paragraph._p.addnext(copied)
    return Paragraph(copied, paragraph._parent)


def _set_text(paragraph: Paragraph, line: str) -> None:
    """The whole line in the paragraph's first run, whose look it keeps; every other run goes."""
    runs = paragraph.runs
    run = runs[0] if runs else paragraph.add_run()
    for child in list(paragraph._p):
        if child is not run._r and child.tag != qn("w:pPr"):
            paragraph._p.remove(child)
    run.text = line


def _flatten(paragraph: Paragraph) -> None:
    from docx.enum.text import WD_LINE_SPACING
    from docx.shared import Pt

    shape = paragraph.paragraph_format
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(1)


def _insert_first(paragraph: Paragraph, element: Any) -> None:
    properties = paragraph._p.find(qn("w:pPr"))
    if properties is None:
        paragraph._p.insert(0, element)
    else:
        properties.addnext(element)


def _end_mark_style(paragraph: Paragraph) -> Any:
    from docx.enum.style import WD_STYLE_TYPE

    part: Any = paragraph.part  # of the text, never of a header: it has the document
    styles = part.document.styles
    if END_MARK_STYLE not in [style.name for style in styles]:
        styles.add_style(END_MARK_STYLE, WD_STYLE_TYPE.CHARACTER)
    return styles[END_MARK_STYLE]


def is_end_mark(run: Run) -> bool:
    """True for the run that is form and not text."""
    return bool(run.style is not None and run.style.name == END_MARK_STYLE)
