"""The document that a registry clerk completes: the exact words, the form of NĐ 30/2020, plain marks, no number."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Pt

from bot.drafting.documents import Capacity, Signer, content_of, make_document, read_back
from bot.drafting.documents.form import without_academic_titles
from bot.drafting.documents.widths import last_line_mm, width_mm
from bot.model.paper import NoPaper
from bot.model.person import Assignment, Person, Role
from bot.model.statement import StatementKind, StatementState, text_sha256
from tests.drafting.documents.samples import PHAT, TEXT, a_form, a_version, content
from tests.store.samples import an_incident


def opened(made: bytes) -> docx.document.Document:
    return docx.Document(BytesIO(made))


def words_of(document: docx.document.Document) -> str:
    """Everything a reader sees on the page, headers and footers included."""
    section = document.sections[0]
    parts = [document.element.body, *(p._element for p in (section.header, section.footer))]
    parts += [section.first_page_header._element, section.first_page_footer._element]
    return "\n".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for part in parts for p in part.iter(qn("w:p")))


def test_the_body_is_the_approved_text_byte_for_byte_and_carries_the_hash() -> None:
    version = a_version()
    made, fault = make_document(content(version), a_form())
    read = read_back(made)
    assert fault == ""
    assert (read.text or "").encode() == TEXT.encode()
    assert (read.sha256, read.text_sha256, read.version) == (version.sha256, text_sha256(TEXT), "3")
    document = opened(made)
    assert document.core_properties.identifier == f"sha256:{version.sha256}"
    assert version.sha256 in document.sections[0].footer.paragraphs[0].text
    assert version.sha256 in document.sections[0].first_page_footer.paragraphs[-1].text


def test_the_nine_parts_stand_where_annex_one_wants_them() -> None:
    document = opened(make_document(content(), a_form())[0])
    heading, closing = document.tables
    assert [p.text for p in heading.cell(0, 1).paragraphs][:2] == [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
    ]
    assert [p.text for p in heading.cell(0, 0).paragraphs][:2] == ["ỦY BAN NHÂN DÂN", "TỈNH THƯỢNG GIANG"]
    assert heading.cell(1, 1).text == "Thượng Giang, ngày 05 tháng 02 năm 2026"
    assert document.paragraphs[0].text == "THÔNG CÁO BÁO CHÍ"
    assert [p.text for p in closing.cell(0, 1).paragraphs if p.text] == [
        "TL. CHỦ TỊCH",
        "CHÁNH VĂN PHÒNG",
        "Nguyễn Văn Phát",
    ], "the capacity of who approved, and no academic title"
    recipients = [p.text for p in closing.cell(0, 0).paragraphs]
    assert (recipients[0], recipients[-1]) == ("Nơi nhận:", "- Lưu: VT, VP.")
    for text in (TEXT, TEXT.removesuffix(".")):
        shown = words_of(opened(make_document(content(a_version(text)), a_form())[0]))
        assert "Ủy ban nhân dân tỉnh./.\n" in shown, "the end mark, with one full stop before it"


def test_the_number_is_left_to_the_clerk_and_there_is_no_picture_of_a_seal() -> None:
    made, _ = make_document(content(), a_form())
    number = opened(made).tables[0].cell(1, 0).text
    assert number == "Số:        /TC-UBND"
    assert not any(part.content_type.startswith("image/") for part in opened(made).part.package.iter_parts())


def test_paper_margins_and_type_are_those_of_the_decree() -> None:
    document = opened(make_document(content(), a_form())[0])
    section, normal = document.sections[0], document.styles["Normal"]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert 30 <= round(section.left_margin.mm, 1) <= 35
    assert 15 <= round(section.right_margin.mm, 1) <= 20
    assert 20 <= round(section.top_margin.mm, 1) <= 25
    assert 20 <= round(section.bottom_margin.mm, 1) <= 25
    assert (normal.font.name, normal.font.size) == ("Times New Roman", Pt(14))
    assert "PAGE" in "".join(t.text or "" for t in section.header._element.iter(qn("w:instrText")))
    assert section.different_first_page_header_footer
    assert not list(section.first_page_header._element.iter(qn("w:instrText"))), "the first page has no number"


@pytest.mark.parametrize(
    ("state", "mark"),
    [
        (StatementState.DRAFT, "DỰ THẢO"),
        (StatementState.SUBMITTED, "DỰ THẢO"),
        (StatementState.RETURNED, "DỰ THẢO"),
        (StatementState.VOIDED, "KHÔNG CÒN GIÁ TRỊ"),
        (StatementState.RETRACTED, "ĐÃ THU HỒI"),
    ],
)
def test_what_is_no_valid_paper_says_so_on_every_page(state: StatementState, mark: str) -> None:
    section = opened(make_document(content(a_version(state=state)), a_form())[0]).sections[0]
    assert mark in section.first_page_header.paragraphs[0].text
    assert mark in "".join(p.text for p in section.header.paragraphs)


def test_an_approved_paper_carries_no_mark_and_a_drill_carries_its_own_whatever_its_state() -> None:
    assert "DỰ THẢO" not in words_of(opened(make_document(content(), a_form())[0]))
    drill = content(incident=replace(an_incident(), drill=True))
    assert words_of(opened(make_document(drill, a_form())[0])).count("DIỄN TẬP – KHÔNG PHÁT HÀNH") == 2


def test_a_draft_has_neither_date_nor_signer() -> None:
    draft = a_version(state=StatementState.DRAFT, approved_at=None, approved_by=None)
    heading, closing = opened(make_document(content(draft), a_form())[0]).tables
    assert heading.cell(1, 1).text == "Thượng Giang, ngày      tháng      năm 2026"
    assert PHAT.name.removeprefix("TS. ") not in closing.cell(0, 1).text


def test_a_correction_says_what_it_is() -> None:
    document = opened(make_document(content(a_version(kind=StatementKind.CORRECTION)), a_form())[0])
    assert document.paragraphs[1].text == "Đính chính thông tin đã công bố về vụ việc"


def test_who_has_no_block_of_their_own_signs_above_their_title() -> None:
    closing = opened(make_document(content(form=a_form(signers=())), a_form())[0]).tables[1]
    assert [p.text for p in closing.cell(0, 1).paragraphs if p.text] == ["CHÁNH VĂN PHÒNG", "Nguyễn Văn Phát"]


@pytest.mark.parametrize("text", [TEXT, "một\n\nhai", "một\n\n\n "])
def test_the_signature_never_stands_alone_on_a_page(text: str) -> None:
    document = opened(make_document(content(a_version(text)), a_form())[0])
    closing = document.tables[1]
    assert closing.rows[0]._tr.find(f".//{qn('w:cantSplit')}") is not None
    before = [p for p in document.paragraphs if p._p.getnext() is not None]  # the last one is behind the table
    together = [p for p in before if p.paragraph_format.keep_with_next]
    assert together == before[-len(together) :], "all that stands between the last words and the signature"
    assert together[0].text.strip(), "words, and not only the blank lines after them"


def test_whoever_approves_for_a_department_does_not_stand_below_the_agencys_paper() -> None:
    health = Person("yte", "Đỗ Thị Lành", "Phó Giám đốc", "so-y-te", (Assignment(Role.REGULAR, unit="so-y-te"),))
    version = a_version(approved_by="yte")
    closing = opened(make_document(content_of(an_incident(), version, a_form(), health), a_form())[0]).tables[1]
    assert [p.text for p in closing.cell(0, 1).paragraphs if p.text] == ["QUYỀN HẠN, CHỨC VỤ CỦA NGƯỜI KÝ"]
    named = a_form(signers=(Signer("yte", Capacity.TUQ, "Phó Giám đốc Sở Y tế", of="Chủ tịch", document="12/GUQ"),))
    closing = opened(make_document(content_of(an_incident(), version, named, health), named)[0]).tables[1]
    assert [p.text for p in closing.cell(0, 1).paragraphs if p.text] == [
        "TUQ. CHỦ TỊCH",
        "PHÓ GIÁM ĐỐC SỞ Y TẾ",
        "Đỗ Thị Lành",
    ]


@pytest.mark.parametrize(
    "written",
    [
        "TS. Lê Thị Phó",
        "TS Lê Thị Phó",
        "PGS.TS. Lê Thị Phó",
        "PGS, TS Lê Thị Phó",
        "Th.S Lê Thị Phó",
        "BSCKII. Lê Thị Phó",
        "TTƯT.BS.CK2 Lê Thị Phó",
        "Nhà giáo ưu tú, Tiến sĩ Lê Thị Phó",
        "Giáo sư, Tiến sĩ khoa học Lê Thị Phó",
        "Lê Thị Phó",
    ],
)
def test_no_academic_or_honorary_title_stands_below_a_signature(written: str) -> None:
    assert without_academic_titles(written) == "Lê Thị Phó"


def test_a_name_is_never_taken_for_a_title() -> None:
    for name in ("Ksor H'Bia", "Tsằn A Múi", "Bạch Sĩ Sư", "Giáo Văn Sĩ", "Cn"):
        assert without_academic_titles(name) == name


@pytest.mark.parametrize("agency", ["Sở Y tế", "Ủy ban nhân dân\nxã Ý", "Sở Văn hóa, Thể thao và Du lịch"])
@pytest.mark.parametrize("kind", [StatementKind.INITIAL, StatementKind.CORRECTION])
def test_rules_are_a_third_to_a_half_of_the_line_above_them(agency: str, kind: StatementKind) -> None:
    document = opened(make_document(content(a_version(kind=kind), a_form(agency=agency)), a_form())[0])
    for where, room, line in (
        (document.tables[0].cell(0, 0), 64, last_line_mm(agency.upper(), 13, 64)),
        (document, 165, width_mm(document.paragraphs[1].text, 14)),
    ):
        rule = next(p for p in where.paragraphs if p._p.find(f".//{qn('w:pBdr')}") is not None)
        indent = rule.paragraph_format.left_indent
        assert indent is not None
        assert 1 / 3 <= (room - 2 * indent.mm) / line <= 1 / 2
    assert last_line_mm("SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH", 13, 64) == width_mm("DU LỊCH", 13)


def test_words_that_a_word_file_cannot_carry_make_no_file_at_all() -> None:
    with pytest.raises(NoPaper) as raised:
        make_document(content(a_version("Chữ\x0c lạ\x00")), a_form())
    assert raised.value.why == "characters"


@pytest.mark.parametrize("text", ["\u202eđảo\u202c chữ", "a\u00a0b\u200bc", "x" * 10_000, "một\n\n\nhai", "."])
def test_odd_words_come_back_as_they_were(text: str) -> None:
    assert read_back(make_document(content(a_version(text)), a_form())[0]).text == text
