"""The composition root: the only module that knows every part, and the order in which they start and stop."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog
from aiohttp import web
from dbos import DBOS, AsyncSQLAlchemyDatasource, DBOSConfig

from bot.approval.card import read_card
from bot.approval.desk import Desk
from bot.approval.sealing import load_seal
from bot.approval.second_factor import Authenticators
from bot.channels.base import Channel, SecondFactor
from bot.data import Data, InForce, Progress, build_index, data_folder, load_model, no_progress
from bot.durable import Parts, forget_finished_work, recover_work_of
from bot.feeds import feed_configs, fetchers
from bot.intake import Intake
from bot.intake import add_routes as add_intake_routes
from bot.intake.fetching import fetch_forever
from bot.keeping.retention import Keeping
from bot.model.card import CardView
from bot.model.clock import Clock, SystemClock
from bot.model.person import Organisation
from bot.outlets.base import Outlet
from bot.outlets.newsroom import NewsroomOutlet
from bot.playbooks.examples import nothing_to_refuse_by
from bot.presence import Presence
from bot.reloading import PlaybookNames, Reloading, watched_files
from bot.settings import Settings
from bot.store import wakeups
from bot.store.audit import HeadFile, remember_head
from bot.store.database import Database, StoreUnavailable, Tx, full_url, sync_url
from bot.store.instance_lock import InstanceLock
from bot.store.key_file import keys_digest, load_key
from bot.store.migrate import upgrade_async
from bot.store.people import enrolled
from bot.store.watch_figures import watch_figures
from bot.upkeep import FeedUpkeep
from bot.web import CheckResult, Measure, WebParts
from bot.web import add_routes as add_web_routes
from bot.workflows import Story
from index import LiveIndex

log = structlog.get_logger(__name__)

APPLICATION_VERSION = "keng-1"
"""Pinned, so that a new release goes on with the workflows that the one before it left unfinished."""

SWEEP_SECONDS = 5.0
WITNESS_SECONDS = 30.0
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
        self.clock: Clock = SystemClock()
        self.database = Database(settings.resolved_database_url)
        self.simulator: Any = None
        self.telegram: Any = None
        self.email: Any = None
        self.seal = load_seal(settings.data_dir / "secrets.key")
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
        self._head_file = HeadFile(settings.data_dir / "audit-head.json")
        self._ahead = 0.0
        self._telling: set[asyncio.Task[None]] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._runner: web.AppRunner | None = None

    # Starting and stopping.

    async def start(self) -> None:
        """Start in the order in which a crash would hurt least: store, door, model, workflows, channels."""
        settings = self.settings
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        if self.database.is_sqlite:
            self._lock.take()
        await upgrade_async(settings.resolved_database_url)
        await self.presence.enter()
        self._spawn(self.presence.run())
        application = web.Application(client_max_size=MAX_BODY)
        if settings.simulator:
            self._add_simulator(application)
        self._add_pages(application)
        self._add_telegram(application)
        self._add_email(application)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=5)
        await self._runner.setup()
        await web.TCPSite(self._runner, settings.http.host, settings.http.port).start()
        self.live = await asyncio.to_thread(self._load_index)
        self.progress = no_progress  # what is read again later is nobody's to watch
        self.reloading = Reloading(self.live, SWEEP_SECONDS)
        story = await self._start_story()
        intake = self.intake
        assert intake is not None  # noqa: S101 - the door is open
        duties = [channel.run for channel in (self.telegram, self.email) if channel is not None]
        duties += [partial(fetch_forever, f, intake.tallies, self.clock) for f in fetchers(settings, intake)]
        self._spawn(self.presence.lead([*duties, story.place_waiting_alerts, self._sweep_forever]))
        self._spawn(self.reloading.run())
        if not self.presence.alone:
            self._spawn(self._listen_forever())
            self._spawn(self._witness_forever())
        self.presence.may_lead(recover_work_of)

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
        from bot.simulator import Simulator

        self.simulator = Simulator(token=SIMULATOR_TOKEN, journal=self.settings.data_dir / "simulator.jsonl")
        self.clock = self.simulator.clock
        self.simulator.add_routes(application)

    def _add_pages(self, application: web.Application) -> None:
        settings = self.settings
        intake = self.intake = Intake(
            self.database,
            self.clock,
            feeds=feed_configs(settings),
            on_accepted=self._alerts_arrived,
            trusted_proxies=tuple(settings.http.trusted_proxies),
        )
        add_intake_routes(application, intake)
        add_web_routes(
            application,
            WebParts(
                database=self.database,
                clock=self.clock,
                agency=lambda: self.data.organisation.current().agency,
                base_url=settings.http.base_url,
                readiness=self.readiness,
                phones=settings.simulator,
                measures=self._measures,
            ),
        )

    def _add_telegram(self, application: web.Application) -> None:
        settings = self.settings
        if settings.telegram.token is None and not settings.simulator:
            return
        from bot.channels.telegram.channel import TelegramChannel
        from bot.channels.telegram.client import TelegramClient

        telegram = settings.telegram
        token = SIMULATOR_TOKEN if telegram.token is None else telegram.token.get_secret_value()
        api_base = settings.http.base_url if settings.simulator else telegram.api_base
        self.telegram = TelegramChannel(
            client=TelegramClient(token, api_base, proxy=telegram.proxy),
            database=self.database,
            clock=self.clock,
            card_source=self.card,
            organisation=self.data.organisation.current,
            playbook_names=PlaybookNames(lambda: self.data.playbooks),
            button_key=load_key(settings.data_dir / "button.key"),
            duty_chat=telegram.duty_chat or (SIMULATOR_DUTY_CHAT if settings.simulator else None),
            on_act=self._act_arrived,
            open_sealed=self.seal.open,
            webhook_url=f"{settings.http.public_url}/telegram" if telegram.mode == "webhook" else None,
            webhook_secret=telegram.webhook_secret.get_secret_value() if telegram.webhook_secret else None,
            seconds=self._steady_seconds,
            card_seconds=telegram.card_seconds,
            digest_from=telegram.digest_from,
        )
        self.telegram.add_routes(application)

    def _add_email(self, application: web.Application) -> None:
        if self.settings.email.smtp is None:
            return
        from bot.second_way import add_second_way

        self.email = add_second_way(
            application,
            self.settings,
            database=self.database,
            clock=self.clock,
            card=self.card,
            desk=self._desk_in,
            people=self._people_in,
            agency=lambda: self.data.organisation.current().agency,
            before=[] if self.telegram is None else [self.telegram],
            second_factor=self.second_factor,
            carry_out=self._carry_out_signoff,
        )

    def _steady_seconds(self) -> float:
        """Seconds that never run back and that follow a simulator's clock ahead: moving it also ends waiting."""
        ahead = (self.clock.now() - datetime.now(UTC)).total_seconds()
        self._ahead = max(self._ahead, ahead)
        return time.monotonic() + self._ahead

    def _load_index(self) -> LiveIndex[InForce]:
        encoder = load_model(self.settings, self.progress)

        def load() -> InForce:
            data = self.data.with_playbooks_read_again(self.settings)
            lacking = nothing_to_refuse_by(data_folder(self.settings), data.examples)
            if lacking is not None:
                log.warning("nearly_nothing_will_be_refused", fault=str(lacking))
            return InForce(data, build_index(self.settings, data, encoder, self._unless_stopping))

        return LiveIndex(load, lambda: watched_files(data_folder(self.settings)))

    def _unless_stopping(self, done: int, total: int, what: str) -> None:
        """Tell the progress; a process that is to stop does not wait for an index."""
        if self._stopping:
            raise Stopping
        self.progress(done, total, what)

    def _outlets(self) -> Mapping[str, Outlet]:
        outlets: dict[str, Outlet] = {}
        if self.settings.outlets.newsroom is not None:
            outlets["newsroom"] = NewsroomOutlet()
        chat = self.settings.telegram.public_channel or (SIMULATOR_CHANNEL if self.settings.simulator else None)
        if self.settings.outlets.telegram_channel is not None and self.telegram is not None and chat is not None:
            from bot.outlets.telegram_channel import TelegramChannelOutlet

            outlets["telegram_channel"] = TelegramChannelOutlet(self.telegram.client.call, chat)
        return outlets

    async def _start_story(self) -> Story:
        """Launch the workflow library on this loop; what a killed process left unfinished goes on at once."""
        assert self.live is not None  # noqa: S101 - start() loads it before
        settings = self.settings
        config = DBOSConfig(
            name="keng",
            system_database_url=self._workflow_database(),
            application_version=APPLICATION_VERSION,
            executor_id=settings.executor_id,
            log_level="WARNING",
            enable_otlp=False,
            notification_listener_polling_interval_sec=1.0,
            sys_db_pool_size=10,
        )
        DBOS(config=config)
        datasource = await AsyncSQLAlchemyDatasource.create(
            full_url(self.database.url), engine=self.database.writer, run_migrations=True
        )
        channels: dict[str, Channel] = {c.name: c for c in (self.telegram, self.email) if c is not None}
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
                outlets=self._outlets(),
                audit_head=self._head_file,
                tell_others=self._tell_the_leader,
                feeds=tuple(settings.feeds),
            )
        )
        DBOS.launch()
        self.keeping = Keeping(self.database, self.clock, settings.retention, forget_finished_work)
        return self.story

    def _workflow_database(self) -> str:
        if self.database.is_sqlite:
            return f"sqlite:///{self.settings.data_dir / 'workflows.db'}"
        return full_url(sync_url(self.settings.resolved_database_url))

    # What the parts ask for.

    @property
    def data(self) -> Data:
        """The data in force; what is edited is read again as long as the process lives."""
        return self._first_data if self.live is None else self.live.current.data

    def desk(self) -> Desk:
        """The desk at this moment."""
        data = self.data
        return Desk(
            now=self.clock.now(),
            organisation=data.organisation.current(),
            playbooks=data.playbooks,
            law=data.law,
            outlets=tuple(self._outlets()),
            office=data.policy.current(),
            gates=data.gates,
            grounds=data.grounds,
            seal=self.seal,
        )

    async def _desk_in(self, tx: Tx) -> Desk:
        """The desk as it stands in a transaction."""
        return await self.desk().seated(tx)

    async def _people_in(self, tx: Tx, at: datetime) -> Organisation:
        """The people as they stand in a transaction."""
        return await enrolled(tx, self.data.organisation.current(), at)

    async def card(self, tx: Tx, incident_id: str) -> CardView | None:
        """The card of an incident from committed state."""
        return await read_card(tx, self.desk(), incident_id)

    async def _measures(self) -> Sequence[Measure]:
        """Figures for ``/metrics``; while the store is away they say that, and nothing else."""
        try:
            feeds = await self.upkeep.measures() if self.upkeep is not None else ()
            async with self.database.read() as tx:
                watched = await watch_figures(tx, self.clock.now(), tuple(self.settings.feeds))
        except StoreUnavailable:
            return (Measure("keng_store_up", STORE_UP, 0.0),)
        own = [Measure(f.name, f.help, f.value, tuple(sorted(f.labels.items()))) for f in watched]
        return (*feeds, *own, Measure("keng_store_up", STORE_UP, 1.0))

    async def readiness(self) -> dict[str, CheckResult]:
        """Every part's own word on whether it can do its work."""
        checks = {
            "model": CheckResult(self.live is not None, "" if self.live else "loading"),
            "workflows": CheckResult(self.story is not None, "" if self.story else "starting"),
        }
        try:
            async with self.database.read() as tx:
                await tx.exec_driver_sql("SELECT 1")
            checks["store"] = CheckResult(True, "")
        except Exception as error:
            checks["store"] = CheckResult(False, type(error).__name__)
        # Refused edits are no reason to be taken out of service: the playbooks in force still do their work.
        checks["playbooks"] = CheckResult(True, self.reloading.trouble() if self.reloading else "")
        fault = self.data.organisation.current().fault
        checks["organisation"] = CheckResult(fault is None, "" if fault is None else "cannot be read: see the log")
        policy = self.data.policy.fault
        checks["policy"] = CheckResult(policy is None, "" if policy is None else "cannot be read: see the log")
        for channel in (self.telegram, self.email):
            if channel is not None:  # whoever stands by neither hears nor speaks: that is no fault
                health = channel.health()
                checks[channel.name] = CheckResult(health.ok or not self.presence.leads, health.detail)
        if not self.presence.alone:
            checks["replica"] = CheckResult(True, f"{self.settings.executor_id} {self._place()}")
        return checks

    def _place(self) -> str:
        return "leads" if self.presence.leads else "stands by"

    def read_again(self) -> None:
        """Somebody wants the playbooks read again; until they were read for the first time, that is under way."""
        if self.reloading is not None:
            self.reloading.ask()

    # What was committed here and is the leader's to go on with.

    def _alerts_arrived(self) -> None:
        if self.story is not None and self.presence.leads:
            self.story.alerts_arrived()
        elif not self.presence.alone:
            telling = asyncio.create_task(self._tell_the_leader())
            self._telling.add(telling)
            telling.add_done_callback(self._telling.discard)

    async def _tell_the_leader(self) -> None:
        """A word to the process that leads, if this is another one; should it get lost, the sweep finds the work."""
        if not self.presence.alone and not self.presence.leads:
            with contextlib.suppress(StoreUnavailable):
                await wakeups.tell(self.database)

    async def _listen_forever(self) -> None:
        while True:
            try:
                async for _ in wakeups.heard(self.database):
                    if self.presence.leads:
                        self._wake_all()
            except StoreUnavailable as error:
                log.warning("hears_no_other_process", error=str(error))
            await asyncio.sleep(SWEEP_SECONDS)

    async def _witness_forever(self) -> None:
        """Every process keeps the head of the audit chain in its own data folder, and writes down what it counted."""
        while True:
            if self.intake is not None:
                with contextlib.suppress(StoreUnavailable):
                    await self.intake.write_tallies()
            with contextlib.suppress(StoreUnavailable, OSError):
                async with self.database.read() as tx:
                    await remember_head(tx, self._head_file)
            await asyncio.sleep(WITNESS_SECONDS)

    def _wake_all(self) -> None:
        if self.story is not None:
            self.story.alerts_arrived()
        for channel in (self.telegram, self.email):
            if channel is not None:
                channel.wake()

    async def _act_arrived(self, channel: str, key: str) -> None:
        if self.story is not None:
            await self.story.act_arrived(channel, key)

    async def _carry_out_signoff(self, key: str) -> None:
        """Carry out what was sent on the sign-off page, and return when it is decided."""
        if self.story is not None and self.email is not None:
            handle = await self.story.act_arrived(self.email.name, key)
            await handle.get_result()

    async def _sweep_forever(self) -> None:
        """Every few seconds, pick up what was left lying; nothing here is in a hurry or done twice."""
        while True:
            if self.story is not None:
                try:
                    undone = [act for c in (self.telegram, self.email) if c is not None for act in await c.undone()]
                    await self.story.sweep(undone)
                    if self.keeping is not None:
                        await self.keeping.sweep_if_due()
                except Exception as error:  # the next round tries again
                    log.warning("sweep_failed", error=str(error), kind=type(error).__name__)
            if self.upkeep is not None:  # apart from the sweep: neither waits for the other to be well
                try:
                    await self.upkeep.round()
                except Exception as error:
                    log.warning("upkeep_failed", error=str(error), kind=type(error).__name__)
            await asyncio.sleep(SWEEP_SECONDS)

    def _spawn(self, coroutine: Any) -> None:
        self._tasks.append(asyncio.create_task(coroutine))


SIMULATOR_TOKEN = "900001:simulator"  # noqa: S105 - opens nothing but our own toy
STORE_UP = "1 while the database answers."
SIMULATOR_DUTY_CHAT = -1001000000001
SIMULATOR_CHANNEL = -1002000000001


async def serve(settings: Settings, data: Data, *, progress: Progress = no_progress, started: Any = None) -> None:
    """Run one process until SIGTERM or SIGINT; SIGHUP reads the playbooks again.

    ``started`` is called with the running :class:`Keng`.
    """
    import signal

    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    keng = Keng(settings, data, progress=progress)

    def stop() -> None:
        stopped.set()
        keng.give_up_starting()

    for signal_number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_number, stop)
    loop.add_signal_handler(signal.SIGHUP, keng.read_again)
    try:
        await keng.start()
        if started is not None:
            started(keng)
        await keng.run_until(stopped)
    except Stopping:
        log.info("stopped_while_starting")
    finally:
        with contextlib.suppress(asyncio.CancelledError):
            await keng.stop()
