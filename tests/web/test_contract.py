"""``/openapi.json`` says what the routes do, all of them, and ``/metrics`` what came and what waits."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.describing import operations
from bot.intake import FeedConfig, Intake
from bot.intake import add_routes as add_intake_routes
from bot.keeping.upkeep import FeedUpkeep
from bot.model.measure import Measure
from bot.settings.retention import Retention
from bot.store.database import Database
from bot.web import CheckResult, WebParts, add_routes
from tests.conftest import MovableClock
from tests.web.test_newsroom import AGENCY

Client = TestClient[web.Request, web.Application]
NO_CONTRACT = {
    *("/", "/en", "/en/", "/newsroom/", "/en/newsroom/", "/verify/", "/en/verify/"),
    "/newsroom/static/{name}",
}
"""Addresses that only lead on, and files."""


@pytest.fixture
async def site(database: Database, clock: MovableClock) -> AsyncIterator[Client]:
    feeds = {"default": FeedConfig(), "am": FeedConfig(bearer="t")}
    intake = Intake(database, clock, feeds, on_accepted=lambda: None)
    upkeep = FeedUpkeep(database, clock, intake, Retention(), {})

    async def ready() -> Mapping[str, CheckResult]:
        return {"store": CheckResult(True, "")}

    async def measures() -> Sequence[Measure]:
        return await upkeep.measures()

    application = web.Application(client_max_size=2**30)
    add_intake_routes(application, intake)
    parts = WebParts(database, clock, lambda: AGENCY, "https://keng.example.vn", ready, measures=measures)
    add_routes(application, parts)
    client = TestClient(TestServer(application))
    await client.start_server()
    yield client
    await client.close()


async def document(site: Client) -> dict[str, Any]:
    found: dict[str, Any] = await (await site.get("/openapi.json")).json()
    return found


async def test_every_route_is_in_the_contract(site: Client) -> None:
    application = site.server.app
    described = {path for _, path, _ in operations(application)}
    routed = {route.resource.canonical for route in application.router.routes() if route.resource}
    assert routed - described == NO_CONTRACT
    assert set((await document(site))["paths"]) == described


async def test_bodies_and_answers_are_the_models_that_read_and_write_them(site: Client) -> None:
    said = await document(site)
    assert said["openapi"] == "3.1.0"
    post = said["paths"]["/v1/alerts"]["post"]
    schema = post["requestBody"]["content"]["application/json"]["schema"]
    assert schema["anyOf"][0] == {"$ref": "#/components/schemas/SpikeAlert"}
    assert said["components"]["schemas"]["SpikeAlert"]["required"] == ["title"]
    assert set(post["responses"]) == {"202", "400", "401", "408", "409", "413", "422", "429", "503"}
    assert "Retry-After" in post["responses"]["429"]["headers"]
    assert set(said["components"]["schemas"]["Receipt"]["properties"]) == {
        *("accepted", "duplicates", "quarantined", "refused", "results"),
    }
    asked = said["paths"]["/v1/alerts/{id}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert asked == {"$ref": "#/components/schemas/WhatBecame"}
    became = said["components"]["schemas"]["WhatBecame"]
    assert set(became["properties"]) == {"id", "incident", "outcome", "reason", "alert_id"}
    assert "alert_id" not in became["required"]


async def test_figures_say_what_came_what_was_turned_away_and_what_waits(site: Client) -> None:
    await site.post("/v1/alerts", json={"title": "Cá chết"})
    await site.post("/v1/alerts", json={"title": 7})
    await site.post("/v1/feeds/am", json={})
    answer = await site.get("/metrics")
    assert answer.content_type == "text/plain"
    said = (await answer.text()).splitlines()
    assert 'keng_feed_events_total{feed="default",what="accepted"} 1.0' in said
    assert 'keng_feed_events_total{feed="am",what="not_authentic"} 1.0' in said
    assert 'keng_quarantine_waiting{feed="default"} 1.0' in said
    assert 'keng_quarantine_waiting{feed="am"} 0.0' in said
