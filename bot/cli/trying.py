"""One thing that was tried for real, and how it went."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tried:
    """One thing that was tried: ``ok`` is None where it is not set up, ``detail`` what was found."""

    name: str
    ok: bool | None
    detail: str


async def attempt(name: str, what: Callable[[], Awaitable[str]], *expected: type[Exception]) -> Tried:
    """Try it; one of the ``expected`` exceptions says why it failed."""
    try:
        return Tried(name, True, await what())
    except expected as error:
        return Tried(name, False, str(error) or type(error).__name__)
