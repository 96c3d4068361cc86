"""The card: everything about one incident that a tired person must see on a phone, as values; channels draw it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.model.alert import Source
from bot.model.delivery import Delivery
from bot.model.fact import Fact
from bot.model.gate import GateKind
from bot.model.incident import Incident
from bot.model.law import RunningClock
from bot.model.lint import Linted
from bot.model.playbook import Bilingual, FactSlot
from bot.model.reach import Letter
from bot.model.statement import StatementVersion


@dataclass(frozen=True, slots=True)
class CandidateView:
    """One candidate playbook as the card names it."""

    playbook: str
    name: Bilingual
    confidence: float
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToldApart:
    """How one playbook differs from another that could be taken for it."""

    name: Bilingual
    how: Bilingual


@dataclass(frozen=True, slots=True)
class CurveWords:
    """What the counts of a matter's topic say: why the detector spoke, if it did, and where the volume is heading."""

    topic: str
    why: Bilingual | None
    outlook: Bilingual


@dataclass(frozen=True, slots=True)
class CardView:
    """One incident as committed at ``as_of``.

    ``candidates`` are the best three in order; the one in force is ``playbook``/``playbook_name`` with ``confidence``
    None when a person chose it or nothing fits. ``unknown`` are the fact slots that nobody answered. ``names`` maps
    person ids to names for every person the card mentions. ``place`` is what a person confirmed,
    empty while nobody did. ``on_duty`` is
    the name of who is on duty now, ``approved_above`` the unit that approves because the leading one is accused.
    ``promise_past`` is the hour that words waiting for approval promise, where it is over.
    ``letters`` went to whom the first channel did not reach.
    """

    incident: Incident
    as_of: datetime
    playbook_name: Bilingual
    confidence: float | None
    candidates: tuple[CandidateView, ...]
    level_name: Bilingual
    clocks: tuple[RunningClock, ...]
    sources: tuple[Source, ...]
    summary: str
    statement: StatementVersion | None
    gaps: tuple[str, ...]
    unknown: tuple[FactSlot, ...]
    confirmed: tuple[tuple[FactSlot, Fact], ...]
    first_hour: tuple[Bilingual, ...]
    lead_name: Bilingual
    deliveries: tuple[Delivery, ...]
    names: Mapping[str, str]
    place: str = ""
    place_gap: bool = False
    """True where the words must say where and nobody who was asked has."""
    open_checks: tuple[GateKind, ...] = ()
    """Gates that somebody must pass before an approval."""
    signed: tuple[tuple[GateKind, str], ...] = ()
    """Gates that were passed for these words, with the person's id."""
    silent_units: tuple[Bilingual, ...] = ()
    awaits_second_person: bool = False
    unconfirmed: tuple[tuple[Bilingual, str], ...] = ()
    """Answers that somebody gave and nobody has confirmed."""
    went_to: str = ""
    """The code of the case it was merged into, or the unit that took it over."""
    stopped: Mapping[str, str] = field(default_factory=dict)
    """Who stopped all publishing, when and why; empty while nobody did."""
    on_duty: str = ""
    approved_above: Bilingual | None = None
    told_apart: tuple[ToldApart, ...] = ()
    """The neighbours among the candidates, and how to tell them from the playbook that comes first."""
    is_undecided: bool = False
    """True where several playbooks fit almost equally, as opposed to none."""
    promise_past: datetime | None = None
    letters: tuple[Letter, ...] = ()
    perhaps_of: Incident | None = None
    """Another open incident that may be of the same matter."""
    linted: Linted = field(default_factory=Linted)
    """What the linter says of words that wait for an approval."""
    curve: CurveWords | None = None
    left_in_vietnamese: Mapping[str, str] = field(default_factory=dict)
    """Vietnamese words in the English texts of words that wait for an approval; empty where there are none."""
