"""Errors of the Bot API, worded as Telegram words them.

Source: telegram-bot-api `Client.cpp`, `fail_query_with_error`: a prefix by HTTP status, then the message with its first
letter lowered unless the second character is a capital or an underscore (so `BUTTON_DATA_INVALID` stays as it is).
"""

from __future__ import annotations

_PREFIXES = {400: "Bad Request", 403: "Forbidden", 409: "Conflict", 500: "Internal Server Error"}


class ApiError(Exception):
    """A refusal: HTTP status `code`, full `description`, and `parameters` such as `retry_after` (seconds)."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        """Hold the description as it goes over the wire, prefix included."""
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def _worded(code: int, message: str) -> str:
    if len(message) < 2 or not (message[1] == "_" or "A" <= message[1] <= "Z"):
        message = message[:1].lower() + message[1:]
    return f"{_PREFIXES[code]}: {message}"


def bad_request(message: str, **parameters: int) -> ApiError:
    """A 400 with Telegram's prefix and casing."""
    return ApiError(400, _worded(400, message), **parameters)


def forbidden(message: str) -> ApiError:
    """A 403 with Telegram's prefix and casing."""
    return ApiError(403, _worded(403, message))


def conflict(message: str) -> ApiError:
    """A 409 with Telegram's prefix and casing."""
    return ApiError(409, _worded(409, message))


def too_many_requests(retry_after: int) -> ApiError:
    """A 429 asking to wait `retry_after` seconds."""
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)
