"""One office over one SQLite file: people press and type, outlets hear, processes die and come back."""

from __future__ import annotations

import itertools
import json
import shutil
import types
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from bot.approval import second_factor
from bot.approval.desk import Desk
from bot.approval.law import load_law
from bot.drafting.lint import LintRules, Rule
from bot.drafting.lint.dialect import compiled
from bot.model import commands as c
from bot.model.alert import Alert, AlertStatus, Location, Volume
from bot.model.commands import Act, Actor
from bot.model.delivery import DeliveryKey
from bot.model.lint import Severity
from bot.model.notice import Notice
from bot.model.outcome import Outcome
from bot.model.person import Organisation
from bot.model.playbook import Bilingual
from bot.model.reasons import Reason
from bot.outlets.newsroom import NewsroomOutlet
from bot.playbooks import default_playbooks_folder
from bot.store import alerts, bindings, people
from bot.store import ids as store_ids
from bot.store.audit import HeadFile
from bot.store.database import Database, Tx
from bot.store.ids import new_id
from bot.store.migrate import upgrade
from bot.story.durable import Parts
from tests.approval.office import GATES, GROUNDS, PLAYBOOKS, SEAL
from tests.approval.promises.around import MATTERS, Heard, OneWordATopic, RecordingOutlet, Room
from tests.approval.promises.cast import BY_ID, PHAT, SECOND_ACCOUNT, START, WITH_DEVICE, organisation
from tests.approval.promises.durable import Journal, Killed, PlayedStory
from tests.approval.promises.page import Mailboxes, Page
from tests.approval.promises.phone import code_of, step_at
from tests.approval.promises.tables import Looking
from tests.conftest import MovableClock

LAW = load_law(default_playbooks_folder() / "law")
OUTLETS = ("newsroom", "square")
BLOCKED = "kẻ xấu"
"""Words that the machine's linter lets nobody approve."""

_WORDS = Bilingual("Gán nhãn.", "A label.")
LINT = LintRules("machine", (Rule("HOSTILE_LABEL", Severity.BLOCK, _WORDS, _WORDS, patterns=(compiled(BLOCKED),)),))


@dataclass(frozen=True)
class Done:
    """One act that was carried out: by whom, when, and what came of it. ``outcome`` None: nobody heard the answer."""

    act: Act
    at: datetime
    outcome: Outcome | None
    typed: str | None = None
    """The code that went with a form of the sign-off page, maybe empty; None for acts in the chat."""


@dataclass
class World:
    """The office. What a restart would lose is in ``story`` and ``database``; the rest is the world outside."""

    folder: Path
    clock: MovableClock
    secrets: dict[str, str]
    journal: Journal = field(default_factory=Journal)
    inbox: dict[str, Act] = field(default_factory=dict)
    away: set[str] = field(default_factory=set)
    told: list[tuple[str, Notice]] = field(default_factory=list)
    told_keys: set[tuple[str, str]] = field(default_factory=set)
    asked_about: list[DeliveryKey] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    troubles: dict[str, str] = field(default_factory=dict)
    """What happens at the next call of an outlet, by its name."""
    ended: dict[str, datetime] = field(default_factory=dict)
    done: list[Done] = field(default_factory=list)
    tally: Counter[tuple[str, str]] = field(default_factory=Counter)
    on_heard: Callable[[Heard], None] = lambda heard: None
    typed: str = ""
    """The code in the form that is being sent from the sign-off page."""
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.looking = Looking(self.folder / "keng.db")
        self._open()

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def desk(self) -> Desk:
        return Desk(
            self.now,
            organisation(frozenset(self.ended.items())),
            PLAYBOOKS,
            LAW,
            OUTLETS,
            GATES,
            GROUNDS,
            SEAL,
            lint=LINT,
        )

    def _open(self) -> None:
        """A new process over the same file."""
        self.head = HeadFile(self.folder / "head.json")
        self.database = Database(f"sqlite:///{self.folder / 'keng.db'}")
        share_what_was_compiled(self.database)
        outlets = {
            "newsroom": RecordingOutlet(self, "newsroom", True, NewsroomOutlet()),
            "square": RecordingOutlet(self, "square", False),
        }
        parts = Parts(
            database=self.database,
            datasource=None,  # the journal stands in its place
            clock=self.clock,
            desk=self.desk,
            meaning=OneWordATopic(),
            channels={"telegram": Room(self), "email": Mailboxes(self)},
            outlets=outlets,
            audit_head=self.head,
        )
        self._page: Page | None = None
        self.story = PlayedStory(parts, self.journal, lambda key: self.inbox.pop(key, None) and None)

    @property
    def page(self) -> Page:
        """The sign-off page of the process that runs now."""
        if self._page is None:
            self._page = Page(self)
        return self._page

    async def close(self) -> None:
        await self.database.close()
        self.looking.close()

    async def restart(self) -> None:
        """The process ends; a new one picks up what was left."""
        await self.database.close()
        self._open()
        self.tally["restart", ""] += 1
        await self.recover()

    async def recover(self) -> None:
        """Unfinished workflows go on, as after a start."""
        for workflow in self.journal.unended():
            await self.surviving(self.story.run(workflow))

    async def surviving(self, doing: Coroutine[Any, Any, Any]) -> Any:
        """Do something; when the process dies of it, a new one comes up in its place."""
        try:
            return await doing
        except Killed:
            self.tally["killed", ""] += 1
            await self.restart()
            return None

    # What happens.

    async def alert(self, matter: str, *, drill: bool, factor: float, hint: int | None) -> str:
        """An alert is stored as intake would, and placed; returns its id."""
        made = Alert(
            id=new_id(self.now),
            feed="default",
            title=MATTERS[matter],
            received_at=self.now,
            status=AlertStatus.EXERCISE if drill else AlertStatus.ACTUAL,
            volume=Volume(66 * factor, 66, factor),
            location=Location(text="phường Sông Thượng"),
            severity_hint=hint,
        )
        async with self.database.write() as tx:
            await alerts.add(tx, made, json.dumps({"title": made.title}).encode(), "0" * 64)
        await self.surviving(self.story.place_alert(made.id))
        return made.id

    def act(self, account: int, command: c.Command) -> Act:
        """One act, durable in the inbox."""
        key = f"tg:{next(self.numbers)}"
        made = Act(key, Actor("telegram", account), command)
        self.inbox[key] = made
        self.journal.begin(key, "carry_out", "telegram", key)
        return made

    async def carry_out(self, act: Act) -> Outcome | None:
        """Let the story carry an act out; None when the process died before anybody heard of it."""
        workflow = self.journal.workflows[act.key]
        at = self.now
        await self.surviving(self.story.run(workflow))
        decided = next((r for r in workflow.results if isinstance(r, tuple)), None)
        outcome = decided[1] if decided is not None else None
        self.done.append(Done(act, at, outcome))
        reason = outcome.reason.value if outcome is not None else "unheard"
        self.tally[type(act.command).__name__, reason] += 1
        return outcome

    async def does(self, account: int, command: c.Command) -> Outcome | None:
        """Somebody acts."""
        return await self.carry_out(self.act(account, command))

    async def carry_out_from_the_page(self, key: str) -> None:
        """A form was kept in the store: let the story carry its act out."""
        workflow, at = self.journal.begin(key, "carry_out", "email", key), self.now
        await self.surviving(self.story.run(workflow))
        decided = next((r for r in workflow.results if isinstance(r, tuple)), None)
        if decided is not None:
            act, outcome = decided
            self.done.append(Done(act, at, outcome, self.typed))
            self.tally[f"{type(act.command).__name__} by letter", outcome.reason.value] += 1

    async def people_in(self, tx: Tx, at: datetime) -> Organisation:
        """The people as they stand in a transaction."""
        return await people.enrolled(tx, self.desk().organisation, at)

    async def deliver(self) -> None:
        """Every delivery that was begun and waits for its turn has it."""
        for workflow in self.journal.unended():
            if workflow.kind == "deliver":
                await self.surviving(self.story.run(workflow))

    async def sweep(self) -> None:
        """One round of the sweep."""
        undone = [("telegram", key) for key in self.inbox]
        await self.surviving(self.story.sweep(undone))

    def code(self, person: str, shift: int = 0) -> str:
        """What the phone of a person shows now, or ``shift`` half minutes away."""
        secret = self.secrets.get(person)
        return code_of(secret, step_at(self.now) + shift) if secret else "000000"

    def learn_secret(self, person: str, outcome: Outcome | None) -> None:
        """The new secret is on the phone of its owner, in place of the old one once its first code was shown."""
        if outcome is not None and outcome.reason is Reason.FACTOR_BEGUN:
            self.secrets[f"{person}/new"] = SEAL.open(outcome.values["sealed"], second_factor.purpose(person))


