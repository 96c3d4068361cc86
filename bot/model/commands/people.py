"""Commands about people themselves: enrolment, their second factor, the duty roster."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Enrol:
    """/start with a one-time code: this account is the person's for whom the code was made."""

    code: str


@dataclass(frozen=True, slots=True)
class Leave:
    """/roi: this account is nobody's any more."""


@dataclass(frozen=True, slots=True)
class DecideRequest:
    """Agree to, or decline, what a colleague waits for: a changed phone, a swap. ``request`` is its id or code."""

    request: str
    agree: bool


@dataclass(frozen=True, slots=True)
class EnrolFactor:
    """Begin to enrol one's second factor, or a new one after a lost phone."""


@dataclass(frozen=True, slots=True)
class VouchFactor:
    """A second person stands for the owner of the enrolment with this pairing code.

    ``owner`` is the id of whom they were asked to stand for; empty: whoever has this code.
    """

    pairing: str
    owner: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmFactor:
    """The owner shows the first code of the new secret."""

    code: str


@dataclass(frozen=True, slots=True)
class ShowRoster:
    """/truc: who is on duty, and who will be."""


@dataclass(frozen=True, slots=True)
class TakeDuty:
    """I take the duty of the day, as it was typed; empty: from now until the turn ends."""

    day: str = ""


@dataclass(frozen=True, slots=True)
class SwapDuty:
    """My turn with that day for the next one of ``other`` (an id or a name), who has to agree."""

    day: str
    other: str


@dataclass(frozen=True, slots=True)
class AskBoard:
    """/bang: a link of one's own to the newsroom's internal board, good once and for minutes."""


@dataclass(frozen=True, slots=True)
class EndBoards:
    """/bang dong: every board that this person has open anywhere shows nothing more."""


@dataclass(frozen=True, slots=True)
class AbsentFrom:
    """I am away from the first to the last day, both included."""

    first: str
    last: str
    why: str = ""
