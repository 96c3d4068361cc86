"""The composition root: the only module that knows every part, and the order in which they start and stop."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import structlog
from aiohttp import web
from dbos import DBOS

from bot.approval.sealing import load_seal
from bot.approval.second_factor import Authenticators
from bot.assembly.board_page import add_board
from bot.assembly.current_desk import CurrentDesk
from bot.assembly.feeds import feed_configs, fetchers
from bot.assembly.first_way import SIMULATOR_TOKEN, first_way, public_channel
from bot.assembly.papers import Papers
from bot.assembly.publishing import ReturnedLetters, outlets_of, return_mailbox
from bot.assembly.static_export import static_export
from bot.assembly.wording import WordingHelp
from bot.channels.base import Channel, RunningChannel, SecondFactor
from bot.curves.drawing import Pictures
from bot.data import Data, InForce, Progress, build_index, data_folder, load_model, no_progress, organisation_folder
from bot.intake import Intake
from bot.intake import add_routes as add_intake_routes
from bot.intake.counts import CountsDoor, add_counts_route
from bot.intake.fetching import fetch_forever
from bot.keeping.retention import Keeping
from bot.keeping.upkeep import FeedUpkeep
from bot.model.clock import Clock, SystemClock
from bot.model.measure import Measure
from bot.model.outcome import Notice
from bot.model.playbook import UNCLASSIFIED
from bot.outlets.base import Outlet
from bot.playbooks.examples import nothing_to_refuse_by
from bot.process.presence import Presence
from bot.process.reloading import PlaybookNames, Reloading, watched_files
from bot.process.sweeping import sweep_forever
from bot.process.together import Together
from bot.process.wellbeing import among_others, data_in_force, measures, room
from bot.settings import Settings, check_for_serving
from bot.store.audit import HeadFile
from bot.store.database import Database, Tx
from bot.store.instance_lock import InstanceLock
from bot.store.key_file import keys_digest
from bot.store.migrate import upgrade_async
from bot.store.setting_up import alone_setting_up
from bot.story.durable import (
    Parts,
    forget_finished_work,
    recover_work_of,
    recover_work_of_another_name,
    workflow_library,
)
from bot.web import CheckResult, WebParts
from bot.web import add_routes as add_web_routes
from bot.web.connections import Connections, allow_many_files
from bot.workflows import Story
from index import LiveIndex

if TYPE_CHECKING:  # slow to import, and an office may do without each
    from bot.channels.email import EmailChannel
    from bot.channels.telegram.channel import TelegramChannel
    from bot.simulator import Simulator

log = structlog.get_logger(__name__)

LOOK_AGAIN_SECONDS = 5.0
"""Between two looks at the files that playbooks are read from."""
MAX_BODY = 11 * 1024 * 1024
"""A little above intake's own limit of 10 MiB, so that intake gives the answer."""


class Stopping(Exception):
    """The process is to stop before its index is made."""


