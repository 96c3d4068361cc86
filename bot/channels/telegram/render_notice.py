"""A notice in words: which matter, what is missing, how much time is left, and why this person is told."""

from __future__ import annotations

from collections.abc import Iterator

from bot.channels.telegram.render import Piece, Rendered, bold, join, shorten, words
from bot.channels.telegram.render_card import MARK_OF_LEVEL
from bot.locale import duration, has, short_time, text
from bot.locale.phrases import basis_in
from bot.model.law import RunningClock
from bot.model.notice import Notice
from bot.model.reasons import Escalation


def notice(lang: str, told: Notice, *, in_room: bool) -> Rendered:
    """The message. ``in_room`` tells the duty room who was told, a person why it is them."""
    return join(_lines(lang, told, in_room), lang=lang)


def line(lang: str, told: Notice, *, in_room: bool) -> str:
    """The same in one line, for a digest."""
    incident = told.incident
    drill = f"{text(lang, 'list.drill')} " if incident.drill else ""
    what = f"⏰ {_clock(lang, told)}" if _is_of_a_clock(told) else _why(lang, told, in_room)
    if in_room and told.people and _is_of_a_clock(told):  # a clock is told of more than once, to others each time
        what = text(lang, "digest.told", what=what, names=shorten(", ".join(told.people), 80))
    return shorten(f"{drill}{MARK_OF_LEVEL[incident.level]} {incident.code} – {what} – {incident.title}", 220)


def _lines(lang: str, told: Notice, in_room: bool) -> Iterator[Piece]:
    incident = told.incident
    if incident.drill:
        yield bold(text(lang, "card.drill"))
    heading = text(lang, "notice.heading", code=incident.code, level=str(incident.level))
    yield bold(f"{MARK_OF_LEVEL[incident.level]} {heading}")
    yield words(shorten(incident.title, 160))
    if _is_of_a_clock(told):
        yield bold(f"⏰ {_clock(lang, told)}")
    yield words(_why(lang, told, in_room))
    yield words(text(lang, "notice.see", code=incident.code))


def _is_of_a_clock(told: Notice) -> bool:
    """True where a clock is what is told of; false where its hour only says how pressing a call is."""
    return told.clock is not None and told.reason is not Escalation.PERSON_UNREACHABLE


def _clock(lang: str, told: Notice) -> str:
    """What is waited for, and how it stands with the time."""
    clock = told.clock
    if clock is None:
        return ""
    overdue = told.as_of >= clock.due_at
    key = "card.clock.overdue" if overdue else "card.clock.left"
    left = text(lang, key, left=duration(lang, clock.due_at - told.as_of))
    due = short_time(clock.due_at, told.as_of, lang)
    return text(lang, "notice.clock", what=_missing(lang, clock), due=due, left=left)


def _missing(lang: str, clock: RunningClock) -> str:
    """What is not done yet."""
    name = "law" if clock.is_law else clock.rule
    what = text(lang, f"notice.clock.{name}", basis=basis_in(lang, clock.basis))
    if clock.version is not None:
        kind = text(lang, f"kind.{clock.kind}")
        what = text(lang, f"notice.clock.{name}.repair", version=str(clock.version), kind=kind)
    return what


def _why(lang: str, told: Notice, in_room: bool) -> str:
    names = shorten(", ".join(told.people), 300)
    key = f"notice.why.{told.reason.value}"
    if told.reason is Escalation.HOLDER_UNREACHABLE and not names:
        key = "notice.why.nobody_in_charge"
    if in_room and has(f"{key}.room"):
        key = f"{key}.room"
    if told.reason is Escalation.PERSON_UNREACHABLE and told.clock is not None:
        missing, due = _missing(lang, told.clock), short_time(told.clock.due_at, told.as_of, lang)
        roles = ", ".join(text(lang, f"role.{role.value}") for role in told.roles)
        key = f"{key}.about" if roles else f"{key}.about.no_role"
        what = missing[:1].lower() + missing[1:]
        return text(lang, key, names=names, roles=roles, code=told.incident.code, what=what, due=due)
    return text(lang, key, names=names)
