"""The movable clock of a simulated world: real time plus an offset, or frozen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def _system_time() -> datetime:
    return datetime.now(UTC)


class SimulatorClock:
    """Aware UTC time that a test, a drill or a demo may move.

    It starts as the system's time. The product shares the same object in simulator mode, so that a deadline of
    24 hours and Telegram's own 150 seconds pass together.
    """

    def __init__(self, real: Callable[[], datetime] = _system_time) -> None:
        """Start at `real()`, which must return an aware UTC datetime."""
        self._real = real
        self._offset = timedelta(0)
        self._frozen_at: datetime | None = None
        self._listeners: list[Callable[[], None]] = []

    def now(self) -> datetime:
        """The present instant, aware UTC."""
        return self._frozen_at if self._frozen_at is not None else self._real() + self._offset

    @property
    def offset(self) -> timedelta:
        """How far this clock is ahead of the system's clock; meaningless while frozen."""
        return self._offset

    @property
    def frozen_at(self) -> datetime | None:
        """The instant at which the clock stands still, or None while it runs."""
        return self._frozen_at

    def advance(self, by: timedelta) -> None:
        """Move forward (or back, if negative) by this much, frozen or not."""
        self.set(self.now() + by)

    def set(self, instant: datetime) -> None:
        """Jump to this aware instant; raises ValueError for a naive one."""
        if instant.tzinfo is None:
            raise ValueError("the clock needs an instant with a time zone")
        instant = instant.astimezone(UTC)
        if self._frozen_at is not None:
            self._frozen_at = instant
        else:
            self._offset = instant - self._real()
        self._tell()

    def freeze(self) -> None:
        """Stand still at the present instant."""
        self._frozen_at = self.now()
        self._tell()

    def thaw(self) -> None:
        """Run on from the instant at which the clock stood still."""
        if self._frozen_at is not None:
            self._offset, self._frozen_at = self._frozen_at - self._real(), None
            self._tell()

    def restore(self, offset: timedelta, frozen_at: datetime | None) -> None:
        """Come back to a setting read from `offset` and `frozen_at` earlier, telling nobody."""
        self._offset, self._frozen_at = offset, frozen_at

    def on_move(self, listener: Callable[[], None]) -> None:
        """Call `listener` after each jump, freeze or thaw."""
        self._listeners.append(listener)

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()
