"""A village with a real store and real workflows, in which the channel and the outlets are played by the test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dbos import DBOS, AsyncSQLAlchemyDatasource, DBOSConfig

from bot.channels.base import Capabilities
from bot.model import commands as c
from bot.model.alert import Alert, Location, Volume
from bot.model.commands import Act
from bot.model.delivery import DeliveryKey
from bot.model.incident import Incident, IncidentState
from bot.model.notice import Notice
from bot.model.outcome import Notice as RoomNotice
from bot.model.outcome import Outcome
from bot.model.person import Person
from bot.model.reach import Gap, Unreached
from bot.model.statement import StatementState
from bot.model.telling import Telling
from bot.outlets.base import Publication
from bot.store import alerts, deliveries, incidents, statements
from bot.store.audit import HeadFile
from bot.store.database import Database, Tx, full_url
from bot.store.ids import new_id
from bot.story.durable import Parts
from bot.workflows import Story
from index import Candidate, Match, MatchReason, Query, Reading
from tests.approval.office import PHAT, act, desk
from tests.conftest import MovableClock

CAPABLE = Capabilities(buttons=True, edits=True, files=True, length=4096)


class SameForAll:
    """A meaning in which every text is alike, and every crisis one of water."""

    def read(self, query: Query) -> Reading:
        text = f"{query.title} {query.summary}"
        vector = np.array([1.0, 0.0] if "dầu" in text else [0.0, 1.0], dtype=np.float32)
        kinds = {"water-contamination": 0.9, "environmental-pollution": 0.05, "epidemic": 0.01}
        candidates = tuple(Candidate(playbook, confidence, ("nước máy",)) for playbook, confidence in kinds.items())
        match = Match("water-contamination", 0.9, candidates, MatchReason.CLEAR_MATCH)
        return Reading(match, vector, "two", kinds, 0.04, dict.fromkeys(text.lower().split(), 4.0))


@dataclass
class Room:
    """A channel that is a list."""

    name: str = "telegram"
    capabilities: Capabilities = CAPABLE
    acts: dict[str, Act] = field(default_factory=dict)
    addressed: list[str] = field(default_factory=list)
    replies: list[Outcome] = field(default_factory=list)
    toasts: list[Outcome] = field(default_factory=list)
    questions: list[DeliveryKey] = field(default_factory=list)
    offered: list[DeliveryKey] = field(default_factory=list)
    told: dict[str, tuple[str, Notice]] = field(default_factory=dict)
    words: dict[str, Telling] = field(default_factory=dict)
    asked: dict[str, RoomNotice] = field(default_factory=dict)
    away: set[str] = field(default_factory=set)
    pictures: list[tuple[str, int]] = field(default_factory=list)

    async def take(self, tx: Tx, key: str) -> Act | None:
        return self.acts.pop(key, None)

    async def reply(self, tx: Tx, act: Act, outcome: Outcome) -> None:
        self.replies.append(outcome)

    async def respond(self, act: Act, outcome: Outcome) -> None:
        self.toasts.append(outcome)

    async def address(self, tx: Tx, incident: Incident) -> None:
        self.addressed.append(incident.id)

    async def ask_whether_it_appeared(self, tx: Tx, delivery: DeliveryKey) -> None:
        self.questions.append(delivery)

    async def lacking_pictures(self, tx: Tx, wanted: Mapping[str, int]) -> Sequence[str]:
        return [incident for incident, number in wanted.items() if (incident, number) not in self.pictures]

    async def illustrate(self, tx: Tx, incident: Incident, number: int) -> None:
        self.pictures.append((incident.id, number))

    async def offer_follow_ups(self, tx: Tx, delivery: DeliveryKey) -> None:
        self.offered.append(delivery)

    async def gap(self, tx: Tx, person: Person, now: datetime) -> Gap | None:
        return Gap(self.name, Unreached.REFUSED) if person.id in self.away else None

    async def unreachable(self, tx: Tx, people: Sequence[Person]) -> frozenset[str]:
        return frozenset(self.away)

    async def notify(self, tx: Tx, person: Person, notice: Notice) -> None:
        self.told.setdefault(f"{notice.key}:{person.id}", (person.id, notice))

    async def notify_room(self, tx: Tx, notice: Notice) -> None:
        self.told.setdefault(f"{notice.key}:room", ("room", notice))

    async def tell(self, tx: Tx, person: Person | None, telling: Telling) -> None:
        self.words.setdefault(f"{telling.key}:{person.id if person else 'room'}", telling)

    async def tell_room(self, tx: Tx, key: str, notice: RoomNotice) -> None:
        self.asked.setdefault(key, notice)

    def wake(self) -> None:
        pass


class Square:
    """An outlet where the whole village hears; ``trouble`` is raised instead of, or after, being heard."""

    def __init__(self, name: str, *, repeatable: bool = False) -> None:
        self.name, self.repeatable = name, repeatable
        self.heard: list[str] = []
        self.trouble: list[tuple[bool, Exception]] = []

    async def publish(self, publication: Publication) -> str:
        heard, error = self.trouble.pop(0) if self.trouble else (True, None)
        if heard:
            self.heard.append(publication.version.full_vi)
        if error is not None:
            raise error
        return f"{self.name}/{len(self.heard)}"


@dataclass
class Village:
    database: Database
    clock: MovableClock
    room: Room
    newsroom: Square
    square: Square
    story: Story
    numbers: int = 0

    async def alert(self, title: str = "Nước máy có mùi dầu", **fields: Any) -> str:
        """Store an alert as intake would and let the story place it; returns the incident's id."""
        made = Alert(
            id=new_id(self.clock.now()),
            feed="default",
            title=title,
            received_at=self.clock.now(),
            volume=Volume(412, 66, 6.2),
            location=Location(text="phường Sông Thượng"),
            **fields,
        )
        async with self.database.write() as tx:
            await alerts.add(tx, made, b"{}", "0" * 64)
        await self.story.place_alert(made.id)
        async with self.database.read() as tx:
            stored = await alerts.get(tx, made.id)
        assert stored is not None
        assert stored.incident_id is not None
        return stored.incident_id

    async def does(self, who: int, command: c.Command, times: int = 1) -> Outcome:
        self.numbers += 1
        key = f"tg:{self.numbers}"
        self.room.acts[key] = act(who, command, key)
        before = len(self.room.toasts)
        for _ in range(times):
            await self.story.act_arrived("telegram", key)
        await self.until(lambda: len(self.room.toasts) > before)
        return self.room.toasts[-1]

    async def approve(self, incident_id: str) -> Outcome:
        async with self.database.read() as tx:
            current = await statements.current(tx, incident_id)
        assert current is not None
        return await self.does(PHAT, c.Approve(incident_id, current.version, current.sha256[:8]))

    async def until(self, look: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not look():
                await asyncio.sleep(0.01)

    async def state(self, incident_id: str) -> tuple[IncidentState, StatementState, dict[str, str]]:
        async with self.database.read() as tx:
            incident = await incidents.get(tx, incident_id)
            current = await statements.current(tx, incident_id)
            copies = await deliveries.of_incident(tx, incident_id)
        assert incident is not None
        assert current is not None
        return incident.state, current.state, {d.outlet: d.state.value for d in copies}

    async def settled(self, incident_id: str, **states: str) -> None:
        async with asyncio.timeout(10):
            while (await self.state(incident_id))[2] != states:
                await asyncio.sleep(0.01)

    async def at_rest(self) -> None:
        """Every workflow has ended: who pressed is answered a moment before theirs has."""
        async with asyncio.timeout(10):
            while await DBOS.list_workflows_async(status=["PENDING", "ENQUEUED"], load_input=False, load_output=False):
                await asyncio.sleep(0.01)


def system_database(database: Database, folder: Path) -> str:
    """Where the workflow library keeps its own: a file beside SQLite's, a schema in PostgreSQL's database."""
    if database.is_sqlite:
        return f"sqlite:///{folder / 'workflows.db'}"
    return full_url(database.url)


@pytest.fixture
async def village(database: Database, clock: MovableClock, tmp_path: Path) -> AsyncIterator[Village]:
    DBOS(
        config=DBOSConfig(
            name="keng", system_database_url=system_database(database, tmp_path), application_version="test"
        )
    )
    datasource = await AsyncSQLAlchemyDatasource.create(full_url(database.url), engine=database.writer)
    room, newsroom, square = Room(), Square("newsroom", repeatable=True), Square("square")
    story = Story(
        Parts(
            database=database,
            datasource=datasource,
            clock=clock,
            desk=lambda: desk(clock.now(), outlets=("newsroom", "square")),
            meaning=SameForAll(),
            channels={"telegram": room},
            outlets={"newsroom": newsroom, "square": square},
            audit_head=HeadFile(tmp_path / "head.json"),
        ),
        name=f"story-{tmp_path.name}",
    )
    DBOS.launch()
    yield Village(database, clock, room, newsroom, square, story)
    await asyncio.to_thread(DBOS.destroy)
