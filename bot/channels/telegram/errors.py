"""What can go wrong when Telegram is called, decided once: did it happen, will it ever, may it be tried again.

Descriptions are matched here and nowhere else. They come from Telegram's own server (telegram-bot-api ``Client.cpp``);
python-telegram-bot strips the prefix and changes the case, so all matching is in lower case.
"""

from __future__ import annotations

import re
from datetime import timedelta
from enum import StrEnum

import httpx
from telegram import error as ptb


class ErrorKind(StrEnum):
    """What an error means for the thing that was to be sent.

    ``permanent``: it did not happen and never will this way. ``transient``: it certainly did not happen, and may later.
    ``unknown``: nobody can tell whether it happened.
    """

    PERMANENT = "permanent"
    TRANSIENT = "transient"
    UNKNOWN = "unknown"


class TelegramError(Exception):
    """A call that did not succeed. ``description`` is for logs and the store; it never holds the token."""

    kind: ErrorKind = ErrorKind.UNKNOWN

    def __init__(self, description: str) -> None:
        """Keep the description without a token and cut to a sane length: a proxy may answer with a whole page."""
        clean = _TOKEN.sub("<token>", description)
        self.description = clean if len(clean) <= _LONGEST else clean[:_LONGEST] + "…"
        super().__init__(self.description)


class Unreachable(TelegramError):
    """The chat cannot be written to: blocked, kicked, never started, gone, or no right there."""

    kind = ErrorKind.PERMANENT


class Migrated(TelegramError):
    """The group became a supergroup; ``new_chat_id`` is its address from now on."""

    kind = ErrorKind.TRANSIENT

    def __init__(self, description: str, new_chat_id: int) -> None:
        """Keep the new address."""
        super().__init__(description)
        self.new_chat_id = new_chat_id


class SlowDown(TelegramError):
    """429: wait ``retry_after`` seconds before the next call for this chat."""

    kind = ErrorKind.TRANSIENT

    def __init__(self, description: str, retry_after: float) -> None:
        """Keep the wait, in seconds."""
        super().__init__(description)
        self.retry_after = retry_after


class NotModified(TelegramError):
    """The message already looks like this: as good as success."""

    kind = ErrorKind.PERMANENT


class MessageGone(TelegramError):
    """The message to edit, delete or reply to is not there any more, or is not ours to change."""

    kind = ErrorKind.PERMANENT


class BadMessage(TelegramError):
    """Telegram will never take this content: broken entities, too long, empty, with a bad button."""

    kind = ErrorKind.PERMANENT


class CallbackExpired(TelegramError):
    """The press is too old to be answered, or was answered before."""

    kind = ErrorKind.PERMANENT


class NotSent(TelegramError):
    """The request certainly never left: no connection could be made."""

    kind = ErrorKind.TRANSIENT


class Unauthorised(TelegramError):
    """401 or 404: the token was rejected. Telegram has been seen to say so in passing, so it may be tried again."""

    kind = ErrorKind.TRANSIENT


class Conflict(TelegramError):
    """409: another instance polls, or (``webhook_is_set``) a webhook is set for this bot."""

    kind = ErrorKind.TRANSIENT

    @property
    def webhook_is_set(self) -> bool:
        """True when it is a webhook and no other instance that is in the way."""
        return "webhook" in self.description.lower()


class InDoubt(TelegramError):
    """Read timeout, connection lost after sending, 5xx, an answer that nobody can read: it may have happened."""

    kind = ErrorKind.UNKNOWN


_LONGEST = 300

_TOKEN = re.compile(r"\d{3,}:[A-Za-z0-9_-]{10,}")

_NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)

_BAD_REQUESTS: tuple[tuple[type[TelegramError], tuple[str, ...]], ...] = (
    (NotModified, ("message is not modified",)),
    (CallbackExpired, ("query is too old", "query id is invalid")),
    (
        MessageGone,
        (
            "message to edit not found",
            "message can't be edited",
            "message to be replied not found",
            "message to reply not found",
            "message to delete not found",
            "message can't be deleted",
            "message_id_invalid",
            "there is no text in the message to edit",
        ),
    ),
    (
        Unreachable,
        (
            "chat not found",
            "chat_id is empty",
            "user not found",
            "peer_id_invalid",
            "not enough rights",
            "have no rights",
            "need administrator rights",
            "administrator rights",
            "chat_write_forbidden",
            "channel_private",
            "group chat was deactivated",
            "user is deactivated",
            "topic_closed",
        ),
    ),
)


def classify(exc: BaseException) -> TelegramError:
    """The one place where a failed call gets its meaning.

    Args:
        exc: what python-telegram-bot, httpx or the reading of the answer raised.

    Returns:
        The error to raise in its stead; an already classified one is returned as it is.
    """
    if isinstance(exc, TelegramError):
        return exc
    text = str(exc) or type(exc).__name__
    match exc:
        case ptb.ChatMigrated():
            return Migrated(text, exc.new_chat_id)
        case ptb.RetryAfter():
            wait = exc.retry_after
            return SlowDown(text, wait.total_seconds() if isinstance(wait, timedelta) else float(wait))
        case ptb.Forbidden():
            return Unreachable(text)
        case ptb.InvalidToken() | ptb.EndPointNotFound():
            return Unauthorised(text)
        case ptb.Conflict():
            return Conflict(text)
        case ptb.BadRequest():
            return _bad_request(text)
        case ptb.NetworkError():
            return _network_error(exc, text)
    return InDoubt(text)


def _bad_request(text: str) -> TelegramError:
    lower = text.lower()
    for kind, phrases in _BAD_REQUESTS:
        if any(phrase in lower for phrase in phrases):
            return kind(text)
    return BadMessage(text)


def _network_error(exc: ptb.NetworkError, text: str) -> TelegramError:
    # TimedOut is a NetworkError too; whether the request left can only be told from what httpx raised underneath.
    if isinstance(exc.__cause__, _NEVER_LEFT):
        return NotSent(text)
    lower = text.lower()
    if "too many requests" in lower:  # a 429 without its parameters, as a proxy on the way makes them
        return SlowDown(text, 5.0)
    if "request entity too large" in lower:
        return BadMessage(text)
    return InDoubt(text)