class Template:
    """A database with every table and the devices of the cast enrolled, made once and copied for each play."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        upgrade(f"sqlite:///{folder / 'keng.db'}")
        self.secrets: dict[str, str] = {}

    async def enrol(self) -> None:
        """Everybody with a device enrols it, a colleague vouching, by the product's own acts."""
        world = World(self.folder, MovableClock(START - timedelta(hours=1)), self.secrets)
        for person in WITH_DEVICE:
            account = BY_ID[person].accounts[0]
            begun = await world.does(account, c.EnrolFactor())
            assert begun is not None
            world.learn_secret(person, begun)
            vouched = await world.does(101, c.VouchFactor(begun.values["pairing"]))
            assert vouched is not None
            assert vouched.reason is Reason.FACTOR_VOUCHED
            self.secrets[person] = self.secrets.pop(f"{person}/new")
            active = await world.does(account, c.ConfirmFactor(world.code(person)))
            assert active is not None
            assert active.reason is Reason.FACTOR_ACTIVE
        async with world.database.write() as tx:
            await bindings.bind(tx, PHAT, "telegram", str(SECOND_ACCOUNT), PHAT, START - timedelta(days=9))
        world.looking.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        await world.close()

    def copy(self, folder: Path) -> World:
        """A new office that begins where the template ended."""
        folder.mkdir(parents=True)
        for name in ("keng.db", "head.json"):
            shutil.copyfile(self.folder / name, folder / name)
        return World(folder, MovableClock(START), dict(self.secrets))


_dialect: list[Any] = []
_compiled: dict[Any, Any] = {}


def share_what_was_compiled(database: Database) -> None:
    """A new process would turn every statement into SQL once more; here thousands of processes share that."""
    for engine in (database.writer.sync_engine, database.reader.sync_engine):
        if not _dialect:
            _dialect.append(engine.dialect)
        engine.dialect = _dialect[0]
        engine._compiled_cache = _compiled


def same_ids_again() -> None:
    """Let ids be counted instead of drawn, so that a play that failed can be played again and made shorter."""
    numbers = itertools.count(1)
    store_ids.secrets = types.SimpleNamespace(token_hex=lambda n: f"{next(numbers):0{2 * n}x}")


@contextmanager
def apart_from_other_tests() -> Iterator[None]:
    """Nothing is logged meanwhile (doing everything wrong makes thousands of warnings); ids are drawn again after."""
    before, drawn = structlog.get_config(), store_ids.secrets
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    try:
        yield
    finally:
        structlog.configure(**before)
        store_ids.secrets = drawn


__all__ = ["MATTERS", "OUTLETS", "Done", "Heard", "Template", "World", "apart_from_other_tests", "same_ids_again"]
