"""What the pages are handed to do their work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.model.clock import Clock
from bot.model.measure import Measure
from bot.model.person import Agency
from bot.store.database import Database


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One part's word on whether it can do its work; ``detail`` is for the administrator."""

    ok: bool
    detail: str


async def nothing_measured() -> Sequence[Measure]:
    """No figures."""
    return ()


@dataclass(frozen=True, slots=True)
class WebParts:
    """``base_url`` is how the world addresses us, without a trailing slash; ``phones`` says the simulator is there."""

    database: Database
    clock: Clock
    agency: Callable[[], Agency]
    base_url: str
    readiness: Callable[[], Awaitable[Mapping[str, CheckResult]]]
    phones: bool = False
    measures: Callable[[], Awaitable[Sequence[Measure]]] = nothing_measured
