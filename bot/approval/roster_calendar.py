"""The duty roster as iCalendar (RFC 5545), for the calendars on people's phones."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime

from bot.locale import text
from bot.model.person import Organisation
from bot.model.roster import Shift

_FOLD_AT = 75
"""Octets of the longest line (§3.1)."""


def as_icalendar(organisation: Organisation, shifts: Iterable[Shift], now: datetime, lang: str = "vi") -> str:
    """One event a duty, instants in UTC. The UID follows from the start, so that a new export replaces the old."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Keng//Duty roster//VI",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
    ]
    for shift in shifts:
        person = organisation.person(shift.person) if shift.person else None
        summary = text(lang, "calendar.duty", name=person.name) if person else text(lang, "duty.nobody")
        lines += [
            "BEGIN:VEVENT",
            f"UID:duty-{_utc(shift.start)}@keng",
            f"DTSTAMP:{_utc(now)}",
            f"DTSTART:{_utc(shift.start)}",
            f"DTEND:{_utc(shift.end)}",
            f"SUMMARY:{_text(summary)}",
            *([f"DESCRIPTION:{_text(shift.holiday)}"] if shift.holiday else []),
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    return "".join(f"{folded}\r\n" for line in [*lines, "END:VCALENDAR"] for folded in _folded(line))


def _utc(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """A text value on one line (§3.3.11); control characters have no place in one, and nobody sees them anyway."""
    line = "".join(c for c in " ".join(value.split()) if not unicodedata.category(c).startswith("C"))
    return line.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> list[str]:
    """The line in pieces of at most 75 octets, never cut inside a character; a blank begins all but the first."""
    pieces, piece = [], ""
    for character in line:
        if len((piece + character).encode()) > _FOLD_AT:
            pieces.append(piece)
            piece = " "
        piece += character
    return [*pieces, piece]
