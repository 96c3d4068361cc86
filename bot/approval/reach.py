"""Whom a word in the chat reaches: what is said to have been told was told, and whoever was not is named.

Notices have no other way than people's own chats, so that somebody must pick up a telephone for everybody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.approval.desk import Desk
from bot.locale import text
from bot.model.languages import LANGUAGES
from bot.model.person import Person
from bot.store.database import Tx


@dataclass(frozen=True, slots=True)
class Reached:
    """Those whom the chat reaches now, and those whom it does not."""

    told: tuple[Person, ...]
    silent: tuple[Person, ...]

    @property
    def values(self) -> dict[str, str]:
        """What an answer says beside its sentence, and the record keeps: whom to ring; nothing where all heard."""
        if not self.silent:
            return {}
        lines = {f"lines_{lang}": text(lang, "told.ring", names=names_of(self.silent)) for lang in LANGUAGES}
        return {"unreached": ", ".join(person.id for person in self.silent), **lines}


async def reached(tx: Tx, desk: Desk, people: Sequence[Person]) -> Reached:
    """Part ``people`` by whether the chat reaches them now."""
    out = await desk.out_of_chat(tx, people)
    return Reached(tuple(p for p in people if p.id not in out), tuple(p for p in people if p.id in out))


def names_of(people: Sequence[Person]) -> str:
    """People as somebody who rings them must know them: with their task."""
    return ", ".join(f"{p.name} ({p.title})" if p.title else p.name for p in people)
