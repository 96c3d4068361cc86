"""A real mail server for tests, on this machine, with the moods that mail servers have."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.acceptance.service import free_port

LINK = re.compile(r"https?://\S+/signoff/[a-z2-7]{50}\b")


@dataclass
class PostOffice:
    """What arrived, and how the next letters are met. ``sent`` holds letters that the server said it took.

    ``holding``: to whom letters are heard and not answered.
    """

    port: int = 0
    sent: list[EmailMessage] = field(default_factory=list)
    heard: list[EmailMessage] = field(default_factory=list)
    recipient_answers: dict[str, str] = field(default_factory=dict)
    data_answers: list[str] = field(default_factory=list)
    drops: int = 0
    holding: set[str] = field(default_factory=set)

    def to(self, address: str) -> list[EmailMessage]:
        return [m for m in self.sent if address in m["To"]]

    # aiosmtpd calls these.

    async def handle_RCPT(self, server: SMTP, _session: Session, envelope: Envelope, address: str, _o: Any) -> str:
        answer = self.recipient_answers.get(address)
        if answer is not None:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.heard.append(message)
        while message["To"] in self.holding:  # heard whole, and no answer yet
            await asyncio.sleep(0.02)
        if self.drops:  # the letter was said, and the line goes dead before the answer
            self.drops -= 1
            assert server.transport is not None
            server.transport.abort()
            return "250 never heard"
        if self.data_answers:
            return self.data_answers.pop(0)
        self.sent.append(message)
        return "250 OK taken"


def link_in(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    (link,) = LINK.findall(body.get_content())
    return str(link)


@asynccontextmanager
async def open_post_office(
    *, tls: ssl.SSLContext | None = None, login: tuple[str, str] | None = None, implicit: bool = False
) -> AsyncIterator[PostOffice]:
    office = PostOffice()

    def allowed(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        given = (data.login.decode(), data.password.decode())
        return AuthResult(success=given == login, handled=False)

    def session() -> SMTP:
        return SMTP(
            office,
            tls_context=None if implicit else tls,
            require_starttls=tls is not None and not implicit,
            authenticator=allowed if login else None,
            auth_required=login is not None,
            auth_require_tls=False,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(session, "127.0.0.1", 0, ssl=tls if implicit else None)
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        server.close()


@contextmanager
def post_office_outside() -> Iterator[PostOffice]:
    """The same in a thread of its own, for tests that look at Keng from outside and do not run on a loop."""
    office = PostOffice(port=free_port())
    controller = Controller(office, hostname="127.0.0.1", port=office.port)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()
