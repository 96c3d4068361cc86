"""What the tables say at one moment, by straight SQL over the file, past what the product would say of it."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Version = tuple[str, int]
Copy = tuple[str, int, str]


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
    audit: tuple[Row, ...]
    """Only the entries that are new since the last look."""

    def versions(self, incident_id: str) -> list[Row]:
        """The versions of one incident, oldest first."""
        return [row for (incident, _), row in sorted(self.statements.items()) if incident == incident_id]

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
    """A connection of our own to the file. ``looked`` is how far the audit chain was read."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.row_factory = _row
        self.looked = 0

    def close(self) -> None:
        self._connection.close()

    def rows(self, query: str, *values: Any) -> list[Row]:
        """The rows of any query."""
        return self._connection.execute(query, values).fetchall()

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
        rows = self.rows
        return Tables(
            incidents={r["id"]: r for r in rows("SELECT * FROM incidents")},
            statements={(r["incident_id"], r["version"]): r for r in rows("SELECT * FROM statements")},
            deliveries={(r["incident_id"], r["version"], r["outlet"]): r for r in rows("SELECT * FROM deliveries")},
            signatures=tuple(rows("SELECT * FROM signatures")),
            authorisations={r["id"]: r for r in rows("SELECT * FROM authorisations")},
            accused=frozenset(
                (r["incident_id"], r["unit"]) for r in rows("SELECT incident_id, unit FROM accused_units")
            ),
            case_units=frozenset(
                (r["incident_id"], r["unit"]) for r in rows("SELECT incident_id, unit FROM case_units")
            ),
            stops={r["id"]: r for r in rows("SELECT * FROM publishing_stops")},
            factors={(r["person"], r["stage"]): r for r in rows("SELECT * FROM second_factors")},
            deadlines={(r["incident_id"], r["rule"]): r for r in rows("SELECT * FROM deadlines")},
            alerts={r["id"]: r for r in rows("SELECT id, incident_id, outcome, content, placed_at FROM alerts")},
            facts={(r["incident_id"], r["slot"]): r for r in rows("SELECT * FROM facts")},
            audit=tuple(rows("SELECT * FROM audit WHERE seq > ? ORDER BY seq", self.looked)),
        )


def _row(cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> Row:
    return {column[0]: value for column, value in zip(cursor.description, values, strict=True)}


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
