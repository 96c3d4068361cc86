"""Reading samples as the door reads them, without a door."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import bot.intake.formats
from bot.assembly.feeds import feed_format
from bot.intake.feeds import FeedConfig
from bot.intake.formats.port import NO_HEADERS, Format
from bot.intake.parcel import Item, open_parcel
from bot.model.alert import Alert
from bot.settings import load_settings
from bot.settings.feeds import Feed, Mail

SAMPLES = Path(bot.intake.formats.__file__).parent / "samples"
NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def payload_files(name: str) -> list[Path]:
    """The bodies among a format's samples."""
    return sorted(file for file in (SAMPLES / name).iterdir() if file.suffix not in (".yaml", ".headers"))


def form(name: str) -> Format:
    """The format of this name, with settings under which all of its samples are understood."""
    if name == "mapping":
        settings = load_settings(SAMPLES / "mapping" / "settings.yaml", environ={})
        return feed_format(settings.feeds["vendor"])
    if name == "mail":
        senders = ("@brandwatch.example", "truc@vnpt.example")
        return feed_format(Feed(format="mail", mail=Mail(senders=senders, folder=Path("drop"))))
    return feed_format(Feed.model_construct(format=name))


def headers_of(file: Path) -> dict[str, str]:
    """The headers that a sample comes with: a file of the same name beside it, as ``curl -H @FILE`` takes it."""
    beside = file.with_suffix(".headers")
    lines = beside.read_text(encoding="utf-8").splitlines() if beside.exists() else []
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


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
