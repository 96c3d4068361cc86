"""Sentences that more than one channel says in the same words."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Protocol

from bot.locale import duration, short_time, text
from bot.model.incident import Incident
from bot.model.law import RunningClock

_ARTICLE = re.compile(
    r"(?:điểm\s+(?P<point>\w)\s+)?(?:khoản\s+(?P<clause>\d+)\s+)?Điều\s+(?P<article>\d+)", re.IGNORECASE
)


class Dated(Protocol):
    """An incident as it stood at an hour: a card, or a row of the board."""

    @property
    def incident(self) -> Incident:
        """The incident."""
        ...

    @property
    def as_of(self) -> datetime:
        """When it was read."""
        ...


def clock_line(view: Dated, clock: RunningClock, lang: str) -> str:
    """One clock: what is due by when, on what ground, and how it stands."""
    if clock.is_law:
        return limit_line(view, clock, lang)
    return text(lang, "card.clock.targets", targets=target_words(view, clock, lang))


def target_words(view: Dated, clock: RunningClock, lang: str) -> str:
    """One target of the office's own, in a few words."""
    name = text(lang, f"card.target.{clock.rule}")
    if clock.version is not None:
        kind = text(lang, f"kind.{clock.kind}")
        name = text(lang, f"card.target.{clock.rule}.repair", version=str(clock.version), kind=kind)
    if clock.met_at is not None:
        key = "card.target.met" if clock.met_at <= clock.due_at else "card.target.missed"
        return text(lang, key, name=name, at=short_time(clock.met_at, view.as_of, lang))
    due = short_time(clock.due_at, view.as_of, lang)
    return text(lang, "card.target.running", name=name, due=due, left=_left(view, clock, lang)).removesuffix(" ()")


def basis_in(lang: str, basis: str) -> str:
    """A reference to law as the data has it, ``NĐ 244/2026/NĐ-CP, khoản 3 Điều 7``; in English ``…, Art. 7(3)``."""
    if lang != "en":
        return basis
    return _ARTICLE.sub(_article, basis).replace("NĐ ", "Decree ").replace("Luật Báo chí năm ", "Press Law ")


def _article(found: re.Match[str]) -> str:
    point, clause, article = found["point"], found["clause"], found["article"]
    return f"Art. {article}" + (f"({clause})" if clause else "") + (f"({point})" if point else "")


def waiting_words(clock: RunningClock, as_of: datetime, lang: str) -> str:
    """What waits while the matter counts as published: which version puts its words right, whom it needs, by when."""
    return text(
        lang,
        f"waits.{clock.rule}",
        version=str(clock.version),
        kind=text(lang, f"kind.{clock.kind}"),
        due=short_time(clock.due_at, as_of, lang),
    )


def limit_line(view: Dated, clock: RunningClock, lang: str) -> str:
    """One limit of the law: its length, its article, what started it."""
    since = short_time(clock.started_at, view.as_of, lang)
    key = f"card.clock.{'provisional' if clock.provisional else 'since'}.{clock.starts_at}"
    line = text(
        lang,
        "card.clock.law" if clock.law is None else "card.clock.law.shortened",
        hours=_hours(clock),
        law=f"{clock.law.total_seconds() / 3600:g}" if clock.law else "",
        basis=basis_in(lang, clock.basis),
        since=text(lang, key, at=since),
        due=short_time(clock.due_at, view.as_of, lang),
    )
    if clock.met_at is not None:
        key = "card.clock.met" if clock.met_at <= clock.due_at else "card.clock.missed"
        return f"{line} – {text(lang, key, at=short_time(clock.met_at, view.as_of, lang))}"
    left = _left(view, clock, lang)
    return f"{line} – {left}" if left else line


def _left(view: Dated, clock: RunningClock, lang: str) -> str:
    """How much time is left, or how long it is overdue; nothing once the incident is over."""
    if not view.incident.is_open:
        return ""
    key = "card.clock.left" if view.as_of <= clock.due_at else "card.clock.overdue"
    return text(lang, key, left=duration(lang, clock.due_at - view.as_of))


def _hours(clock: RunningClock) -> str:
    period = clock.period or clock.due_at - clock.started_at
    return f"{period.total_seconds() / 3600:g}"
