"""The story with its durable mechanics played by a list: what DBOS keeps in its own tables is kept here in memory.

A transaction commits together with its checkpoint, a killed step begins again, a name runs once: as
bot/story/durable.py asks of the library. Everything that is decided, written and published is the product's own code.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from bot.model.delivery import DeliveryKey
from bot.story.durable import Parts
from bot.workflows import Story


class Killed(BaseException):
    """The process is gone, here and now."""


@dataclass
class Workflow:
    """One workflow: what it runs with, the results of the steps that are done, and whether it ended."""

    name: str
    kind: str
    args: tuple[Any, ...]
    results: list[Any] = field(default_factory=list)
    ended: bool = False
    value: Any = None


@dataclass
class Journal:
    """What outlives a process: every workflow ever begun, and the moments at which the process is to die."""

    workflows: dict[str, Workflow] = field(default_factory=dict)
    kill_after: int | None = None
    """The process dies at the so many-th of the moments from here on; None: it lives."""

    def begin(self, name: str, kind: str, *args: Any) -> Workflow:
        """The workflow of this name; begun now unless it was before."""
        return self.workflows.setdefault(name, Workflow(name, kind, args))

    def unended(self) -> list[Workflow]:
        """Workflows that go on after a restart, oldest first."""
        return [w for w in self.workflows.values() if not w.ended]

    def moment(self) -> None:
        """One of the moments at which a process may die."""
        if self.kill_after is None:
            return
        self.kill_after -= 1
        if self.kill_after <= 0:
            self.kill_after = None
            raise Killed


_running: ContextVar[tuple[Workflow, list[int]] | None] = ContextVar("running", default=None)


class _Handle:
    def __init__(self, workflow: Workflow) -> None:
        self._workflow = workflow

    async def get_result(self) -> Any:
        return self._workflow.value


class PlayedStory(Story):
    """The product's story over a :class:`Journal`."""

    def __init__(self, parts: Parts, journal: Journal, taken: Callable[[str], None]) -> None:
        # The library's registry is not told: a restart would find the name taken, and nothing here asks the library.
        self.parts = parts
        self.journal = journal
        self._taken = taken
        self._alerts_waiting, self._ends_that_wait = asyncio.Event(), set()

    async def run(self, workflow: Workflow) -> Any:
        """Run a workflow to its end, from the step at which it stopped."""
        if workflow.ended:
            return workflow.value
        body: Callable[..., Awaitable[Any]] = inspect.unwrap(getattr(Story, workflow.kind))
        token = _running.set((workflow, [0]))
        try:
            workflow.value = await body(self, *workflow.args)
        finally:
            _running.reset(token)
        workflow.ended = True
        self.journal.moment()
        return workflow.value

    async def _transaction(self, step: Callable[..., Coroutine[Any, Any, Any]], *args: Any) -> Any:
        running = _running.get()
        assert running is not None
        workflow, number = running
        number[0] += 1
        if len(workflow.results) >= number[0]:
            return workflow.results[number[0] - 1]
        self.journal.moment()
        async with self.parts.database.write() as tx:
            result = await step(tx, *args)
        workflow.results.append(result)
        if step.__name__ in ("_decide_act", "_give_up_act"):
            self._taken(args[1])
        self.journal.moment()
        return result

    async def _claim_and_call(self, key: DeliveryKey) -> Any:
        running = _running.get()
        assert running is not None
        workflow, number = running
        number[0] += 1
        if len(workflow.results) >= number[0]:
            return workflow.results[number[0] - 1]
        result = await inspect.unwrap(Story._claim_and_call)(self, key)
        workflow.results.append(result)
        self.journal.moment()
        return result

    async def start_delivery(self, key: DeliveryKey) -> None:
        self.journal.begin(str(key), "deliver", key)  # it runs when the play lets it: there is time between

    async def _begin_unless_under_way(self, name: str, workflow: Any, *args: Any) -> Any:
        before = self.journal.workflows.get(name)
        if before is not None:
            again = [w for n, w in self.journal.workflows.items() if n.startswith(f"{name}#") and not w.ended]
            if again or not before.ended:
                return None
            name = f"{name}#{self.parts.clock.now():%Y%m%d%H%M}"
        begun = self.journal.begin(name, workflow.__name__, *args)
        await self.run(begun)
        return _Handle(begun)
