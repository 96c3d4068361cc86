"""``keng detect``: counts as CSV in, spikes as JSON lines out, a line a row and at once (DESIGN §5)."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO, TextIO

import typer

from bot.detection.calendar import UTC_ONLY, Calendar
from bot.detection.series import Answer, Series
from bot.detection.tuning import Sensitivity

_TOLD = 20
_LONGEST = 1 << 20
"""A line is cut there: what is longer is no row, and must not fill the memory."""


def run(lines: IO[bytes], out: TextIO, sensitivity: Sensitivity, *, vietnam: bool = True) -> int:
    """Answer every row; what cannot be judged is answered with score 0 and named on standard error."""
    series = Series(Calendar() if vietnam else UTC_ONLY, sensitivity)
    odd = 0
    for number, cells in _rows(lines):
        if number == 1 and _is_header(cells):
            continue
        stamp = cells[0].strip()
        at, value, fault = _parse(cells)
        answer = series.read(at, value)
        out.write(json.dumps(_line(stamp, value, answer), ensure_ascii=False) + "\n")
        out.flush()
        if fault or answer.note not in (None, "gap"):
            odd += 1
            if odd <= _TOLD:
                typer.echo(f"line {number}: not judged ({fault or answer.note})", err=True)
    if odd > _TOLD:
        typer.echo(f"and {odd - _TOLD} more lines were not judged", err=True)
    return 0


def _rows(lines: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    """The cells of each line, one line at a time: nothing is read ahead."""
    for number, line in enumerate(iter(lambda: lines.readline(_LONGEST), b""), start=1):
        text = line.decode("utf-8-sig" if number == 1 else "utf-8", "replace").strip().replace("\x00", "")
        if text:
            try:
                yield number, next(csv.reader(io.StringIO(text)), [""])
            except csv.Error:  # a field of more than 128 KiB
                yield number, [text[:200]]


def _is_header(cells: list[str]) -> bool:
    """True where the first line names columns: neither a time nor a number in it."""
    return _time(cells[0]) is None and (len(cells) < 2 or _number(cells[1]) is None)


def _parse(cells: list[str]) -> tuple[float | None, float | None, str | None]:
    at = _time(cells[0])
    if at is None:
        return None, None, "no_time"
    text = cells[1].strip() if len(cells) > 1 else ""
    if not text or text.lower() in ("nan", "null", "na", "none"):
        return at, None, None
    value = _number(text)
    return (at, value, None) if value is not None else (at, None, "not_a_number")


def _time(text: str) -> float | None:
    """Seconds since 1970 of an ISO 8601 time (no zone is UTC) or of a number of seconds since 1970."""
    text = text.strip()
    if text.isdecimal() and len(text) > 8:  # digits alone: longer than a date, so seconds
        return float(text) if len(text) < 12 else None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        seconds = _number(text)
        return seconds if seconds is not None and abs(seconds) < 1e11 else None
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (OverflowError, ValueError):
        return None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _line(stamp: str, value: float | None, answer: Answer) -> dict[str, str | float | bool | None]:
    shown = value
    if value is not None:
        shown = None if not math.isfinite(value) else int(value) if value == int(value) and abs(value) < 1e15 else value
    return {
        "timestamp": stamp,
        "value": shown,
        "score": round(answer.score, 4),
        "spike": answer.spike,
        "expected": round(answer.expected, 3),
        "low": round(answer.low, 3),
        "high": round(answer.high, 3),
    }
