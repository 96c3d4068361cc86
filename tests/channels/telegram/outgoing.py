"""What the tests of the outgoing half share: an office with an open incident, and a strict Telegram to speak to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.approval import acts, versions
from bot.approval.card import read_card
from bot.approval.checkers import is_lawyer_awaited
from bot.approval.tasks import tasks_of
from bot.assembly.papers import Papers
from bot.channels.base import PictureSource, Sources
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.client import TelegramClient
from bot.model.card import CardView
from bot.model.commands import Act, Actor, Command
from bot.model.incident import Incident, MatchedPlaybook
from bot.model.outcome import Outcome
from bot.model.person import Organisation
from bot.simulator import DEFAULT_TOKEN, Simulator
from bot.simulator.calls import Expected
from bot.simulator.cast import DUTY_ROOM
from bot.simulator.clock import SimulatorClock
from bot.simulator.model import Message
from bot.simulator.server import serve
from bot.store import incidents, statements
from bot.store import telegram_inbox as inbox_store
from bot.store.database import Database, Tx
from bot.store.people import enrolled
from tests.approval.office import PLAYBOOKS, SEAL, desk, organisation
from tests.conftest import MovableClock
from tests.drafting.documents.samples import SAMPLE
from tests.store.samples import an_incident

KEY = b"k" * 32
PATIENCE = 10.0

CANDIDATES = (
    MatchedPlaybook("water-contamination", 0.87, ("mùi dầu", "nước máy")),
    MatchedPlaybook("environmental-pollution", 0.09, ("ô nhiễm",)),
    MatchedPlaybook("epidemic", 0.02, ("bệnh viện",)),
)


@dataclass
class Room:
    """One channel over a store and a simulated Telegram. Acts are carried out as the story does, without workflows."""

    database: Database
    clock: MovableClock
    simulator: Simulator
    base: str
    people: Organisation = field(default_factory=organisation)
    duty_chat: int | None = DUTY_ROOM
    outlets: tuple[str, ...] = ("newsroom", "telegram_channel")
    keys: list[str] = field(default_factory=list)
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    picture: PictureSource | None = None
    channel: TelegramChannel = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """A new process over the same store."""
        self.channel = TelegramChannel(
            TelegramClient(DEFAULT_TOKEN, self.base),
            self.database,
            self.clock,
            self.sources,
            playbook_names={p.id: p.name for p in PLAYBOOKS.values()},
            button_key=KEY,
            duty_chat=self.duty_chat,
            on_act=self._heard,
            open_sealed=SEAL.open,
            seconds=lambda: self.clock.now().timestamp(),
        )
        self.channel._intake._long_poll = 0

    @property
    def sources(self) -> Sources:
        return Sources(
            card=self.card,
            organisation=lambda: self.people,
            people=lambda tx, at: enrolled(tx, self.people, at),
            lawyer_awaited=self.lawyer_awaited,
            tasks=lambda tx, incident: tasks_of(tx, desk(self.clock.now(), self.people), incident),
            papers=Papers(self.database, lambda: self.people, SAMPLE),
            picture=self.picture,
        )

    async def lawyer_awaited(self, tx: Tx, incident: Incident) -> bool:
        return await is_lawyer_awaited(tx, desk(self.clock.now(), self.people), incident)

    async def card(self, tx: Tx, incident_id: str) -> CardView | None:
        return await read_card(tx, desk(self.clock.now(), self.people, self.outlets), incident_id)

    async def _heard(self, channel: str, key: str) -> None:
        self.keys.append(key)
        self.heard.set()

    async def opens(self, **fields: Any) -> Incident:
        """An incident is opened and everybody concerned is to see its card."""
        made = an_incident(**{"candidates": CANDIDATES, "opened_at": self.clock.now(), **fields})
        async with self.database.write() as tx:
            await incidents.add(tx, made)
            await versions.draft(tx, desk(self.clock.now(), self.people), made, by="system")
            await self.channel.address(tx, made)
        return made

    async def changes(self, incident: Incident) -> None:
        async with self.database.write() as tx:
            await incidents.touch(tx, incident.id)

    async def does(self, who: int, command: Command) -> Outcome:
        """An act by another channel: nobody on Telegram is answered."""
        act = Act("web:1", Actor("telegram", who), command)
        async with self.database.write() as tx:
            return await acts.perform(tx, desk(self.clock.now(), self.people, self.outlets), act)

    async def hears(self) -> list[Outcome]:
        """Carry out everything that people did on their phones since, as the story does."""
        polling = self.channel._intake
        await polling.poll_once()
        outcomes = []
        while self.keys:
            key = self.keys.pop(0)
            async with self.database.write() as tx:
                act = await self.channel.take(tx, key)
                if act is None:
                    continue
                outcome = await acts.perform(tx, desk(self.clock.now(), self.people, self.outlets), act)
                await self._address(tx, outcome)
                await self.channel.reply(tx, act, outcome)
            await self.channel.respond(act, outcome)
            outcomes.append(outcome)
        return outcomes

    async def _address(self, tx: Tx, outcome: Outcome) -> None:
        for concerned in () if outcome.refused else (outcome.incident_id, *outcome.also):
            incident = await incidents.get(tx, concerned) if concerned else None
            if incident is not None:
                await self.channel.address(tx, incident)

    async def sends(self) -> float:
        """Send everything that may be sent now; returns the seconds after which there is more to do."""
        outbox, before = self.channel._outbox, -1
        wait = 0.0
        while before != (before := len(self.simulator.calls.listed())):
            wait = await outbox.pump()
            await outbox.finish()
        return wait

    async def sends_for(self, seconds: float) -> None:
        """Let time pass while sending whatever becomes due."""
        end = self.clock.now() + timedelta(seconds=seconds)
        while (wait := await self.sends()) and self.clock.now() < end:
            self.clock.advance(seconds=max(0.01, min(wait, (end - self.clock.now()).total_seconds())))

    def messages(self, chat: int = DUTY_ROOM) -> list[Message]:
        return [m for m in self.simulator.messages(chat) if m.author == self.simulator.state.bot.id]

    def texts(self, chat: int = DUTY_ROOM) -> list[str]:
        return [m.content.text for m in self.messages(chat)]

    def labels(self, message: Message) -> list[str]:
        return [b.text for row in message.markup.rows for b in row] if message.markup else []

    def calls(self, method: str = "", chat: int | None = None) -> int:
        return len(self.simulator.calls.listed(method=method, chat=chat))

    async def current(self, incident: Incident) -> int:
        async with self.database.read() as tx:
            found = await statements.current(tx, incident.id)
        return found.version if found else 0

    async def contact(self) -> str | None:
        async with self.database.read() as tx:
            return await inbox_store.state(tx, "contact")

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait for something that a running channel brings about."""
        changed = asyncio.Event()
        self.simulator.state.on_change(lambda _: changed.set())
        async with asyncio.timeout(PATIENCE):
            while not true():
                changed.clear()
                await changed.wait()


@asynccontextmanager
async def open_room(database: Database, clock: MovableClock, **options: Any) -> AsyncIterator[Room]:
    simulator = Simulator(clock=SimulatorClock(real=clock.now))
    simulator.calls.expect(Expected(400, containing="message is not modified", times=None))
    async with serve(simulator) as base:
        room = Room(database, clock, simulator, base, **options)
        yield room
        simulator.faults.clear()
        await room.channel.close()
