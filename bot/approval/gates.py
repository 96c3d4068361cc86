"""What must be true of the words before anyone may approve them."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bot.drafting.gaps import find_gaps
from bot.drafting.limits import TEXT_LIMIT as TEXT_LIMIT
from bot.model.fact import PLACE, Fact, FactState
from bot.model.gate import Gate, GateKind, Part
from bot.model.incident import Incident
from bot.model.person import Person
from bot.model.playbook import Playbook
from bot.model.reasons import Reason
from bot.model.signature import Signature
from bot.model.statement import (
    APPROVABLE,
    PUBLIC,
    StatementKind,
    StatementState,
    StatementVersion,
    version_sha256,
)

DIGEST_LENGTH = 8
"""Digits of the hash by which a press names words, beside their version number."""


def missing_facts(playbook: Playbook, facts: Mapping[str, Fact]) -> tuple[str, ...]:
    """Ids of required slots that nobody confirmed."""
    confirmed = {slot for slot, fact in facts.items() if fact.state is FactState.CONFIRMED}
    return tuple(slot.id for slot in playbook.facts if slot.required and slot.id != PLACE and slot.id not in confirmed)


def may_be_approved(
    incident: Incident,
    playbook: Playbook,
    facts: Mapping[str, Fact],
    current: StatementVersion,
    version: int,
    digest: str,
    approver: Person,
    dossier: Dossier,
) -> tuple[Reason, Collection[str]] | None:
    """Why ``version`` with a hash beginning with ``digest`` may not be approved, with the names of what is missing.

    None when it may. Being overdue is not among the reasons: a late lawful word is better than none (DESIGN §1.2).
    """
    if not incident.is_open:
        return Reason.INCIDENT_NOT_OPEN, ()
    if version != current.version:
        return Reason.STALE_VERSION, ()
    if current.state is StatementState.APPROVED:
        return Reason.ALREADY_APPROVED, ()
    if current.state in PUBLIC:
        return Reason.ALREADY_PUBLISHED, ()
    if current.state not in APPROVABLE:
        return Reason.NOT_APPROVABLE, ()
    if incident.playbook_is_provisional:
        return Reason.PLAYBOOK_NOT_CHOSEN, ()
    if len(digest) < DIGEST_LENGTH or not hmac.compare_digest(
        current.sha256[: len(digest)].encode(), digest.lower().encode()
    ):
        return Reason.WRONG_DIGEST, ()
    if version_sha256(current.texts) != current.sha256:
        return Reason.BYTES_DIFFER, ()
    gaps = [gap for text in current.texts.values() for gap in find_gaps(text)]
    if gaps:
        return Reason.GAP_IN_TEXT, tuple(dict.fromkeys(gaps))
    missing = missing_facts(playbook, facts)
    if missing and current.kind is StatementKind.INITIAL:
        return Reason.REQUIRED_FACT_MISSING, missing
    return unmet_before_approval(dossier, current, approver)


@dataclass(frozen=True, slots=True)
class Dossier:
    """The gates before one version, who has signed it, the other units that hold the case, and who wrote its texts."""

    gates: tuple[Gate, ...]
    signatures: tuple[Signature, ...]
    units: tuple[str, ...] = ()
    writers: frozenset[str] = frozenset()

    def gate(self, kind: GateKind) -> Gate | None:
        """The gate of this kind, where it stands."""
        return next((gate for gate in self.gates if gate.kind is kind), None)

    def signed(self, kind: GateKind, current: StatementVersion) -> tuple[Signature, ...]:
        """The signatures of one kind that are for exactly these words."""
        return tuple(s for s in self.signatures if s.kind is kind and s.sha256 == current.sha256)

    def wrote(self, person: str, current: StatementVersion) -> bool:
        """True for an editor: who made the version, or wrote words that stand in it (:mod:`bot.approval.writers`)."""
        return person == current.created_by or person in self.writers

    def open_checks(self, current: StatementVersion) -> tuple[GateKind, ...]:
        """The checks that somebody still has to pass before an approval."""
        return tuple(
            kind
            for kind in (GateKind.CONTENT_CHECK, GateKind.LEGAL_CHECK, GateKind.JOINT_TEXT)
            if self.gate(kind) is not None and not self._is_passed(kind, current)
        )

    def awaits_second_person(self, current: StatementVersion) -> bool:
        """True when approved words wait for somebody else to let them go."""
        return self.gate(GateKind.SECOND_PERSON) is not None and not self.signed(GateKind.SECOND_PERSON, current)

    def silent_units(self, current: StatementVersion) -> tuple[str, ...]:
        """Units that hold the case too and have not agreed to these words."""
        agreed = {s.unit for s in self.signed(GateKind.JOINT_TEXT, current)}
        return tuple(unit for unit in self.units if unit not in agreed)

    def _is_passed(self, kind: GateKind, current: StatementVersion) -> bool:
        return not self.silent_units(current) if kind is GateKind.JOINT_TEXT else bool(self.signed(kind, current))


_MISSING = {
    GateKind.CONTENT_CHECK: Reason.CONTENT_CHECK_MISSING,
    GateKind.LEGAL_CHECK: Reason.LEGAL_CHECK_MISSING,
    GateKind.JOINT_TEXT: Reason.JOINT_TEXT_MISSING,
}


def unmet_before_approval(
    dossier: Dossier, current: StatementVersion, approver: Person
) -> tuple[Reason, Collection[str]] | None:
    """The first gate that bars ``approver``, with names of units that are still to agree; None when none does.

    The second factor is not among them: its code is asked for when everything else is right.
    """
    if dossier.gate(GateKind.LAST_EDITOR) is not None and dossier.wrote(approver.id, current):
        return Reason.LAST_EDITOR_AT_LEVEL_4, ()
    for kind in dossier.open_checks(current):
        return _MISSING[kind], dossier.silent_units(current) if kind is GateKind.JOINT_TEXT else ()
    return (Reason.CHECKER_MAY_NOT_APPROVE, ()) if has_checked_alone(dossier, current, approver.id) else None


def has_checked_alone(dossier: Dossier, current: StatementVersion, person_id: str) -> bool:
    """True when this person alone made a check that whoever approves must not have made."""
    for kind in (GateKind.CONTENT_CHECK, GateKind.LEGAL_CHECK):
        gate, signed = dossier.gate(kind), dossier.signed(kind, current)
        if gate is not None and Part.APPROVER in gate.apart_from and {one.by for one in signed} == {person_id}:
            return True
    return False


def costs_the_approval(dossier: Dossier, kind: GateKind, current: StatementVersion, person: Person) -> bool:
    """True when signing this check takes from ``person`` an approval of these words that they could give."""
    gate = dossier.gate(kind)
    if gate is None or Part.APPROVER not in gate.apart_from:
        return False
    if dossier.gate(GateKind.LAST_EDITOR) is not None and dossier.wrote(person.id, current):
        return False
    return all(signature.by == person.id for signature in dossier.signed(kind, current))


def unmet_before_leaving(dossier: Dossier, current: StatementVersion, approver: Person) -> Reason | None:
    """Why approved words may not leave as the matter stands now: a level or a unit may have come since."""
    unmet = unmet_before_approval(dossier, current, approver)
    if unmet is not None:
        return unmet[0]
    if dossier.gate(GateKind.SECOND_FACTOR) is not None and not dossier.signed(GateKind.SECOND_FACTOR, current):
        return Reason.SECOND_FACTOR_MISSING
    return Reason.SECOND_PERSON_MISSING if dossier.awaits_second_person(current) else None
