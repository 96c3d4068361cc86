"""An office's own frame, also as Word leaves it; whatever is wrong with it, a right document is made all the same."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.document import Document
from typer.testing import CliRunner

from bot.cli import app
from bot.drafting.documents import TemplateFault, make_document, read_back
from bot.drafting.documents.template import fill
from bot.model.statement import StatementState
from tests.drafting.documents.samples import SAMPLE, TEXT, a_form, a_version, content


def frame(folder: Path, *lines: str, change: Callable[[Document], None] = lambda _: None) -> Path:
    document = docx.Document()
    for line in lines or ("{{so_ky_hieu}}", "{{noi_dung}}", "{{quyen_han}}", "{{ma_bam}}"):
        document.add_paragraph(line)
    change(document)
    path = folder / "mau.docx"
    document.save(str(path))
    return path


def test_the_office_frame_carries_the_same_bytes_and_hash(tmp_path: Path) -> None:
    template = frame(tmp_path, "SỞ Y TẾ – {{ Trich_Yeu }}", "{{noi_dung}}", "{{quyen_han}}", "{{ho_ten}}", "{{ma_bam}}")
    made, fault = make_document(content(), a_form(template=template))
    assert fault == ""
    read, document = read_back(made), docx.Document(BytesIO(made))
    assert (read.text, read.sha256) == (TEXT, a_version().sha256)
    assert document.paragraphs[0].text == "SỞ Y TẾ – Thông tin ban đầu về vụ việc"
    assert [p.text for p in document.paragraphs][-3] == "TL. CHỦ TỊCH\nCHÁNH VĂN PHÒNG"


def test_a_placeholder_that_word_cut_into_runs_is_found(tmp_path: Path) -> None:
    def cut(document: Document) -> None:
        for pieces in (("{", "{noi", "_dung", "}}"), ("Mã: {{", "ma_bam", "}", "} hết")):
            paragraph = document.add_paragraph()
            for number, piece in enumerate(pieces):
                paragraph.add_run(piece).bold = number == 1

    template = frame(tmp_path, "{{ten_loai}}", change=cut)
    made, fault = make_document(content(), a_form(template=template))
    assert (fault, read_back(made).text) == ("", TEXT)
    assert docx.Document(BytesIO(made)).paragraphs[-1].text.startswith("Mã: Bản 3 – SHA-256 ")


def test_placeholders_in_tables_headers_and_text_of_several_lines_are_filled(tmp_path: Path) -> None:
    def more(document: Document) -> None:
        document.add_table(1, 1).cell(0, 0).text = "{{dia_danh_ngay}}"
        document.sections[0].footer.paragraphs[0].text = "{{ma_bam}}"

    document = fill(frame(tmp_path, "{{noi_dung}}", change=more), content())
    assert document.tables[0].cell(0, 0).text == "Thượng Giang, ngày 05 tháng 02 năm 2026"
    assert a_version().sha256 in document.sections[0].footer.paragraphs[0].text


def test_a_frame_without_a_place_for_the_mark_gets_it_on_every_page(tmp_path: Path) -> None:
    own = docx.Document(str(frame(tmp_path)))
    own.sections[0].header.paragraphs[0].text = "VĂN PHÒNG"
    own.sections[0].different_first_page_header_footer = True
    own.add_section()
    own.add_section().header.is_linked_to_previous = False
    own.save(str(tmp_path / "own.docx"))
    draft = content(a_version(state=StatementState.DRAFT))
    for path in (frame(tmp_path), tmp_path / "own.docx"):
        for words, is_marked in ((draft, True), (content(), False)):
            sections = fill(path, words).sections
            shown = [section.header for section in sections] + [
                section.first_page_header for section in sections if section.different_first_page_header_footer
            ]
            assert {"DỰ THẢO" in "".join(p.text for p in header.paragraphs) for header in shown} == {is_marked}
            if path.name == "own.docx":
                assert shown[0].paragraphs[0].text == "VĂN PHÒNG", "what the office wrote there stays"


def test_nothing_in_a_frame_is_ever_executed(tmp_path: Path) -> None:
    made, fault = make_document(content(), a_form(template=frame(tmp_path, "{{noi_dung}}", "{{ma_bam}}", "{% for %}")))
    assert fault == ""
    assert docx.Document(BytesIO(made)).paragraphs[-1].text == "{% for %}"
    with pytest.raises(TemplateFault, match="unknown placeholder"):
        fill(frame(tmp_path, "{{noi_dung}}", "{{ma_bam}}", "{{ 7*7 }}"), content())


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (("{{ma_bam}}",), "misses {{noi_dung}}"),
        (("{{noi_dung}}",), "misses {{ma_bam}}"),
        (("{{noi_dung}}", "{{ma_bam}}", "{{noi_dug}}"), "unknown placeholder 'noi_dug'"),
        (("{{noi_dung}}", "{{ma_bam}}", "{{so_ky_hieu"), "braces that do not close"),
        (("Nội dung: {{noi_dung}}", "{{ma_bam}}"), "a paragraph of its own"),
        (("{{noi_dung}}", "{{noi_dung}}", "{{ma_bam}}"), "twice"),
    ],
)
def test_a_faulty_frame_is_named_and_the_built_in_one_is_used(tmp_path: Path, lines: tuple[str, ...], why: str) -> None:
    made, fault = make_document(content(), a_form(template=frame(tmp_path, *lines)))
    assert why in fault
    assert "mau.docx" in fault
    assert read_back(made).text == TEXT
    assert docx.Document(BytesIO(made)).paragraphs[0].text == "THÔNG CÁO BÁO CHÍ"


def broken_zip(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def no_zip(path: Path) -> None:
    path.write_text("Đây là tệp văn bản thường", encoding="utf-8")


def broken_xml(path: Path) -> None:
    rewrite(path, "word/document.xml", lambda data: data.replace(b"</w:body>", b""))


def without_document(path: Path) -> None:
    rewrite(path, "word/document.xml", lambda data: None)


def reaching_out(path: Path) -> None:
    reach = (
        b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" '
        b'Target="http://203.0.113.9/x.png" TargetMode="External"/></Relationships>'
    )
    rewrite(path, "word/_rels/document.xml.rels", lambda data: data.replace(b"</Relationships>", reach))


def with_macros(path: Path) -> None:
    rewrite(
        path,
        "[Content_Types].xml",
        lambda data: data.replace(
            b"vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
            b"vnd.ms-word.document.macroEnabled.main+xml",
        ),
    )


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/zeros.bin", b"\0" * (61 * 1024 * 1024))


def rewrite(path: Path, name: str, change: Callable[[bytes], bytes | None]) -> None:
    with zipfile.ZipFile(path) as archive:
        entries = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    changed = change(entries.pop(name))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, data in (entries | ({name: changed} if changed is not None else {})).items():
            archive.writestr(entry, data)


@pytest.mark.parametrize(
    "damage", [broken_zip, no_zip, broken_xml, without_document, reaching_out, with_macros, bomb, Path.unlink]
)
def test_a_damaged_or_dangerous_file_is_refused_and_the_document_is_made_all_the_same(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    template = frame(tmp_path)
    damage(template)
    made, fault = make_document(content(), a_form(template=template))
    assert fault.startswith("mau.docx: ")
    assert read_back(made).text == TEXT


def test_keng_check_names_a_faulty_template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = tmp_path / "office"
    shutil.copytree(SAMPLE, office)
    with (office / "document.yaml").open("a", encoding="utf-8") as file:
        file.write("template: mau.docx\n")
    frame(office, "{{noi_dung}}")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KENG_ORGANISATION", str(office))
    monkeypatch.setenv("KENG_DATA_DIR", str(tmp_path / "data"))
    done = CliRunner().invoke(app, ["check"])
    assert (done.exit_code, "mau.docx: misses {{ma_bam}}" in done.output) == (1, True)
    frame(office)
    assert CliRunner().invoke(app, ["check"]).exit_code == 0


@pytest.mark.parametrize(
    ("part", "instead"),
    [
        ("[Content_Types].xml", b"<a/>"),
        ("_rels/.rels", b"<a/>"),
        ("word/document.xml", b"<a/>"),
        ("word/styles.xml", b"<a/>"),
        ("docProps/core.xml", b"<a/>"),
        ("word/_rels/document.xml.rels", None),
    ],
)
def test_a_damaged_part_of_a_template_costs_the_frame_and_never_the_paper(
    tmp_path: Path, part: str, instead: bytes | None
) -> None:
    def foot(document: Document) -> None:
        document.sections[0].footer.paragraphs[0].text = "Trang"

    template = frame(tmp_path, change=foot)
    with zipfile.ZipFile(template) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(template, "w") as archive:
        for name, data in parts.items():
            if name != part or instead is not None:
                archive.writestr(name, instead if name == part and instead is not None else data)
    made, fault = make_document(content(), a_form(template=template))
    assert fault.startswith("mau.docx: cannot be")
    assert read_back(made).text == TEXT
