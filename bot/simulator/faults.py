"""Troubles on order: errors, delays, lost answers, outages, duplicate updates."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum


class FaultKind(StrEnum):
    """What goes wrong."""

    ERROR = "error"
    """The call is refused with `code`; nothing happens."""
    DELAY = "delay"
    """The call is carried out after `seconds`."""
    LOST = "lost"
    """The call is carried out, then the connection breaks: no answer."""
    LOST_500 = "lost_500"
    """The call is carried out, then answered with 500."""
    REFUSE = "refuse"
    """The connection is reset; nothing happens."""
    HANG = "hang"
    """No answer for `seconds` (or until the fault is cleared), then the connection breaks; nothing happens."""
    BAD_GATEWAY = "bad_gateway"
    """502 with an HTML page; nothing happens."""
    DUPLICATE = "duplicate"
    """The next update is delivered twice."""


OUTAGES = frozenset((FaultKind.REFUSE, FaultKind.HANG, FaultKind.BAD_GATEWAY))


@dataclass(frozen=True)
class Fault:
    """A trouble for calls of `method` (`*`: any) to `chat` (None: any), `times` times (None: until cleared).

    `after` lets that many matching calls through first; `seconds` is real time, of a delay or a hang.
    """

    kind: FaultKind
    method: str = "*"
    chat: int | None = None
    times: int | None = 1
    after: int = 0
    code: int = 500
    description: str = ""
    retry_after: int | None = None
    seconds: float = 0.0
    id: int = 0

    def concerns(self, method: str, chat: int | None) -> bool:
        """Whether this trouble is meant for such a call."""
        return self.method.lower() in ("*", method.lower()) and self.chat in (None, chat)

    @property
    def is_outage(self) -> bool:
        """Whether it makes the whole Bot API unreachable, so that updates are not delivered either."""
        return self.kind in OUTAGES and self.method == "*" and self.chat is None and self.times is None


class Faults:
    """The troubles on order, oldest first."""

    def __init__(self, duplicate_next: Callable[[int], None]) -> None:
        """Nothing is wrong yet. `duplicate_next` takes orders of duplicates; `hanging` is set while a call hangs."""
        self._faults: list[Fault] = []
        self._numbers = itertools.count(1)
        self._duplicate_next = duplicate_next
        self._cleared = asyncio.Event()
        self.hanging = asyncio.Event()
        self._listeners: list[Callable[[], None]] = []

    def add(self, fault: Fault) -> Fault:
        """Order a trouble; returns it with its number."""
        fault = replace(fault, id=next(self._numbers))
        if fault.kind is FaultKind.DUPLICATE:
            self._duplicate_next(fault.times or 1)
        else:
            self._faults.append(fault)
        return fault

    def clear(self, number: int | None = None) -> None:
        """End one trouble, or all; calls that hang are let go."""
        self._faults = [fault for fault in self._faults if number not in (None, fault.id)]
        self._cleared.set()
        self._cleared = asyncio.Event()
        for listener in self._listeners:
            listener()

    def on_clear(self, listener: Callable[[], None]) -> None:
        """Call `listener` when troubles were cleared."""
        self._listeners.append(listener)

    def listed(self) -> list[Fault]:
        """What is still on order."""
        return list(self._faults)

    @property
    def is_outage(self) -> bool:
        """Whether the Bot API is unreachable as a whole."""
        return any(fault.is_outage for fault in self._faults)

    def strike(self, method: str, chat: int | None) -> tuple[float, Fault | None]:
        """What happens to this call: seconds of delay, and the first other trouble; both are used up by one."""
        delay, struck = 0.0, None
        for fault in list(self._faults):
            if not fault.concerns(method, chat) or (struck is not None and fault.kind is not FaultKind.DELAY):
                continue
            if not self._use(fault):
                continue
            if fault.kind is FaultKind.DELAY:
                delay += fault.seconds
            else:
                struck = fault
        return delay, struck

    async def hang(self, fault: Fault) -> None:
        """Wait as long as a hanging call does."""
        cleared = self._cleared
        self.hanging.set()
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(cleared.wait(), fault.seconds or None)
        finally:
            self.hanging.clear()

    def _use(self, fault: Fault) -> bool:
        at = self._faults.index(fault)
        if fault.after > 0:
            self._faults[at] = replace(fault, after=fault.after - 1)
            return False
        if fault.times is not None:
            if fault.times <= 1:
                del self._faults[at]
            else:
                self._faults[at] = replace(fault, times=fault.times - 1)
        return True
