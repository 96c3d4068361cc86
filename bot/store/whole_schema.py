"""Every table there is. Whoever must miss none (migrations, copies, moves) takes ``metadata`` from here.

A module of tables that nobody has imported is not in it: in a process of one command most are not.
"""

from __future__ import annotations

import bot.store.schema_board
import bot.store.schema_counts
import bot.store.schema_email
import bot.store.schema_factors
import bot.store.schema_gates
import bot.store.schema_newsroom
import bot.store.schema_outlets
import bot.store.schema_people
import bot.store.schema_replicas
import bot.store.schema_telegram
import bot.store.schema_watching  # noqa: F401 - more tables of the same metadata
from bot.store.schema import metadata

__all__ = ["metadata"]
