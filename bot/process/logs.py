"""Logs: one JSON object a line on standard error, or coloured lines where a person looks; never a token."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, TextIO, cast

import structlog

_TOKEN = re.compile(r"\b\d{5,}:[A-Za-z0-9_-]{20,}\b")
"""A Telegram bot token, as it would stand in an address."""

_LINK = re.compile(r"(?<=/signoff/)[a-z2-7]{50}")
"""What opens a sign-off link."""


_FAILURES = (OSError, ValueError)
"""A disk that is full, a pipe that nobody reads any more; a stream that was closed."""


class _Unfailing:
    """A stream to which writing may fail without harm: on a full disk what was asked is still answered."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, written: str) -> int:
        with suppress(*_FAILURES):
            self._stream.write(written)
        return len(written)

    def flush(self) -> None:
        with suppress(*_FAILURES):
            self._stream.flush()


def configure(*, level: int = logging.INFO) -> None:
    """Set up structlog and the standard logger behind one renderer; libraries speak from WARNING on."""
    stream = cast(TextIO, _Unfailing(sys.stderr))
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
    ]
    renderer: Any = (
        structlog.dev.ConsoleRenderer()
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=shared))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in ("httpx", "httpcore", "telegram", "aiohttp.access", "dbos"):
        logging.getLogger(name).setLevel(logging.WARNING)


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blot out anything that looks like a bot token or a sign-off link, in every text of the line."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = _LINK.sub("<link>", _TOKEN.sub("<token>", value))
    return event
