"""Scanners and caches get nothing from the public pages that is not meant for them."""

from __future__ import annotations

import pytest

from bot.store.database import Database
from tests.web.test_newsroom import Client, client, publish

__all__ = ["client"]


@pytest.mark.parametrize("name", ["a" * 300, "%00", "%2e%2e%2frender.py", "newsroom.css%00", "%ff", "newsroom.css/"])
async def test_a_file_that_is_not_there_is_a_404(client: Client, name: str) -> None:
    assert (await client.get(f"/newsroom/static/{name}")).status == 404


async def test_the_stylesheet_is_there(client: Client) -> None:
    assert (await client.get("/newsroom/static/newsroom.css")).status == 200


@pytest.mark.parametrize(
    "path", ["/newsroom", "/newsroom/feed.json", "/newsroom/feed.atom", "/newsroom/none", "/readyz"]
)
async def test_no_cache_keeps_what_may_be_corrected(client: Client, path: str) -> None:
    assert (await client.get(path)).headers["Cache-Control"] == "no-cache"


async def test_a_statement_is_asked_for_anew_each_time(client: Client, database: Database) -> None:
    item = await publish(database, "Bản tin")
    assert (await client.get(f"/newsroom/{item}")).headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
async def test_the_newsroom_is_only_for_reading(client: Client, method: str) -> None:
    assert (await client.request(method, "/newsroom")).status == 405


async def test_a_head_request_is_answered(client: Client) -> None:
    assert (await client.head("/newsroom/feed.json")).status == 200
