"""The second factor: one-time codes (TOTP, RFC 6238) from a person's own device, checked against our own clock.

A secret comes into force when a second person has vouched for its owner and the owner has shown its first code; a lost
phone is recovered the same way. A code is used once: later ones only ever follow (RFC 6238 §5.2).
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

import pyotp

from bot.approval.desk import Desk
from bot.approval.sealing import Seal, SealBroken
from bot.model.ids import CODE_ALPHABET
from bot.model.person import Person
from bot.model.reasons import Reason
from bot.store import second_factors
from bot.store.database import Tx
from bot.store.second_factors import HeldFactor

STEP_SECONDS = 30
TOLERANCE = 1
"""Steps before and after the present one whose code is taken: phones are a little early or late."""

TRIES = 5
LOCK = timedelta(minutes=10)
"""After so many wrong codes in a row nothing is taken for this long: guessing would need years."""

ENROLMENT_LASTS = timedelta(minutes=30)
PAIRING_LENGTH = 6
CODE_LENGTH = 6


async def verify(tx: Tx, seal: Seal, person_id: str, code: str, at: datetime) -> Reason | None:
    """Why ``code`` proves nothing; None when it does, and then it is used up in this transaction.

    A clock that was set back makes no old code good again: nothing is taken before the step of the last code used.
    """
    held = await second_factors.active(tx, person_id)
    if held is None:
        return Reason.SECOND_FACTOR_NOT_ENROLLED
    step, refusal = await _read(tx, seal, held, code, at)
    if refusal is not None:
        return refusal
    return None if await second_factors.use(tx, person_id, step) else Reason.SECOND_FACTOR_USED


async def is_enrolled(tx: Tx, person_id: str) -> bool:
    """True when the person has a second factor in force."""
    return await second_factors.active(tx, person_id) is not None


class Authenticators:
    """The second factor as a channel asks for it: everybody's own device."""

    def __init__(self, seal: Seal) -> None:
        """``seal`` opens the stored secrets."""
        self._seal = seal

    async def enrolled(self, tx: Tx, person_id: str) -> bool:
        """True when the person has a device enrolled."""
        return await is_enrolled(tx, person_id)

    async def verify(self, tx: Tx, person_id: str, code: str, at: datetime) -> Reason | None:
        """Use a code up in this transaction; why it does not count, None when it does."""
        return await verify(tx, self._seal, person_id, code, at)


async def begin(tx: Tx, desk: Desk, person: Person) -> tuple[str, str]:
    """Make a new secret; returns it sealed, and the pairing code with which a second person vouches.

    The secret in force stays in force until the new one takes its place.
    """
    sealed = desk.seal.close(purpose(person.id), pyotp.random_base32())
    pairing = pairing_from(pyotp.random_base32())
    await second_factors.begin(tx, person.id, sealed, pairing, desk.now)
    return sealed, pairing


async def confirm(tx: Tx, desk: Desk, person: Person, code: str) -> Reason | None:
    """Why the new secret does not come into force; None when it does."""
    held = await second_factors.pending(tx, person.id)
    if held is None or is_over(held, desk.now):
        return Reason.NO_ENROLMENT
    if held.vouched_by is None:
        return Reason.NOBODY_VOUCHED
    step, refusal = await _read(tx, desk.seal, held, code, desk.now)
    if refusal is None:
        await second_factors.activate(tx, person.id, step)
    return refusal


def is_over(held: HeldFactor, now: datetime) -> bool:
    """True when an enrolment was begun too long ago, or after ``now``: nobody knows then how long ago."""
    return not held.made_at <= now <= held.made_at + ENROLMENT_LASTS


def purpose(person_id: str) -> str:
    """What a person's secret is sealed for."""
    return f"totp/{person_id}"


def pairing_from(randomness: str) -> str:
    """A code to be read aloud, from 32 random characters of base 32."""
    return "".join(CODE_ALPHABET[ord(letter) % len(CODE_ALPHABET)] for letter in randomness[:PAIRING_LENGTH])


async def _read(tx: Tx, seal: Seal, held: HeldFactor, code: str, at: datetime) -> tuple[int, Reason | None]:
    """The step whose code this is, or why not."""
    now = int(at.timestamp()) // STEP_SECONDS
    if held.locked_until is not None and at < held.locked_until:
        return now, Reason.SECOND_FACTOR_LOCKED
    if now + TOLERANCE < held.last_step:
        return now, Reason.CLOCK_SET_BACK
    typed = "".join(code.split())
    try:
        generator = pyotp.HOTP(seal.open(held.sealed, purpose(held.person)))
    except SealBroken:
        return now, Reason.SECOND_FACTOR_UNREADABLE
    steps = [step for step in range(now - TOLERANCE, now + TOLERANCE + 1) if step >= 0]
    fitting = [step for step in steps if hmac.compare_digest(generator.at(step).encode(), typed.encode())]
    if not fitting:
        last_try = held.failures + 1 >= TRIES
        await second_factors.count_failure(tx, held, at + LOCK if last_try else None)
        return now, Reason.SECOND_FACTOR_WRONG
    unused = [step for step in fitting if step > held.last_step]
    return (unused[0], None) if unused else (now, Reason.SECOND_FACTOR_USED)
