"""Letting time pass over an office: what the sweep does, with a channel that is a list."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.approval import deadlines
from bot.approval.clocks import clocks_of, policy_of, read_standing
from bot.approval.desk import Desk
from bot.approval.law import load_law
from bot.model.law import LawBook, RunningClock
from bot.model.notice import Notice
from bot.model.policy import DEFAULT_OFFICE, OfficePolicy
from bot.playbooks import default_playbooks_folder
from bot.store import audit, incidents
from bot.store import deadlines as deadlines_store
from tests.approval.conftest import Office
from tests.approval.office import LAW

SHIPPED_LAW = load_law(default_playbooks_folder() / "law")
EVENT, OPINION = "PN_24H_SU_KIEN", "PN_24H_DU_LUAN"
"""The two legal clocks of a first statement (NĐ 244/2026 Art. 7.3)."""


@dataclass
class Watch:
    """Follows the clocks of one office. ``told`` lists (person or ``room``, notice) in order, each key once."""

    office: Office
    law: LawBook = LAW
    policy: OfficePolicy = DEFAULT_OFFICE
    away: set[str] = field(default_factory=set)
    told: list[tuple[str, Notice]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)

    @property
    def desk(self) -> Desk:
        return replace(self.office.desk, law=self.law, office=self.policy)

    def restart(self) -> None:
        """A new process: all that this one knew by itself is gone, but for what the outbox holds."""
        self.told = []

    async def sweep(self) -> list[str]:
        """One round; returns whom it told, in short: ``p101 reminder acknowledge``."""
        before = len(self.told)
        async with self.office.database.read() as tx:
            due = await deadlines_store.to_look_at(tx, self.office.now, self.away)
        for incident_id in due:
            async with self.office.database.write() as tx:
                woken = await deadlines.follow(tx, await self.desk.seated(tx), incident_id, frozenset(self.away))
            for who, notice in [(p.id, n) for p, n in woken.people] + [("room", n) for n in woken.room]:
                if f"{notice.key}:{who}" not in self.keys:
                    self.keys.add(f"{notice.key}:{who}")
                    self.told.append((who, notice))
        return [short(who, notice) for who, notice in self.told[before:] if who != "room"]

    async def until(self, **delta: float) -> list[str]:
        """Let so much time pass, then look once; returns everybody who was told."""
        self.office.later(**delta)
        return await self.sweep()

    async def clocks(self) -> dict[str, RunningClock]:
        """The clocks as a card would show them."""
        incident = await self.office.incident()
        async with self.office.database.read() as tx:
            policy = await policy_of(tx, self.desk, incident)
            return {c.rule: c for c in clocks_of(policy, await read_standing(tx, self.desk, incident))}

    async def log(self, act: str) -> list[dict[str, Any]]:
        """The details of every entry of one kind."""
        async with self.office.database.read() as tx:
            return [dict(e.event.details) async for e in audit.entries(tx) if e.event.act == act]

    async def sets(self, **values: Any) -> None:
        """Change the incident as other acts would: raise its level, let it open at another hour."""
        from bot.store.schema import incidents as table

        async with self.office.database.write() as tx:
            await tx.execute(table.update().where(table.c.id == self.office.incident_id).values(**values))
            await incidents.touch(tx, self.office.incident_id)


def short(who: str, notice: Notice) -> str:
    return f"{who} {notice.reason.value} {notice.clock.rule if notice.clock else ''}".strip()


def at(hour: int, minute: int = 0, day: int = 23) -> datetime:
    """An hour of November 2026 on the clock in Viet Nam."""
    from bot.locale import LOCAL

    return datetime(2026, 11, day, hour, minute, tzinfo=LOCAL)
