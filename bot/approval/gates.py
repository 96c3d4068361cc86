"""What must be true of the words before anyone may approve them."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Mapping

from bot.drafting.gaps import find_gaps
from bot.model.fact import PLACE, Fact, FactState
from bot.model.incident import Incident
from bot.model.person import Person
from bot.model.playbook import Playbook
from bot.model.reasons import Reason
from bot.model.statement import APPROVABLE, PUBLIC, StatementState, StatementVersion, version_sha256

LEVEL_WITH_FOUR_EYES = 4
"""From this level on whoever last changed the words, by hand or by a fact, does not approve them (DESIGN §5)."""

TEXT_LIMIT = 2_800
"""Code points of the longest statement: with the facts around it, it still fits one Telegram message (4,096)."""

DIGEST_LENGTH = 8
APPROVAL_CODE_LENGTH = 4


def approval_code(version: StatementVersion) -> str:
    """The typed code of one version: the first digits of its hash, so that it dies with the version."""
    return version.sha256[:APPROVAL_CODE_LENGTH].upper()


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
    if len(digest) < APPROVAL_CODE_LENGTH or not hmac.compare_digest(
        current.sha256[: len(digest)].encode(), digest.lower().encode()
    ):
        return Reason.WRONG_DIGEST, ()
    if version_sha256(current.texts) != current.sha256:
        return Reason.BYTES_DIFFER, ()
    gaps = [gap for text in current.texts.values() for gap in find_gaps(text)]
    if gaps:
        return Reason.GAP_IN_TEXT, tuple(dict.fromkeys(gaps))
    missing = missing_facts(playbook, facts)
    if missing:
        return Reason.REQUIRED_FACT_MISSING, missing
    if incident.level >= LEVEL_WITH_FOUR_EYES and current.created_by == approver.id:
        return Reason.LAST_EDITOR_AT_LEVEL_4, ()
    return None
