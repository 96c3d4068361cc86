"""The clocks on a card: the office's own targets in a line, and a line for each limit of the law, with its article."""

from __future__ import annotations

from collections.abc import Iterator

from bot.channels.telegram.render import Piece, words
from bot.locale import duration, short_time, text
from bot.model.card import CardView
from bot.model.law import RunningClock


def clock_lines(view: CardView, lang: str) -> Iterator[Piece]:
    """All clocks of the card: what is due by when, what started it, and how it stands."""
    targets = [_target(view, clock, lang) for clock in view.clocks if not clock.is_law]
    if targets:
        yield words("⏱ " + text(lang, "card.clock.targets", targets="; ".join(targets)))
    for clock in view.clocks:
        if clock.is_law:
            yield words(f"⚖ {_limit(view, clock, lang)}")


def _target(view: CardView, clock: RunningClock, lang: str) -> str:
    """One target of the office's own, in a few words."""
    name = text(lang, f"card.target.{clock.rule}")
    if clock.met_at is not None:
        key = "card.target.met" if clock.met_at <= clock.due_at else "card.target.missed"
        return text(lang, key, name=name, at=short_time(clock.met_at, view.as_of, lang))
    due = short_time(clock.due_at, view.as_of, lang)
    return text(lang, "card.target.running", name=name, due=due, left=_left(view, clock, lang)).removesuffix(" ()")


def _limit(view: CardView, clock: RunningClock, lang: str) -> str:
    """One limit of the law: its length, its article, what started it."""
    since = short_time(clock.started_at, view.as_of, lang)
    key = f"card.clock.{'provisional' if clock.provisional else 'since'}.{clock.starts_at}"
    line = text(
        lang,
        "card.clock.law" if clock.law is None else "card.clock.law.shortened",
        hours=_hours(clock),
        law=f"{clock.law.total_seconds() / 3600:g}" if clock.law else "",
        basis=clock.basis,
        since=text(lang, key, at=since),
        due=short_time(clock.due_at, view.as_of, lang),
    )
    if clock.met_at is not None:
        key = "card.clock.met" if clock.met_at <= clock.due_at else "card.clock.missed"
        return f"{line} – {text(lang, key, at=short_time(clock.met_at, view.as_of, lang))}"
    left = _left(view, clock, lang)
    return f"{line} – {left}" if left else line


def _left(view: CardView, clock: RunningClock, lang: str) -> str:
    """How much time is left, or how long it is overdue; nothing once the incident is over."""
    if not view.incident.is_open:
        return ""
    key = "card.clock.left" if view.as_of <= clock.due_at else "card.clock.overdue"
    return text(lang, key, left=duration(lang, clock.due_at - view.as_of))


def _hours(clock: RunningClock) -> str:
    period = clock.period or clock.due_at - clock.started_at
    return f"{period.total_seconds() / 3600:g}"