class Keng:
    """One process: HTTP server, store, workflows, channels."""

    def __init__(self, settings: Settings, data: Data, *, progress: Progress = no_progress) -> None:
        """Put the parts together; nothing runs yet."""
        self.settings = settings
        self.progress = progress
        self.clock = _clock(settings)
        self.database = Database(settings.resolved_database_url)
        self.pictures = Pictures(self.database, self.clock.now)
        self.simulator: Simulator | None = None
        self.telegram: TelegramChannel | None = None
        self.email: EmailChannel | None = None
        self.seal = load_seal(settings.data_dir / "secrets.key")
        self.desk = CurrentDesk(settings, lambda: self.data, self.clock, self.seal, lambda: self.outlets)
        self.papers = Papers(self.database, self.desk.organisation, organisation_folder(settings))
        self.sources = self.desk.sources(self.papers, self.pictures.of)
        self.second_factor: SecondFactor = Authenticators(self.seal)
        self.intake: Intake | None = None
        self.upkeep: FeedUpkeep | None = None
        self.story: Story | None = None
        self.live: LiveIndex[InForce] | None = None
        self.reloading: Reloading | None = None
        self._first_data = data
        self._stopping = False
        self._lock = InstanceLock(settings.data_dir / "keng.lock")
        self.presence = Presence(self.database, settings.executor_id, keys_digest(settings.data_dir))
        self.keeping: Keeping | None = None
        self._static_export = static_export(settings, self.database, self.clock, self.desk.agency)
        self._head_file = HeadFile(settings.data_dir / "audit-head.json")
        self.together = Together(
            self.database, self.presence, self._head_file, wake=self._wake_all, alerts_arrived=self._alerts_arrived
        )
        self._tasks: list[asyncio.Task[None]] = []
        self._runner: web.AppRunner | None = None

    # Starting and stopping.

    async def start(self) -> None:
        """Start in the order in which a crash would hurt least: store, door, model, workflows, channels."""
        settings = self.settings
        check_for_serving(settings)  # whoever starts it, and before anybody can reach anything
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        allow_many_files()
        if self.database.is_sqlite:
            self._lock.take()
        await upgrade_async(settings.resolved_database_url)
        await self.presence.enter()
        self._spawn(self.presence.run())
        connections = Connections()
        application = web.Application(client_max_size=MAX_BODY, middlewares=[connections.middleware])
        if settings.simulator:
            self._add_simulator(application)
        self._add_pages(application)
        self._add_telegram(application)
        self._add_email(application)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=5, lingering_time=3)
        await self._runner.setup()
        await web.TCPSite(self._runner, settings.http.host, settings.http.port).start()
        assert self._runner.server is not None  # noqa: S101 - it listens
        self._spawn(connections.run(self._runner.server))
        self.live = await asyncio.to_thread(self._load_index)
        if self._stopping:
            raise Stopping
        self.progress = no_progress  # what is read again later is nobody's to watch
        self.reloading = Reloading(self.live, LOOK_AGAIN_SECONDS)
        story = await self._start_story()
        intake = self.intake
        assert intake is not None  # noqa: S101 - the door is open
        duties = [channel.run for channel in self._channels()]
        duties += [partial(fetch_forever, f, intake.tallies, self.clock) for f in fetchers(settings, intake)]
        returned = ReturnedLetters(self.database, self.clock, self._tell_room)
        mailbox = return_mailbox(settings, returned)
        if mailbox is not None:
            duties.append(partial(fetch_forever, mailbox, returned.tallies, self.clock))
        self._spawn(self.presence.lead([*duties, story.place_waiting_alerts, self._sweep]))
        self._spawn(self.reloading.run())
        if not self.presence.alone:
            self._spawn(self.together.listen())
            self._spawn(self.together.witness(intake))
        self.presence.may_lead(recover_work_of)
        await recover_work_of_another_name(settings, self.database)

    async def stop(self) -> None:
        """Stop taking, finish what is at hand, give everything back."""
        self._stopping = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.telegram is not None:
            await self.telegram.close()
        if self.story is not None:
            await asyncio.to_thread(DBOS.destroy, workflow_completion_timeout_sec=5)
        await self.presence.leave()  # what was not finished in time is another's from here on
        if self._runner is not None:
            await self._runner.cleanup()
        await self.database.close()
        self._lock.release()

    def give_up_starting(self) -> None:
        """Let a start that is still reading or learning end soon; nothing happens to one that is over."""
        self._stopping = True

    async def run_until(self, stopped: asyncio.Event) -> None:
        """Run until ``stopped`` is set; a part that ends by itself is a fault and stops the process."""
        waiting = asyncio.create_task(stopped.wait())
        done, _ = await asyncio.wait({waiting, *self._tasks}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        for task in done - {waiting}:
            task.result()
            raise RuntimeError("a part of Keng ended by itself")

    # The parts.

    def _add_simulator(self, application: web.Application) -> None:
        from bot.simulator import Simulator, SimulatorClock

        assert isinstance(self.clock, SimulatorClock)  # noqa: S101 - see _clock
        journal = self.settings.data_dir / "simulator.jsonl"
        self.simulator = Simulator(token=SIMULATOR_TOKEN, clock=self.clock, journal=journal)
        self.simulator.add_routes(application)

    def _add_pages(self, application: web.Application) -> None:
        settings = self.settings
        intake = self.intake = Intake(
            self.database,
            self.clock,
            feeds=feed_configs(settings),
            on_accepted=self.together.alerts_committed,
            trusted_proxies=tuple(settings.http.trusted_proxies),
        )
        add_intake_routes(application, intake)
        most_topics = {name: feed.topics for name, feed in settings.feeds.items()}
        add_counts_route(application, CountsDoor(intake, most_topics))
        add_web_routes(
            application,
            WebParts(
                database=self.database,
                clock=self.clock,
                agency=self.desk.agency,
                base_url=settings.http.base_url,
                readiness=self.readiness,
                phones=settings.simulator,
                measures=self._measures,
            ),
        )
        add_board(
            application,
            settings,
            database=self.database,
            clock=self.clock,
            desk=self.desk.seated,
            agency=self.desk.agency,
            picture=self.pictures.as_svg,
            tell=self._tell_room,
        )

    def _add_telegram(self, application: web.Application) -> None:
        self.telegram = first_way(
            self.settings,
            database=self.database,
            clock=self.clock,
            sources=self.sources,
            playbook_names=PlaybookNames(lambda: self.data.playbooks),
            on_act=self._act_arrived,
            open_sealed=self.seal.open,
        )
        if self.telegram is not None:
            self.telegram.add_routes(application)

    def _add_email(self, application: web.Application) -> None:
        if self.settings.email.smtp is None:
            return
        from bot.assembly.second_way import add_second_way

        self.email = add_second_way(
            application,
            self.settings,
            database=self.database,
            clock=self.clock,
            sources=self.sources,
            desk=self.desk.seated,
            agency=self.desk.agency,
            before=[] if self.telegram is None else [self.telegram],
            second_factor=self.second_factor,
            carry_out=self._carry_out_signoff,
            picture=partial(self.pictures.as_svg, tall=True),
            tell=self._tell_room,
        )

    def _load_index(self) -> LiveIndex[InForce]:
        encoder = load_model(self.settings, self._unless_stopping)

        def load() -> InForce:
            data = self.data.with_playbooks_read_again(self.settings)
            lacking = nothing_to_refuse_by(data_folder(self.settings), data.examples)
            if lacking is not None:
                log.warning("nearly_nothing_will_be_refused", fault=str(lacking))
            return InForce(data, build_index(self.settings, data, encoder, self._unless_stopping))

        return LiveIndex(load, lambda: watched_files(data_folder(self.settings)))

    def _unless_stopping(self, done: int, total: int, what: str) -> None:
        """Tell the progress; a process that is to stop waits for neither a model nor an index."""
        if self._stopping:
            raise Stopping
        self.progress(done, total, what)

    @cached_property
    def outlets(self) -> Mapping[str, Outlet]:
        """Where approved words go, by name."""
        outlets = outlets_of(
            self.settings,
            database=self.database,
            clock=self.clock,
            agency=self.desk.agency,
            playbook_name=lambda playbook: (
                (self.data.playbooks.get(playbook) or self.data.playbooks[UNCLASSIFIED]).name
            ),
            papers=self.papers,
        )
        channel = public_channel(self.settings, self.telegram)
        if channel is not None:
            outlets["telegram_channel"] = channel
        if self._static_export is not None:
            outlets["static_export"] = self._static_export
        return outlets

    async def _start_story(self) -> Story:
        """Launch the workflow library on this loop; what a killed process left unfinished goes on at once."""
        assert self.live is not None  # noqa: S101 - start() loads it before
        settings = self.settings
        async with alone_setting_up(self.database):
            datasource = await workflow_library(settings, self.database)
            channels: dict[str, Channel] = {channel.name: channel for channel in self._channels()}
            assert self.intake is not None  # noqa: S101 - the door is open before
            self.upkeep = FeedUpkeep(self.database, self.clock, self.intake, settings.retention, channels)
            self.story = Story(
                Parts(
                    database=self.database,
                    datasource=datasource,
                    clock=self.clock,
                    desk=self.desk,
                    meaning=self.live,
                    channels=channels,
                    outlets=self.outlets,
                    audit_head=self._head_file,
                    wording=None if settings.wording.endpoint is None else WordingHelp(settings.wording),
                    tell_others=self.together.tell_the_leader,
                    feeds=tuple(settings.feeds),
                    drills={name: config.drill for name, config in self.intake.feeds.items() if config.drill},
                )
            )
            DBOS.launch()
        self.keeping = Keeping(self.database, self.clock, settings.retention, forget_finished_work)
        return self.story

    # What the parts ask for.

    @property
    def data(self) -> Data:
        """The data in force; what is edited is read again as long as the process lives."""
        return self._first_data if self.live is None else self.live.current.data

    async def readiness(self) -> dict[str, CheckResult]:
        """Every part's own word on whether it can do its work."""
        trouble = await self.database.trouble()
        return {
            "model": CheckResult(self.live is not None, "" if self.live else "loading"),
            "workflows": CheckResult(self.story is not None, "" if self.story else "starting"),
            "store": CheckResult(not trouble, trouble),
            "disk": room(self.settings.data_dir),
            **data_in_force(self.data, self.reloading.trouble() if self.reloading else ""),
            **among_others(self.presence, self._channels(), self.settings.executor_id),
        }

    async def _measures(self) -> Sequence[Measure]:
        feeds = tuple(self.settings.feeds)
        return await measures(self.database, self.upkeep, self.clock.now(), feeds, self.settings.data_dir)

    def read_again(self) -> None:
        """Somebody wants the playbooks read again; until they were read for the first time, that is under way."""
        if self.reloading is not None:
            self.reloading.ask()

    # What comes in.

    def _channels(self) -> list[RunningChannel]:
        return [channel for channel in (self.telegram, self.email) if channel is not None]

    async def _tell_room(self, tx: Tx, key: str, notice: Notice) -> None:
        for channel in self._channels():
            await channel.tell_room(tx, key, notice)

    def _alerts_arrived(self) -> None:
        if self.story is not None:
            self.story.alerts_arrived()

    def _wake_all(self) -> None:
        """Another process committed what may be alerts or acts: look for it now."""
        self._alerts_arrived()
        for channel in self._channels():
            channel.wake()

    async def _act_arrived(self, channel: str, key: str) -> None:
        if self.story is not None:
            await self.story.act_arrived(channel, key)

    async def _carry_out_signoff(self, key: str) -> None:
        """Carry out what was sent on the sign-off page, and return when it is decided."""
        if self.story is not None and self.email is not None:
            handle = await self.story.act_arrived(self.email.name, key)
            await handle.get_result()

    async def _sweep(self) -> None:
        assert self.story is not None and self.keeping is not None and self.upkeep is not None  # noqa: S101
        await sweep_forever(self.story, self.keeping, self.upkeep, self._channels())

    def _spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(asyncio.create_task(coroutine))


def _clock(settings: Settings) -> Clock:
    """The system's clock; a simulated world's, where there is one, for a drill's hours must pass for both together."""
    if not settings.simulator:
        return SystemClock()
    from bot.simulator import SimulatorClock

    return SimulatorClock()
