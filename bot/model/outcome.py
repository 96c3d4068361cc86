"""What carrying out a command came to: a reason, the values its sentence needs, and what the person is to be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.model.delivery import DeliveryKey
from bot.model.difference import ComparedText
from bot.model.law import RunningClock
from bot.model.lint import Hit
from bot.model.reasons import Reason
from bot.model.refusals import REFUSALS
from bot.model.roster import DutyReason

DUTY_ROOM = "duty"
"""The reader of a notice that is for everybody on duty."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that somebody else than the actor is told. ``to`` is a person's id or :data:`DUTY_ROOM`.

    ``words`` is the key of its sentence below ``notice.``; ``address`` an account that is no longer, or not yet, a
    person's; with ``request`` the reader may agree or decline. What is told of a drill is marked as one.
    """

    to: str
    words: str
    values: Mapping[str, str] = field(default_factory=dict)
    address: int | None = None
    request: str | None = None
    may_agree: bool = True
    incident_id: str | None = None
    drill: bool = False
    elsewhere: bool = False
    """True for what the actor is told on every channel but the one that answers them."""
    authorise: tuple[tuple[str, str], ...] = ()
    """Ids and names of those whom the reader, the head, may authorise for the incident with one press."""


@dataclass(frozen=True, slots=True)
class ShownShift:
    """One duty as it is shown: instants, names and why."""

    start: datetime
    end: datetime
    name: str
    reason: DutyReason
    instead_of: str = ""
    holiday: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """That a person has every text of a version, by its hash, before their eyes: true once all of them arrived."""

    incident_id: str
    version: int
    person: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one act. ``values`` fill the sentence ``reason.<reason>`` of the catalogue.

    ``incident_id`` and ``version`` bind what is asked next; ``publish`` lists the deliveries that the commit queued,
    ``notices`` what others are told, ``shifts`` the roster where it was asked for, ``waiting`` what waits in matters
    that are listed, by their ids.
    """

    reason: Reason
    lang: str = "vi"
    incident_id: str | None = None
    version: int | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    publish: tuple[DeliveryKey, ...] = ()
    notices: tuple[Notice, ...] = ()
    shifts: tuple[ShownShift, ...] = ()
    waiting: Mapping[str, RunningClock] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    """Ids of other incidents whose cards are to be shown: those that the act opened, or whose audience it changed."""
    lines: tuple[str, ...] = ()
    """A list below the sentence."""
    hits: tuple[Hit, ...] = ()
    """What the linter found, where that is what is told or why it was refused."""
    compared: tuple[ComparedText, ...] = ()
    """What became of each text between two versions, where that was asked."""
    reading: Reading | None = None
    """What the channel is to write down when every text that it shows with this outcome has arrived, and not before."""
    doubts: tuple[DeliveryKey, ...] = ()
    """Open questions of whether a publication appeared, where an answer to one of them does not count as it came."""
    unkept: bool = False
    """A reason in the act bore a mark of secrecy and was left out."""

    @property
    def was_marked(self) -> bool:
        """True when the act bore a mark of secrecy: no channel may keep it as it came."""
        return self.unkept or self.reason is Reason.MARKED_SECRET

    @property
    def refused(self) -> bool:
        """True when nothing was done."""
        return self.reason in REFUSALS
