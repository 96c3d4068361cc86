"""The desk: what every act is measured against at its moment — the hour, the people, the playbooks, the law."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.approval.sealing import Seal
from bot.model.commands import Actor
from bot.model.gate import GateMatrix, RefusalGround
from bot.model.law import LawBook
from bot.model.person import Organisation, Person
from bot.model.playbook import Playbook
from bot.store import people
from bot.store.database import Tx


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that is not in the store, read once per act. ``outlets`` are the names of those switched on."""

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

    def who(self, actor: Actor) -> Person | None:
        """The official behind an actor; None for strangers."""
        return self.organisation.by_telegram(actor.user_id) if actor.channel == "telegram" else None

    async def seated(self, tx: Tx) -> Desk:
        """The desk with what the record knows about people, as it stands in this transaction."""
        return replace(self, organisation=await people.enrolled(tx, self.organisation, self.now))

    def name_of(self, person_id: str | None) -> str:
        """The name to show for a person id, which may belong to somebody who has left."""
        person = self.organisation.person(person_id) if person_id else None
        return person.name if person else (person_id or "")
