"""A feed as intake needs to know it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FeedConfig:
    """One feed's format and credentials; without any of them the settings have made sure of a loopback listener."""

    format: str = "native"
    secrets: tuple[str, ...] = ()
    bearer: str | None = None
    basic: str | None = None
