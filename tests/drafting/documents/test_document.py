"""The document that a registry clerk completes: the exact words, the form of NĐ 30/2020, plain marks, no number."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Pt

from bot.drafting.documents import make_document, read_back
from bot.model.paper import NoPaper
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


def test_words_that_a_word_file_cannot_carry_make_no_file_at_all() -> None:
    with pytest.raises(NoPaper) as raised:
        make_document(content(a_version("Chữ\x0c lạ\x00")), a_form())
    assert raised.value.why == "characters"


@pytest.mark.parametrize("text", ["\u202eđảo\u202c chữ", "a\u00a0b\u200bc", "x" * 10_000, "một\n\n\nhai", "."])
def test_odd_words_come_back_as_they_were(text: str) -> None:
    assert read_back(make_document(content(a_version(text)), a_form())[0]).text == text
