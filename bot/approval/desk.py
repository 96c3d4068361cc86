"""The desk: what every act is measured against at its moment — the hour, the people, the playbooks, the law."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.approval.policy import policy_on
from bot.approval.sealing import Seal
from bot.drafting.lint.rules import NO_RULES, LintRules
from bot.model.audit import SYSTEM
from bot.model.commands import Actor
from bot.model.gate import GateMatrix, RefusalGround
from bot.model.law import LawBook
from bot.model.person import Organisation, Person
from bot.model.playbook import Playbook
from bot.model.policy import DEFAULT_OFFICE, OfficePolicy, Policy
from bot.model.unit import UnitRole
from bot.store import people
from bot.store.database import Tx

OutOfChat = Callable[[Tx, Sequence[Person]], Awaitable[frozenset[str]]]
"""Ids of those among some people whom no message in a chat reaches now."""


async def without_account(tx: Tx, people: Sequence[Person]) -> frozenset[str]:
    """Who has no account: all that is known where nobody asks the channels."""
    return frozenset(person.id for person in people if person.telegram_id is None)


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that is not in the store, read once per act. ``outlets`` are the names of those switched on.

    ``office`` is the office's own word on time; an incident keeps the policy that was made of it when it was opened.
    ``looking`` is true where somebody only wants to know what would be answered: asking for an act then writes nothing.
    """

    now: datetime
    organisation: Organisation
    playbooks: Mapping[str, Playbook]
    law: LawBook
    outlets: tuple[str, ...]
    gates: GateMatrix
    grounds: tuple[RefusalGround, ...]
    seal: Seal
    proved: bool = False
    """True when the channel has verified the actor's second factor in this transaction already."""
    shows_every_text: bool = False
    """True when the act comes from a page on which every text of the version stands whole."""
    office: OfficePolicy = DEFAULT_OFFICE
    looking: bool = False
    rewords: bool = False
    """True where a machine may be asked to say drafts more plainly."""
    lint: LintRules = NO_RULES
    """The linter's rules; the service is always given those of its playbooks folder."""
    mails: bool = False
    """True where letters are sent to whom Telegram does not reach."""
    board_url: str | None = None
    """Where the internal board is; None where nobody could open it from outside."""
    site: str | None = None
    """Where the public pages are; None where nobody can tell."""
    out_of_chat: OutOfChat = without_account
    """Asks the channels whom they do not reach; the story of an act puts it in."""

    @property
    def policy(self) -> Policy:
        """Law and office together, as of this moment: what an incident that opens now will keep."""
        supervised = bool(self.organisation.units_with(UnitRole.SUPERVISOR, self.now))
        return policy_on(self.law, self.office, self.now, supervised=supervised)

    def who(self, actor: Actor) -> Person | None:
        """The official behind an actor; None for strangers."""
        if actor.person_id is not None:
            return self.organisation.person(actor.person_id)
        return self.organisation.by_telegram(actor.user_id) if actor.channel == "telegram" else None

    async def seated(self, tx: Tx) -> Desk:
        """The desk with what the record knows about people, as it stands in this transaction."""
        return replace(self, organisation=await people.enrolled(tx, self.organisation, self.now))

    def name_of(self, person_id: str | None) -> str:
        """The name to show for a person id, which may belong to somebody who has left, or be Keng's own."""
        if person_id == SYSTEM:
            return "Keng"
        person = self.organisation.person(person_id) if person_id else None
        return person.name if person else (person_id or "")
