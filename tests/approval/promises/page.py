"""The sign-off page of the office over the same store: its application, letters with links, and browsers to open them.

The page, its forms, its acts and the second factor are the product's. Only the socket and the mail server are left out:
a request is handed to the application, and a letter lies in a list.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock
from urllib.parse import urlencode

from aiohttp import StreamReader, web
from aiohttp.test_utils import make_mocked_request

from bot.approval.card import read_card
from bot.approval.desk import Desk
from bot.approval.second_factor import Authenticators
from bot.channels.base import Capabilities
from bot.channels.email.acts import SignoffActs
from bot.model.card import CardView
from bot.model.commands import Act
from bot.model.outcome import Outcome
from bot.model.person import Person
from bot.model.reach import ASKED, Gap, Unreached
from bot.model.signoff import Ticket, new_ticket, token_of
from bot.store import email_letters, statements
from bot.store.database import Tx
from bot.store.ids import new_id
from bot.web.signoff import SignoffParts, add_routes
from tests.approval.office import AGENCY, SEAL
from tests.approval.promises.around import Room
from tests.approval.promises.tables import Row, Version, instant

if TYPE_CHECKING:
    from tests.approval.promises.world import World

KEY = b"s" * 32
CAPABLE = Capabilities(buttons=False, edits=False, files=False, length=100_000)
_SOCKET = Mock(_reading_paused=False)
_SOCKETLESS = {name: Mock() for name in ("writer", "protocol", "transport")}
_FORM = re.compile(r'action="/signoff/([^"]+)"[^>]*>.*?name="form" value="([a-z2-7]+)"', re.DOTALL)


@dataclass(frozen=True)
class Letter:
    """What came to somebody's mailbox: a link for exact words."""

    ticket: str
    token: str
    person: str
    version: Version
    sha256: str
    at: datetime


@dataclass
class Browser:
    """One browser: what it keeps, and the forms of the pages that it has loaded, by where they lead."""

    cookies: dict[str, str] = field(default_factory=dict)
    forms: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What the page answered."""

    status: int
    text: str

    @property
    def plain(self) -> str:
        """The words without what draws them."""
        return unescape(re.sub(r"<[^>]+>", "", self.text))


@dataclass
class Mailboxes(Room):
    """The second channel: it takes acts from the page, and by itself reaches nobody."""

    name: str = "email"
    capabilities: Capabilities = CAPABLE

    def __post_init__(self) -> None:
        self._acts = SignoffActs(self.world.clock, self.world.people_in, Authenticators(SEAL))

    async def take(self, tx: Tx, key: str) -> Act | None:
        return await self._acts.take(tx, key)

    async def reply(self, tx: Tx, act: Act, outcome: Outcome) -> None:
        await self._acts.answer(tx, act, outcome)

    async def gap(self, tx: Tx, person: Person, now: datetime) -> Gap | None:
        return Gap(self.name, Unreached.NO_ADDRESS)

    async def unreachable(self, tx: Tx, people: Sequence[Person]) -> frozenset[str]:
        return frozenset(person.id for person in people)


class Page:
    """The page as one process serves it."""

    def __init__(self, world: World) -> None:
        self._world = world
        factor = Authenticators(SEAL)
        parts = SignoffParts(
            database=world.database,
            clock=world.clock,
            desk=self._desk,
            card=self._card,
            agency=lambda: AGENCY,
            key=KEY,
            enrolled=factor.enrolled,
            carry_out=world.carry_out_from_the_page,
            letter_written=lambda: None,
            secure=True,
        )
        self._application = web.Application()
        add_routes(self._application, parts)
        self._application.freeze()

    async def _desk(self, tx: Tx) -> Desk:
        return await self._world.desk().seated(tx)

    async def _card(self, tx: Tx, incident_id: str) -> CardView | None:
        return await read_card(tx, self._world.desk(), incident_id)

    async def ask(self, browser: Browser, method: str, path: str, fields: Mapping[str, str] | None = None) -> Answer:
        """One request of a browser; it keeps the cookies and forms that come back, and follows where it is led."""
        body = StreamReader(_SOCKET, 2**20)
        body.feed_data(urlencode(fields or {}).encode())
        body.feed_eof()
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items())}
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        request = make_mocked_request(
            method, f"/signoff/{path}", headers, app=self._application, payload=body, **_SOCKETLESS
        )
        answer: Any
        try:
            answer = await self._application._handle(request)
        except web.HTTPException as raised:
            answer = raised
        browser.cookies |= {name: cookie.value for name, cookie in answer.cookies.items()}
        if answer.status == 303:
            return await self.ask(browser, "GET", answer.headers["Location"].removeprefix("/signoff/"))
        browser.forms |= dict(_FORM.findall(answer.text or ""))
        return Answer(answer.status, answer.text or "")


async def write(world: World, tx: Tx, person: str, incident_id: str) -> None:
    """A letter about the words of a matter as they stand: issued as the page itself does when it is asked for one."""
    current = await statements.current(tx, incident_id)
    whom = world.desk().organisation.person(person)
    assert current is not None
    assert whom is not None
    ticket = new_ticket(new_id(world.now), whom, incident_id, current.version, current.sha256, world.now)
    await email_letters.add(tx, ticket, "telegram", ASKED, None, world.now)


def letter_of(row: Row, at: datetime) -> Letter:
    """The letter in which a link goes out, read from its row."""
    names = ("id", "person", "address", "incident_id", "version", "sha256")
    ticket = Ticket(
        **{name: row[name] for name in names},
        issued_at=instant(row["issued_at"]),
        expires_at=instant(row["expires_at"]),
    )
    version = (row["incident_id"], row["version"])
    return Letter(ticket.id, token_of(ticket, KEY), ticket.person, version, ticket.sha256, at)


__all__ = ["Answer", "Browser", "Letter", "Mailboxes", "Page", "letter_of", "write"]
