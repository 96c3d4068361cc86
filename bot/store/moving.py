"""The rows of every table, carried from one kind of database into the other.

Values travel as Python knows them (instants aware, bytes, booleans), structured ones as their text. Rows go in
portions: a store of any size takes the memory of one. What is carried is summed up on the way
(:mod:`bot.store.contents`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Connection,
    Insert,
    Table,
    Text,
    bindparam,
    cast,
    create_engine,
    event,
    exists,
    func,
    insert,
    inspect,
    select,
    text,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from bot.store.contents import Content, Sum, bytes_of, rows_of
from bot.store.whole_schema import metadata

ROWS: Final = 500
BYTES: Final = 4 << 20
"""A portion is written when it has so many rows, or so much is in it."""

STAYS_BEHIND: Final = frozenset({"writing_turn", "replicas", "leases"})
"""Which processes work on a database, and whose turn it is there: of that database alone."""

_OF_LIBRARIES: Final = frozenset({"alembic_version", "datasource_outputs", "dbos_datasource_migrations"})

_NUL: Final = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
_HALF_A_PAIR: Final = re.compile("[\ud800-\udfff]")
_MAY_BE_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")
_INSTEAD: Final = "\ufffd"


class CannotMove(Exception):
    """The database that is moved to does not take a row; the message names the table and says why."""


@dataclass(slots=True)
class Replaced:
    """How many values by table had characters that PostgreSQL cannot keep; U+FFFD stands for each, as ever there."""

    by_table: dict[str, int] = field(default_factory=dict)


def moved_tables() -> list[Table]:
    """Every table that is moved, each after those that its rows refer to."""
    return [table for table in metadata.sorted_tables if table.name not in STAYS_BEHIND]


def is_empty(connection: Connection) -> bool:
    """True when no table of Keng's that is there holds a row, those included that are not moved."""
    there = set(inspect(connection).get_table_names())
    ours = [table for table in metadata.sorted_tables if table.name in there]
    return not any(connection.execute(select(exists().select_from(table))).scalar_one() for table in ours)


def foreign_tables(connection: Connection) -> list[str]:
    """The names of tables beside Keng's and those that its libraries make there."""
    return sorted(set(inspect(connection).get_table_names()) - set(metadata.tables) - _OF_LIBRARIES)


@contextmanager
def open_to_fill(url: URL) -> Iterator[Connection]:
    """One writing transaction, however long it takes, in which nobody else writes; committed at the end, or undone."""
    engine = create_engine(url, poolclass=NullPool)
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=ON"))
    try:
        with engine.begin() as connection:
            if url.get_backend_name() == "postgresql":
                for word in (
                    "lock_timeout = '10s'",
                    "statement_timeout = 0",
                    "idle_in_transaction_session_timeout = 0",
                ):
                    connection.exec_driver_sql(f"SET LOCAL {word}")
                connection.exec_driver_sql("LOCK TABLE writing_turn IN EXCLUSIVE MODE")
            yield connection
    finally:
        engine.dispose()


def copy_table(source: Connection, target: Connection, table: Table, replaced: Replaced) -> Content:
    """Carry all rows of one table over; returns what was read, as the target is to keep it.

    Raises:
        CannotMove: the target does not take a row.
    """
    keep = _keeper(table, target.dialect.name, replaced)
    statement, names = _insertion(table, target.dialect.name), [f"v_{column.name}" for column in table.columns]
    read, size = Sum(), 0
    portion: list[dict[str, Any]] = []
    for row in rows_of(source, table):
        values = keep(row)
        as_bytes = bytes_of(table, values)
        read.add(as_bytes)
        portion.append(dict(zip(names, values, strict=True)))
        size += len(as_bytes)
        if len(portion) >= ROWS or size >= BYTES:
            _write(target, statement, portion, table)
            portion, size = [], 0
    if portion:
        _write(target, statement, portion, table)
    return read.content


def set_counters(connection: Connection, table: Table) -> None:
    """Let a table that numbers its rows by itself go on after the highest number; SQLite does so anyway."""
    column = table.autoincrement_column
    if connection.dialect.name != "postgresql" or column is None:
        return
    counter = connection.execute(
        text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": f'"{table.name}"', "column": column.name}
    ).scalar_one_or_none()
    highest = connection.execute(select(func.max(column))).scalar_one_or_none()
    if counter is not None and highest is not None:
        counted = text("SELECT setval(CAST(:counter AS regclass), :highest)")
        connection.execute(counted, {"counter": counter, "highest": highest})


def _insertion(table: Table, dialect: str) -> Insert:
    values: dict[str, Any] = {}
    for column in table.columns:
        if not isinstance(column.type, JSON):
            values[column.name] = bindparam(f"v_{column.name}", type_=column.type)
            continue
        words = bindparam(f"v_{column.name}", type_=Text)
        values[column.name] = cast(words, JSONB) if dialect == "postgresql" else type_coerce(words, Text)
    return insert(table).values(values)


def _write(connection: Connection, statement: Insert, portion: Sequence[Mapping[str, Any]], table: Table) -> None:
    try:
        connection.execute(statement, portion)
    except DBAPIError as error:
        said = str(error.orig).strip().splitlines()
        raise CannotMove(f"{table.name}: a row cannot be kept there: {said[0] if said else error}") from error


def _keeper(table: Table, dialect: str, replaced: Replaced) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    """What turns a row into what the target keeps of it: PostgreSQL has no text with a NUL, no half of a pair."""
    if dialect != "postgresql":
        return lambda row: row
    structured = [isinstance(column.type, JSON) for column in table.columns]

    def keep(row: tuple[Any, ...]) -> tuple[Any, ...]:
        kept = tuple(
            (_json_kept(value) if is_json else value.replace("\x00", _INSTEAD)) if isinstance(value, str) else value
            for value, is_json in zip(row, structured, strict=True)
        )
        if kept != row:
            changed = sum(mine != theirs for mine, theirs in zip(kept, row, strict=True))
            replaced.by_table[table.name] = replaced.by_table.get(table.name, 0) + changed
        return kept

    return keep


def _json_kept(words: str) -> str:
    if _MAY_BE_HALF.search(words):  # whole pairs become one character, so that what is left of them is none
        paired = json.dumps(json.loads(words), ensure_ascii=False)
        if _HALF_A_PAIR.search(paired):
            words = _HALF_A_PAIR.sub(_INSTEAD, paired)
    return _NUL.sub(r"\1\\ufffd", words) if "\\u0000" in words else words
