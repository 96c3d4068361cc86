"""Edited playbooks come into force while everything runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import structlog

from bot.model.playbook import Bilingual, Playbook
from bot.playbooks.examples import EXAMPLES
from bot.playbooks.statements import STATEMENTS
from index import LiveIndex

log = structlog.get_logger(__name__)

_SHOWN_FAULTS: Final = 3


class Reloading:
    """Looks every few seconds whether the files changed, and at once when asked to.

    Files with faults are refused as a whole: what was in force stays, and the log names file and line. They are not
    tried again until one of them changes or somebody asks.
    """

    def __init__(self, live: LiveIndex[Any], seconds: float) -> None:
        """Watch over ``live``; nothing runs yet."""
        self._live = live
        self._seconds = seconds
        self._asked = asyncio.Event()

    def ask(self) -> None:
        """Read everything again now, whether or not a file seems to have changed (SIGHUP)."""
        self._asked.set()

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await self.look()
            try:
                async with asyncio.timeout(self._seconds):
                    await self._asked.wait()
            except TimeoutError:
                continue

    async def look(self) -> None:
        """Reload if that was asked for or a file changed; off the event loop, for it may take long."""
        asked = self._asked.is_set()
        self._asked.clear()
        if not asked and not await asyncio.to_thread(self._live.changed):
            return
        if await asyncio.to_thread(self._live.reload):
            log.info("playbooks_read_again")
        else:
            log.error("playbooks_refused_the_old_ones_stay_in_force", faults=str(self._live.fault))

    def trouble(self) -> str:
        """The first faults of files that were refused, for the administrator; empty when there are none."""
        if self._live.fault is None:
            return ""
        lines = str(self._live.fault).splitlines() or [type(self._live.fault).__name__]
        more = f"; {len(lines) - _SHOWN_FAULTS} more in the log" if len(lines) > _SHOWN_FAULTS else ""
        return f"edited files are refused, the old ones are in force: {'; '.join(lines[:_SHOWN_FAULTS])}{more}"


class PlaybookNames(Mapping[str, Bilingual]):
    """The names of the playbooks that are in force at the moment of asking, by id."""

    def __init__(self, playbooks: Callable[[], Mapping[str, Playbook]]) -> None:
        self._playbooks = playbooks

    def __getitem__(self, playbook_id: str) -> Bilingual:
        return self._playbooks()[playbook_id].name

    def __iter__(self) -> Iterator[str]:
        return iter(self._playbooks())

    def __len__(self) -> int:
        return len(self._playbooks())


def watched_files(folder: Path) -> list[Path]:
    """The files of a playbooks folder that the index and the drafts are made from."""
    return [*folder.glob("*.yaml"), *(folder / EXAMPLES).glob("*.yaml"), *(folder / STATEMENTS).glob("*.yaml")]
