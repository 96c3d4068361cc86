"""Whether a channel reaches a person, and what became of the letter that went to them instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Unreached(StrEnum):
    """Why a channel does not reach somebody at the moment."""

    OFF = "off"
    """The office does not use the channel."""
    NO_ADDRESS = "no_address"
    """The channel does not know where to find this person."""
    REFUSED = "refused"
    """This person's end turns us away: a blocked bot, a mailbox that does not exist."""
    AWAY = "away"
    """Nobody can be reached there: the service itself does not answer."""


REMINDED = "reminded"
"""The cause of a letter that reminds its reader of words that still wait, while a clock runs."""

DOUBT = "doubt"
"""The cause of a letter that asks whether words appeared where nobody knows it."""

ASKED = "asked"
"""The cause of a letter that its reader asked for, beside the values of :class:`Unreached`."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One channel that does not reach one person; ``since`` where that is known."""

    channel: str
    why: Unreached
    since: datetime | None = None


class LetterState(StrEnum):
    """How far a letter got. ``sent`` means that a mail server took it, never that somebody read or agreed."""

    QUEUED = "queued"
    SENT = "sent"
    DEAD = "dead"
    DROPPED = "dropped"
    """It was no longer needed when its turn came: the words were decided upon or replaced."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter as the card mentions it. ``channel`` is the one that did not reach the person, for ``cause``."""

    person: str
    version: int
    channel: str
    cause: str
    state: LetterState
    at: datetime
    error: str | None = None
