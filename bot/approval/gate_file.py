"""Loading the matrix of gates and the grounds of refusal: ``law/gates.yaml``, and an office's own, stricter one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from bot.model.gate import CHECKS, Gate, GateKind, GateMatrix, Part, RefusalGround
from bot.model.level import HIGHEST, LOWEST
from bot.model.person import Role
from bot.playbooks.faults import Fault, FileFaults
from bot.playbooks.schema import BilingualText, Text
from bot.playbooks.yaml_files import Section, YamlFile, read_yaml, validate

GATES_FILE = "gates.yaml"

_NEEDS_ROLES = CHECKS | {GateKind.SECOND_PERSON}


class GateFaults(FileFaults):
    """Gates that cannot be used."""


class _GateSection(Section):
    gate: Literal["last_editor", "content_check", "legal_check", "second_factor", "second_person", "joint_text"]
    from_level: int = Field(ge=LOWEST, le=HIGHEST)
    topics: list[Text] = Field(default_factory=list)
    by: list[Literal["head", "regular", "authorised", "deputy", "duty", "legal"]] = Field(default_factory=list)
    apart_from: list[Literal["last_editor", "approver"]] = Field(default_factory=list)

    def value(self) -> Gate:
        return Gate(
            GateKind(self.gate),
            self.from_level,
            frozenset(self.topics),
            frozenset(Role(role) for role in self.by),
            frozenset(Part(part) for part in self.apart_from),
        )


class _GroundSection(Section):
    id: Annotated[str, Field(pattern="^[a-z]$")]
    basis: Text
    short: BilingualText
    text: BilingualText


class _MatrixSection(Section):
    version: Text
    gates: list[_GateSection] = Field(min_length=1)
    refusal_grounds: list[_GroundSection] = Field(default_factory=list)
    verified_by_lawyer: bool = False


def load_gates(law: Path, organisation: Path | None = None) -> tuple[GateMatrix, tuple[RefusalGround, ...]]:
    """The gates and grounds of ``law`` (``playbooks/law``); an organisation that has gates of its own goes by those.

    Raises:
        GateFaults: something is wrong, or the office's gates are laxer; it carries every fault, with file and line.
    """
    faults: list[Fault] = []
    read = _read(law / GATES_FILE, faults)
    own = organisation / GATES_FILE if organisation is not None else None
    stricter = _read(own, faults) if own is not None and own.exists() else None
    if read is None or faults:
        raise GateFaults(faults)
    _, section = read
    matrix = GateMatrix(section.version, tuple(gate.value() for gate in section.gates))
    grounds = tuple(
        RefusalGround(g.id, g.basis, g.text.vi, g.text.en, g.short.vi, g.short.en) for g in section.refusal_grounds
    )
    if stricter is not None:
        file, own_section = stricter
        own_matrix = GateMatrix(own_section.version, tuple(gate.value() for gate in own_section.gates))
        faults.extend(_laxer(matrix, own_matrix, file))
        if own_section.refusal_grounds:
            message = f"the grounds of refusal are those of the law: {law / GATES_FILE}; leave them out here"
            faults.append(file.fault(("refusal_grounds",), message))
        if faults:
            raise GateFaults(faults)
        matrix = own_matrix
    return matrix, grounds


def _laxer(common: GateMatrix, own: GateMatrix, file: YamlFile) -> list[Fault]:
    """What an office's gates let through that the common ones do not, each at its line."""
    found = []
    for gate in common.gates:
        position = next((n for n, mine in enumerate(own.gates) if mine.kind is gate.kind), None)
        if position is None:
            message = f"{gate.kind.value} stands in the law folder's {GATES_FILE}: it may be stricter, never left out"
            found.append(file.fault(("gates",), message))
            continue
        for key, message in _looser(gate, own.gates[position]):
            found.append(file.fault(("gates", position, key), f"{gate.kind.value} {message}: stricter, never laxer"))
    return found


def _looser(common: Gate, own: Gate) -> Iterator[tuple[str, str]]:
    """Where one gate of an office asks for less than the common one: the key, and what is wrong with it."""
    if own.from_level > common.from_level:
        yield "from_level", f"must stand from level {common.from_level} or lower"
    if own.topics and not (common.topics and own.topics >= common.topics):
        missing = sorted(common.topics - own.topics)
        yield "topics", f"must keep {', '.join(missing)}" if common.topics else "stands for every topic"
    more = sorted(role.value for role in own.by - common.by)
    if common.by and more:
        yield "by", f"may not be passed by {', '.join(more)}"
    barred = sorted(part.value for part in common.apart_from - own.apart_from)
    if barred:
        yield "apart_from", f"must bar {', '.join(barred)}"


def _read(path: Path, faults: list[Fault]) -> tuple[YamlFile, _MatrixSection] | None:
    file = read_yaml(path, faults)
    section = validate(_MatrixSection, file, faults) if file else None
    if file is None or section is None:
        return None
    kinds = [gate.gate for gate in section.gates]
    for position, gate in enumerate(section.gates):
        if gate.gate in kinds[:position]:
            faults.append(file.fault(("gates", position, "gate"), f"{gate.gate} is given twice"))
        if GateKind(gate.gate) in _NEEDS_ROLES and not gate.by:
            faults.append(file.fault(("gates", position, "by"), f"{gate.gate} needs the roles that may pass it"))
    return file, section
