"""Delivering updates to a webhook, with Telegram's rules for trying again.

Source: telegram-bot-api `WebhookActor.cpp`: only 2xx confirms; the first retry comes at once, later ones after 2, 4,
8 … s up to a cap of 60 s (Telegram draws 60-120 s); `Retry-After` is honoured up to 3600 s; 410 for 23 h removes the
webhook; ordered per chat or, for presses, per person, and parallel across these lanes. Times follow the simulator's
clock.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import aiohttp

from bot.simulator.faults import Faults
from bot.simulator.guard import is_loopback
from bot.simulator.records import Update, Webhook
from bot.simulator.updates import on_wire
from bot.simulator.world import World

CAP = timedelta(seconds=60)
MAX_RETRY_AFTER = 3600
GONE_FOR = timedelta(hours=23)
_ANSWER_WITHIN = aiohttp.ClientTimeout(total=60)


@dataclass
class _Trouble:
    """How often an update failed, and when it is due again."""

    failures: int
    delay: timedelta
    due: datetime


class WebhookDelivery:
    """A task that brings pending updates to the webhook while one is set."""

    def __init__(self, world: World, faults: Faults) -> None:
        """Watch the queue, the clock and the end of outages."""
        self._world = world
        self._faults = faults
        self._awake = asyncio.Event()
        self._troubles: dict[int, _Trouble] = {}
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._gone_since: datetime | None = None
        self._task: asyncio.Task[None] | None = None
        world.queue.on_arrival(self._awake.set)
        world.state.clock.on_move(self._awake.set)
        faults.on_clear(self._awake.set)

    def start(self) -> None:
        """Begin, in the running loop."""
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End; what is not confirmed stays pending."""
        tasks = [task for task in (self._task, *self._lanes.values()) if task is not None]
        self._task = None
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _run(self) -> None:
        async with aiohttp.ClientSession(timeout=_ANSWER_WITHIN) as session:
            while True:
                self._awake.clear()
                next_due = self._dispatch(session)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._awake.wait(), next_due)

    def _dispatch(self, session: aiohttp.ClientSession) -> float | None:
        """Start what is due; returns real seconds until something else will be, None if only a wake-up can tell."""
        webhook, now = self._world.state.webhook, self._world.now()
        if not webhook.url or self._faults.is_outage:
            return None
        heads: dict[str, Update] = {}
        for update in self._world.queue.pending():
            heads.setdefault(update.lane, update)
        for update in self._world.queue.take_repeats():
            # A repeat has a lane of its own, so that it neither waits nor holds up others.
            heads[f"again:{update.update_id}"] = update
        waits = []
        for lane, update in heads.items():
            trouble = self._troubles.get(update.update_id)
            if lane in self._lanes or len(self._lanes) >= webhook.max_connections:
                if lane.startswith("again:"):
                    self._world.queue.deliver_again(update, quietly=True)
                continue
            if trouble is not None and trouble.due > now:
                waits.append((trouble.due - now).total_seconds())
                continue
            task = asyncio.create_task(self._deliver(session, webhook, update))
            self._lanes[lane] = task
            task.add_done_callback(lambda _, lane=lane: self._finish(lane))  # type: ignore[misc]  # it infers no lambda with a default
        return min(waits) if waits and self._world.state.clock.frozen_at is None else None

    def _finish(self, lane: str) -> None:
        self._lanes.pop(lane, None)
        self._awake.set()

    async def _deliver(self, session: aiohttp.ClientSession, webhook: Webhook, update: Update) -> None:
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret} if webhook.secret else {}
        # A test's certificate on this machine is self-signed; anybody else's is checked.
        verify = not is_loopback(urlsplit(webhook.url).hostname or "")
        try:
            async with session.post(webhook.url, json=on_wire(update), headers=headers, ssl=verify) as response:
                status, reason = response.status, response.reason
                retry_after = _seconds(response.headers.get("Retry-After"))
        except (aiohttp.ClientError, TimeoutError, OSError):
            self._failed(update, "Connection refused or closed", timedelta(0))
            return
        if 200 <= status <= 299:
            self._gone_since = None
            self._troubles.pop(update.update_id, None)
            if not update.confirmed:
                self._world.queue.confirm(update)
            return
        self._note_gone(status)
        self._failed(update, f"Wrong response from the webhook: {status} {reason}", retry_after)

    def _failed(self, update: Update, error: str, retry_after: timedelta) -> None:
        now = self._world.now()
        self._world.webhook_error = (now, error)
        before = self._troubles.get(update.update_id, _Trouble(0, timedelta(seconds=1), now))
        delay, wait = before.delay, retry_after
        if not retry_after and before.failures > 0:
            wait = delay = min(CAP, delay * 2)
        self._troubles[update.update_id] = _Trouble(before.failures + 1, delay, now + wait)
        if now + wait > update.expires and not update.confirmed:
            self._world.queue.confirm(update)

    def _note_gone(self, status: int) -> None:
        now = self._world.now()
        if status != 410:
            self._gone_since = None
        elif self._gone_since is None:
            self._gone_since = now
        elif now - self._gone_since > GONE_FOR:
            self._world.state.put(Webhook())


def _seconds(header: str | None) -> timedelta:
    """`Retry-After` in whole seconds, at most an hour; zero if absent or a date."""
    if header is None or not header.isdigit():
        return timedelta(0)
    return timedelta(seconds=min(int(header), MAX_RETRY_AFTER))
