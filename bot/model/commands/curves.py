"""Commands about counts: a matter's curve, how easily topics alert."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ShowCurve:
    """/duongcong 7K2: why it was alerted, where it is heading, what came after each statement; with the picture."""

    ref: str


@dataclass(frozen=True, slots=True)
class ListTopics:
    """/donhay: the topics that are counted, with their numbers and sensitivities."""


@dataclass(frozen=True, slots=True)
class PreviewTopic:
    """/donhay 12: what each sensitivity would have alerted in the last four weeks. A topic's number, or a matter's."""

    topic: str


@dataclass(frozen=True, slots=True)
class SetSensitivity:
    """/donhay 12 it: how easily a topic alerts from now on, as it was typed."""

    topic: str
    sensitivity: str
