"""What the story works with, and how its work begins and commits: the mechanics under :mod:`bot.workflows`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from dbos import (
    DBOS,
    AsyncSQLAlchemyDatasource,
    DBOSConfig,
    DBOSConfiguredInstance,
    SetWorkflowID,
    WorkflowHandleAsync,
)

from bot.approval.desk import Desk
from bot.channels.base import Channel
from bot.drafting.rephrasing import Rephraser
from bot.model.alert import AlertStatus
from bot.model.clock import Clock
from bot.model.person import Person
from bot.outlets.base import Outlet
from bot.settings import Settings
from bot.store import audit
from bot.store.database import Database, StoreUnavailable, Tx, full_url, sync_url, take_turn
from bot.store.read_only import UNDER_WAY
from index import Query, Reading

T = TypeVar("T")

APPLICATION_VERSION = "keng-1"
"""Pinned, so that a new release goes on with the workflows that the one before it left unfinished."""

ALONE = "keng-1"
"""The name of the only process on SQLite, whatever the settings call it: the library goes on with work of its own name,
and what one name had begun would never end under another."""

_UNDER_WAY = list(UNDER_WAY)
_ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]


class Meaning(Protocol):
    """What the story asks of the index; calls may be slow and are made off the event loop."""

    def read(self, query: Query) -> Reading:
        """The playbook that fits, and what grouping compares, from one encoding."""
        ...


async def _nobody_else() -> None:
    """Where there is one process, nobody need be told."""


@dataclass(frozen=True)
class Parts:
    """Everything the story works with; ``desk`` reads the hour, the people and the data anew for each act."""

    database: Database
    datasource: AsyncSQLAlchemyDatasource
    clock: Clock
    desk: Callable[[], Desk]
    meaning: Meaning
    channels: Mapping[str, Channel]
    outlets: Mapping[str, Outlet]
    audit_head: audit.HeadFile
    tell_others: Callable[[], Awaitable[None]] = _nobody_else
    """Tells the process that leads, where that is another one."""
    wording: Rephraser | None = None
    """Says drafts more plainly where the office wants that."""
    feeds: tuple[str, ...] = ()
    """The feeds that are watched for silence: those of the settings."""
    drills: Mapping[str, AlertStatus] = field(default_factory=dict)
    """Feeds that are being connected: what they bring is a drill."""

    async def out_of_chat(self, tx: Tx, people: Sequence[Person]) -> frozenset[str]:
        """Ids of those among ``people`` whom no chat reaches now: no account, a blocked bot, or an outage."""
        chats, now = [c for c in self.channels.values() if c.capabilities.buttons], self.clock.now()
        reached = {p.id for p in people for chat in chats if await chat.gap(tx, p, now) is None}
        return frozenset(p.id for p in people if p.id not in reached)


async def workflow_library(settings: Settings, database: Database) -> AsyncSQLAlchemyDatasource:
    """Set the workflow library up on this loop, not yet launched; its steps commit together with the store's tables."""
    beside = f"sqlite:///{settings.data_dir / 'workflows.db'}"
    DBOS(
        config=DBOSConfig(
            name="keng",
            system_database_url=beside if database.is_sqlite else full_url(sync_url(settings.resolved_database_url)),
            application_version=APPLICATION_VERSION,
            executor_id=ALONE if database.is_sqlite else settings.executor_id,
            log_level="WARNING",
            enable_otlp=False,
            notification_listener_polling_interval_sec=1.0,
            sys_db_pool_size=10,
        )
    )
    return await AsyncSQLAlchemyDatasource.create(full_url(database.url), engine=database.writer, run_migrations=True)


class Durable(DBOSConfiguredInstance):
    """Short workflows that begin once and go on after a kill, each step one transaction with its checkpoint."""

    parts: Parts

    async def _begin_unless_under_way(
        self, name: str, workflow: Callable[..., Coroutine[Any, Any, T]], *args: Any
    ) -> WorkflowHandleAsync[T] | None:
        """Start the workflow ``name``; None while it is under way.

        One that ended is never run again under its name, whatever an error left undone: what is asked for again then
        begins under a new name, at most once a minute.
        """
        before = await DBOS.get_workflow_status_async(name)
        if before is not None:
            again = await DBOS.list_workflows_async(
                workflow_id_prefix=f"{name}#", status=_UNDER_WAY, limit=1, load_input=False, load_output=False
            )
            if again or before.status in _UNDER_WAY:
                return None
            name = f"{name}#{self.parts.clock.now():%Y%m%d%H%M}"
        with SetWorkflowID(name):
            return await DBOS.start_workflow_async(workflow, *args)

    async def _transaction(self, step: Callable[..., Coroutine[Any, Any, T]], *args: Any) -> T:
        """Run ``step(tx, *args)`` as one transaction that commits together with the workflow's checkpoint.

        A store that is gone is waited for: an error here would end the workflow for good, and nobody would act.
        """

        async def body() -> T:
            tx = await self.parts.datasource.sql_session().connection()
            await take_turn(tx)
            return await step(tx, *args)

        return await self.parts.datasource.run_tx_step_async({"name": step.__name__}, body)

    async def _committed(self) -> None:
        """After a commit: let the channels show what is new, and remember the head of the audit chain."""
        for channel in self.parts.channels.values():
            channel.wake()
        await self.parts.tell_others()
        with suppress(StoreUnavailable, OSError):
            async with self.parts.database.read() as tx:
                await audit.remember_head(tx, self.parts.audit_head)


async def recover_work_of(executor: str) -> None:
    """Let the unfinished workflows of a dead process go on in those that live, each in one of them."""
    # The library has no public name for it in the embedded mode; it is what its own conductor calls.
    await asyncio.to_thread(DBOS._recover_pending_workflows, [executor])


async def recover_work_of_another_name(settings: Settings, database: Database) -> None:
    """On SQLite: go on with what a release before :data:`ALONE` began under the name that the settings give."""
    if database.is_sqlite and settings.executor_id != ALONE:
        await recover_work_of(settings.executor_id)


async def forget_finished_work(before: datetime) -> int:
    """Remove the workflow library's history of what ended before then; returns how many workflows.

    A name that is begun again afterwards finds its work done: the domain tables decide, not this history.
    """
    forgotten = 0
    while True:
        ended = await DBOS.list_workflows_async(
            status=_ENDED, completed_before=before.isoformat(), limit=500, load_input=False, load_output=False
        )
        if not ended:
            return forgotten
        await DBOS.delete_workflows_async([workflow.workflow_id for workflow in ended])
        forgotten += len(ended)
