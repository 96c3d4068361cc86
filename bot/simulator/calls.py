"""The record of all calls of the bot, and which refusals nobody announced."""

from __future__ import annotations

import itertools
from collections import deque
from dataclasses import dataclass, replace
from datetime import datetime

_KEPT = 50_000
_CLIENT_ERRORS = range(400, 500)


@dataclass(frozen=True)
class Call:
    """One call: when it came, what was asked, how it ended. `status` 0 means that no answer was sent."""

    number: int
    at: datetime
    method: str
    chat: int | None
    params: dict[str, object]
    status: int
    description: str = ""
    result: object = None
    fault: str = ""
    is_problem: bool = False


@dataclass(frozen=True)
class Expected:
    """An announced refusal: status, and optionally method and a part of the description."""

    status: int
    method: str = "*"
    containing: str = ""
    times: int | None = 1

    def covers(self, call: Call) -> bool:
        """Whether this call ended as announced."""
        return (
            call.status == self.status
            and self.method.lower() in ("*", call.method.lower())
            and self.containing.lower() in call.description.lower()
        )


class CallRecord:
    """All calls in the order in which they were answered; the oldest are dropped after 50,000."""

    def __init__(self) -> None:
        """Nothing was called yet."""
        self._calls: deque[Call] = deque(maxlen=_KEPT)
        self._numbers = itertools.count(1)
        self._expected: list[Expected] = []

    def add(self, call: Call) -> Call:
        """Keep a call; a 4xx that was neither announced nor ordered as a fault is a problem."""
        is_problem = call.status in _CLIENT_ERRORS and not call.fault and not self._was_announced(call)
        call = replace(call, number=next(self._numbers), is_problem=is_problem)
        self._calls.append(call)
        return call

    def expect(self, expected: Expected) -> None:
        """Announce a refusal."""
        self._expected.append(expected)

    def listed(self, method: str = "", since: int = 0, chat: int | None = None) -> list[Call]:
        """Calls numbered above `since`, of one method or all, to one chat or all."""
        return [
            call
            for call in self._calls
            if call.number > since
            and (not method or call.method.lower() == method.lower())
            and (chat is None or call.chat == chat)
        ]

    def problems(self) -> list[Call]:
        """Refusals that nobody announced."""
        return [call for call in self._calls if call.is_problem]

    def forgive(self) -> None:
        """Forget problems and announcements so far; the calls stay."""
        kept = [replace(call, is_problem=False) for call in self._calls]
        self._calls.clear()
        self._calls.extend(kept)
        self._expected.clear()

    def _was_announced(self, call: Call) -> bool:
        for at, expected in enumerate(self._expected):
            if expected.covers(call):
                if expected.times is not None:
                    if expected.times <= 1:
                        del self._expected[at]
                    else:
                        self._expected[at] = replace(expected, times=expected.times - 1)
                return True
        return False
