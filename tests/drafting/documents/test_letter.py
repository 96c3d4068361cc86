"""A refusal of information is an answer: a công văn (NĐ 30/2020, model 1.5 of Annex III), with the exact words too."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from bot.assembly.papers import file_name
from bot.drafting.documents import Content, make_document, read_back
from bot.drafting.documents.form import OfficeForm
from bot.model.paper import PaperFormat
from bot.model.statement import StatementKind, StatementVersion, text_sha256
from tests.drafting.documents.samples import TEXT, a_form, a_version, content
from tests.drafting.documents.test_document import opened, words_of
from tests.store.samples import an_incident

ABOUT = "V/v trả lời đề nghị cung cấp thông tin của cơ quan báo chí"


def a_refusal(**changed: object) -> StatementVersion:
    return a_version(kind=StatementKind.REFUSAL, **changed)


def letter(form: OfficeForm | None = None) -> Content:
    return content(a_refusal(), form)


def test_the_body_is_the_approved_text_byte_for_byte_and_carries_the_hash() -> None:
    made, fault = make_document(letter(), a_form())
    read = read_back(made)
    assert fault == ""
    assert (read.text or "").encode() == TEXT.encode()
    assert (read.sha256, read.text_sha256) == (a_refusal().sha256, text_sha256(TEXT))


def test_there_is_no_kind_above_the_text_and_what_it_is_about_stands_below_the_number() -> None:
    document = opened(make_document(letter(), a_form())[0])
    assert "THÔNG CÁO" not in words_of(document)
    number, about = document.tables[0].cell(1, 0).paragraphs
    assert (number.text, about.text) == ("Số:        /UBND-VP", ABOUT)
    assert (about.alignment, about.runs[0].font.size) == (WD_ALIGN_PARAGRAPH.CENTER, Pt(12))
    assert not about.runs[0].bold
    assert words_of(document).count(ABOUT) == 1


def test_it_is_addressed_and_the_addressee_is_left_to_the_clerk() -> None:
    document = opened(make_document(letter(), a_form())[0])
    first = next(p for p in document.paragraphs if p.text)
    assert first.text.startswith("Kính gửi: …")
    assert first.text.removeprefix("Kính gửi: ").strip("…") == ""
    assert [p.text for p in document.tables[1].cell(0, 0).paragraphs] == [
        "Nơi nhận:",
        "- Như trên;",
        "- Chủ tịch, các Phó Chủ tịch UBND tỉnh;",
        "- Lưu: VT, VP.",
    ]


def test_an_office_that_wrote_nothing_of_letters_leaves_their_symbol_to_the_clerk() -> None:
    plain = a_form(letter_symbol="", letter_recipients=())
    document = opened(make_document(letter(plain), plain)[0])
    assert document.tables[0].cell(1, 0).paragraphs[0].text == "Số:        /……-……", "never that of a press release"


def test_programs_are_told_that_it_is_a_letter() -> None:
    made = opened(make_document(letter(), a_form())[0])
    assert made.core_properties.title == f"CÔNG VĂN – {ABOUT}"
    assert file_name(an_incident(), a_refusal(), PaperFormat.DOCX) == "cong-van-7K2-ban-3.docx"
    assert file_name(an_incident(), a_version(), PaperFormat.PDF) == "thong-cao-7K2-ban-3.pdf"


@pytest.mark.parametrize("kind", [kind for kind in StatementKind if kind is not StatementKind.REFUSAL])
def test_every_other_statement_is_a_press_release(kind: StatementKind) -> None:
    document = opened(make_document(content(a_version(kind=kind)), a_form())[0])
    assert document.paragraphs[0].text == "THÔNG CÁO BÁO CHÍ"
    assert "Kính gửi" not in words_of(document)


def test_an_office_has_a_frame_of_its_own_for_letters_and_that_of_releases_is_not_used(tmp_path: Path) -> None:
    for name, first in (("thong-cao.docx", "{{ten_loai}}"), ("cong-van.docx", "{{kinh_gui}}")):
        frame = docx.Document()
        for line in (f"MẪU RIÊNG {first}", "{{noi_dung}}", "{{ma_bam}}"):
            frame.add_paragraph(line)
        frame.save(str(tmp_path / name))
    form = a_form(template=tmp_path / "thong-cao.docx")
    assert "MẪU RIÊNG" not in words_of(opened(make_document(letter(form), form)[0]))
    form = a_form(template=tmp_path / "thong-cao.docx", letter_template=tmp_path / "cong-van.docx")
    made, fault = make_document(letter(form), form)
    assert fault == ""
    assert "MẪU RIÊNG Kính gửi: …" in words_of(docx.Document(BytesIO(made)))
    assert (read_back(made).text or "").encode() == TEXT.encode()
    assert "MẪU RIÊNG THÔNG CÁO BÁO CHÍ" in words_of(opened(make_document(content(form=form), form)[0]))
