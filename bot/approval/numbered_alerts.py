"""The alerts of a case as numbers name them: the list that is shown, and whether it is still what somebody saw.

A number means a place in the order of arrival, and the places move when somebody else splits the case. So a list bears
a mark of what stood in it; an answer to it counts while the same stands there, and for what it showed. A number that is
typed without a list counts as it is; the answer names what was moved.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.approval import standing
from bot.approval.plain import plain
from bot.approval.refusals import refuse
from bot.locale import text
from bot.model.alert import Alert
from bot.model.commands import Split
from bot.model.incident import Incident
from bot.model.languages import LANGUAGES
from bot.model.outcome import Outcome
from bot.model.reasons import Reason
from bot.store import alerts
from bot.store.database import Tx

SHOWN = 20
"""Alerts of one list; the next are asked for by the number at which they begin."""

NAMED = 10
"""Titles of alerts that were moved that the answer names."""

_TITLE = 80
_MOST = 1000
"""Alerts that one act moves."""

_BEYOND = 999_999

_NUMBERS = re.compile(r"(\d+)(?:\s*[-–]\s*(\d+))?", re.ASCII)
_FROM = re.compile(r"(?:từ|tu|from)\s*(?:số|so)?\s*(\d{1,6})", re.ASCII | re.IGNORECASE)


class _List(NamedTuple):
    """From which number to which, and the mark of what stood there."""

    first: int
    last: int
    mark: str

    def __str__(self) -> str:
        return f"{self.first}-{self.last}:{self.mark}"

    @staticmethod
    def read(shown: str) -> _List:
        """One that :meth:`__str__` wrote."""
        numbers, _, mark = shown.partition(":")
        first, _, last = numbers.partition("-")
        return _List(int(first), int(last), mark)


async def show(tx: Tx, incident: Incident, first: int = 1, reason: Reason = Reason.ASK_SPLIT) -> Outcome:
    """Ask which alerts are another matter, with those that begin at ``first``, or with the first where it is none."""
    count = await alerts.count(tx, incident.id)
    first = first if 1 <= first <= count else 1
    stored = await alerts.of_incident(tx, incident.id, SHOWN, first - 1)
    last = first + len(stored) - 1
    values = {
        "alerts": "\n".join(f"{n}. {_title(s.alert)}" for n, s in enumerate(stored, first)),
        "arg": str(_List(first, last, _mark([s.alert.id for s in stored]))),
    }
    if first > 1 or last < count:
        at = {"first": str(first), "last": str(last), "count": str(count), "code": incident.code}
        at["next"] = str(last + 1 if last < count else 1)
        values |= {f"lines_{lang}": text(lang, "split.more", **at) for lang in LANGUAGES}
    return standing.done(reason, incident, await standing.current(tx, incident), **values)


async def named(tx: Tx, incident: Incident, command: Split) -> list[Alert] | Outcome:
    """The alerts that the numbers name, oldest first; the list where one is wanted, or where it is not the one seen."""
    typed = plain(command.numbers)
    wanted = _FROM.match(typed)
    if wanted or not typed:
        return await show(tx, incident, int(wanted[1]) if wanted else 1)
    numbers = _numbers(typed)
    if command.shown:
        seen = _List.read(command.shown)
        there = await alerts.of_incident(tx, incident.id, seen.last - seen.first + 1, seen.first - 1)
        unseen = sorted(n for n in numbers if not seen.first <= n <= seen.last)
        if _mark([s.alert.id for s in there]) != seen.mark or unseen:
            return await show(tx, incident, unseen[0] if unseen else seen.first, Reason.ASK_SPLIT_AGAIN)
    leaving = [stored.alert for stored in await alerts.numbered(tx, incident.id, numbers)]
    count = await alerts.count(tx, incident.id)
    if not leaving or len(leaving) == count:
        return refuse(Reason.CANNOT_SPLIT, incident, count=str(count))
    return leaving


def moved(leaving: Sequence[Alert], code: str, other: str) -> dict[str, str]:
    """What the answer says of alerts that were moved: their titles, and how to take it back."""
    values = {}
    for lang in LANGUAGES:
        lines = [_title(alert) for alert in leaving[:NAMED]]
        if len(leaving) > NAMED:
            lines.append(text(lang, "split.others", count=str(len(leaving) - NAMED)))
        values[f"lines_{lang}"] = "\n".join([*lines, text(lang, "split.undo", code=code, other=other)])
    return values


def _numbers(typed: str) -> frozenset[int]:
    """The numbers and "2-5"; none where they are more than one act moves, or one is beyond every case."""
    found = [(int(first), int(last or first)) for first, last in _NUMBERS.findall(typed)]
    if any(last > _BEYOND for _, last in found) or sum(last - first + 1 for first, last in found) > _MOST:
        return frozenset()
    return frozenset(number for first, last in found for number in range(first, last + 1))


def _title(alert: Alert) -> str:
    return " ".join(alert.title.split())[:_TITLE]


def _mark(ids: Sequence[str]) -> str:
    return hashlib.sha256(" ".join(ids).encode()).hexdigest()[:12]
