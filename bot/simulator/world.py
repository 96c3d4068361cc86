"""What every part of the simulation works on: the state, the queue of updates, and the rules chosen for this run."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.simulator.polling import Polls
from bot.simulator.state import State
from bot.simulator.updates import UpdateQueue

# Undocumented; practice reports speak of about 15 seconds (python-telegram-bot #2254).
CALLBACK_WINDOW = timedelta(seconds=15)


@dataclass
class World:
    """One simulated Telegram. `group_privacy`: in groups the bot hears only commands, replies to it and events."""

    state: State
    queue: UpdateQueue
    group_privacy: bool = True
    callback_window: timedelta = CALLBACK_WINDOW
    polls: Polls = field(default_factory=Polls)
    webhook_error: tuple[datetime, str] | None = None

    def now(self) -> datetime:
        """The simulated instant, aware UTC."""
        return self.state.clock.now()
