"""The matrix as a file: faults name their line, and an office's own matrix is never laxer."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot.approval.gate_file import GateFaults, load_gates
from bot.approval.sealing import Seal, SealBroken, load_seal
from bot.model.gate import GateKind
from bot.playbooks import default_playbooks_folder

LAW = default_playbooks_folder() / "law"


def own(folder: Path, text: str) -> Path:
    (folder / "gates.yaml").write_text(text, encoding="utf-8")
    return folder


STRICT = """version: own
gates:
  - {gate: last_editor, from_level: 3}
  - gate: legal_check
    from_level: 1
    by: [legal]
    apart_from: [approver, last_editor]
  - {gate: second_factor, from_level: 3}
  - {gate: second_person, from_level: 3, by: [head], apart_from: [approver]}
  - {gate: joint_text, from_level: 1, by: [head]}
  - {gate: content_check, from_level: 2, by: [duty], apart_from: [last_editor, approver]}
"""


def test_an_office_may_be_stricter(tmp_path: Path) -> None:
    matrix, grounds = load_gates(LAW, own(tmp_path, STRICT))
    assert GateKind.SECOND_FACTOR in {gate.kind for gate in matrix.standing(3, ())}
    assert GateKind.LEGAL_CHECK in {gate.kind for gate in matrix.standing(1, ())}
    assert len(grounds) == 3


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (("{gate: second_factor, from_level: 3}", "{gate: second_factor, from_level: 4}"), None),
        (("  - {gate: second_factor, from_level: 3}\n", ""), r"2: gates: second_factor .* never left out"),
        (("{gate: last_editor, from_level: 3}", "{gate: last_editor, from_level: 5}"), "3: .*from_level"),
        (("by: [head], apart_from: [approver]}", "by: [head]}"), r"9: .*second_person must bar approver"),
        (
            ("    from_level: 1\n    by: [legal]", "    from_level: 1\n    topics: [land]\n    by: [legal]"),
            r"6: .*legal_check must keep corruption, .*never laxer",
        ),
        (("from_level: 1, by: [head]}", "from_level: 4, by: [head]}"), r"10: .*joint_text must stand from level 1"),
        (("by: [legal]", "by: [legal, duty]"), r"6: gates\[1\].by: legal_check may not be passed by duty.*never laxer"),
        (("by: [head], apart", "by: [head, legal], apart"), r"9: .*second_person may not be passed by legal"),
    ],
)
def test_an_office_is_never_laxer(tmp_path: Path, change: tuple[str, str], named: str | None) -> None:
    assert change[0] in STRICT
    folder = own(tmp_path, STRICT.replace(*change))
    if named is None:
        load_gates(LAW, folder)
        return
    with pytest.raises(GateFaults, match=rf"gates.yaml:{named}"):
        load_gates(LAW, folder)


def test_an_office_writes_no_grounds_of_refusal_of_its_own(tmp_path: Path) -> None:
    grounds = 'refusal_grounds:\n  - {id: d, basis: "x", short: {vi: x, en: x}, text: {vi: x, en: x}}\n'
    with pytest.raises(GateFaults, match=r"gates.yaml:12: refusal_grounds: .*those of the law"):
        load_gates(LAW, own(tmp_path, STRICT + grounds))


def test_a_check_that_nobody_may_make_is_a_fault_with_its_line(tmp_path: Path) -> None:
    folder = own(tmp_path, STRICT.replace("by: [head], apart", "apart"))
    with pytest.raises(GateFaults, match=r"gates.yaml:9: .*second_person needs the roles"):
        load_gates(LAW, folder)


def test_one_gate_has_one_line(tmp_path: Path) -> None:
    folder = own(tmp_path, STRICT + "  - {gate: last_editor, from_level: 4}\n")
    with pytest.raises(GateFaults, match=r"gates.yaml:12: .*last_editor is given twice"):
        load_gates(LAW, folder)


def test_a_seal_opens_what_it_closed_for_the_same_purpose_alone(tmp_path: Path) -> None:
    seal = load_seal(tmp_path / "secrets.key")
    sealed = seal.close("totp/phat", "JBSWY3DPEHPK3PXP")
    assert "JBSWY" not in sealed
    assert load_seal(tmp_path / "secrets.key").open(sealed, "totp/phat") == "JBSWY3DPEHPK3PXP"
    with pytest.raises(SealBroken):
        seal.open(sealed, "totp/pho")
    with pytest.raises(SealBroken):
        seal.open(sealed.replace("totp/phat", "totp/pho"))
    with pytest.raises(SealBroken):
        Seal(b"x" * 32).open(sealed)


def test_the_key_is_the_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "secrets.key"
    load_seal(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    with pytest.raises(ValueError, match="others may read"):
        load_seal(path)
