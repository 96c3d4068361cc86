"""The organisation with what the record knows besides its files, as it stands in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from bot.model.enrolment import Authorisation, Binding
from bot.model.person import Assignment, Organisation, Person, Role
from bot.store import authorisations, bindings, case_units, duty_changes
from bot.store.database import Tx
from bot.store.schema_people import accused_units
from bot.store.upsert import insert_for

TELEGRAM = "telegram"

_ACCUSED = select(accused_units.c.incident_id, accused_units.c.unit)

LONG_AGO = timedelta(days=62)
"""Longer than two turns of any rota (31 days): what ended before it changes nothing that is shown or asked."""


async def enrolled(tx: Tx, organisation: Organisation, at: datetime | None = None) -> Organisation:
    """The organisation with accounts, authorisations, roster changes, accused units and joint cases put in.

    What was put in already is not put in again. With ``at``, changes of the roster that ended long before are left out.
    """
    if organisation.recorded:
        return organisation
    people = with_accounts(organisation.people, await bindings.of_channel(tx, TELEGRAM))
    people = with_authorisations(people, await authorisations.standing(tx))
    roster = organisation.roster
    return replace(
        organisation,
        people=people,
        roster=replace(roster, changes=(*roster.changes, *await duty_changes.since(tx, at - LONG_AGO if at else None))),
        accused=await accused(tx),
        holding=await case_units.of_open_incidents(tx),
        recorded=True,
    )


async def accuse(tx: Tx, incident_id: str, unit: str, by: str, at: datetime) -> bool:
    """Note that a unit is itself accused in an incident; False when that was known."""
    statement = (
        insert_for(tx, accused_units)
        .values(incident_id=incident_id, unit=unit, said_by=by, said_at=at)
        .on_conflict_do_nothing(index_elements=[accused_units.c.incident_id, accused_units.c.unit])
    )
    return (await tx.execute(statement)).rowcount == 1


async def clear(tx: Tx, incident_id: str, unit: str) -> bool:
    """The unit is not accused after all; False when it was not."""
    done = await tx.execute(
        delete(accused_units).where(accused_units.c.incident_id == incident_id, accused_units.c.unit == unit)
    )
    return done.rowcount == 1


async def accused(tx: Tx) -> dict[str, frozenset[str]]:
    """The units that somebody noted as accused, by incident, as it stands in this transaction."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in await tx.execute(_ACCUSED):
        found[row.incident_id].add(row.unit)
    return {incident: frozenset(units) for incident, units in found.items()}


def with_accounts(people: Sequence[Person], known: Sequence[Binding]) -> tuple[Person, ...]:
    """The people with the accounts that are theirs now: the last one bound is where they are reached.

    What was bound counts more than the file: an account that was released is not brought back by it, and one that was
    bound to somebody else is not theirs because the file says so.
    """
    bound: dict[str, list[int]] = defaultdict(list)
    released: set[tuple[str, int]] = set()
    for binding in known:
        account = int(binding.address)
        if binding.released_at is None:
            bound[binding.person].append(account)
        else:
            released.add((binding.person, account))
    taken = {account for accounts in bound.values() for account in accounts}

    def with_own(person: Person) -> Person:
        accounts = list(bound.get(person.id, ()))
        named = person.telegram_id
        if named is not None and named not in taken and (person.id, named) not in released:
            accounts.insert(0, named)
        reached = accounts[-1] if accounts else None
        others = frozenset(accounts) - {reached}
        if reached == named and others == person.other_accounts:
            return person
        return replace(person, telegram_id=reached, other_accounts=others)

    return tuple(with_own(person) for person in people)


def with_authorisations(people: Sequence[Person], standing: Sequence[Authorisation]) -> tuple[Person, ...]:
    """The people with what the head authorised them to in chat."""
    given: dict[str, list[Assignment]] = defaultdict(list)
    for one in standing:
        given[one.person].append(
            Assignment(Role.AUTHORISED, one.granted_at, one.valid_to, one.document, one.incident_id)
        )
    return tuple(replace(p, assignments=(*p.assignments, *given[p.id])) if p.id in given else p for p in people)
