"""Client networks: an address counts only as far as our own proxies vouch for it; every fault is the same 401."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Any

import pytest

from bot.intake import FeedConfig
from bot.intake.callers import client_address
from tests.intake.conftest import INTAKE, OpenDoor

PROXIES = (ip_network("127.0.0.0/8"), ip_network("10.0.0.0/8"))
OFFICE = (ip_network("203.0.113.0/24"),)


@pytest.mark.parametrize(
    ("remote", "forwarded", "client"),
    [
        ("198.51.100.7", [], "198.51.100.7"),
        ("198.51.100.7", ["203.0.113.9"], "198.51.100.7"),
        ("127.0.0.1", ["203.0.113.9"], "203.0.113.9"),
        ("127.0.0.1", ["203.0.113.9, 198.51.100.7"], "198.51.100.7"),
        ("127.0.0.1", ["203.0.113.9, 198.51.100.7, 10.1.1.1"], "198.51.100.7"),
        ("127.0.0.1", ["203.0.113.9", "198.51.100.7, 10.1.1.1"], "198.51.100.7"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("::ffff:127.0.0.1", ["2001:db8::1"], "2001:db8::1"),
        ("127.0.0.1", ["nonsense"], None),
        ("127.0.0.1", ["203.0.113.9, nonsense"], None),
        (None, ["203.0.113.9"], None),
    ],
)
def test_an_address_is_believed_as_far_as_our_proxies_wrote_it(
    remote: str | None, forwarded: list[str], client: str | None
) -> None:
    assert client_address(remote, forwarded, PROXIES) == (ip_address(client) if client else None)


@pytest.mark.parametrize(
    "config",
    [
        FeedConfig(networks=OFFICE),
        FeedConfig(networks=OFFICE, bearer="t"),
        FeedConfig(networks=OFFICE, basic="u:p"),
    ],
)
async def test_from_elsewhere_the_right_credentials_are_not_enough(open_door: OpenDoor, config: FeedConfig) -> None:
    door = await open_door(default=config)
    auth: Any = {"Authorization": "Bearer t"} if config.bearer else {"Authorization": "Basic dTpw"}
    answer = await door.post("/v1/alerts", json={"title": "x"}, headers=auth | {"X-Forwarded-For": "203.0.113.9"})
    assert answer.status == 401


async def test_through_our_proxy_the_caller_counts(open_door: OpenDoor) -> None:
    door = await open_door(trusted_proxies=("127.0.0.0/8",), default=FeedConfig(networks=OFFICE, bearer="t"))
    auth = {"Authorization": "Bearer t"}
    inside = await door.post("/v1/alerts", json={"title": "x"}, headers=auth | {"X-Forwarded-For": "203.0.113.9"})
    outside = await door.post("/v1/alerts", json={"title": "x"}, headers=auth | {"X-Forwarded-For": "198.51.100.7"})
    unsaid = await door.post("/v1/alerts", json={"title": "x"}, headers=auth)
    assert (inside.status, outside.status, unsaid.status) == (202, 401, 401)


async def test_whichever_part_is_wrong_the_answer_is_the_same_and_it_is_counted(open_door: OpenDoor) -> None:
    door = await open_door(
        trusted_proxies=("127.0.0.0/8",), default=FeedConfig(networks=OFFICE, bearer="t"), mail=FeedConfig(pulled=True)
    )
    here, there = {"X-Forwarded-For": "203.0.113.9"}, {"X-Forwarded-For": "198.51.100.7"}
    wrong = [here, there, here | {"Authorization": "Bearer x"}, there | {"Authorization": "Bearer t"}]
    answers = [await door.post("/v1/alerts", json={"title": "x"}, headers=headers) for headers in wrong]
    answers.append(await door.post("/v1/feeds/mail", json={"title": "x"}))
    bodies = [{k: v for k, v in (await answer.json()).items() if k != "instance"} for answer in answers]
    headers = [{k: v for k, v in answer.headers.items() if k not in ("Date", "Content-Length")} for answer in answers]
    assert all(answer.status == 401 for answer in answers)
    assert all(body == bodies[0] for body in bodies)
    assert all(header == headers[0] for header in headers)
    assert door.server.app[INTAKE].tallies.totals() == {
        ("default", "not_authentic"): 4,
        ("mail", "not_authentic"): 1,
    }


async def test_a_feed_that_is_being_connected_makes_drills_only(open_door: OpenDoor) -> None:
    from bot.model.alert import AlertStatus
    from bot.store import alerts

    door = await open_door(default=FeedConfig(drill=AlertStatus.TEST))
    answer = await (await door.post("/v1/alerts", json=[{"title": "x"}, {"title": "y", "status": "exercise"}])).json()
    async with door.server.app[INTAKE].database.read() as tx:
        found = [await alerts.get(tx, result["id"]) for result in answer["results"]]
    assert [one.alert.status for one in found if one] == [AlertStatus.TEST, AlertStatus.EXERCISE]
