"""``document.yaml``: what signs how, and every fault with its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.drafting.documents import Capacity, DocumentFaults, Signer, load_form
from tests.drafting.documents.samples import SAMPLE
from tests.drafting.holding import AGENCY


@pytest.mark.parametrize(
    ("signer", "lines"),
    [
        (Signer("p", Capacity.TM, "Chủ tịch", "Ủy ban nhân dân"), ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")),
        (
            Signer("p", Capacity.KT, "Phó Chủ tịch", "Chủ tịch", "Ủy ban nhân dân"),
            ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
        ),
        (Signer("p", Capacity.TL, "Chánh Văn phòng", "Chủ tịch"), ("TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG")),
        (Signer("p", Capacity.TUQ, "Giám đốc", "Chủ tịch", document="1/GUQ"), ("TUQ. CHỦ TỊCH", "GIÁM ĐỐC")),
        (Signer("p", Capacity.Q, "Chủ tịch", collective="Ủy ban nhân dân"), ("TM. ỦY BAN NHÂN DÂN", "Q. CHỦ TỊCH")),
        (Signer("p", Capacity.OWN, "Giám đốc"), ("GIÁM ĐỐC",)),
    ],
)
def test_each_capacity_is_written_as_the_decree_has_it(signer: Signer, lines: tuple[str, ...]) -> None:
    assert signer.lines == lines


def test_the_sample_can_be_read_and_an_office_without_the_file_has_a_plain_form(tmp_path: Path) -> None:
    assert load_form(SAMPLE, AGENCY, ["chu", "phat"]).signer("phat") is not None
    plain = load_form(tmp_path, AGENCY)
    assert (plain.agency, plain.symbol, plain.signers) == (AGENCY.name_vi, "", ())


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("signers: [{person: phat, capacity: KT, title: Phó}]", "KT. needs `of`"),
        ("signers: [{person: phat, capacity: TUQ, of: Chủ tịch, title: Phó}]", "TUQ. needs `document`"),
        ("signers: [{person: phat, title: Phó, of: Chủ tịch}]", "take `of` out"),
        ("signers: [{person: ai-do, title: Phó}]", "nobody is called ai-do"),
        ("signers: [{person: phat, title: Phó}, {person: phat, title: Phó}]", "given twice"),
        ("template: khong-co.docx", "no such file"),
        ("letter: {template: khong-co.docx}", "no such file"),
        ("letter: {kind: TC}", "unknown key"),
        ("size: 12", "size"),
        ("seal: con-dau.png", "unknown key"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, line: str, fault: str) -> None:
    (tmp_path / "document.yaml").write_text(f"agency: Sở Y tế\n{line}\n", encoding="utf-8")
    with pytest.raises(DocumentFaults) as raised:
        load_form(tmp_path, AGENCY, ["phat"])
    assert "document.yaml:2" in str(raised.value)
    assert fault in str(raised.value)
