"""A body that is no JSON or XML, or too large, is refused in words; none makes a fault."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.intake import FeedConfig
from bot.intake.formats.cap import CAP
from bot.store.database import Database
from tests.intake.conftest import Client, OpenDoor
from tests.intake.kept import stored


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b'{"title": "x"',
        b'{"title": "\xff\xfe"}',
        b'{"title": "x", "reach": NaN}',
        b'{"title": "x", "reach": -Infinity}',
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"title": "x", "reach": ' + b"9" * 5000 + b"}",
    ],
    ids=["empty", "words", "cut", "latin", "nan", "infinity", "deep-array", "deep-object", "huge-number"],
)
async def test_what_is_no_json_is_a_400(door: Client, database: Database, body: bytes) -> None:
    answer = await door.post("/v1/alerts", data=body)
    assert (answer.status, answer.content_type) == (400, "application/problem+json")
    assert set(await answer.json()) >= {"type", "title", "status", "detail"}
    assert await stored(database) == []


async def test_a_mark_of_byte_order_that_some_programs_write_is_overlooked(door: Client) -> None:
    answer = await door.post("/v1/alerts", data=b"\xef\xbb\xbf" + '{"title": "Cá chết"}'.encode())
    assert answer.status == 202
    assert (await door.post("/v1/alerts", data=b"\xef\xbb\xbf")).status == 400


async def test_a_body_over_ten_mebibytes_is_a_413_said_or_unsaid(door: Client) -> None:
    big = b'{"title": "' + b"x" * (10 * 1024 * 1024) + b'"}'
    assert (await door.post("/v1/alerts", data=big)).status == 413

    async def chunks() -> Any:
        for _ in range(11):
            yield b"x" * 1024 * 1024

    assert (await door.post("/v1/alerts", data=chunks())).status == 413


async def test_a_body_that_is_no_xml_is_a_400_of_its_own(open_door: OpenDoor) -> None:
    door = await open_door(cap=FeedConfig(format=CAP))
    answer = await door.post("/v1/feeds/cap", data=b"<alert>")
    assert (answer.status, (await answer.json())["type"]) == (400, "about:blank#not_xml")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["title", "volume", "sources", "first_seen", "id", "location", "x"]), inner, max_size=6
        )
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(JSON)
async def test_no_json_whatever_makes_a_500(door: Client, value: Any) -> None:
    answer = await door.post("/v1/alerts", data=json.dumps(value).encode("utf-8", "surrogatepass"))
    assert answer.status in (202, 400, 422)
