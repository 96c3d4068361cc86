"""The built-in layout: Annex I of NĐ 30/2020, measured in millimetres and points, made with python-docx."""

from __future__ import annotations

from typing import Any

import docx
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Mm, Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from bot.drafting.documents.content import Content
from bot.drafting.documents.marks import write_body
from bot.drafting.documents.widths import last_line_mm, width_mm

FONT = "Times New Roman"
_LEFT_MM, _RIGHT_MM, _TOP_MM, _BOTTOM_MM = 30, 15, 20, 20
_TEXT_MM = 210 - _LEFT_MM - _RIGHT_MM
_AGENCY_MM, _NATION_MM = 64, _TEXT_MM - 64
_RULE = 0.38
"""Of the line above it: a third to a half (Annex I, part II, nos. 2 and 5)."""


def lay_out(content: Content) -> Document:
    """The document of ``content``."""
    document = docx.Document()
    _without_picture(document)
    _page(document, content.size)
    _heading(document, content)
    _title(document, content)
    _body(document, content)
    _closing(document, content)
    _around(document, content)
    return document


def _without_picture(document: Document) -> None:
    """The library's empty document brings a small picture of itself along."""
    package = document.part.package
    for key in [k for k, r in package.rels.items() if r.reltype.endswith("/thumbnail")]:
        package.rels.pop(key)


def _page(document: Document, size: int) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(_LEFT_MM), Mm(_RIGHT_MM)
    section.top_margin, section.bottom_margin = Mm(_TOP_MM), Mm(_BOTTOM_MM)
    section.header_distance = section.footer_distance = Mm(8)
    section.different_first_page_header_footer = True  # the number of the first page is not shown
    normal: Any = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(size)
    fonts = normal.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(name), FONT)
    normal.element.get_or_add_rPr().append(parse_xml(f'<w:lang {nsdecls("w")} w:val="vi-VN"/>'))
    normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)
    normal.paragraph_format.line_spacing = 1.0


def _heading(document: Document, content: Content) -> None:
    """Parts 1, 2, 3 and 4: nation and motto, agency, number, place and date; part 5b: what a công văn is about."""
    table = _grid(document, 2)
    left, right = table.rows[0].cells
    if content.parent:
        _line(left, content.parent, 13)
    for line in content.agency.split("\n"):
        _line(left, line, 13, bold=True)
    _rule(left, width_mm=_RULE * last_line_mm(content.agency, 13, _AGENCY_MM), cell_mm=_AGENCY_MM)
    _line(right, content.nation, 13, bold=True)
    _line(right, content.motto, 14, bold=True)
    _rule(right, width_mm=width_mm(content.motto, 14), cell_mm=_NATION_MM)
    left, right = table.rows[1].cells
    _line(left, content.number, 13, before=6)
    if content.addressee:
        _line(left, content.subject, 12, before=6)
    _line(right, content.place_and_date, 14, italic=True, before=6)


def _title(document: Document, content: Content) -> None:
    """Part 5a: the kind of paper and what it is about; part 9a of a công văn: to whom it is addressed."""
    if content.addressee:
        _line(document, content.addressee, content.size, before=18)
        return
    _line(document, content.kind, 14, bold=True, before=18)
    _line(document, content.subject, 14, bold=True)
    _rule(document, width_mm=_RULE * last_line_mm(content.subject, 14, _TEXT_MM), cell_mm=_TEXT_MM)


def _body(document: Document, content: Content) -> None:
    """Part 6: the approved text, justified, first line 1.27 cm in, 6 pt between paragraphs."""
    paragraph = document.add_paragraph()
    shape = paragraph.paragraph_format
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    shape.first_line_indent, shape.space_after, shape.line_spacing = Cm(1.27), Pt(6), 1.15
    paragraph.add_run()
    written = write_body(paragraph, content)
    written[0].paragraph_format.space_before = Pt(12)
    for last in reversed(written):  # nobody signs a page on which nothing stands
        last.paragraph_format.keep_with_next = True
        if last.text:
            break


