"""The machine: whatever people, feeds, networks, clocks and power cuts may do to the office, in any order."""

from __future__ import annotations

import asyncio
import contextlib
import gc
from collections.abc import Iterator
from pathlib import Path

from tests.approval.promises.matters_change import MattersChange
from tests.approval.promises.people_act import PeopleAct
from tests.approval.promises.same_thread import same_thread
from tests.approval.promises.things_happen import ThingsHappen
from tests.approval.promises.world import Template, apart_from_other_tests


class Office(PeopleAct, MattersChange, ThingsHappen):
    """Everything together."""


@contextlib.contextmanager
def office_open(folder: Path) -> Iterator[type[Office]]:
    """The machine's class with a template database and an event loop, for as long as it is played."""
    with same_thread(), apart_from_other_tests(), asyncio.Runner() as runner:
        Office.runner, Office.folder = runner, folder
        Office.template = Template(folder / "template")
        runner.run(Office.template.enrol())
        gc.collect()
        gc.freeze()  # what was imported stays: it need not be looked through again and again
        try:
            yield Office
        finally:
            gc.unfreeze()


__all__ = ["Office", "office_open"]
