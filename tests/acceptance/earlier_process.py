"""A process of an earlier day: it begins to open an incident and to deliver a text, and gets no further.

``python -m tests.acceptance.earlier_process ALERT INCIDENT VERSION OUTLET ATTEMPT`` writes a line when both workflows
of the real story are under way, and waits to be killed. Its store answers nothing: so it stands at the first step.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, cast

from dbos import DBOS, SetWorkflowID

from bot.model.delivery import DeliveryKey
from bot.settings import load_settings
from bot.store.audit import HeadFile
from bot.store.database import Database
from bot.story.durable import Parts, workflow_library
from bot.workflows import Story
from index import Candidate, Match, MatchReason

MATCH = Match("service-outage", 0.9, (Candidate("service-outage", 0.9, ("mất điện",)),), MatchReason.CLEAR_MATCH, 0.05)


class Silent:
    """A store that never answers."""

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Any]:
        await asyncio.Event().wait()
        yield

    async def run_tx_step_async(self, *_step: Any) -> Any:
        await asyncio.Event().wait()


class Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)


async def begin(alert: str, key: DeliveryKey) -> None:
    settings, silent = load_settings(None), Silent()
    database = Database(settings.resolved_database_url)
    await workflow_library(settings, database)
    parts = Parts(
        database=cast(Any, silent),
        datasource=cast(Any, silent),
        clock=Clock(),
        desk=cast(Any, None),
        meaning=cast(Any, None),
        channels={},
        outlets={key.outlet: cast(Any, None)},
        audit_head=HeadFile(settings.data_dir / "audit-head.json"),
    )
    story = Story(parts)
    DBOS.launch()
    with SetWorkflowID(f"incident:{alert}"):
        await DBOS.start_workflow_async(story.open_incident, alert, MATCH)
    await story.start_delivery(key)
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    alert, incident, version, outlet, attempt = sys.argv[1:]
    asyncio.run(begin(alert, DeliveryKey(incident, int(version), outlet, int(attempt))))
