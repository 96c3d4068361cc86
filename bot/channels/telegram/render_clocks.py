"""The clocks on a card: the office's own targets in a line, and a line for each limit of the law, with its article."""

from __future__ import annotations

from collections.abc import Iterator

from bot.channels.telegram.render import Piece, words
from bot.locale import text
from bot.locale.phrases import limit_line, target_words
from bot.model.card import CardView


def clock_lines(view: CardView, lang: str) -> Iterator[Piece]:
    """All clocks of the card: what is due by when, what started it, and how it stands."""
    targets = [target_words(view, clock, lang) for clock in view.clocks if not clock.is_law]
    if targets:
        yield words("⏱ " + text(lang, "card.clock.targets", targets="; ".join(targets)))
    for clock in view.clocks:
        if clock.is_law:
            yield words(f"⚖ {limit_line(view, clock, lang)}")
