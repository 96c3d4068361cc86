"""One module a feed format: bytes of JSON in, alerts or reasons out.

A format is a function ``(item, arrival) -> Alert`` that raises :class:`Misunderstood` with a reason for people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from bot.intake.formats.arrival import Arrival, Misunderstood
from bot.intake.formats.native import read_native
from bot.model.alert import Alert

FORMATS: Mapping[str, Callable[[Any, Arrival], Alert]] = MappingProxyType({"native": read_native})

__all__ = ["FORMATS", "Arrival", "Misunderstood"]
