"""Letters that came back: the copy is known and marked, people hear of it once, and forgers change nothing."""

from __future__ import annotations

import time
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest

from bot.model.outlet_letter import CopyState, OutletLetter
from bot.outlets.bounces import BounceDesk, read_bounce
from bot.outlets.press_letter import message_id, new_token
from bot.store import audit, outlet_letters
from bot.store.database import Database, Tx
from tests.conftest import MovableClock
from tests.outlets.samples import stored

TO = "tin1@bao.example"


def report(
    to: str = "tra-lai@tinh.example",
    quotes: str = "",
    action: str = "failed",
    status: str = "5.1.1",
    why: str = "smtp; 550 no such user",
) -> bytes:
    """A delivery status report as Postfix and Exim write them."""
    letter = MIMEMultipart("report", report_type="delivery-status")
    letter["From"], letter["To"], letter["Subject"] = "MAILER-DAEMON@mx.example", to, "Undelivered Mail"
    letter.attach(MIMEText("I'm sorry to have to inform you…"))
    fields = (
        "Reporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: rfc822; {TO}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: {why}\n"
    )
    raw = letter.as_bytes().rstrip(b"\n").removesuffix(b"--").rstrip()
    boundary = letter.get_boundary()
    assert boundary is not None
    quoted = f"Message-ID: {quotes}\nTo: {TO}\n" if quotes else "To: x\n"
    more = (
        f"\n--{boundary}\nContent-Type: message/delivery-status\n\n{fields}\n"
        f"--{boundary}\nContent-Type: text/rfc822-headers\n\n{quoted}\n--{boundary}--\n"
    )
    return raw.removesuffix(f"--{boundary}".encode()).rstrip() + more.encode()


class Mailroom:
    """The return mailbox of an office that sent one letter."""

    def __init__(self, database: Database, clock: MovableClock) -> None:
        self.database, self.told = database, list[str]()
        self.desk = BounceDesk(database, clock, self._tell)
        self.copy: OutletLetter

    async def _tell(self, tx: Tx, copy: OutletLetter, why: str) -> None:
        self.told.append(f"{copy.address}: {why}")

    async def sent(self, clock: MovableClock, state: CopyState | None = CopyState.SENT) -> None:
        incident = (await stored(self.database, "email_list")).incident
        token = new_token()
        self.copy = OutletLetter(
            incident.id, 1, "email_list", TO, CopyState.QUEUED, token, message_id(token, "tinh.example"), clock.now()
        )
        async with self.database.write() as tx:
            await outlet_letters.add_missing(tx, [self.copy])
            await outlet_letters.claim(tx, self.copy, clock.now())
            if state is not None:
                await outlet_letters.settle(tx, self.copy, state, clock.now())

    async def state(self) -> CopyState:
        async with self.database.read() as tx:
            found = await outlet_letters.named(tx, token=self.copy.token)
        assert found is not None
        return found.state


@pytest.fixture
async def room(database: Database, clock: MovableClock) -> Mailroom:
    made = Mailroom(database, clock)
    await made.sent(clock)
    return made


async def test_a_copy_is_known_by_its_return_address_and_marked_once(room: Mailroom) -> None:
    bounce = report(f"tra-lai+{room.copy.token}@tinh.example")
    assert await room.desk.take(bounce)
    assert await room.state() is CopyState.BOUNCED
    assert not await room.desk.take(bounce), "the same report a second time"
    assert room.told == [f"{TO}: smtp; 550 no such user"]
    async with room.database.read() as tx:
        acts = [e.event.act async for e in audit.entries(tx, room.copy.incident_id)]
    assert acts == ["bounce"]


async def test_a_copy_is_known_by_the_message_id_that_the_report_quotes(room: Mailroom) -> None:
    assert await room.desk.take(report(quotes=room.copy.message_id))
    assert await room.state() is CopyState.BOUNCED


async def test_a_bounce_of_a_copy_in_doubt_says_that_it_went_and_did_not_arrive(
    database: Database, clock: MovableClock
) -> None:
    made = Mailroom(database, clock)
    await made.sent(clock, state=None)
    assert await made.desk.take(report(quotes=made.copy.message_id))
    assert await made.state() is CopyState.BOUNCED


async def test_a_warning_of_delay_an_absence_and_a_person_who_answers_mark_nothing(room: Mailroom) -> None:
    delayed = report(quotes=room.copy.message_id, action="delayed", status="4.4.1")
    relayed = report(quotes=room.copy.message_id, action="delivered", status="2.0.0")
    answer = EmailMessage()
    answer["To"], answer["In-Reply-To"] = "phatngon@tinh.example", room.copy.message_id
    answer.set_content("Tôi đi vắng đến thứ Hai.")
    for letter in (delayed, relayed, answer.as_bytes()):
        assert not await room.desk.take(letter)
    assert await room.state() is CopyState.SENT


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00",
        b"To: tra-lai+" + b"0" * 32 + b"@tinh.example\n\nx",
        report("tra-lai+" + "0" * 32 + "@tinh.example"),
        report(quotes="<keng." + "0" * 32 + "@tinh.example>"),
        report(quotes="<keng." + "0" * 32 + "@tinh.example>", why="\u202e" * 5000),
        *(report(why=f"x\n{head}") for head in ("To: <", 'To: "', "To: a@[", "Cc: :;;b", "To: =?utf-8?q?=0D=0AX:y?=")),
        b"Content-Type: message/rfc822\n\n" * 3000,
        b"".join(b"--%d\nContent-Type: multipart/mixed; boundary=%d\n\n" % (n, n + 1) for n in range(3000)),
        b"Content-Type: multipart/report; boundary=x\nTo: \xf0\x9f<<@>\n\n--x\nContent-Type: message/delivery-status\n",
    ],
)
async def test_what_is_no_report_of_ours_is_let_go(room: Mailroom, raw: bytes) -> None:
    assert not await room.desk.take(raw)
    assert (await room.state(), room.told) == (CopyState.SENT, [])


@pytest.mark.parametrize("head", [b"To: " + b"a," * 100_000, b"To: " + b"=?utf-8?q?a?= " * 20_000])
def test_a_letter_that_was_built_to_keep_us_busy_is_read_in_no_time(head: bytes) -> None:
    token = b"To: tra-lai+" + b"0" * 32 + b"@tinh.example\n"
    begun = time.process_time()
    read_bounce(token + head + report().partition(b"\n")[2])
    assert time.process_time() - begun < 2, "taken apart as a list of addresses it takes more than a minute"


def test_a_report_that_names_odd_recipients_is_read_all_the_same() -> None:
    found = read_bounce(report(quotes="<keng." + "0" * 32 + "@a.example>", why="smtp; 550\nTo: <"))
    assert found is not None
    assert (found.why, found.final) == ("smtp; 550", True)


def test_what_a_report_says_is_kept_short() -> None:
    found = read_bounce(report(quotes="<keng." + "0" * 32 + "@a.example>", why="x" * 5000))
    assert found is not None
    assert len(found.why) <= 200
