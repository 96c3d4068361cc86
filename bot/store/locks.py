"""The numbers of Keng's advisory locks in PostgreSQL, so that no two are one.

An advisory lock is a number that everybody in one database means the same by (PostgreSQL, 13.3.5 *Advisory Locks*).
"""

from __future__ import annotations

from typing import Final

MIGRATING: Final = 0x6B656E67
"""Held while the schema is brought up to date; "keng" in ASCII, which nobody else will have chosen."""

SETTING_UP: Final = MIGRATING + 1
"""Held while a process sets up what other libraries keep in the database. A number of its own, beside the other: a
session holds it around everything that it sets up, and a migration in it would wait for its own process for ever."""
