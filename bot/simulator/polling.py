"""Who is waiting in a long poll: at most one; a second one, or a webhook, ends the first with a conflict."""

from __future__ import annotations

import asyncio

OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_SET = "terminated by setWebhook request"


class Polls:
    """The long poll in progress, as a future that ends with the reason of the conflict."""

    def __init__(self) -> None:
        """Nobody waits yet; `occupied` is set while somebody does."""
        self.occupied = asyncio.Event()
        self._current: asyncio.Future[str] | None = None
        self.is_closing = False

    def enter(self) -> asyncio.Future[str]:
        """Become the waiting one; whoever waited before is ended."""
        self.end(OTHER_POLLER)
        self._current = asyncio.get_running_loop().create_future()
        self.occupied.set()
        return self._current

    def leave(self, poll: asyncio.Future[str]) -> None:
        """Wait no longer."""
        if self._current is poll:
            self._current = None
            self.occupied.clear()

    def end(self, reason: str) -> None:
        """End the waiting one, if any, with this reason."""
        if self._current is not None and not self._current.done():
            self._current.set_result(reason)
        self._current = None
        self.occupied.clear()
