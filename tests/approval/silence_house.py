"""A house in which alerts arrive, people keep silences over them, and the sweep ends these."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta

from bot.approval import silence_sweep
from bot.approval.acts import audit_event, perform
from bot.approval.desk import Desk
from bot.grouping.silencing import hold_back
from bot.model import commands as c
from bot.model.alert import Alert, AlertOutcome
from bot.model.commands import Command
from bot.model.outcome import Outcome
from bot.model.person import Assignment, Role
from bot.model.policy import OfficePolicy
from bot.model.reasons import Reason
from bot.model.silence import SilencePolicy
from bot.model.telling import Telling
from bot.store import alerts, audit, incidents, silenced_alerts
from bot.store.database import Database
from bot.store.ids import new_id
from tests.approval.office import NIGHT, TRUC, act, desk, organisation, person
from tests.conftest import MovableClock
from tests.store.samples import an_incident

BOATS = "từ: đua ghe, bơi chải; trong: 4h; lý do: Lễ hội đua ghe"
ADMIN = person(777, "Vũ Văn Quản", Assignment(Role.ADMIN))


@dataclass
class House:
    """A store with alerts in it, people who act, and a sweep."""

    database: Database
    clock: MovableClock
    policy: SilencePolicy = field(default_factory=SilencePolicy)

    @property
    def desk(self) -> Desk:
        made = desk(self.clock.now(), organisation(ADMIN))
        return replace(made, office=OfficePolicy(silences=self.policy))

    async def does(self, who: int, command: Command) -> Outcome:
        async with self.database.write() as tx:
            outcome = await perform(tx, self.desk, act(who, command))
            made = audit_event(act(who, command), self.desk.who(act(who, command).actor), outcome, self.clock.now())
            await audit.append(tx, made)
            return outcome

    async def alert(self, title: str, **fields: object) -> str:
        now = self.clock.now()
        made = Alert(new_id(now), "default", title, now, **fields)
        async with self.database.write() as tx:
            await alerts.add(tx, made, b"{}", "0" * 64)
        return made.id

    async def arrives(self, title: str, **fields: object) -> str | None:
        """An alert that belongs to no open case; returns the code of the silence that holds it."""
        alert_id = await self.alert(title, **fields)
        async with self.database.write() as tx:
            stored = await alerts.get(tx, alert_id)
            assert stored is not None
            office = self.desk
            held = await hold_back(tx, stored.alert, None, office.organisation, self.policy, office.now)
        return None if held is None else held.code

    async def opened(self, number: int, title: str = "Đua ghe ở bến sông") -> None:
        """Alerts of last week, each of which opened a case."""
        for n in range(number):
            alert_id = await self.alert(f"{title} {n}")
            incident = an_incident(id=new_id(self.clock.now()), code=f"{n}ZZ")
            async with self.database.write() as tx:
                await incidents.add(tx, incident)
                await alerts.place(tx, alert_id, incident.id, AlertOutcome.OPENED, "nothing_open", self.clock.now())

    async def sweep(self) -> list[Telling]:
        async with self.database.write() as tx:
            return await silence_sweep.follow(tx, await self.desk.seated(tx))

    async def stored(self) -> list[alerts.StoredAlert]:
        async with self.database.read() as tx:
            return [stored for stored, _ in await silenced_alerts.alerts_since(tx, NIGHT - timedelta(days=30), 1000)]

    async def acts(self) -> list[str]:
        async with self.database.read() as tx:
            return [entry.event.act async for entry in audit.entries(tx)]


async def made(house: House, text: str = BOATS) -> str:
    outcome = await house.does(TRUC, c.MakeSilence(text))
    assert outcome.reason is Reason.SILENCE_MADE, outcome
    return outcome.values["code"]
