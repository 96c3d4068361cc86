"""What puts right words in public, a correction, a replacement or a retraction: since when it waits for approval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.model.statement import AFTERWARDS, APPROVABLE, PUBLIC, StatementKind, StatementState, StatementVersion

_COUNTED = PUBLIC | APPROVABLE | {StatementState.APPROVED}


@dataclass(frozen=True, slots=True)
class Repair:
    """The latest of them: since when it waits for approval, and when it was approved."""

    version: int
    kind: StatementKind
    since: datetime
    approved_at: datetime | None


def repair_of(versions: Sequence[StatementVersion]) -> Repair | None:
    """The latest version, of all of an incident's (oldest first), that puts right words in public; None without one.

    An edit, or an approval that was voided, goes on where the clock stood. Words that were given back are decided: what
    is written in their place is another version to be waited for, and none of them is while they lie there.
    """
    number = next(
        (n for n, v in reversed([*enumerate(versions)]) if v.kind in AFTERWARDS and v.state in _COUNTED), None
    )
    if number is None:
        return None
    last = first = versions[number]
    for before in reversed(versions[:number]):
        # A version that was given back keeps why it was; the one after it keeps another reason, or none.
        same = (before.kind, before.refers_to, before.reason) == (first.kind, first.refers_to, first.reason)
        if before.state is not StatementState.VOIDED or not same:
            break
        first = before
    return Repair(last.version, last.kind, first.created_at, last.approved_at)
