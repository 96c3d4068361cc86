"""The machine: whatever people, feeds, networks, clocks and power cuts may do to the office, in any order."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.approval.promises.devices_come import DevicesCome
from tests.approval.promises.letters_come import LettersCome
from tests.approval.promises.matters_change import MattersChange
from tests.approval.promises.people_act import PeopleAct
from tests.approval.promises.same_thread import same_thread
from tests.approval.promises.things_happen import ThingsHappen
from tests.approval.promises.world import Template, apart_from_other_tests

MEMORY = Path("/dev/shm")
"""Where a file is synced at once, if there is such a place: a power cut of the machine is not what is tested here."""


class Here(ThreadPoolExecutor):
    """Where the product hands slow work to a thread it is done here and now: nothing of it is slow in a play."""

    def submit(self, fn: Any, /, *args: Any, **more: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*args, **more))
        except Exception as error:
            done.set_exception(error)
        return done


class Office(PeopleAct, MattersChange, ThingsHappen, LettersCome, DevicesCome):
    """Everything together."""


@contextlib.contextmanager
def office_open(folder: Path) -> Iterator[type[Office]]:
    """The machine's class with a template database and an event loop, for as long as it is played."""
    with same_thread(), apart_from_other_tests(), asyncio.Runner() as runner:
        Office.loop, Office.folder = runner.get_loop(), folder
        Office.loop.set_default_executor(Here(1))
        Office.template = Template(folder / "template")
        Office.loop.run_until_complete(Office.template.enrol())
        gc.collect()
        gc.freeze()  # what was imported stays: it need not be looked through again and again
        try:
            yield Office
        finally:
            gc.unfreeze()


@contextlib.contextmanager
def office_of_its_own() -> Iterator[type[Office]]:
    """An office in a folder of its own, in memory where there is room for it."""
    within = MEMORY if MEMORY.is_dir() else None
    with (
        tempfile.TemporaryDirectory(prefix="keng-promises-", dir=within) as folder,
        office_open(Path(folder)) as office,
    ):
        yield office


__all__ = ["Office", "office_of_its_own", "office_open"]
