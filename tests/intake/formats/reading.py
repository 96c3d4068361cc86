"""Reading samples as the door reads them, without a door."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import bot.intake.formats
from bot.intake.feeds import FeedConfig
from bot.intake.formats.port import NO_HEADERS, Format
from bot.intake.parcel import Item, open_parcel
from bot.model.alert import Alert

SAMPLES = Path(bot.intake.formats.__file__).parent / "samples"
NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def sample_json(name: str) -> Any:
    return json.loads(sample(name))


def items(
    form: Format, body: bytes | str | dict[str, Any] | list[Any], headers: Mapping[str, str] = NO_HEADERS
) -> list[Item]:
    """What the door makes of a body."""
    raw = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return list(open_parcel("f", FeedConfig(format=form), raw, headers, NOW).items)


def alert(form: Format, body: Any, headers: Mapping[str, str] = NO_HEADERS) -> Alert:
    """The only alert in a body."""
    (item,) = items(form, body, headers)
    assert item.alert is not None, item.fault
    return item.alert


def fault(form: Format, body: Any, headers: Mapping[str, str] = NO_HEADERS) -> str:
    """Why the only item of a body is not understood."""
    (item,) = items(form, body, headers)
    assert item.alert is None
    return item.fault
