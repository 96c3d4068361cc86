"""News of changes for those who watch: the page of phones, and tests that wait for an answer."""

from __future__ import annotations

import asyncio
from collections import deque

from bot.simulator.records import Callback
from bot.simulator.state import Change, State

_REMEMBERED = 5_000


class Feed:
    """A numbered list of the last changes, and a way to wait for the next."""

    def __init__(self, state: State) -> None:
        """Listen to this state."""
        self._state = state
        self._log: deque[tuple[int, Change]] = deque(maxlen=_REMEMBERED)
        self._changed = asyncio.Event()
        self.version = 0
        self.is_closed = False
        state.on_change(self._note)

    def since(self, version: int) -> list[Change]:
        """Changes numbered above `version`, oldest first; those too old to be remembered are missing."""
        return [change for number, change in self._log if number > version]

    async def wait(self, seen: int, seconds: float) -> bool:
        """Wait for a change numbered above `seen`; False if none came within these real seconds, or at the end."""
        if self.is_closed or self.version > seen:
            return not self.is_closed
        try:
            await asyncio.wait_for(self._changed.wait(), seconds)
        except TimeoutError:
            return False
        return not self.is_closed

    async def answer(self, callback_id: str, seconds: float) -> Callback:
        """The press of this id, as soon as it is answered or these real seconds are over; raises KeyError."""
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            callback = self._state.callbacks[callback_id]
            remaining = deadline - asyncio.get_running_loop().time()
            if callback.answered_at is not None or remaining <= 0 or self.is_closed:
                return callback
            await self.wait(self.version, remaining)

    def close(self) -> None:
        """Let everybody go who waits."""
        self.is_closed = True
        self._wake()

    def _note(self, change: Change) -> None:
        self.version += 1
        self._log.append((self.version, change))
        self._wake()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()
