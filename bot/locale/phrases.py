"""Sentences that more than one channel says in the same words."""

from __future__ import annotations

from bot.locale import duration, short_time, text
from bot.model.card import CardView
from bot.model.law import RunningClock


def clock_line(view: CardView, clock: RunningClock, lang: str) -> str:
    """One clock with its article, when it is due, and how it stands."""
    due = short_time(clock.due_at, view.as_of, lang)
    if clock.rule.startswith("target"):
        line = text(lang, "card.clock.target", due=due)
    else:
        key = "card.clock.law.provisional" if clock.provisional else "card.clock.law"
        line = text(lang, key, basis=clock.basis, due=due)
    if clock.met_at is not None:
        key = "card.clock.met" if clock.met_at <= clock.due_at else "card.clock.missed"
        return f"{line} – {text(lang, key, at=short_time(clock.met_at, view.as_of, lang))}"
    if not view.incident.is_open:
        return line
    key = "card.clock.left" if view.as_of <= clock.due_at else "card.clock.overdue"
    return f"{line} – {text(lang, key, left=duration(lang, clock.due_at - view.as_of))}"
