"""This process among others on one PostgreSQL: known by a heartbeat, leading while it holds the lease.

The leader alone hears and speaks on the channels, places alerts, sweeps, and takes over the work of the dead; every
process takes alerts and carries out acts. On SQLite a process is alone (the instance lock sees to it) and always leads.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any

import structlog

from bot.store import replicas
from bot.store.database import Database, StoreUnavailable
from bot.store.instance_lock import AnotherInstance
from bot.store.replicas import Replica

log = structlog.get_logger(__name__)

BEAT = 2.0
"""Seconds between two heartbeats."""

DEAD_AFTER = 15.0
"""Seconds without a heartbeat after which others take over what a process had begun."""

LEASE = 10.0
"""Seconds for which the lead is lent; renewed with every heartbeat."""

MARGIN = 2.0
"""A leader that could not renew stops leading this much before others may begin."""

DESK = "desk"

Duty = Callable[[], Coroutine[Any, Any, None]]


class Superseded(Exception):
    """Another process works under this one's name by now."""


class Presence:
    """One process's place among the others."""

    def __init__(self, database: Database, executor: str, keys: str) -> None:
        """Take the stable name of this process and the digest of its keys; nothing is written yet."""
        self._database = database
        self._alone = database.is_sqlite
        self._me = Replica(executor, secrets.token_hex(8), socket.gethostname(), os.getpid(), keys)
        self._held_until = 0.0
        self._gained = asyncio.Event()
        self._recover: Callable[[str], Awaitable[None]] | None = None

    @property
    def alone(self) -> bool:
        """True where there is never another process."""
        return self._alone

    @property
    def leads(self) -> bool:
        """True while this process may do what only one may do."""
        return (self._alone and self._recover is not None) or _seconds() < self._held_until

    async def enter(self) -> None:
        """Take the name, once it is certain that nobody else has it.

        Raises:
            AnotherInstance: another process lives under this name, or a live one signs with other keys.
            StoreUnavailable: the database is gone.
        """
        if self._alone:
            return
        until, seen = _seconds() + DEAD_AFTER + 2 * BEAT, None
        while True:
            async with self._database.aside() as tx:
                others = {r.executor: r for r in await replicas.everybody(tx)}
                namesake = others.pop(self._me.executor, None)
                self._compare_keys(list(others.values()))
                if namesake is None or self._is_gone(namesake):
                    before = None if namesake is None else namesake.instance
                    if await replicas.enter(tx, self._me, before):
                        return
            if namesake is not None:
                if seen not in (None, namesake.instance) or _seconds() > until:
                    raise AnotherInstance(
                        f"executor_id: another Keng ({namesake.host}, process {namesake.pid}) works on this database "
                        f"as {self._me.executor!r}; give each a name of its own (KENG_EXECUTOR_ID)"
                    )
                if seen is None:
                    log.info("waits_for_its_name", executor=self._me.executor, host=namesake.host, pid=namesake.pid)
                seen = namesake.instance
            await asyncio.sleep(BEAT / 4)

    def may_lead(self, recover: Callable[[str], Awaitable[None]]) -> None:
        """From now on this process can do the work of a leader; ``recover`` takes over a dead one's by its name."""
        self._recover = recover
        if self._alone:
            self._gained.set()

    async def run(self) -> None:
        """Beat until cancelled.

        Raises:
            Superseded: another process has this one's name; two under one name would undo each other.
        """
        while True:
            if not self._alone:
                try:
                    async with asyncio.timeout(LEASE - MARGIN):
                        await self.beat()
                except (StoreUnavailable, TimeoutError) as error:
                    log.warning("heartbeat_failed", error=str(error) or type(error).__name__)
            await asyncio.sleep(BEAT)

    async def beat(self) -> None:
        """Say that this process lives, keep or take the lead, and as the leader take over from the dead.

        Raises:
            Superseded: another process has this one's name.
            StoreUnavailable: the database is gone.
        """
        begun = _seconds()
        async with self._database.aside() as tx:
            if not await replicas.beat(tx, self._me) and not await replicas.enter(tx, self._me, None):
                self._held_until = 0.0
                raise Superseded(f"another process works as {self._me.executor!r}")
            leads = self._recover is not None and await replicas.lease(tx, DESK, self._me.executor, LEASE)
            dead = [r for r in await replicas.everybody(tx) if r.age > DEAD_AFTER] if leads else []
        self._held_until = begun + LEASE - MARGIN if leads else 0.0
        if leads:
            self._gained.set()
        for replica in dead:
            await self._take_over(replica)

    async def lead(self, duties: Sequence[Duty]) -> None:
        """Do the duties whenever this process leads, and stop them when it no longer does, until cancelled.

        Raises:
            RuntimeError: a duty ended by itself.
        """
        while True:
            await self._gained.wait()
            log.info("leads", executor=self._me.executor)
            try:
                async with asyncio.TaskGroup() as group:
                    tasks = [group.create_task(_endless(duty)) for duty in duties]
                    await self._lost()
                    for task in tasks:
                        task.cancel()
            except ExceptionGroup as group_of_errors:
                raise group_of_errors.exceptions[0] from None
            log.warning("leads_no_more", executor=self._me.executor)

    async def leave(self) -> None:
        """Let another one lead at once, and take over what is unfinished. Best effort: both run out by themselves."""
        if self._alone:
            return
        self._held_until = 0.0
        try:
            async with asyncio.timeout(MARGIN), self._database.aside() as tx:
                await replicas.give_up(tx, DESK, self._me.executor)
                await replicas.leave(tx, self._me)
        except (StoreUnavailable, TimeoutError) as error:
            log.info("left_without_a_word", error=str(error) or type(error).__name__)

    async def _lost(self) -> None:
        """Return once the lead ran out; where nobody else could have it, never."""
        if self._alone:
            await asyncio.Event().wait()
        left = self._held_until - _seconds()
        while left > 0:
            await asyncio.sleep(min(left, BEAT / 4))
            left = self._held_until - _seconds()
        self._gained.clear()

    async def _take_over(self, dead: Replica) -> None:
        """What a dead process had begun goes on here or elsewhere; its name is forgotten once that is certain."""
        if self._recover is None or dead.executor == self._me.executor:
            return
        log.warning("takes_over_from_the_dead", executor=dead.executor, host=dead.host, unseen=round(dead.age))
        await self._recover(dead.executor)
        async with self._database.aside() as tx:
            await replicas.remove(tx, replace(dead, age=DEAD_AFTER))

    def _is_gone(self, namesake: Replica) -> bool:
        """Unseen for too long; or a process of this machine that is no more, as after a kill."""
        if namesake.age > DEAD_AFTER:
            return True
        if namesake.host != self._me.host:
            return False
        if namesake.pid == self._me.pid:
            return True
        try:
            os.kill(namesake.pid, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False

    def _compare_keys(self, others: Sequence[Replica]) -> None:
        for other in others:
            if other.age <= DEAD_AFTER and other.keys != self._me.keys:
                raise AnotherInstance(
                    f"data_dir: {other.executor!r} on {other.host} signs with other keys, so that buttons and links of "
                    "one would be refused by the other; give both the same button.key, signoff.key and secrets.key"
                )


def _seconds() -> float:
    """A steady count that goes on while this machine or process is suspended: a lease runs out meanwhile."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


async def _endless(duty: Duty) -> None:
    await duty()
    raise RuntimeError("a part of Keng ended by itself")
