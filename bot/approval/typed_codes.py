"""The typed code of one version: what ``/duyet`` and ``/congbo`` take where a press does not arrive.

It belongs to one version of one incident and dies with it. It is made with a key of the installation, so nobody who
writes texts can try out at home which two of them would bear one code (ADR 0005).
"""

from __future__ import annotations

import hmac
from datetime import timedelta

from bot.approval.desk import Desk
from bot.approval.refusals import refuse
from bot.approval.sealing import Seal
from bot.model.ids import code_from, normalise_code
from bot.model.incident import Incident
from bot.model.outcome import Outcome
from bot.model.person import Person
from bot.model.reasons import Reason
from bot.model.statement import StatementVersion
from bot.store import wrong_codes
from bot.store.database import Tx

LENGTH = 5
"""A digit, a letter and three of either: 4.7 million codes, fewer signs than the six digits of a one-time code."""

TRIES = 3
PAUSE = timedelta(minutes=1)
"""After so many wrong codes for one version a person's codes wait this long, or until they look at the words again."""


def code_of(seal: Seal, version: StatementVersion) -> str:
    """The code that approves these words as this version of this incident, and nothing else."""
    mark = seal.mark("approval code", version.incident_id, str(version.version), version.sha256)
    return code_from(mark, letters_and_digits=LENGTH)


async def refusal(
    tx: Tx, desk: Desk, person: Person, incident: Incident, current: StatementVersion, typed: str, verb: str
) -> Outcome | None:
    """Why a typed code decides nothing; None when it is the code of ``current``. A wrong one is counted.

    ``verb`` is the command that shows the words together with their code.
    """
    wrong = await wrong_codes.counted(tx, current, person.id, since=desk.now - PAUSE, until=desk.now)
    if wrong >= TRIES:
        return refuse(Reason.TOO_MANY_WRONG_CODES, incident, current, number=str(wrong), verb=verb)
    if fits(desk.seal, current, typed):
        return None
    await wrong_codes.count(tx, current, person.id, wrong + 1, desk.now)
    return refuse(Reason.WRONG_APPROVAL_CODE, incident, current, verb=verb)


def fits(seal: Seal, current: StatementVersion, typed: str) -> bool:
    """True for the code of this version, however it was spaced and in small letters or large."""
    said = normalise_code("".join(typed.split()))
    return hmac.compare_digest(said.encode("utf-8", "replace"), code_of(seal, current).encode())


async def shown(tx: Tx, desk: Desk, person: Person, current: StatementVersion) -> None:
    """The person sees the words and their code now: wrong ones that they typed before count no more."""
    if not desk.looking:
        await wrong_codes.forget(tx, current, person.id)
