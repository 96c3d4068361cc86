"""How far a mailbox on a server was read, by the numbers (UID) of its letters (RFC 3501, 2.3.1.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Place:
    """Where we are in a mailbox.

    ``validity`` is the server's name for this numbering; None where it numbers anew each time. ``uid`` is the last
    letter that was brought in, ``on`` the day of it. What lay there when we first came ends at ``boundary``: of that,
    only ``unread`` is brought in; of what came later, everything.
    """

    validity: int | None
    uid: int = 0
    boundary: int = 0
    unread: tuple[int, ...] = ()
    on: date | None = None

    @property
    def known_to(self) -> int:
        """Up to which letter nothing has to be asked for."""
        return max(self.uid, self.boundary)

    def after(self, uid: int, on: date) -> Place:
        """The place once this letter was brought in."""
        return replace(self, uid=uid, unread=tuple(one for one in self.unread if one > uid), on=on)

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        kept: dict[str, Any] = {"validity": self.validity, "uid": self.uid}
        if self.on is not None:
            kept["on"] = self.on.isoformat()
        if self.uid < self.boundary:
            kept |= {"boundary": self.boundary, "unread": ranges(self.unread)}
        return kept

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Place | None:
        """As it was kept; None when the mailbox was never opened. Earlier releases kept ``validity`` and ``uid``."""
        if "uid" not in kept:
            return None
        on = date.fromisoformat(kept["on"]) if "on" in kept else None
        unread = tuple(numbers(kept.get("unread", "")))
        return cls(kept.get("validity"), int(kept["uid"]), int(kept.get("boundary", 0)), unread, on)


def ranges(numbers: Iterable[int]) -> str:
    """Ascending numbers in short: ``3:5,9``."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ",".join(str(first) if first == last else f"{first}:{last}" for first, last in spans)


def numbers(text: str) -> Iterable[int]:
    """The numbers that :func:`ranges` wrote."""
    for span in filter(None, text.split(",")):
        first, _, last = span.partition(":")
        yield from range(int(first), int(last or first) + 1)
