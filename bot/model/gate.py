"""The gates between a draft and the public, as a matrix: which check stands at which level and for which topics."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from bot.model.person import Role


class GateKind(StrEnum):
    """What a gate asks for. The values are the names in ``gates.yaml`` and, for checks, in the store."""

    LAST_EDITOR = "last_editor"
    """Whoever last changed the words does not approve them."""
    CONTENT_CHECK = "content_check"
    LEGAL_CHECK = "legal_check"
    SECOND_FACTOR = "second_factor"
    """The approver shows a one-time code from their own device."""
    SECOND_PERSON = "second_person"
    """Approved words leave when somebody else has let them go."""
    JOINT_TEXT = "joint_text"
    """Every unit that also holds the case has agreed to the words (NĐ 244/2026 Art. 7.2)."""


CHECKS = frozenset({GateKind.CONTENT_CHECK, GateKind.LEGAL_CHECK, GateKind.JOINT_TEXT})
"""Gates that a person passes before the approval, by one press."""


class Part(StrEnum):
    """A part somebody has played in one version, which may bar them from passing a gate."""

    LAST_EDITOR = "last_editor"
    APPROVER = "approver"


@dataclass(frozen=True, slots=True)
class Gate:
    """One line of the matrix. ``topics`` empty means: for every matter. ``by`` are the roles that may pass it."""

    kind: GateKind
    from_level: int
    topics: frozenset[str] = frozenset()
    by: frozenset[Role] = frozenset()
    apart_from: frozenset[Part] = frozenset()

    def stands(self, level: int, topics: Collection[str]) -> bool:
        """True when a matter of this level and these topics must pass it."""
        return level >= self.from_level and (not self.topics or not self.topics.isdisjoint(topics))


@dataclass(frozen=True, slots=True)
class GateMatrix:
    """All gates of one edition."""

    version: str
    gates: tuple[Gate, ...]

    def standing(self, level: int, topics: Collection[str]) -> tuple[Gate, ...]:
        """The gates before a matter of this level and these topics."""
        return tuple(gate for gate in self.gates if gate.stands(level, topics))


@dataclass(frozen=True, slots=True)
class RefusalGround:
    """One ground on which information may be refused (Press Law 2025 Art. 31.2); ``id`` is its letter."""

    id: str
    basis: str
    vi: str
    en: str
    short_vi: str
    short_en: str
