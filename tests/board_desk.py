"""An office whose people ask for the internal board and open it in browsers; the chat is played by the test."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.approval import acts, versions
from bot.approval.desk import Desk
from bot.curves.drawing import Pictures
from bot.model.audit import AuditEntry
from bot.model.commands import Act, Actor, AskBoard, Command
from bot.model.incident import Incident
from bot.model.outcome import Notice, Outcome
from bot.model.person import Organisation
from bot.model.reasons import Reason
from bot.store import audit, incidents
from bot.store.database import Database, Tx
from bot.web import CheckResult, WebParts
from bot.web import add_routes as add_web_routes
from bot.web.board import BoardParts, add_routes
from tests.approval.office import AGENCY, SEAL, desk, organisation
from tests.conftest import MovableClock
from tests.curves.feed import CountingFeed, rises
from tests.store.samples import an_incident


@dataclass
class BoardDesk:
    """Everything together."""

    database: Database
    clock: MovableClock
    base: str = ""
    people: Organisation = field(default_factory=organisation)
    drawn: list[str] = field(default_factory=list)
    told: dict[str, Notice] = field(default_factory=dict)

    def desk(self) -> Desk:
        """The desk at this moment."""
        return replace(desk(self.clock.now(), self.people), board_url=f"{self.base}/board")

    async def desk_in(self, tx: Tx) -> Desk:
        """The desk as it stands in a transaction."""
        return await self.desk().seated(tx)

    async def picture(self, incident_id: str, lang: str, *, tall: bool) -> bytes | None:
        """The real picture; that it was drawn is noted."""
        self.drawn.append(incident_id)
        return await Pictures(self.database, self.clock.now).as_svg(incident_id, lang, tall=tall)

    async def tell(self, tx: Tx, key: str, notice: Notice) -> None:
        """What the channel would write."""
        self.told.setdefault(key, notice)

    async def open(self, **fields: Any) -> Incident:
        """Open a matter with its draft."""
        made = an_incident(**fields)
        async with self.database.write() as tx:
            await incidents.add(tx, made)
            await versions.draft(tx, self.desk(), made, by="system")
        return made

    async def does(self, who: int, command: Command) -> Outcome:
        """Somebody acts in the chat, on the record."""
        act = Act(f"tg:{who}:{self.clock.now()}", Actor("telegram", who), command)
        async with self.database.write() as tx:
            outcome = await acts.perform(tx, self.desk(), act)
            seated = await self.desk().seated(tx)
            await audit.append(tx, acts.audit_event(act, seated.who(act.actor), outcome, self.clock.now()))
        return outcome

    async def link_for(self, who: int) -> str:
        """The link that /bang answers with."""
        outcome = await self.does(who, AskBoard())
        assert outcome.reason is Reason.BOARD_LINK_GIVEN
        return SEAL.open(outcome.values["sealed"])

    async def rises(self, incident_id: str) -> CountingFeed:
        """The topic of a matter was counted for days, and rises."""
        return await rises(self.database, self.clock, incident_id)

    async def record(self, act: str) -> list[AuditEntry]:
        """What the audit log says of one kind of act."""
        async with self.database.read() as tx:
            return [e async for e in audit.entries(tx) if e.event.act == act]

    async def links(self) -> list[Any]:
        """All that is kept of links, to see that nothing changed or that nothing stands there in clear."""
        async with self.database.read() as tx:
            return [tuple(row) for row in await tx.exec_driver_sql("SELECT * FROM board_links ORDER BY id")]


@asynccontextmanager
async def open_board_desk(database: Database, clock: MovableClock, *, secure: bool = False) -> AsyncIterator[BoardDesk]:
    """The pages of an office, newsroom and board, on a server of their own."""

    async def readiness() -> dict[str, CheckResult]:
        return {}

    made = BoardDesk(database, clock)
    application = web.Application()
    add_web_routes(application, WebParts(database, clock, lambda: AGENCY, "https://keng.example.vn", readiness))
    parts = BoardParts(database, clock, made.desk_in, lambda: AGENCY, made.picture, secure, made.tell)
    add_routes(application, parts)
    server = TestServer(application)
    await server.start_server()
    made.base = str(server.make_url("")).rstrip("/")
    try:
        yield made
    finally:
        await server.close()
