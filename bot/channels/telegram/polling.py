"""The polling loop: stores what it fetches before it asks for more, and outlives everything Telegram may answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.channels.telegram.client import TelegramClient
from bot.channels.telegram.errors import Conflict, InDoubt, SlowDown, TelegramError
from bot.channels.telegram.inbox import Receiver, is_update
from bot.model.clock import Clock
from bot.store.database import StoreUnavailable

log = structlog.get_logger(__name__)

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
LONG_POLL_SECONDS = 25
SILENCE = timedelta(seconds=60)
"""Without a successful poll for this long, intake counts as unhealthy."""

_LONGEST_WAIT = 30.0

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Health:
    """How intake stands. ``since`` is when it began; ``another_instance`` is true while Telegram says so (409).

    ``silence`` is how long it may be without a success; None where silence is no fault.
    """

    since: datetime
    last_success: datetime | None = None
    last_error: str | None = None
    failures: int = 0
    another_instance: bool = False
    silence: timedelta | None = SILENCE

    def ok(self, now: datetime) -> bool:
        """True while the last success is not too long ago, or, where silence is no fault, nothing failed since."""
        if self.silence is None:
            return self.failures == 0
        return now - (self.last_success or self.since) <= self.silence


def backoff(failures: int) -> float:
    """Seconds to wait after so many failures in a row: 1, 2, 4 … 30."""
    return min(_LONGEST_WAIT, 2.0 ** min(failures - 1, 10))


class Polling:
    """Fetches updates for one process. Runs until cancelled."""

    def __init__(
        self,
        client: TelegramClient,
        receiver: Receiver,
        clock: Clock,
        *,
        sleep: Sleep = asyncio.sleep,
        long_poll: int = LONG_POLL_SECONDS,
    ) -> None:
        """Prepare; ``long_poll`` is how many seconds Telegram may wait for an update before it answers."""
        self._client = client
        self._receiver = receiver
        self._clock = clock
        self._sleep = sleep
        self._long_poll = long_poll
        self._prepared = False
        self._health = Health(clock.now())

    @property
    def health(self) -> Health:
        """How intake stands now."""
        return self._health

    async def run(self) -> None:
        """Poll for ever. No answer and no fault of the store ends it; only cancelling does."""
        self._health = replace(self._health, since=self._clock.now(), last_success=None)  # it may have stood by so far
        while True:
            try:
                await self.poll_once()
            except (TelegramError, StoreUnavailable) as error:
                await self._sleep(self._failed(error))
            except Exception as error:  # a fault of our own must not make the desk deaf
                log.exception("telegram_polling_fault")
                await self._sleep(self._failed(error))

    async def poll_once(self) -> int:
        """One round: get ready if need be, ask, store, start. Returns how many updates were new.

        Raises:
            TelegramError: Telegram did not answer, or not this way.
            StoreUnavailable: nothing was stored; the same updates will come again.
        """
        if not self._prepared:
            await self._prepare()
        updates = await self._fetch(await self._receiver.offset())
        fresh = await self._receiver.receive(updates, polled=True)
        self._health = replace(
            self._health, last_success=self._clock.now(), last_error=None, failures=0, another_instance=False
        )
        return fresh

    async def _prepare(self) -> None:
        me = await self._client.start()
        await self._receiver.identify(me)
        # With a webhook set, Telegram refuses to be polled. What has piled up there is kept.
        await self._client.call("deleteWebhook", {"drop_pending_updates": False})
        self._prepared = True

    async def _fetch(self, offset: int | None) -> list[object]:
        params = {"offset": offset, "timeout": self._long_poll, "limit": 100, "allowed_updates": list(ALLOWED_UPDATES)}
        try:
            # The request has time-outs of its own; this one also ends a wait that they do not see.
            async with asyncio.timeout(self._long_poll + 20):
                updates = await self._client.call("getUpdates", params, timeout=self._long_poll + 10)
        except TimeoutError as error:
            raise InDoubt("getUpdates: no answer in time") from error
        if not isinstance(updates, list) or (updates and not any(map(is_update, updates))):
            raise InDoubt("getUpdates: the answer is no list of updates")
        return updates

    def _failed(self, error: Exception) -> float:
        """Note a failure and tell how long to wait."""
        failures = self._health.failures + 1
        conflict = isinstance(error, Conflict)
        if isinstance(error, Conflict) and error.webhook_is_set:
            self._prepared, conflict = False, False
        said = "another instance polls" if conflict else f"{type(error).__name__}: {error}"
        self._health = replace(self._health, last_error=said, failures=failures, another_instance=conflict)
        log.warning("telegram_polling_failed", error=type(error).__name__, said=said, failures=failures)
        wait = backoff(failures)
        return max(wait, error.retry_after) if isinstance(error, SlowDown) else wait
