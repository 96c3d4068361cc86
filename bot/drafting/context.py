"""What a draft is made of beside playbook and facts, and what it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.model.fact import Fact
from bot.model.gate import RefusalGround
from bot.model.person import Agency


@dataclass(frozen=True, slots=True)
class Earlier:
    """The statement that is followed: its number among the published ones, since when, its words and facts."""

    number: int
    published_at: datetime
    text: str
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DraftContext:
    """What a draft needs beside playbook and facts. Instants are aware; they are shown in Asia/Ho_Chi_Minh.

    ``number`` counts the statements of one incident from 1. ``place`` is as confirmed or as reported, else None.
    ``earlier`` is the published statement that is followed, ``reason`` why something is taken back or refused, in a
    person's words, ``ground`` the ground of law of a refusal.
    """

    agency: Agency
    number: int
    issued_at: datetime
    as_of: datetime
    next_update_at: datetime
    place: str | None = None
    spokesperson_name: str | None = None
    spokesperson_title: str | None = None
    spokesperson_title_en: str | None = None
    earlier: Earlier | None = None
    reason: str = ""
    ground: RefusalGround | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft. ``texts`` are canonical, by ``lang/variant``; ``gaps`` are ids of required slots still to be filled.

    ``beyond`` are the texts that stay longer than their form should be though everything optional was left out.
    """

    texts: Mapping[str, str]
    gaps: tuple[str, ...]
    beyond: tuple[str, ...] = ()
