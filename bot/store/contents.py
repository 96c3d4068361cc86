"""What a table holds as a hash that is the same on both databases.

It does not depend on the order of the rows, which databases sort differently: it is the sum, modulo 2^256, of a SHA-256
of each. Structured values are read as their text, which tells a JSON ``null`` from nothing, and compared by what they
mean: JSONB keeps neither the order of keys nor how a number was written.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import JSON, Connection, LargeBinary, Table, Text, cast, select, type_coerce

AT_ONCE: Final = 500
"""Rows fetched at once."""

BODIES: Final = 8
"""Rows fetched at once of a table in which one may be a body of 10 MiB."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a table holds: how many rows, and the hash of them all."""

    rows: int
    sha256: str


@dataclass(slots=True)
class Sum:
    """The content of a table while its rows go by."""

    rows: int = 0
    total: int = 0

    def add(self, row: bytes) -> None:
        """Count one more row, as :func:`bytes_of` gives it."""
        self.rows += 1
        self.total = (self.total + int.from_bytes(hashlib.sha256(row).digest())) % (1 << 256)

    @property
    def content(self) -> Content:
        """What went by so far."""
        return Content(self.rows, f"{self.total:064x}")


def content_of(connection: Connection, table: Table) -> Content:
    """What a table holds."""
    read = Sum()
    for row in rows_of(connection, table):
        read.add(bytes_of(table, row))
    return read.content


def rows_of(connection: Connection, table: Table) -> Iterator[tuple[Any, ...]]:
    """Every row of a table, its structured values as text, never all of them in memory."""
    as_text: Callable[..., Any] = cast if connection.dialect.name == "postgresql" else type_coerce
    columns = [as_text(c, Text).label(c.name) if isinstance(c.type, JSON) else c for c in table.columns]
    at_once = BODIES if any(isinstance(c.type, LargeBinary) for c in table.columns) else AT_ONCE
    options = {"stream_results": True, "max_row_buffer": at_once}
    for row in connection.execute(select(*columns).select_from(table), execution_options=options):
        yield tuple(row)


def bytes_of(table: Table, row: tuple[Any, ...]) -> bytes:
    """A row in one form, whichever database it was read from: each value after its kind and its length."""
    parts = []
    for value, column in zip(row, table.columns, strict=True):
        kind, content = _value(value, isinstance(column.type, JSON))
        parts += [kind, len(content).to_bytes(8), content]
    return b"".join(parts)


def _value(value: Any, is_json: bool) -> tuple[bytes, bytes]:
    match value:
        case None:
            return b"-", b""
        case str() if is_json:
            return b"j", _canonical(value).encode("utf-8", "surrogatepass")
        case str():
            return b"s", value.encode("utf-8", "surrogatepass")
        case bytes():
            return b"b", value
        case bool():
            return b"t", b"1" if value else b"0"
        case int():
            return b"i", str(value).encode()
        case float():
            return b"f", value.hex().encode()
        case datetime():
            return b"d", value.astimezone(UTC).isoformat(timespec="microseconds").encode()
    raise TypeError(f"no column holds a {type(value).__name__}")  # a new kind of column has to be thought of here


def _canonical(words: str) -> str:
    """JSON as both databases mean it: keys in order, numbers by their value (JSONB writes ``1e2`` as ``100``)."""
    meant = json.loads(words, parse_int=Decimal, parse_float=Decimal)
    return json.dumps(meant, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_number)


def _number(number: Decimal) -> str:
    """A number's digits without zeros at the end, and its exponent; a NUL before it, so that no text reads like it."""
    sign, digits, exponent = number.as_tuple()
    written = "".join(map(str, digits)).lstrip("0")
    significant = written.rstrip("0")
    assert isinstance(exponent, int)  # noqa: S101 - JSON has no infinity
    if not significant:
        return "\x000"
    return f"\x00{'-' if sign else ''}{significant}e{exponent + len(written) - len(significant)}"
