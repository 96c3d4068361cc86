"""``/metrics``: what Prometheus reads, also while the store is away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client.parser import text_string_to_metric_families

from bot.model.figure import Figure
from bot.store.database import Database, StoreUnavailable, Tx
from bot.web import WebParts, add_routes
from tests.approval.office import AGENCY
from tests.conftest import MovableClock


async def read(database: Database, clock: MovableClock, *figures: Figure, away: bool = False) -> dict[str, float]:
    async def ask(tx: Tx, now: datetime) -> Sequence[Figure]:
        if away:
            raise StoreUnavailable("gone")
        return figures

    async def ready() -> dict[str, object]:
        return {}

    application = web.Application()
    parts = WebParts(database, clock, lambda: AGENCY, "http://x", ready, figures=(ask,))  # type: ignore[arg-type]
    add_routes(application, parts)
    async with TestClient(TestServer(application)) as client:
        answer = await client.get("/metrics")
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/plain")
        body = await answer.text()
    return {
        f"{sample.name}{dict(sample.labels) or ''}": sample.value
        for family in text_string_to_metric_families(body)
        for sample in family.samples
    }


async def test_figures_of_one_name_are_one_family_with_their_labels(database: Database, clock: MovableClock) -> None:
    quiet = [Figure("keng_feed_quiet_seconds", "h", n, {"feed": feed}) for n, feed in enumerate(("một", 'hai"\n'))]
    found = await read(database, clock, *quiet, Figure("keng_alerts_waiting", "h", 3))
    assert found["keng_alerts_waiting"] == 3
    assert found["keng_feed_quiet_seconds{'feed': 'một'}"] == 0
    assert len([name for name in found if name.startswith("keng_feed_quiet")]) == 2
    assert found["keng_store_up"] == 1


async def test_a_store_that_is_away_is_said_and_the_process_still_tells_of_itself(
    database: Database, clock: MovableClock
) -> None:
    found = await read(database, clock, away=True)
    assert found["keng_store_up"] == 0
    assert found["process_resident_memory_bytes"] > 0
