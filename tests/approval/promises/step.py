"""One step as the promises look at it, what they have to remember, and the tables of states written down again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.model import commands as c
from tests.approval.office import PLAYBOOKS
from tests.approval.promises.cast import who
from tests.approval.promises.page import Letter
from tests.approval.promises.tables import Copy, Row, Tables, Version
from tests.approval.promises.world import Done, World

# Written down again from DESIGN §5, not read from the product's tables.
STATEMENT_MOVES = {
    "draft": {"submitted", "approved", "returned", "voided", "refused"},
    "submitted": {"approved", "returned", "voided", "refused"},
    "returned": {"voided"},
    "approved": {"published", "voided"},
    "published": {"superseded", "corrected", "retracted"},
}
INCIDENT_MOVES = {
    "new": {"accepted", "responding", "dismissed", "merged", "handed_over"},
    "accepted": {"responding", "closed", "dismissed", "merged", "handed_over"},
    "responding": {"closed", "merged", "handed_over"},
    "closed": {"reviewed"},
}
REOPENING_MOVES = {
    "closed": {"accepted", "responding"},
    "dismissed": {"accepted", "responding"},
    "handed_over": {"accepted", "responding"},
}
DELIVERY_MOVES = {"queued": {"unknown", "failed"}, "unknown": {"sent", "failed", "queued"}, "sent": {"withdrawn"}}
OPEN = {"new", "accepted", "responding"}
PUBLIC = {"published", "superseded", "corrected", "retracted"}
LIVE = {"draft", "submitted", "approved"}
FOR_EVER = ("texts", "sha256", "author", "created_at", "created_by", "playbook", "kind", "refers_to", "promises_at")
APPROVING = (c.Approve, c.ApproveByCode)
RELEASING = (c.Release, c.ReleaseByCode)


class Broken(AssertionError):
    """A promise that was not kept."""


def reaches(moves: dict[str, set[str]], before: str, after: str) -> bool:
    """True when the table leads from one state to the other, over however many moves."""
    found, waiting = {before}, [before]
    while waiting:
        for following in moves.get(waiting.pop(), ()):
            if following not in found:
                found.add(following)
                waiting.append(following)
    return after in found


@dataclass
class Step:
    """What was done in one step: acts, or only time, alerts, deliveries and restarts."""

    acts: list[Done]
    before: Tables
    after: Tables
    at: datetime
    ended: dict[str, datetime]
    restarted: bool = False
    """True when the process came up anew in it: then what was left lying was done as well."""

    def by(self, person: str, *kinds: type) -> list[Done]:
        """Acts of these kinds by one person that were not refused."""
        return [
            d
            for d in self.acts
            if isinstance(d.act.command, kinds)
            and who(d.act.actor) == person
            and d.outcome is not None
            and not d.outcome.refused
        ]

    def rows(self, incident_id: str) -> list[Row]:
        """What the record says anew about one incident."""
        return [row for row in self.after.audit if row["incident_id"] == incident_id]


@dataclass
class Remembered:
    """What has to be remembered to check the promises."""

    world: World
    shown: dict[Version, set[str]] = field(default_factory=dict)
    """The hashes, by our own reckoning, of the words of each version as people were shown them."""
    read: set[tuple[Version, str]] = field(default_factory=set)
    """Who was shown every text of a version: by a question, or because they asked for all."""
    approved: dict[Version, str] = field(default_factory=dict)
    """What was approved: the hash of its words, by our own reckoning, at the moment of the act."""
    used_codes: set[tuple[str, str, int]] = field(default_factory=set)
    last_head: tuple[int, str] = (0, "0" * 64)
    calls: Counter[Copy] = field(default_factory=Counter)
    """How often each copy was handed to its outlet."""
    letters: dict[str, Letter] = field(default_factory=dict)
    """What came to mailboxes, by its ticket."""
    opened_by: dict[str, int] = field(default_factory=dict)
    """Which browser a link let in, by its ticket."""
    sent_from: int | None = None
    """The browser from which a form is being sent."""
    told_steps: set[tuple[Any, ...]] = field(default_factory=set)
    seen_keys: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    """What went wrong while an outlet was called; raised after the step."""
    alerts_stored: set[str] = field(default_factory=set)
    went_out: list[tuple[Version, str]] = field(default_factory=list)
    """What outlets were given in this step: version, and the hash of the bytes by our own reckoning."""

    def _topics(self, incident: Row) -> frozenset[str]:
        return frozenset(PLAYBOOKS[incident["playbook"]].gates)
