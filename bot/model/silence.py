"""Silences and planned events: which new alerts are held back, until when, why, and in whose name. Pure.

A silence never loses an alert: what it holds back is stored, says which silence holds it, and can be let go. It opens
no case by itself; what belongs to a case that is open joins it, silence or not.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.model.alert import Alert
from bot.model.place import plain
from bot.model.silence_matcher import Matcher, Said, spoken


class SilenceKind(StrEnum):
    """A silence is for what people have heard enough of; a planned event (a drill, a festival) is known beforehand."""

    SILENCE = "silence"
    PLANNED = "planned"


class SilenceState(StrEnum):
    """How far one silence got. Whether it holds anything at an instant, its times say too."""

    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"
    ENDED = "ended"


class Wide(StrEnum):
    """Why a silence needs a second person. The value is the key of its words: ``silence.wide.<value>``."""

    NO_WORDS_NO_PLACE = "no_words_no_place"
    COMMON_WORD = "common_word"
    WHOLE_PROVINCE = "whole_province"
    MANY_ALERTS = "many_alerts"


class LetThrough(StrEnum):
    """Why an alert comes through a silence that fits it. The value is the key: ``silence.through.<value>``."""

    SEVERE = "severe"
    DEATHS = "deaths"
    DRILL = "drill"


_NUMBERS = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")

DEATHS = (
    "tử vong",
    "thiệt mạng",
    "người chết",
    "chết người",
    "chết đuối",
    "chết cháy",
    "nạn nhân chết",
    "thi thể",
    "mất mạng",
    "không qua khỏi",
    "tử nạn",
    "qua đời",
    "thương vong",
    "chết tại chỗ",
    "chết ngạt",
    "xác người",
    *(f"{who} chết" for who in ("học sinh", "trẻ", "trẻ em", "cháu", "bé", "bé trai", "bé gái", "công nhân")),
    *(f"chết {count} người" for count in (*range(1, 31), *_NUMBERS, "nhiều", "hàng chục")),
    "dead",
    "deaths",
    "dies",
    "drowned",
    "fatality",
    "killed",
    "died",
    "dead body",
    "death toll",
    "fatalities",
)
"""What a report of deaths reads like. Too many words here cost a card too much; a missing one could cost a silence."""


@dataclass(frozen=True, slots=True)
class SilencePolicy:
    """What an office allows silences (``policy.yaml``, section ``silences``; ADR 0024).

    A silence lasts ``longest`` at most, a planned event ``longest_planned``, and neither begins later than ``ahead``.
    One that would have held ``wide_from`` alerts of the last week is wide. A hint of ``through_severity`` or more, a
    report of deaths and a drill come through, unless the office says otherwise.
    """

    longest: timedelta = timedelta(days=7)
    longest_planned: timedelta = timedelta(days=31)
    ahead: timedelta = timedelta(days=92)
    wide_from: int = 20
    through_severity: int | None = 4
    through_deaths: bool = True
    through_drills: bool = True
    deaths: tuple[str, ...] = DEATHS


@dataclass(frozen=True, slots=True)
class SilenceDraft:
    """A silence as somebody wants it; ``starts_at`` None is now."""

    matcher: Matcher
    ends_at: datetime | None
    reason: str
    kind: SilenceKind = SilenceKind.SILENCE
    starts_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Silence:
    """One silence or planned event. ``why_wide`` is set where a second person had, or has, to agree.

    ``announced_at`` is when the duty room was told of it; ``told_end`` is true once it was told what it held.
    """

    id: str
    code: str
    kind: SilenceKind
    matcher: Matcher
    starts_at: datetime
    ends_at: datetime
    reason: str
    author: str
    made_at: datetime
    state: SilenceState
    why_wide: Wide | None = None
    announced_at: datetime | None = None
    agreed_by: str | None = None
    agreed_at: datetime | None = None
    ended_by: str | None = None
    ended_at: datetime | None = None
    told_end: bool = False

    def holds_at(self, at: datetime) -> bool:
        """True while it is in force."""
        return self.state is SilenceState.AGREED and self.starts_at <= at < self.ends_at

    def is_over(self, at: datetime) -> bool:
        """True when it held, or could have, and holds no more."""
        return self.state is SilenceState.ENDED or (self.state is SilenceState.AGREED and at >= self.ends_at)


def first_fitting(silences: Sequence[Silence], said: Said, at: datetime) -> Silence | None:
    """The silence that holds the alert back at ``at``: of several the one that ends last."""
    fitting = [silence for silence in silences if silence.holds_at(at) and silence.matcher.fits(said)]
    return max(fitting, key=lambda silence: (silence.ends_at, silence.id), default=None)


def let_through(alert: Alert, said: Said, policy: SilencePolicy) -> LetThrough | None:
    """Why no silence holds this alert back, which says ``said``; None when one may."""
    if policy.through_drills and alert.status.is_drill:
        return LetThrough.DRILL
    if policy.through_severity is not None and (alert.severity_hint or 0) >= policy.through_severity:
        return LetThrough.SEVERE
    if policy.through_deaths:
        pages = plain(" . ".join(source.title for source in alert.sources if source.title))
        words = f"{said.words} {pages} "  # a calm title may stand over pages that report deaths
        if any(spoken(phrase, words) for phrase in policy.deaths):
            return LetThrough.DEATHS
    return None


def why_wide(matcher: Matcher, provinces: Collection[str], held: int, policy: SilencePolicy) -> Wide | None:
    """Why a second person must agree, given how many alerts of last week it would have ``held``; None when nobody must.

    ``provinces`` are the units that stand above all others.
    """
    if not matcher.words and not matcher.places:
        return Wide.NO_WORDS_NO_PLACE
    everywhere = not matcher.places or not set(matcher.places).isdisjoint(provinces)
    if everywhere and not matcher.words:
        return Wide.WHOLE_PROVINCE
    if everywhere and any(len(plain(phrase).split()) < 2 for phrase in matcher.words):
        return Wide.COMMON_WORD
    return Wide.MANY_ALERTS if held > policy.wide_from else None
