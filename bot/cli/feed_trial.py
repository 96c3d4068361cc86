"""``keng feeds try``: a payload through the door's own reading, shown field by field; nothing is stored."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

import typer

from bot.assembly.feeds import feed_config
from bot.cli.reading import print_json
from bot.intake.body import MAX_ITEMS
from bot.intake.formats.arrival import NotReadable
from bot.intake.parcel import Item, WrongNumber, open_parcel
from bot.locale import text
from bot.settings import load_settings

_OURS = frozenset({"id", "feed", "received_at"})


def run(config: Path | None, file: Path, name: str, headers: Sequence[str], *, as_json: bool) -> int:
    """Read and show; 0 when all of it would be accepted, 1 when something would not, 2 on wrong use."""
    settings = load_settings(config)
    feed = settings.feeds.get(name)
    if feed is None:
        typer.echo(f"{name}: no such feed in the settings; there are {', '.join(settings.feeds)}", err=True)
        return 2
    try:
        body = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        lines = [line for header in headers for line in _lines(header)]
    except OSError as error:
        typer.echo(f"{error.filename or file}: {error.strerror}", err=True)
        return 2
    sent = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    try:
        parcel = open_parcel(name, feed_config(feed), body, sent, datetime.now(UTC))
    except NotReadable as error:
        typer.echo(f"400 {text('en', f'problem.{error.code}.detail', why=str(error))}", err=True)
        return 1
    except WrongNumber as error:
        typer.echo(
            f"422 {text('en', 'problem.wrong_number.detail', limit=str(MAX_ITEMS), count=str(error.count))}", err=True
        )
        return 1
    for number, item in enumerate(parcel.items, 1):
        if as_json:
            print_json({"item": number, **_as_json(item)})
        else:
            typer.echo("\n".join(_shown(number, item)))
    accepted = sum(item.alert is not None for item in parcel.items)
    typer.echo(f"{accepted} of {len(parcel.items)} would be accepted; nothing was stored", err=True)
    return 0 if accepted == len(parcel.items) else 1


def _lines(header: str) -> list[str]:
    """A header, or those in a file, as ``curl -H`` takes them."""
    return Path(header[1:]).read_text(encoding="utf-8").splitlines() if header.startswith("@") else [header]


def _as_json(item: Item) -> dict[str, Any]:
    outcome = "refused" if item.secret else "quarantined" if item.alert is None else "accepted"
    found = {name: value for name, value in _fields(item)}
    return {"outcome": outcome, "reason": item.fault, "dropped": list(item.dropped), "fields": found}


def _shown(number: int, item: Item) -> Iterator[str]:
    if item.secret:
        yield f"item {number}: REFUSED: it bears a mark of secrecy; nothing of it would be stored"
        return
    if item.alert is None:
        yield f"item {number}: QUARANTINE: {item.fault}"
    else:
        drill = ", a drill" if item.alert.status.is_drill else ""
        yield f"item {number}: accepted{drill}"
    for name, value in _fields(item):
        first, *others = str(value).splitlines() or [""]
        yield f"    {name:<22} {first}"
        yield from (f"    {'':<22} {line}" for line in others)
    if item.dropped:
        yield f"    dropped (a person)     {', '.join(item.dropped)}"


def _fields(item: Item) -> Iterator[tuple[str, Any]]:
    """The alert's fields that have something in them, those of sections with a dot."""
    for name, value in (asdict(item.alert) if item.alert else {}).items():
        if name not in _OURS:
            yield from _flat(name, value)


def _flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for inner, found in value.items():
            yield from _flat(f"{name}.{inner}", found)
    elif isinstance(value, list | tuple):
        for number, entry in enumerate(value):
            yield from _flat(f"{name}[{number}]", entry)
    elif value is not None and value != "":
        yield (
            name,
            value.value if isinstance(value, Enum) else value.isoformat() if isinstance(value, datetime) else value,
        )
