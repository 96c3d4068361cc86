"""What the board shows, read in one transaction. No words of a statement are in it: they are read where one signs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.approval import boards, stopping
from bot.approval.clocks import clocks_of, policy_of, read_standing, repair_waiting
from bot.approval.desk import Desk
from bot.approval.listing import gravest_first
from bot.approval.papers import copy_line
from bot.curves.bending import bends_of
from bot.curves.drawing import curve_of
from bot.curves.words import after_lines, curve_words
from bot.model.card import CurveWords
from bot.model.delivery import Delivery, DeliveryState
from bot.model.incident import Incident
from bot.model.law import RunningClock
from bot.model.playbook import UNCLASSIFIED, Bilingual
from bot.model.policy import Leg
from bot.model.statement import PUBLIC, StatementKind, StatementState, StatementVersion
from bot.store import deliveries, incidents, statements
from bot.store.database import Tx
from bot.web.board.sessions import Visitor

MOST_OPEN = 60
ENDED_WITHIN = timedelta(days=3)
MOST_ENDED = 20

_GONE = frozenset({StatementState.VOIDED, StatementState.RETURNED})


@dataclass(frozen=True, slots=True)
class Step:
    """One version of a statement: what it is and how far it got. ``page`` is its public page, if it has one."""

    version: int
    kind: StatementKind
    state: StatementState
    by: str
    at: datetime | None
    page: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One matter. ``withheld`` is true where it is about the reader's own unit: then nothing else is filled in.

    ``state_by`` and ``state_at`` are who brought it to its state, and when; ``after`` what came after each statement,
    ``copies`` where each copy is, a line each; ``drawn`` tells whether there is a picture.
    """

    incident: Incident
    as_of: datetime
    withheld: bool
    playbook: Bilingual
    level_name: Bilingual
    state_by: str = ""
    state_at: datetime | None = None
    clocks: tuple[RunningClock, ...] = ()
    steps: tuple[Step, ...] = ()
    curve: CurveWords | None = None
    drawn: bool = False
    after: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()

    @property
    def waiting(self) -> RunningClock | None:
        """What waits although the matter counts as published."""
        return repair_waiting(self.clocks) if self.incident.is_open else None


@dataclass(frozen=True, slots=True)
class Board:
    """All of it. ``more`` open matters are not shown; ``stopped`` is who stopped all publishing, when and why."""

    as_of: datetime
    open: tuple[Entry, ...]
    ended: tuple[Entry, ...]
    more: int
    stopped: Mapping[str, str] = field(default_factory=dict)

    @property
    def codes(self) -> str:
        """The codes of the matters that are shown, for the record."""
        return " ".join(entry.incident.code for entry in (*self.open, *self.ended))


async def read_board(tx: Tx, who: Visitor) -> Board:
    """The matters that this person handles: the gravest first, drills after them, then what ended lately."""
    now = who.desk.now
    opened = await incidents.open_incidents(tx)
    found = gravest_first(i for i in opened if boards.may_see(who.person, i, who.desk))
    ended = [
        i
        for i in await incidents.ended_since(tx, now - ENDED_WITHIN, MOST_ENDED)
        if boards.may_see(who.person, i, who.desk)
    ]
    return Board(
        as_of=now,
        open=tuple([await _entry(tx, who, incident) for incident in found[:MOST_OPEN]]),
        ended=tuple([await _entry(tx, who, incident) for incident in ended]),
        more=max(0, len(found) - MOST_OPEN),
        stopped=await stopping.notice(tx, who.desk),
    )


async def _entry(tx: Tx, who: Visitor, incident: Incident) -> Entry:
    desk, lang = who.desk, who.person.lang
    playbook = desk.playbooks.get(incident.playbook) or desk.playbooks[UNCLASSIFIED]
    target = desk.law.target(incident.level)
    level_name = Bilingual(target.name_vi, target.name_en)
    if boards.is_of_accused_unit(who.person, incident, desk):
        return Entry(incident, desk.now, True, playbook.name, level_name)
    clocks = clocks_of(await policy_of(tx, desk, incident), await read_standing(tx, desk, incident))
    copies = await deliveries.of_incident(tx, incident.id)
    by, at = _state(incident, desk)
    return Entry(
        incident=incident,
        as_of=desk.now,
        withheld=False,
        playbook=playbook.name,
        level_name=level_name,
        state_by=by,
        state_at=at,
        clocks=tuple(clock for clock in clocks if clock.rule != Leg.PROGRESS),
        steps=tuple(_steps(await statements.versions(tx, incident.id), copies, desk)),
        curve=await curve_words(tx, incident.id, desk.now),
        drawn=await curve_of(tx, incident.id, desk.now) is not None,
        after=tuple(after_lines(await bends_of(tx, incident.id), lang)),
        copies=tuple([await copy_line(tx, copy, lang, where=False) for copy in reversed(copies)]),
    )


def _state(incident: Incident, desk: Desk) -> tuple[str, datetime | None]:
    """Who brought the matter to where it stands, and when."""
    if incident.is_open:
        return desk.name_of(incident.accepted_by), incident.accepted_at
    return desk.name_of(incident.closed_by), incident.closed_at


def _steps(versions: Iterable[StatementVersion], copies: Iterable[Delivery], desk: Desk) -> Iterable[Step]:
    """The versions that still count, the latest first: those in public, and what is on its way there."""
    shown = {c.version for c in copies if c.outlet == "newsroom" and c.state is DeliveryState.SENT}
    latest = True
    for version in sorted(versions, key=lambda v: -v.version):
        if latest or version.state not in _GONE:
            is_public = version.state in PUBLIC
            yield Step(
                version=version.version,
                kind=version.kind,
                state=version.state,
                by=desk.name_of(version.approved_by),
                at=version.published_at if is_public else version.approved_at,
                page=f"/newsroom/{version.incident_id}-{version.version}"
                if is_public and version.version in shown
                else None,
            )
        latest = False