def _closing(document: Document, content: Content) -> None:
    """Parts 7 and 9: the signature, with room for hand and seal, and to whom the paper goes."""
    _line(document, "", 6).paragraph_format.keep_with_next = True
    table = _grid(document, 1)
    left, right = table.rows[0].cells
    _line(left, content.recipients_label, 12, bold=True, italic=True, centred=False)
    for one in content.recipients:
        _line(left, one, 11, centred=False)
    for line in content.capacity:
        _line(right, line, content.size, bold=True)
    for _ in range(4):
        _line(right, "", content.size)
    _line(right, content.name, content.size, bold=True)
    table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))


def _around(document: Document, content: Content) -> None:
    """Page numbers from the second page on, the hash below every page, the mark of what is no valid paper above."""
    section = document.sections[0]
    number = section.header.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = number.add_run()
    run.font.size = Pt(13)
    for kind, instruction in (("begin", None), (None, "PAGE"), ("end", None)):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = instruction
        run._r.append(element)
    if content.mark:
        boxed(section.first_page_header.paragraphs[0], content.mark)
        boxed(section.header.add_paragraph(), content.mark)
    if content.contact:
        contact = section.first_page_footer.paragraphs[0]
        contact.alignment = WD_ALIGN_PARAGRAPH.CENTER
        contact.add_run(content.contact).font.size = Pt(11)
        _borders(contact, '<w:top w:val="single" w:sz="6" w:space="4" w:color="000000"/>')
        first = section.first_page_footer.add_paragraph()
    else:
        first = section.first_page_footer.paragraphs[0]
    for paragraph in (first, section.footer.paragraphs[0]):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        hash_line = paragraph.add_run(content.seal_line)
        hash_line.font.size, hash_line.font.color.rgb = Pt(7.5), RGBColor(0x59, 0x59, 0x59)


def boxed(paragraph: Paragraph, mark: str) -> None:
    """A framed line in bold capitals that nobody overlooks."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(mark)
    run.bold, run.font.size, run.font.color.rgb = True, Pt(14), RGBColor(0xC0, 0, 0)
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="12" w:space="2" w:color="C00000"/>'
        for side in ("top", "left", "bottom", "right")
    )
    _borders(paragraph, sides)


def _grid(document: Document, rows: int) -> Any:
    table = document.add_table(rows=rows, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for row in table.rows:
        for cell, width in zip(row.cells, (_AGENCY_MM, _NATION_MM), strict=True):
            cell.width = Mm(width)
    for column, width in zip(table.columns, (_AGENCY_MM, _NATION_MM), strict=True):
        column.width = Mm(width)
    margins = parse_xml(
        f'<w:tblCellMar {nsdecls("w")}><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar>'
    )
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    if look is None:
        table._tbl.tblPr.append(margins)
    else:  # the schema fixes the order of a table's properties
        look.addprevious(margins)
    return table


def _line(
    where: Document | _Cell,
    words: str,
    size: float,
    *,
    bold: bool = False,
    italic: bool = False,
    centred: bool = True,
    before: float = 0,
) -> Paragraph:
    """One paragraph; a cell's empty first one is used up before another is added."""
    last = where.paragraphs[-1] if isinstance(where, _Cell) else None
    unused = last is not None and len(where.paragraphs) == 1 and not last.runs
    paragraph = last if unused and last is not None else where.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.LEFT
    paragraph.paragraph_format.space_before = Pt(before)
    run = paragraph.add_run(words)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    return paragraph


def _rule(where: Document | _Cell, *, width_mm: float, cell_mm: float) -> None:
    """A solid line of ``width_mm`` in the middle: the lower border of a paragraph of no height."""
    paragraph = where.add_paragraph()
    shape = paragraph.paragraph_format
    side = max(0.0, (cell_mm - width_mm) / 2)
    shape.left_indent = shape.right_indent = Mm(side)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(3)
    _borders(paragraph, '<w:bottom w:val="single" w:sz="6" w:space="0" w:color="000000"/>')


def _borders(paragraph: Paragraph, sides: str) -> None:
    properties = paragraph._p.get_or_add_pPr()
    borders = parse_xml(f"<w:pBdr {nsdecls('w')}>{sides}</w:pBdr>")
    followers = [qn(f"w:{name}") for name in ("shd", "tabs", "spacing", "ind", "jc", "rPr")]
    before = next((child for child in properties if child.tag in followers), None)
    if before is None:
        properties.append(borders)
    else:  # the schema fixes the order of a paragraph's properties
        before.addprevious(borders)
