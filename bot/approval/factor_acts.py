"""Enrolling a second factor with a second person's help, in the chat or by letter; a lost phone is replaced so, too."""

from __future__ import annotations

from bot.approval import authority, second_factor
from bot.approval.desk import Desk
from bot.approval.refusals import refuse
from bot.model.commands import ConfirmFactor, EnrolFactor, VouchFactor
from bot.model.outcome import DUTY_ROOM, Notice, Outcome
from bot.model.person import Person
from bot.model.reasons import Reason
from bot.store import second_factors
from bot.store.database import Tx


async def enrol(tx: Tx, desk: Desk, person: Person, command: EnrolFactor) -> Outcome:
    """Make a secret for the person's own eyes. It travels sealed; the channel opens it when it is shown."""
    refusal = _refusal(desk, person)
    if refusal is not None:
        return refuse(refusal)
    sealed, pairing = await second_factor.begin(tx, desk, person)
    return Outcome(Reason.FACTOR_BEGUN, values={"sealed": sealed, "pairing": pairing, "by": person.name})


async def vouch(tx: Tx, desk: Desk, person: Person, command: VouchFactor) -> Outcome:
    """Somebody who has seen or spoken to the owner says so; nobody vouches for themselves."""
    refusal = _refusal(desk, person)
    if refusal is not None:
        return refuse(refusal)
    held = await second_factors.pending_by_pairing(tx, command.pairing.strip().upper())
    if held is None or second_factor.is_over(held, desk.now) or command.owner not in ("", held.person):
        return refuse(Reason.UNKNOWN_PAIRING)
    if held.person == person.id:
        return refuse(Reason.SELF_VOUCHED)
    if not await second_factors.vouch(tx, held.person, person.id, desk.now):
        return refuse(Reason.UNKNOWN_PAIRING)
    return Outcome(
        Reason.FACTOR_VOUCHED, values={"person": desk.name_of(held.person), "person_id": held.person, "by": person.name}
    )


async def confirm(tx: Tx, desk: Desk, person: Person, command: ConfirmFactor) -> Outcome:
    """The first code: the new secret comes into force, and any older one is gone. Nobody replaces a device quietly."""
    held = await second_factors.pending(tx, person.id)
    refusal = _refusal(desk, person) or await second_factor.confirm(tx, desk, person, command.code)
    if refusal is not None:
        return refuse(refusal)
    told = {"name": person.name, "colleague": desk.name_of(held.vouched_by if held else None)}
    return Outcome(
        Reason.FACTOR_ACTIVE,
        values={"by": person.name},
        notices=(
            Notice(person.id, "factor_active", told, elsewhere=True),
            Notice(DUTY_ROOM, "factor_active_room", told),
        ),
    )


def _refusal(desk: Desk, person: Person) -> Reason | None:
    if desk.organisation.fault is not None:
        return Reason.ORGANISATION_UNREADABLE
    return authority.handles_matters(person, desk.now)
