"""Replays a written day of alerts through matching and grouping, and holds the incidents against the true matters.

Pairwise precision: of all pairs of alerts that ended in one incident, the share that are of one matter; recall the
other way round. Extra cards: how many incidents a matter was spread over, less one. A hint: a new card that names
the open incident it may belong to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import yaml

from bot.grouping import Kept, absorb, decide, hear
from bot.grouping.hearing import Said
from bot.model.alert import Alert, Location, Source, Volume
from bot.model.reasons import Grouping
from index import Query, Reading

DAYS = Path(__file__).parent / "days"
MIDNIGHT = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)  # in Viet Nam


class Meaning(Protocol):
    def read(self, query: Query) -> Reading: ...


@dataclass(frozen=True)
class Written:
    """One alert of a day and the matter it is of."""

    matter: str
    alert: Alert


@dataclass(frozen=True)
class Heard:
    """What grouping is given of an alert, and the matter it is of."""

    matter: str
    title: str
    said: Said


@dataclass(frozen=True)
class Placed:
    """Where an alert ended: the number of its incident, and why."""

    matter: str
    incident: int
    reason: Grouping
    title: str
    perhaps: int | None = None


@dataclass(frozen=True)
class Score:
    precision: float
    recall: float
    matters: int
    extra_cards: Counter[str]
    hints: tuple[int, int] = (0, 0)
    """Extra cards that name an incident of their own matter, and first cards of a matter that name one."""

    def __str__(self) -> str:
        more = sum(cards > 1 for cards in self.extra_cards.values())
        return (
            f"precision {self.precision:.3f}, recall {self.recall:.3f}, extra cards {self.extra_cards.total()} "
            f"for {self.matters} matters, more than one for {more}; named where they belong {self.hints[0]}, "
            f"cards that name another in vain {self.hints[1]}"
        )


def read_day(path: Path) -> list[Written]:
    day = yaml.safe_load(path.read_text(encoding="utf-8"))
    found = []
    for number, entry in enumerate(day["alerts"]):
        hours, minutes = (int(part) for part in entry["at"].split(":"))
        at = MIDNIGHT + timedelta(hours=hours, minutes=minutes)
        kind = entry.get("type")
        source = Source(url=entry.get("url"), outlet=entry.get("outlet"), type=kind, is_press=kind == "news")
        found.append(
            Written(
                entry["matter"],
                Alert(
                    id=f"{path.stem}-{number}",
                    feed="default",
                    title=entry["title"],
                    summary=entry.get("text") or "",
                    received_at=at,
                    location=Location(text=entry.get("place")),
                    sources=(source,) if entry.get("url") else (),
                    volume=Volume(observed=entry.get("observed"), factor=entry.get("factor")),
                ),
            )
        )
    return found


def days(folder: str) -> list[list[Written]]:
    return [read_day(path) for path in sorted((DAYS / folder).glob("*.yaml"))]


def heard(day: Sequence[Written], meaning: Meaning) -> list[Heard]:
    """The day as grouping is told it."""
    return [
        Heard(w.matter, w.alert.title, hear(w.alert, meaning.read(Query(w.alert.title, w.alert.summary, ""))))
        for w in day
    ]


def replay(day: Sequence[Heard]) -> list[Placed]:
    incidents: list[Kept] = []
    placed = []
    for alert in day:
        decision = decide(alert.said, [(str(number), kept) for number, kept in enumerate(incidents)])
        if decision.incident_id is None:
            incidents.append(absorb(None, alert.said))
            number = len(incidents) - 1
        else:
            number = int(decision.incident_id)
            incidents[number] = absorb(decision.kept, alert.said)
        perhaps = None if decision.perhaps is None else int(decision.perhaps)
        placed.append(Placed(alert.matter, number, decision.reason, alert.title, perhaps))
    return placed


def score(replayed: Iterable[Sequence[Placed]]) -> Score:
    together, of_one, both, matters = 0, 0, 0, 0
    extra: Counter[str] = Counter()
    hints = (0, 0)
    for number, day in enumerate(replayed):
        for place, first in enumerate(day):
            for second in day[place + 1 :]:
                same_incident, same_matter = first.incident == second.incident, first.matter == second.matter
                together += same_incident
                of_one += same_matter
                both += same_incident and same_matter
        right, vain = _hints(day)
        hints = (hints[0] + right, hints[1] + vain)
        for matter in {placed.matter for placed in day}:
            matters += 1
            extra[f"day {number + 1}: {matter}"] = len({p.incident for p in day if p.matter == matter}) - 1
    precision, recall = both / together if together else 1.0, both / of_one if of_one else 1.0
    return Score(precision, recall, matters, +extra, hints)


def _hints(day: Sequence[Placed]) -> tuple[int, int]:
    """How many hints of one day are right, and how many are in vain."""
    members: dict[int, set[str]] = {}
    right, vain = 0, 0
    for placed in day:
        if placed.perhaps is not None:
            is_right = placed.matter in members[placed.perhaps]
            right, vain = right + is_right, vain + (not is_right)
        members.setdefault(placed.incident, set()).add(placed.matter)
    return right, vain
