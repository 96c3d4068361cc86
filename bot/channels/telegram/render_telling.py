"""Words of Keng by itself: what grew and why that is said, what it noticed about its own work, and digests of both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bot.channels.telegram.buttons import Action
from bot.channels.telegram.render import Keyboard, Piece, Rendered, bold, button, join, shorten, words
from bot.channels.telegram.render_card import MARK_OF_LEVEL
from bot.channels.telegram.render_people import MakeButton
from bot.locale import duration, number, short_time, text
from bot.model.telling import Growing, Grown, Telling, Value

_SHOWN_PLACES = 4
_LINE = 220
_WHY = 200


def telling(lang: str, told: Telling, make: MakeButton) -> Rendered:
    """The message; with buttons where the reader may agree or decline."""
    rows: Keyboard = []
    if told.request is not None:
        labels = (("button.agree", Action.AGREE), ("button.decline", Action.DECLINE))
        rows = [[button(text(lang, label), make(action, told.request)) for label, action in labels]]
    return join(_lines(lang, told), rows, lang=lang)


def line(lang: str, told: Telling) -> str:
    """The same in one line, for a digest."""
    if told.incident is None:
        return shorten(_word(lang, told), _LINE)
    why = "; ".join(grown_words(lang, one) for one in told.grown)
    incident = told.incident
    drill = f"{text(lang, 'list.drill')} " if incident.drill else ""
    said = f"{drill}{MARK_OF_LEVEL[incident.level]} {incident.code} – {why} – {incident.title}"
    return shorten(said, _LINE)


def digest(lang: str, lines: Sequence[str], count: int) -> Rendered:
    """One message for ``count`` notices: the gravest first; what does not fit is counted."""
    shown = [words(f"• {one}", rank=1) for one in lines]
    heading = bold(text(lang, "digest.heading", count=str(count)))
    return join([heading, *shown, words(text(lang, "digest.see"))], lang=lang)


def grown_words(lang: str, one: Grown) -> str:
    """One reason in words, with its step."""
    names = [shorten(name, 80) for name in one.names]
    more = len(names) - _SHOWN_PLACES
    named = ", ".join(names[:_SHOWN_PLACES]) + (f" (+{more})" if more > 0 else "")
    values = {"before": number(lang, one.before or 0), "now": number(lang, one.now or 0), "places": named}
    if one.by:
        key = "growing.level_up.why" if one.why else "growing.level_up.by"
        return text(lang, key, **values, by=shorten(one.by, 80), why=shorten(one.why, _WHY))
    return text(lang, f"growing.{one.reason.value}", **values)


def _lines(lang: str, told: Telling) -> Iterator[Piece]:
    incident = told.incident
    if incident is None:
        yield words(_word(lang, told))
        for one in told.lines:
            yield words(f"• {shorten(one, _LINE)}", rank=1)
        return
    if incident.drill:
        yield bold(text(lang, "card.drill"))
    heading = text(lang, "notice.heading", code=incident.code, level=str(incident.level))
    yield bold(f"{MARK_OF_LEVEL[incident.level]} {heading}")
    yield words(shorten(incident.title, 160))
    for grown in told.grown:
        line = "📈 " + grown_words(lang, grown)
        yield bold(line) if grown.reason is Growing.LEVEL_UP else words(line)
    yield words(text(lang, "notice.see", code=incident.code))


def _word(lang: str, told: Telling) -> str:
    if told.word is None:
        return ""
    values = {name: _value(lang, value, told.as_of) for name, value in told.values.items()}
    return text(lang, f"telling.{told.word.value}", **values)


def _value(lang: str, value: Value, as_of: datetime) -> str:
    match value:
        case datetime():
            return short_time(value, as_of, lang)
        case timedelta():
            return duration(lang, value)
        case str():
            return shorten(value, 300)
        case _:
            return number(lang, value)
