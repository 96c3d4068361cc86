"""Promises 3 and 5 on the sign-off page: a link is for one person, exact words, one browser, one decision, one time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.model import commands as c
from bot.model.signoff import LEAVES_THE_LINK
from tests.approval.promises.step import APPROVING, RELEASING, Broken, Remembered, Step
from tests.approval.promises.tables import Row, instant

BOUND = ("person", "address", "incident_id", "version", "sha256", "issued_at", "expires_at")
ONCE = ("opened_at", "session", "used_at", "replaced_at")
LIFE = timedelta(hours=4)
GRAVE = 3
"""From this level on every act on the page asks for a code; an approval, and letting words go, always does."""


class ByLink(Remembered):
    """Links, and what was done by them."""

    def links_stand_for_what_they_were_made_for(self, step: Step) -> None:
        for ticket, row in step.after.tickets.items():
            before = step.before.tickets.get(ticket)
            if before is row:
                continue
            if instant(row["expires_at"]) > instant(row["issued_at"]) + LIFE:
                raise Broken("a link stands longer than four hours")
            if before is None:
                continue
            if any(before[name] != row[name] for name in BOUND):
                raise Broken("a link stands for something else than it was made for")
            if any(before[name] is not None and before[name] != row[name] for name in ONCE):
                raise Broken("a link was opened, used or ended twice")
        if not step.before.tickets.keys() <= step.after.tickets.keys():
            raise Broken("a link vanished")

    def an_act_by_link_is_of_the_browser_that_opened_it(self, step: Step) -> None:
        for done in step.acts:
            if done.typed is None or done.outcome is None:
                continue
            ticket = done.act.key.split(":")[1]
            if self.opened_by.get(ticket) != self.sent_from:
                raise Broken("a form counted that came from another browser than the one that opened the link")
            if done.outcome.refused:
                continue
            row, command = step.before.tickets[ticket], done.act.command
            if done.act.actor.person_id != row["person"]:
                raise Broken("somebody else acts by a link than it was written to")
            if done.at >= instant(row["expires_at"]):
                raise Broken("a link counted after its end")
            if row["used_at"] is not None or row["replaced_at"] is not None:
                raise Broken("a link counted that had been used, or ended by a later one")
            self._of_the_words_of_the_link(command, row)
            deciding = isinstance(command, (*APPROVING, *RELEASING))
            level = step.before.incidents[row["incident_id"]]["level"]
            if (deciding or level >= GRAVE) and not done.act.second_factor:
                raise Broken("an act by link counted without a code")
            if not isinstance(command, LEAVES_THE_LINK) and step.after.tickets[ticket]["used_at"] is None:
                raise Broken("a link decided and may decide again")

    def _of_the_words_of_the_link(self, command: Any, row: Row) -> None:
        if getattr(command, "version", row["version"]) != row["version"]:
            raise Broken("an act by link is about another version than the link")
        if isinstance(command, (c.Approve, c.Release)) and command.digest != row["sha256"]:
            raise Broken("an act by link is about other words than the link")
