"""Rows in every table there is, each column filled with what is hard to carry; a new table is filled unasked.

They mean nothing to the story; they are what two databases might keep differently.
"""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    insert,
    null,
    select,
)

from bot.store.database import Database, Tx
from bot.store.moving import STAYS_BEHIND
from bot.store.schema import audit
from bot.store.types import Instant
from bot.store.whole_schema import metadata
from tests.store.samples import NIGHT

FILLED = [table for table in metadata.sorted_tables if table.name not in STAYS_BEHIND and table is not audit]
HANOI = timezone(timedelta(hours=7))
STRUCTURED = {
    "chữ": "Nước máy ở Bến Nứa 🚰, a\x00b",
    "b": [1, -7, 2.50, 1e22, 1e-7, -0.0, 2**60 + 1, True, False, None, '\\u0000 " \\', {}],
    "a": {"z": [], "y": {"💧": "́ệ"}},
}


async def fill(database: Database) -> None:
    """Three rows in each table: full ones, one with nothing where nothing may be, one with a JSON null."""
    async with database.write() as tx:
        for table in FILLED:
            for number in (1, 2, 3):
                await _add(tx, table, number)


async def _add(tx: Tx, table: Table, number: int) -> None:
    values = {column.name: _value(column, number) for column in table.columns}
    if number == 2:
        keys = {*table.primary_key.columns}
        values |= {c.name: null() for c in table.columns if c.nullable and c not in keys}
    await tx.execute(insert(table).values(values))


def _value(column: Column[Any], number: int) -> Any:
    """What stands in a column of the row of this number; what refers to another row has that row's value."""
    if column.foreign_keys:
        (parent, *_) = sorted(column.foreign_keys, key=lambda key: key.target_fullname)
        return _value(parent.column, number)
    kind = column.type
    if isinstance(kind, Instant):
        return (NIGHT + timedelta(days=number, microseconds=number)).astimezone(HANOI)
    if isinstance(kind, JSON):
        return {1: STRUCTURED, 2: [], 3: None}[number]
    if isinstance(kind, Boolean):
        return number == 1
    if isinstance(kind, LargeBinary):
        return {1: bytes(range(256)) * 300, 2: b"", 3: b"\x00"}[number]
    if isinstance(kind, Float):
        return {1: 0.1 + 0.2, 2: 1e-300, 3: 5.0}[number]
    if isinstance(kind, BigInteger):
        return 2**52 + number
    if isinstance(kind, Integer):
        return 2**31 - 1 - number
    if isinstance(kind, Text):
        return f"{number} đường ống\x00 “vỡ” 🚰\r\n{column.name} \\ {'ệ' * 5000}"
    assert isinstance(kind, String)
    return f"{number}{column.name}{'ữ' * 300}"[: kind.length]


async def rows(database: Database) -> dict[str, list[str]]:
    """Everything that is moved, table by table, as the code reads it; a JSON null is told from nothing."""
    found: dict[str, list[str]] = {}
    async with database.read() as tx:
        for table in (*FILLED, audit):
            marks = [c.is_(None).label(f"no_{c.name}") for c in table.columns if isinstance(c.type, JSON)]
            read = (await tx.execute(select(*table.columns, *marks))).all()
            found[table.name] = sorted(repr([_shown(value) for value in row]) for row in read)
    return found


def _shown(value: Any) -> Any:
    """As PostgreSQL keeps it: no NUL, keys of JSON in no order, whole numbers without a point."""
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd")
    if isinstance(value, dict):
        return sorted((_shown(key), _shown(inner)) for key, inner in value.items())
    if isinstance(value, list):
        return [_shown(inner) for inner in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
