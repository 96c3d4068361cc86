"""Corrections in the store: found by code or id, at most one waiting for an incident, drills apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from bot.model.correction import Correction, CorrectionState, Matched, Verdict
from bot.model.incident import IncidentState
from bot.store import corrections, incidents
from bot.store.database import Database
from bot.store.ids import new_id
from tests.store.samples import NIGHT, an_incident

VERDICT = Verdict(CorrectionState.ADDED, NIGHT + timedelta(hours=1), "p2", "", "social", "Nước máy sủi bọt")


async def a_correction(database: Database, state: IncidentState = IncidentState.NEW, **fields: object) -> Correction:
    incident = an_incident(state=state)
    made = replace(
        Correction(
            id=new_id(NIGHT),
            incident_id=incident.id,
            code=incident.code,
            drill=False,
            at=NIGHT,
            by="p1",
            text="Nước máy có mùi dầu",
            matched=Matched("epidemic", 0.5, "clear_match"),
            chosen="water-contamination",
        ),
        **fields,
    )
    async with database.write() as tx:
        await incidents.add(tx, incident)
        await corrections.add(tx, made)
    return made


async def found(database: Database, ref: str) -> list[Correction]:
    async with database.read() as tx:
        return await corrections.find(tx, ref)


async def test_a_correction_is_read_back_as_it_was_kept(database: Database) -> None:
    made = await a_correction(database, chosen=None, remark="đăng nhầm", matched=Matched(None, 0.0, "nothing_fits"))
    assert await found(database, made.id) == await found(database, " #7k2") == [made]


async def test_a_decision_is_read_back_whole_and_nothing_waits_under_the_code(database: Database) -> None:
    made = await a_correction(database)
    async with database.write() as tx:
        assert await corrections.decide(tx, made.id, VERDICT)
        assert not await corrections.decide(tx, made.id, replace(VERDICT, by="p3"))
        assert await corrections.proposals(tx) == []
    assert await found(database, made.id) == [replace(made, verdict=VERDICT)]
    assert await found(database, made.code) == []


async def test_two_incidents_that_had_the_same_code_are_both_found(database: Database) -> None:
    made = [await a_correction(database, state) for state in (IncidentState.DISMISSED, IncidentState.NEW)]
    assert sorted(c.id for c in await found(database, "7K2")) == sorted(c.id for c in made)


async def test_only_one_correction_waits_for_an_incident(database: Database) -> None:
    made = await a_correction(database)
    with pytest.raises(IntegrityError):
        async with database.write() as tx:
            await corrections.add(tx, replace(made, id="another"))
    async with database.write() as tx:
        await corrections.withdraw(tx, made.incident_id)
        await corrections.add(tx, replace(made, id="another"))
    async with database.read() as tx:
        assert [c.id for c in await corrections.of_incident(tx, made.incident_id)] == ["another"]


async def test_withdrawing_leaves_what_was_decided(database: Database) -> None:
    made = await a_correction(database)
    async with database.write() as tx:
        await corrections.decide(tx, made.id, VERDICT)
        await corrections.withdraw(tx, made.incident_id)
    assert [c.state for c in await found(database, made.id)] == [CorrectionState.ADDED]


async def test_a_drill_is_never_proposed_and_never_decided(database: Database) -> None:
    made = await a_correction(database, drill=True)
    async with database.write() as tx:
        assert await corrections.proposals(tx) == []
        assert not await corrections.decide(tx, made.id, VERDICT)
