"""Commands about a matter as a whole, and those that only look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Tiếp nhận: somebody has taken the matter on."""

    ref: str


@dataclass(frozen=True, slots=True)
class MarkImpact:
    """Có tác động dư luận: a person determines that the matter has, or risks, impact on public opinion (Art. 7.4)."""

    ref: str
    why: str = ""
    asks: bool = False
    """True where the person is asked once more first."""
    shown: str = ""
    """What the question showed, by its hash, where the act answers one; empty where it answers none."""


@dataclass(frozen=True, slots=True)
class AskFalseAlarm:
    """Báo động giả, first press: ask once more."""

    ref: str


@dataclass(frozen=True, slots=True)
class FalseAlarm:
    """Báo động giả, confirmed: the incident is dismissed."""

    ref: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CloseIncident:
    """The matter is over; nothing more joins it and nobody acts on it. It is asked about only with something open."""

    ref: str
    reason: str = ""
    asks: bool = False
    """True where the person is asked once more first."""
    shown: str = ""
    """What the question showed, by its hash, where the act answers one; empty where it answers none."""


@dataclass(frozen=True, slots=True)
class Reopen:
    """A closed case is open again."""

    ref: str
    reason: str


@dataclass(frozen=True, slots=True)
class AnswerDelivery:
    """A person looked whether a doubtful publication appeared."""

    ref: str
    version: int
    outlet: str
    attempt: int
    appeared: bool


@dataclass(frozen=True, slots=True)
class AnswerDoubt:
    """The same, typed. ``named`` is the outlet as somebody would say it, empty where one question alone is open.

    ``written_at`` is when it was written, as the channel knows; a question of later is not answered by it.
    """

    ref: str
    named: str
    appeared: bool
    version: int | None = None
    written_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AskMore:
    """Việc khác, pressed: show what else can be done."""

    ref: str


@dataclass(frozen=True, slots=True)
class AskLevel:
    """Đổi mức, pressed: show the levels."""

    ref: str


@dataclass(frozen=True, slots=True)
class AskLevelReason:
    """A level was chosen: ask why."""

    ref: str
    level: int


@dataclass(frozen=True, slots=True)
class SetLevel:
    """Raise the level, or lower it with a reason."""

    ref: str
    level: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AskMute:
    """Tắt nhắc, pressed: ask until when."""

    ref: str


@dataclass(frozen=True, slots=True)
class Mute:
    """No reminders until an end, as it was typed."""

    ref: str
    until: str


@dataclass(frozen=True, slots=True)
class Unmute:
    """Reminders again."""

    ref: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """Another unit takes the case."""

    ref: str
    unit: str
    reason: str
    asks: bool = False
    """True where the person is asked once more first."""
    shown: str = ""
    """What the question showed, by its hash, where the act answers one; empty where it answers none."""


@dataclass(frozen=True, slots=True)
class Merge:
    """The incident is part of another, named by id or code."""

    ref: str
    into: str
    asks: bool = False
    """True where the person is asked once more first."""
    shown: str = ""
    """What the question showed, by its hash, where the act answers one; empty where it answers none."""


@dataclass(frozen=True, slots=True)
class Split:
    """Some alerts, by their numbers in the order of arrival, are another matter; without numbers show the list.

    "từ 21" shows the list from there. ``shown`` is the mark of the list that the numbers answer, empty where none was.
    """

    ref: str
    numbers: str = ""
    shown: str = ""


@dataclass(frozen=True, slots=True)
class MarkAccused:
    """A unit is itself accused in this matter, so that the one above it approves; ``lift`` takes that back."""

    ref: str
    unit: str
    lift: bool = False


@dataclass(frozen=True, slots=True)
class ShowIncident:
    """Post the card of one incident anew in this chat."""

    ref: str


@dataclass(frozen=True, slots=True)
class ListIncidents:
    """Name the open incidents."""


@dataclass(frozen=True, slots=True)
class AskReport:
    """/baodong alone: ask what happened, where, and for a link."""


@dataclass(frozen=True, slots=True)
class Report:
    """/baodong: a person reports a matter that no monitoring system has told of; what, where and links as typed."""

    words: str


@dataclass(frozen=True, slots=True)
class Help:
    """Tell the person what they can do."""


DIGITS = "digits"
"""What was said is a one-time code alone, of which nobody knows what it is for."""


@dataclass(frozen=True, slots=True)
class Invalid:
    """Something that no button of ours carries or no command of ours means; ``why`` is a reason code's value.

    ``about`` is the verb that was not complete, or :data:`DIGITS`; the answer speaks of it.
    """

    why: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class ListRumours:
    """Tin đồn: the claims of a matter, their labels and answers."""

    ref: str


@dataclass(frozen=True, slots=True)
class NoteRumour:
    """Note a claim, unverified."""

    ref: str
    claim: str


@dataclass(frozen=True, slots=True)
class LabelRumour:
    """Label a claim (a :class:`bot.model.rumour.Label`'s value), with evidence and whoever verified it."""

    ref: str
    number: int
    label: str
    evidence: str
    verifier: str


@dataclass(frozen=True, slots=True)
class WeighRumour:
    """How much is at stake with a claim, or which answer it gets; an empty part is left as it is, or follows."""

    ref: str
    number: int
    impact: str = ""
    answer: str = ""
