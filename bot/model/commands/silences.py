"""Commands about silences and planned events."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ListSilences:
    """Im lặng: what holds, what waits, what comes."""


@dataclass(frozen=True, slots=True)
class ShowSilence:
    """One silence and what it holds."""

    silence: str


@dataclass(frozen=True, slots=True)
class TrySilence:
    """What the silence that is typed would have held last week; nothing is made."""

    text: str


@dataclass(frozen=True, slots=True)
class MakeSilence:
    """Make the silence that is typed; a wide one waits for a second person."""

    text: str


@dataclass(frozen=True, slots=True)
class EndSilence:
    """End one before its time."""

    silence: str


@dataclass(frozen=True, slots=True)
class ReleaseHeld:
    """Let what a silence holds go: it opens cases, or joins them, as if it had just come."""

    silence: str
