"""Noticing that Telegram was away so long that presses were lost, so that what waits is posted anew.

Telegram keeps a press for 150 seconds only. Whoever pressed while we could not hear it has seen nothing happen.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.channels.telegram.errors import Conflict, ErrorKind, NotSent, TelegramError, Unauthorised
from bot.model.clock import Clock
from bot.store import telegram_cards, telegram_inbox
from bot.store.database import Database

log = structlog.get_logger(__name__)

PRESS_LIFE = timedelta(seconds=150)
"""How long Telegram keeps a press that nobody fetches (its server's ``Client.cpp``)."""

NOTED_EVERY = timedelta(seconds=30)

_CONTACT = "contact"


class OutageWatch:
    """Knows since when Telegram has been away, across a restart of our own too."""

    def __init__(self, database: Database, clock: Clock, intake_fails: Callable[[], bool]) -> None:
        """``intake_fails`` is true while nothing can be heard."""
        self._database = database
        self._clock = clock
        self._intake_fails = intake_fails
        self._trouble: str | None = None
        self._contact: datetime | None = None
        self._noted: datetime | None = None
        self._away_since: datetime | None = None
        self._posted_anew = False

    @property
    def trouble(self) -> str | None:
        """What the last call ended with, when nobody answered it."""
        return self._trouble

    @property
    def away_since(self) -> datetime | None:
        """Since when nothing can be said or heard; None while both is possible."""
        return self._away_since

    def answered(self) -> None:
        """A call was answered."""
        self._trouble = None

    def failed(self, error: TelegramError) -> None:
        """A call ended so; a refusal is an answer too."""
        away = error.kind is ErrorKind.UNKNOWN or isinstance(error, NotSent | Unauthorised | Conflict)
        self._trouble = f"{type(error).__name__}: {error.description}" if away else None

    async def look(self) -> None:
        """Note the present contact; once an outage has lasted too long, post anew what waits for an approval.

        That is noted while nothing can be sent yet, so that cards which are sent first thing afterwards are not sent
        twice. Where only hearing fails, it waits until pressing helps again.

        Raises:
            StoreUnavailable: try again.
        """
        now = self._clock.now()
        if self._contact is None:  # the first look of this process: it may itself have been away
            async with self._database.read() as tx:
                stored = await telegram_inbox.state(tx, _CONTACT)
            self._contact = self._away_since = datetime.fromisoformat(stored) if stored else now
        mute = self._trouble is not None
        away = mute or self._intake_fails()
        if away and self._away_since is None:
            self._away_since = self._contact
        too_long = self._away_since is not None and now - self._away_since > PRESS_LIFE
        if too_long and not self._posted_anew and (mute or not away):
            await self._post_anew(now)
        if away:
            return
        self._contact, self._away_since, self._posted_anew = now, None, False
        if self._noted is None or abs(now - self._noted) >= NOTED_EVERY:
            async with self._database.write() as tx:
                await telegram_inbox.put_state(tx, _CONTACT, now.isoformat())
            self._noted = now

    async def _post_anew(self, now: datetime) -> None:
        async with self._database.write() as tx:
            posted = await telegram_cards.repost_pending(tx)
            # A process that starts during this outage need not do it again.
            await telegram_inbox.put_state(tx, _CONTACT, now.isoformat())
        self._posted_anew = True
        log.warning("telegram_is_away", since=self._away_since, cards=posted)
