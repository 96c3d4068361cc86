"""Letters that came back: which copy a delivery status report (RFC 3464) is about, and that people hear of it.

A report names the copy by the return address it was sent to (VERP), or else by the Message-ID that it quotes. Nothing
else in it is believed: whoever writes to the mailbox can at most mark a copy whose secret name they know.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

import structlog

from bot.channels.email.render import one_line
from bot.model.audit import SYSTEM, AuditEvent
from bot.model.clock import Clock
from bot.model.outlet_letter import OutletLetter
from bot.store import audit, incidents, outlet_letters
from bot.store.database import Database, Tx

log = structlog.get_logger(__name__)

_TOKEN = re.compile(r"\+([0-9a-f]{32})@")
_MESSAGE_ID = re.compile(r"<keng\.[0-9a-f]{32}@[^<>\s]{1,100}>")
_ADDRESSED = ("To", "Delivered-To", "X-Original-To")
_STATUS = re.compile(r"([245])\.\d{1,3}\.\d{1,3}")
_PERMANENT = "5"
WHY_LENGTH = 200

READ = 64 * 1024
"""Bytes of a letter that are looked at: what a report says stands before the letter that it quotes."""

MOST_BOUNDARIES = 16
"""A report has three parts. One of hundreds within each other is there to keep us busy."""

Tell = Callable[[Tx, OutletLetter, str], Awaitable[None]]
"""Tells the duty room of a copy that came back, in the transaction that notes it."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a report says. ``final`` is false for a warning that delivery is delayed."""

    token: str | None
    message_id: str | None
    why: str
    final: bool


def read_bounce(raw: bytes) -> Bounce | None:
    """The report in a letter; None where it is none of a copy of ours."""
    raw = raw[:READ]
    if raw.lower().count(b"boundary") > MOST_BOUNDARIES:
        return None
    try:
        # Heads are taken as they stand: the newer policies of the library take them apart, which fails with odd ones in
        # odd ways and takes minutes with long ones.
        return _read(message_from_bytes(raw), raw)
    except Exception:  # built to be read by nobody; left where it lies, it would keep all others from being read
        return None


def _read(letter: Message, raw: bytes) -> Bounce | None:
    addressed = " ".join(str(value) for name in _ADDRESSED for value in letter.get_all(name, []))
    token = _TOKEN.search(addressed)
    quoted = _MESSAGE_ID.search(raw.decode("utf-8", "replace"))
    if token is None and quoted is None:
        return None
    status = next((part for part in letter.walk() if part.get_content_type() == "message/delivery-status"), None)
    if status is None:  # an answer of a person, or of an absence; neither says that it did not arrive
        return None
    fields = _fields(status)
    action = fields.get("action", "").strip().lower()
    code = _STATUS.search(fields.get("status", ""))
    why = one_line(fields.get("diagnostic-code") or fields.get("status") or action, WHY_LENGTH)
    final = action == "failed" and (code is None or code[1] == _PERMANENT)
    return Bounce(token[1] if token else None, quoted[0] if quoted else None, why, final)


class BounceDesk:
    """Takes letters of the return mailbox, one after the other."""

    def __init__(self, database: Database, clock: Clock, tell: Tell) -> None:
        """Take the store and who tells people."""
        self._database = database
        self._clock = clock
        self._tell = tell

    async def take(self, raw: bytes) -> bool:
        """Note what a letter says; True when a copy of ours was marked by it."""
        bounce = await asyncio.to_thread(read_bounce, raw)
        if bounce is None or not bounce.final:
            return False
        now = self._clock.now()
        async with self._database.write() as tx:
            copy = await outlet_letters.named(tx, token=bounce.token) if bounce.token else None
            if copy is None and bounce.message_id is not None:
                copy = await outlet_letters.named(tx, message_id=bounce.message_id)
            if copy is None or not await outlet_letters.bounce(tx, copy, bounce.why, now):
                return False
            await incidents.touch(tx, copy.incident_id)
            details = {"outcome": "bounced", "to": copy.address, "why": bounce.why}
            event = AuditEvent("bounce", SYSTEM, now, copy.outlet, copy.incident_id, copy.version, details)
            await audit.append(tx, event)
            await self._tell(tx, copy, bounce.why)
        log.warning("press_letter_bounced", incident=copy.incident_id, version=copy.version, why=bounce.why)
        return True


def _fields(status: Message) -> dict[str, str]:
    """The fields of the report's recipient block; the first block is about the server (RFC 3464 §2.1)."""
    payload = status.get_payload()
    blocks = payload if isinstance(payload, list) else []
    found: dict[str, str] = {}
    for block in blocks:
        if isinstance(block, Message):
            found |= {str(name).lower(): str(value) for name, value in block.items()}
    return found
