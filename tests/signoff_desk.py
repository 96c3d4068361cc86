"""An office with an open incident, a real mail server, the sign-off page, and somebody to play Telegram."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.approval import acts, marked, versions
from bot.approval.card import read_card
from bot.approval.checkers import is_lawyer_awaited
from bot.approval.desk import Desk
from bot.approval.tasks import tasks_of
from bot.assembly.papers import Papers
from bot.channels.base import Capabilities, PictureSource, Sources
from bot.channels.email import EmailChannel, MailServer, Security, Sender
from bot.drafting.lint import NO_RULES, LintRules
from bot.model.audit import AuditEntry
from bot.model.card import CardView
from bot.model.commands import Act, Actor, Command
from bot.model.incident import Incident
from bot.model.law import LawBook
from bot.model.notice import Notice
from bot.model.outcome import Notice as RoomNotice
from bot.model.outcome import Outcome
from bot.model.paper import no_papers
from bot.model.person import Organisation, Person
from bot.model.reach import Gap, Unreached
from bot.model.reasons import Reason
from bot.model.statement import StatementVersion
from bot.model.task import Tasks
from bot.model.telling import Telling
from bot.store import audit, incidents, statements
from bot.store.database import Database, Tx
from bot.store.people import enrolled
from bot.web.board import BoardParts
from bot.web.board import add_routes as add_board_routes
from bot.web.signoff import SignoffParts, add_routes
from tests.approval.office import LAW, desk, organisation
from tests.conftest import MovableClock
from tests.drafting.documents.samples import SAMPLE
from tests.postoffice import PostOffice, link_in, open_post_office
from tests.store.samples import an_incident

KEY = b"s" * 32
CODE = "123456"
CAPABLE = Capabilities(buttons=True, edits=True, files=True, length=4096)
FROM = "keng@thuonggiang.example.vn"


def with_mail(people: Organisation) -> Organisation:
    """Everybody has a mailbox: p102@…"""
    return replace(people, people=tuple(replace(p, email=f"{p.id}@thuonggiang.example.vn") for p in people.people))


@dataclass
class Codes:
    """A second factor whose codes are known to the test: each counts once, for those who are enrolled."""

    people: set[str] = field(default_factory=lambda: {"p102", "p104"})
    good: set[str] = field(default_factory=lambda: {CODE, "234567", "345678"})

    async def enrolled(self, tx: Tx, person_id: str) -> bool:
        return person_id in self.people

    async def verify(self, tx: Tx, person_id: str, code: str, at: datetime) -> Reason | None:
        if code not in self.good:
            return Reason.SECOND_FACTOR_WRONG
        self.good.discard(code)
        return None


@dataclass
class PlayedTelegram:
    """The first channel, which reaches whom the test lets it reach."""

    name: str = "telegram"
    capabilities: Capabilities = CAPABLE
    away_since: datetime | None = None
    refused: set[str] = field(default_factory=set)

    async def gap(self, tx: Tx, person: Person, now: datetime) -> Gap | None:
        if person.telegram_id is None:
            return Gap(self.name, Unreached.NO_ADDRESS)
        if person.id in self.refused:
            return Gap(self.name, Unreached.REFUSED)
        if self.away_since is not None and now - self.away_since >= timedelta(minutes=1):
            return Gap(self.name, Unreached.AWAY, self.away_since)
        return None

    async def unreachable(self, tx: Tx, people: Sequence[Person]) -> frozenset[str]:
        return frozenset(p.id for p in people if p.telegram_id is None or p.id in self.refused)

    async def notify(self, tx: Tx, person: Person, notice: Notice) -> None:
        """Nobody reads here."""

    async def notify_room(self, tx: Tx, notice: Notice) -> None:
        """Nobody reads here."""

    async def tell(self, tx: Tx, person: Person | None, telling: Telling) -> None:
        """Nobody reads here."""


@dataclass
class SignoffDesk:
    """Everything together; acts are carried out as the story does, without workflows."""

    database: Database
    clock: MovableClock
    post: PostOffice
    base: str = ""
    people: Organisation = field(default_factory=lambda: with_mail(organisation()))
    outlets: tuple[str, ...] = ("newsroom",)
    law: LawBook = LAW
    lint: LintRules = NO_RULES
    codes: Codes = field(default_factory=Codes)
    telegram: PlayedTelegram = field(default_factory=PlayedTelegram)
    incident_id: str = ""
    told: list[Outcome] = field(default_factory=list)
    notices: dict[str, RoomNotice] = field(default_factory=dict)
    asleep: bool = False
    letter_picture: PictureSource | None = None
    channel: EmailChannel = field(init=False)

    def restart(self) -> None:
        """A new process over the same store."""
        self.channel = EmailChannel(
            MailServer("127.0.0.1", self.post.port, Security.NONE, timeout=5),
            Sender.of("Kẻng", FROM, self.base, KEY),
            self.database,
            self.clock,
            Sources(
                card=self.card,
                organisation=lambda: self.people,
                people=self.people_in,
                lawyer_awaited=self.lawyer_awaited,
                tasks=self.tasks,
                papers=no_papers,
                picture=self.letter_picture,
            ),
            before=[self.telegram],
            second_factor=self.codes,
        )

    def desk(self) -> Desk:
        return replace(desk(self.clock.now(), self.people, self.outlets), law=self.law, lint=self.lint, mails=True)

    async def desk_in(self, tx: Tx) -> Desk:
        return self.desk()

    async def people_in(self, tx: Tx, at: datetime) -> Organisation:
        return await enrolled(tx, self.people, at)

    async def lawyer_awaited(self, tx: Tx, incident: Incident) -> bool:
        return await is_lawyer_awaited(tx, self.desk(), incident)

    async def tasks(self, tx: Tx, incident: Incident) -> Tasks:
        return await tasks_of(tx, self.desk(), incident)

    async def card(self, tx: Tx, incident_id: str) -> CardView | None:
        return await read_card(tx, self.desk(), incident_id)

    async def view(self) -> CardView:
        async with self.database.read() as tx:
            found = await self.card(tx, self.incident_id)
        assert found is not None
        return found

    async def carry_out(self, key: str) -> None:
        """What the workflow does with an act: decide, record, answer, in one transaction."""
        if self.asleep:
            return
        async with self.database.write() as tx:
            taken = await self.channel.take(tx, key)
            if taken is None:
                return
            act = marked.without_secret_reasons(taken)
            outcome = await acts.perform(tx, self.desk(), act)
            person = self.desk().who(act.actor)
            if act is not taken:
                outcome = marked.told_what_was_not_kept(outcome, person)
            await audit.append(tx, acts.audit_event(act, person, outcome, self.clock.now()))
            await self.channel.reply(tx, act, outcome)
        self.told.append(outcome)

    async def does(self, person: str, command: Command) -> Outcome:
        """Somebody acts on another channel."""
        async with self.database.write() as tx:
            return await acts.perform(tx, self.desk(), Act("other:1", Actor("telegram", 0, person), command))

    async def open(self, **fields: Any) -> Incident:
        made = an_incident(**fields)
        async with self.database.write() as tx:
            await incidents.add(tx, made)
            await versions.draft(tx, self.desk(), made, by="system")
        self.incident_id = made.id
        return made

    async def current(self) -> StatementVersion:
        async with self.database.read() as tx:
            found = await statements.current(tx, self.incident_id)
        assert found is not None
        return found

    async def picture(self, _incident_id: str, _lang: str) -> bytes | None:
        """Nothing is drawn, unless a test says otherwise."""
        return None

    async def tell(self, tx: Tx, key: str, notice: RoomNotice) -> None:
        """What the first channel would write; the letters are real."""
        self.notices[key] = notice
        await self.channel.tell_room(tx, key, notice)

    async def tall_picture(self, incident_id: str, lang: str, *, tall: bool) -> bytes | None:
        """The same for the board."""
        return await self.picture(incident_id, lang)

    async def record(self, act: str | None = None) -> list[AuditEntry]:
        async with self.database.read() as tx:
            return [e async for e in audit.entries(tx) if act is None or e.event.act == act]

    async def everything(self) -> list[Any]:
        """All that is stored, to see that nothing changed."""
        found: list[Any] = []
        async with self.database.read() as tx:
            for table in ("incidents", "statements", "deliveries", "signoff_tickets", "signoff_acts", "audit"):
                found.append([tuple(row) for row in await tx.exec_driver_sql(f"SELECT * FROM {table}")])
        return found

    async def link_for(self, person: str = "p102") -> str:
        """Telegram is away; the letter comes, and this is the link in it."""
        self.telegram.away_since = self.clock.now() - timedelta(minutes=5)
        await self.channel.pump()
        return self.letter_link(person)

    def letter_link(self, person: str) -> str:
        """The link in the latest letter to this person about the incident."""
        letters = self.post.to(f"{person}@thuonggiang.example.vn")
        return link_in([m for m in letters if self.incident_id in m["References"]][-1])


@asynccontextmanager
async def open_desk(database: Database, clock: MovableClock) -> AsyncIterator[SignoffDesk]:
    async with open_post_office() as post:
        made = SignoffDesk(database, clock, post)
        application = web.Application()
        add_routes(
            application,
            SignoffParts(
                database=database,
                clock=clock,
                desk=made.desk_in,
                card=made.card,
                agency=lambda: made.people.agency,
                key=KEY,
                enrolled=made.codes.enrolled,
                carry_out=made.carry_out,
                letter_written=lambda: None,
                secure=False,
                picture=lambda incident_id, lang: made.picture(incident_id, lang),
                papers=Papers(database, lambda: made.people, SAMPLE),
                verify=made.codes.verify,
                tell=made.tell,
            ),
        )
        board = BoardParts(
            database, clock, made.desk_in, lambda: made.people.agency, made.tall_picture, secure=False, tell=made.tell
        )
        add_board_routes(application, board)
        server = TestServer(application)
        await server.start_server()
        made.base = str(server.make_url("")).rstrip("/")
        made.restart()
        try:
            yield made
        finally:
            await server.close()
