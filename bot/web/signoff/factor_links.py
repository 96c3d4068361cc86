"""What a factor link is about, and the acts that are carried out by one, each recorded as it is decided."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from bot.approval import acts, authority
from bot.approval.desk import Desk
from bot.model.audit import AuditEvent
from bot.model.commands import Act, Actor, Command
from bot.model.factor_link import FactorLink, hindrance, is_genuine
from bot.model.link_marks import link_id_of
from bot.model.outcome import Outcome
from bot.model.person import Person
from bot.model.reasons import Reason
from bot.store import audit, factor_links
from bot.store.database import Tx
from bot.web.signoff.door import CHANNEL
from bot.web.signoff.parts import SignoffParts


@dataclass(frozen=True, slots=True)
class Found:
    """A genuine link, whose device it is about, who was written to, and the desk as it stands."""

    link: FactorLink
    owner: Person | None
    reader: Person | None
    desk: Desk

    @property
    def lang(self) -> str:
        """The language of whoever was written to."""
        return self.reader.lang if self.reader else "vi"

    @property
    def stopped(self) -> Reason | None:
        """Why nothing is done by this link now, whoever holds it: its end, its mailbox, or that a role ended."""
        now = self.desk.now
        if self.desk.organisation.fault is not None:
            return Reason.ORGANISATION_UNREADABLE
        return (
            hindrance(self.link, self.reader, now)
            or authority.handles_matters(self.reader, now)
            or authority.handles_matters(self.owner, now)
        )


async def find(tx: Tx, parts: SignoffParts, token: str) -> Found | None:
    """The link with this token; None when no such link was ever made."""
    link_id = link_id_of(token)
    link = await factor_links.get(tx, link_id) if link_id else None
    return await about(tx, parts, link) if link is not None and is_genuine(token, link, parts.key) else None


async def about(tx: Tx, parts: SignoffParts, link: FactorLink) -> Found:
    """What a link is about, as it stands in this transaction."""
    desk = await parts.desk(tx)
    people = desk.organisation
    return Found(link, people.person(link.person), people.person(link.reader), desk)


async def carry_out(
    tx: Tx, parts: SignoffParts, found: Found, command: Command, *, second_factor: bool = False
) -> Outcome:
    """Let the reader of a link act; what came of it is on the record, and told to whom it concerns on every channel."""
    key = f"factor:{found.link.id}:{secrets.token_hex(4)}"
    act = Act(key, Actor(CHANNEL, 0, found.link.reader), command, second_factor=second_factor)
    outcome = await acts.perform(tx, found.desk, act)
    await audit.append(tx, acts.audit_event(act, found.reader, outcome, found.desk.now))
    for number, notice in enumerate(outcome.notices):
        await parts.tell(tx, f"notice:{key}:{number}", notice)
    return outcome


async def record(tx: Tx, found: Found, refusal: Reason | None) -> None:
    """Put on the record that a link was opened, or that somebody tried."""
    details = {
        "outcome": refusal.value if refusal else "done",
        "refused": refusal is not None,
        "link": found.link.id,
        "person": found.link.person,
    }
    await audit.append(tx, AuditEvent("factor_open", found.link.reader, found.desk.now, CHANNEL, details=details))
