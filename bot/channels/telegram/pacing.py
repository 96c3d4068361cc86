"""How fast Telegram may be spoken to, chat by chat: one chat that must wait delays no other.

The numbers are those of Telegram's FAQ; the exact limits are not published, so a 429 may come any time and is heeded.
Seconds are counted by a steady clock of this machine: Telegram's limits know nothing of a drill's moved clock.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Window:
    """At most ``calls`` in any ``seconds``."""

    calls: int
    seconds: float


BURST = Window(3, 3.0)
"""Any chat: one a second on average, three at once when it was quiet."""

STEADY = Window(1, 1.1)
"""Cards in any chat that is not quiet: they come in numbers when much happens, and Telegram refuses bursts then."""

GROUP = Window(20, 60.0)
"""A group; edits count."""

GROUP_EDITS = Window(14, 60.0)
"""What card edits may take of it, so that a question never waits for them."""

OVERALL = Window(30, 1.0)

CARD_SECONDS = 3.0
"""The shortest time between two edits of one card, unless the settings say otherwise (``telegram.card_seconds``).

What happens in between is shown together."""


class Pacing:
    """Knows when the next call for each chat may be made."""

    def __init__(self, seconds: Callable[[], float], card_seconds: float = CARD_SECONDS) -> None:
        """Begin without a history; ``seconds`` counts steadily from any start, ``card_seconds`` lie between edits."""
        self._seconds = seconds
        self._card_seconds = card_seconds
        self._calls: defaultdict[int, deque[float]] = defaultdict(deque)
        self._overall: deque[float] = deque()
        self._paused_until: dict[int, float] = {}
        self._card_at: dict[int, float] = {}
        self._shown: dict[tuple[str, str], float] = {}

    def delay(self, chat_id: int, *, urgent: bool, card: bool = False) -> float:
        """Seconds until the chat may be called; 0 for now. What is not urgent leaves room for what is."""
        now = self._seconds()
        calls = self._calls[chat_id]
        waits = [
            self._paused_until.get(chat_id, now) - now,
            _wait(self._overall, OVERALL, now),
            _wait(calls, STEADY if card and self._is_busy(chat_id, now) else BURST, now),
        ]
        if chat_id < 0:
            waits.append(_wait(calls, GROUP if urgent else GROUP_EDITS, now))
        return max(0.0, *waits)

    def _is_busy(self, chat_id: int, now: float) -> bool:
        """True when a card was shown there just now, or more than one call was made: not for a message and its card."""
        card_at = self._card_at.get(chat_id)
        lately = [at for at in self._calls[chat_id] if now - at < BURST.seconds]
        return len(lately) > 1 or (card_at is not None and now - card_at < STEADY.seconds)

    def called(self, chat_id: int, *, card: bool = False) -> None:
        """Count a call."""
        now = self._seconds()
        if card:
            self._card_at[chat_id] = now
        for calls, window in ((self._calls[chat_id], GROUP), (self._overall, OVERALL)):
            calls.append(now)
            while calls and now - calls[0] >= window.seconds:
                calls.popleft()

    def ended(self, chat_id: int) -> None:
        """The call that was counted last has ended: it counts from now, for nobody knows when it reached Telegram."""
        calls = self._calls[chat_id]
        if calls:
            if self._card_at.get(chat_id) == calls[-1]:
                self._card_at[chat_id] = self._seconds()
            calls[-1] = self._seconds()

    def pause(self, chat_id: int, seconds: float) -> None:
        """Telegram said when this chat may be called again."""
        self._paused_until[chat_id] = max(self._paused_until.get(chat_id, 0.0), self._seconds() + seconds)

    def card_delay(self, incident_id: str, chat: str) -> float:
        """Seconds until this card may be edited again; 0 for now."""
        shown = self._shown.get((incident_id, chat))
        return 0.0 if shown is None else max(0.0, shown + self._card_seconds - self._seconds())

    def card_shown(self, incident_id: str, chat: str) -> None:
        """Count a change of this card."""
        now = self._seconds()
        self._shown = {card: at for card, at in self._shown.items() if now - at < self._card_seconds}
        self._shown[incident_id, chat] = now


def _wait(calls: deque[float], window: Window, now: float) -> float:
    """Seconds until one more call fits into the window."""
    if len(calls) < window.calls:
        return 0.0
    return calls[-window.calls] + window.seconds - now
