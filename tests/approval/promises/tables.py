"""What the tables say at one moment, by straight SQL over the file, past what the product would say of it."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeVar

Row = dict[str, Any]
Version = tuple[str, int]
Copy = tuple[str, int, str]
T = TypeVar("T")


@dataclass(frozen=True)
class Tables:
    """The rows that the promises are about, by their keys."""

    incidents: dict[str, Row]
    statements: dict[Version, Row]
    deliveries: dict[Copy, Row]
    signatures: tuple[Row, ...]
    authorisations: dict[str, Row]
    accused: frozenset[tuple[str, str]]
    case_units: frozenset[tuple[str, str]]
    stops: dict[int, Row]
    factors: dict[tuple[str, str], Row]
    deadlines: dict[tuple[str, str], Row]
    alerts: dict[str, Row]
    facts: dict[tuple[str, str], Row]
    tickets: dict[str, Row]
    audit: tuple[Row, ...]
    """Only the entries that are new since the last look."""

    @cached_property
    def _by_incident(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for (incident, _), row in sorted(self.statements.items(), key=lambda item: item[0]):
            found.setdefault(incident, []).append(row)
        return found

    def versions(self, incident_id: str) -> list[Row]:
        """The versions of one incident, oldest first."""
        return self._by_incident.get(incident_id, [])

    @property
    def stopped(self) -> bool:
        """True while a stop is in force."""
        return any(row["in_force"] for row in self.stops.values())

    def signed(self, version: Version, kind: str, sha256: str) -> list[Row]:
        """The signatures of one kind under exactly these words."""
        return [
            s
            for s in self.signatures
            if (s["incident_id"], s["version"]) == version and s["kind"] == kind and s["sha256"] == sha256
        ]


class Looking:
    """A connection of our own to the file. ``looked`` is how far the audit chain was read.

    Every table is read whole at every look; a row that is as it was at the look before is the same object as then.
    """

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self.looked = 0
        self._seen: dict[str, tuple[list[Any], list[Row], Any]] = {}

    def close(self) -> None:
        self._connection.close()

    def rows(self, query: str, *values: Any) -> list[Row]:
        """The rows of any query."""
        cursor = self._connection.execute(query, values)
        columns = [column[0] for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor]

    def _table(self, query: str, made: Callable[[list[Row]], T]) -> T:
        """What is made of the rows of a query: the very same where no row is another than before."""
        cursor = self._connection.execute(query)
        found = cursor.fetchall()
        before, rows, result = self._seen.get(query, ([], [], None))
        if result is None or found != before:
            columns = [column[0] for column in cursor.description]
            rows = [
                rows[number] if before[number : number + 1] == [row] else dict(zip(columns, row, strict=True))
                for number, row in enumerate(found)
            ]
            result = made(rows)
            self._seen[query] = (found, rows, result)
        kept: T = result
        return kept

    def look(self) -> Tables:
        """Everything as it is committed now."""
        self._connection.execute("BEGIN")
        try:
            found = self._look()
        finally:
            self._connection.execute("COMMIT")
        if found.audit:
            self.looked = found.audit[-1]["seq"]
        return found

    def _look(self) -> Tables:
        table = self._table
        return Tables(
            incidents=table("SELECT * FROM incidents", _by("id")),
            statements=table("SELECT * FROM statements", _by("incident_id", "version")),
            deliveries=table("SELECT * FROM deliveries", _by("incident_id", "version", "outlet")),
            signatures=table("SELECT * FROM signatures", tuple),
            authorisations=table("SELECT * FROM authorisations", _by("id")),
            accused=table("SELECT incident_id, unit FROM accused_units", _pairs),
            case_units=table("SELECT incident_id, unit FROM case_units", _pairs),
            stops=table("SELECT * FROM publishing_stops", _by("id")),
            factors=table("SELECT * FROM second_factors", _by("person", "stage")),
            deadlines=table("SELECT * FROM deadlines", _by("incident_id", "rule")),
            alerts=table("SELECT id, incident_id, outcome, content, placed_at FROM alerts", _by("id")),
            facts=table("SELECT * FROM facts", _by("incident_id", "slot")),
            tickets=table("SELECT * FROM signoff_tickets", _by("id")),
            audit=tuple(self.rows("SELECT * FROM audit WHERE seq > ? ORDER BY seq", self.looked)),
        )


def _by(*columns: str) -> Callable[[list[Row]], Any]:
    """The rows by their key: one column, or several as a tuple."""
    key = itemgetter(*columns)
    return lambda rows: {key(row): row for row in rows}


def _pairs(rows: list[Row]) -> frozenset[tuple[str, str]]:
    return frozenset((row["incident_id"], row["unit"]) for row in rows)


def instant(text: str) -> datetime:
    """An instant as SQLite keeps it: UTC without saying so."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def words_sha256(texts: str | dict[str, str]) -> str:
    """The hash of a version as DESIGN §5 defines it, written anew from its words."""
    read: dict[str, str] = json.loads(texts) if isinstance(texts, str) else dict(texts)
    lines = []
    for key, text in read.items():
        plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
        while plain.endswith("\n"):
            plain = plain[:-1]
        lines.append(f"{key} {hashlib.sha256(plain.encode()).hexdigest()}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def entry_sha256(row: Row) -> str:
    """The hash of one entry of the audit chain, written anew from its definition."""
    body = {
        "seq": row["seq"],
        "act": row["act"],
        "actor": row["actor"],
        "at": instant(row["at"]).isoformat(timespec="microseconds"),
        "channel": row["channel"],
        "incident": row["incident_id"],
        "version": row["version"],
        "details": json.loads(row["details"]),
        "previous": row["previous"],
    }
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
