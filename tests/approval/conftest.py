"""An open incident with a draft, and the office around it; a house with silences."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from bot.approval import acts, versions
from bot.approval.desk import Desk, without_account
from bot.drafting.lint import NO_RULES, LintRules
from bot.model.commands import Command
from bot.model.gate import GateMatrix
from bot.model.incident import Incident
from bot.model.outcome import Outcome
from bot.model.person import Organisation, Person
from bot.model.statement import StatementVersion
from bot.store import deliveries, incidents, readings, statements
from bot.store.database import Database, Tx
from tests.approval.office import GATES, NIGHT, act, desk, organisation
from tests.approval.silence_house import House
from tests.conftest import MovableClock
from tests.store.samples import an_incident


@dataclass
class Office:
    """Acts on one incident as the people would, each act in its own transaction."""

    database: Database
    incident_id: str
    now: datetime = NIGHT
    people: Organisation = field(default_factory=organisation)
    outlets: tuple[str, ...] = ("newsroom",)
    gates: GateMatrix = GATES
    lint: LintRules = NO_RULES
    blocked: set[str] = field(default_factory=set)
    """Ids of people who have an account and whom no message reaches all the same."""
    arrives: bool = True
    """Whether what people are shown reaches them at once."""

    @property
    def desk(self) -> Desk:
        made = desk(self.now, self.people, self.outlets, self.gates)
        return replace(made, lint=self.lint, out_of_chat=self._out_of_chat)

    async def _out_of_chat(self, tx: Tx, people: Sequence[Person]) -> frozenset[str]:
        return await without_account(tx, people) | {p.id for p in people if p.id in self.blocked}

    def later(self, **delta: float) -> None:
        self.now += timedelta(**delta)

    async def does(self, who: int, command: Command) -> Outcome:
        async with self.database.write() as tx:
            outcome = await acts.perform(tx, self.desk, act(who, command))
            if outcome.reading is not None and self.arrives:
                await readings.note(tx, outcome.reading, self.now)
            return outcome

    async def incident(self) -> Incident:
        async with self.database.read() as tx:
            found = await incidents.get(tx, self.incident_id)
        assert found is not None
        return found

    async def current(self) -> StatementVersion:
        async with self.database.read() as tx:
            found = await statements.current(tx, self.incident_id)
        assert found is not None
        return found

    async def queued(self) -> list[str]:
        async with self.database.read() as tx:
            return [d.outlet for d in await deliveries.of_incident(tx, self.incident_id) if d.state == "queued"]


@pytest.fixture
def open_office(database: Database) -> Callable[..., Awaitable[Office]]:
    async def opened(**fields: object) -> Office:
        made = an_incident(**fields)
        async with database.write() as tx:
            await incidents.add(tx, made)
            await versions.draft(tx, desk(NIGHT), made, by="system")
        return Office(database, made.id)

    return opened


@pytest.fixture
async def office(open_office: Callable[..., Awaitable[Office]]) -> Office:
    return await open_office()


@pytest.fixture
def house(database: Database, clock: MovableClock) -> House:
    return House(database, clock)
