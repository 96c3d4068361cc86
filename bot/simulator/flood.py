"""Telegram's flood limits, as an option: 1 message a second to a chat, 20 a minute to a group, 30 a second in all.

The exact rules are not published; these are the numbers of the Bots FAQ. Sends and edits count, answers to presses do
not.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta

_SECOND, _MINUTE = timedelta(seconds=1), timedelta(minutes=1)
_COUNTED = ("send", "edit", "copy", "forward")
_FREE = ("sendchataction",)


@dataclass(frozen=True)
class FloodLimits:
    """How many calls Telegram bears."""

    per_chat_per_second: int = 1
    per_group_per_minute: int = 20
    overall_per_second: int = 30


class FloodGuard:
    """Counts calls in sliding windows of simulated time. Off while `limits` is None."""

    def __init__(self, limits: FloodLimits | None = None) -> None:
        """Start with these limits, or without any."""
        self.limits = limits
        self._times: defaultdict[str, deque[datetime]] = defaultdict(deque)

    def check(self, method: str, chat: int | None, now: datetime) -> int | None:
        """Seconds to wait if this call is one too many, else None, and the call is counted."""
        lowered = method.lower()
        if self.limits is None or chat is None or not lowered.startswith(_COUNTED) or lowered in _FREE:
            return None
        windows = [
            ("all", self.limits.overall_per_second, _SECOND),
            (f"chat:{chat}", self.limits.per_chat_per_second, _SECOND),
        ]
        if chat < 0:
            windows.append((f"group:{chat}", self.limits.per_group_per_minute, _MINUTE))
        waits = [self._wait(key, most, span, now) for key, most, span in windows]
        if any(waits):
            return max(waits)
        for key, _, _ in windows:
            self._times[key].append(now)
        return None

    def _wait(self, key: str, most: int, span: timedelta, now: datetime) -> int:
        times = self._times[key]
        while times and now - times[0] >= span:
            times.popleft()
        if len(times) < most:
            return 0
        return max(1, math.ceil((times[0] + span - now).total_seconds()))
