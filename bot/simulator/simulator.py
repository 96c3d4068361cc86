"""A Telegram of our own: the Bot API, the people on their phones, and a page to watch and play them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from aiohttp import web

from bot.simulator.bot_api import BotApi
from bot.simulator.calls import CallRecord
from bot.simulator.cast import DEFAULT_CAST, Cast
from bot.simulator.clock import SimulatorClock
from bot.simulator.control import Control
from bot.simulator.delivery import WebhookDelivery
from bot.simulator.faults import Faults
from bot.simulator.feed import Feed
from bot.simulator.flood import FloodGuard, FloodLimits
from bot.simulator.groups import Groups
from bot.simulator.journal import FileJournal, Journal, NoJournal
from bot.simulator.model import Message
from bot.simulator.page import Page
from bot.simulator.people import People
from bot.simulator.state import State
from bot.simulator.updates import UpdateQueue
from bot.simulator.world import CALLBACK_WINDOW, World

DEFAULT_TOKEN = "900001:SIMULATOR-demo-token-no-secret"  # noqa: S105


class Simulator:
    """One simulated Telegram with one bot.

    Tests in the same process use `people`, `groups`, `calls`, `faults`, `flood`, `clock`, `feed` and `state`; others
    the control interface under `/_sim/`. Mount it with `add_routes`, or run it alone with `bot.simulator.server.serve`.
    """

    def __init__(
        self,
        *,
        token: str = DEFAULT_TOKEN,
        clock: SimulatorClock | None = None,
        journal: Path | None = None,
        cast: Cast = DEFAULT_CAST,
        group_privacy: bool = True,
        callback_window: timedelta = CALLBACK_WINDOW,
        flood: FloodLimits | None = None,
    ) -> None:
        """Create the cast, or come back to what the journal holds; raises ValueError for a broken journal."""
        if not token or "/" in token:
            raise ValueError("a token is one part of a path: not empty and without a slash")
        kept: Journal = NoJournal() if journal is None else FileJournal(journal)
        self.token = token
        self.clock = clock or SimulatorClock()
        self.state = State(cast.bot, self.clock, kept)
        self.queue = UpdateQueue(self.state)
        self.world = World(self.state, self.queue, group_privacy, callback_window)
        self.people = People(self.world)
        self.groups = Groups(self.world)
        self.calls = CallRecord()
        self.faults = Faults(self.queue.duplicate_next)
        self.flood = FloodGuard(flood)
        self.feed = Feed(self.state)
        self._delivery = WebhookDelivery(self.world, self.faults)
        self._api = BotApi(self.world, token, self.calls, self.faults, self.flood)
        self._enter(cast)

    def add_routes(self, app: web.Application) -> None:
        """Mount the Bot API at `/bot<token>/…` and `/file/bot<token>/…`, control and phones at `/_sim/…`."""
        app.router.add_route("*", "/bot{token:[^/]+}/{method:[^/]*}", self._api.handle)
        app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", self._api.download)
        Page(self.feed).add_routes(app)
        Control(self).add_routes(app)
        app.on_startup.append(self._start)
        app.on_shutdown.append(self._let_go)
        app.on_cleanup.append(self._stop)

    def messages(self, chat: int) -> list[Message]:
        """The messages standing in a chat, oldest first."""
        return [message for message in self.state.messages[chat].values() if not message.deleted]

    def _enter(self, cast: Cast) -> None:
        for person in cast.people:
            if person.id not in self.state.people:
                self.groups.add_person(person)
        for chat in cast.chats:
            if chat.id not in self.state.chats:
                self.groups.add_chat(chat)

    async def _start(self, _: web.Application) -> None:
        self.world.polls.is_closing = False
        self._delivery.start()

    async def _let_go(self, _: web.Application) -> None:
        """End what waits for ever, else the server would not stop."""
        self.world.polls.is_closing = True
        self.queue.wake()
        self.faults.clear()
        self.feed.close()

    async def _stop(self, _: web.Application) -> None:
        await self._delivery.stop()
        self.state.close()
