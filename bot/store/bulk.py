"""Many rows, asked for and written with few statements, none of which takes more values than a database allows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, TypeVar

from sqlalchemy import Table, insert
from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")

_MOST_VALUES: Final = 999
"""To a statement, in SQLite's oldest builds."""

_MOST_ASKED: Final = 500
"""Values that one question asks for, beside the few that are in it anyway."""


def portions(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """The values in order, in portions that one statement may ask for; none of no values."""
    for start in range(0, len(values), _MOST_ASKED):
        yield values[start : start + _MOST_ASKED]


async def insert_rows(tx: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns, in their order.

    SQLite's driver hands the interpreter over to other threads with each row that a statement is run with. Where these
    read requests at the same time, each waits for the other thousands of times; so there many rows are one statement.
    """
    if not rows:
        return
    if tx.dialect.name != "sqlite":
        await tx.execute(insert(table), list(rows))
        return
    names = tuple(rows[0])
    columns = [_values(table, name, [row[name] for row in rows], tx) for name in names]
    portion = _MOST_VALUES // len(names)
    for start in range(0, len(rows), portion):
        taken = list(zip(*(column[start : start + portion] for column in columns), strict=True))
        statement = _statement(table.name, names, len(taken))
        await tx.exec_driver_sql(statement, tuple(value for row in taken for value in row))


def _values(table: Table, name: str, column: Iterable[Any], tx: AsyncConnection) -> list[Any]:
    """A column's values as the driver takes them."""
    processor = table.c[name].type.dialect_impl(tx.dialect).bind_processor(tx.dialect)
    return list(column) if processor is None else [processor(value) for value in column]


@lru_cache(maxsize=256)
def _statement(table: str, names: tuple[str, ...], count: int) -> str:
    row = f"({', '.join('?' * len(names))})"
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES {', '.join([row] * count)}"  # noqa: S608 - our own names
