"""No way in without the secret, and no word about which part was wrong."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import Any

import pytest

from bot.intake import FeedConfig
from bot.intake.formats.cap import CAP
from bot.intake.signature import new_secret
from bot.store import alerts, quarantine
from bot.store.database import Database
from tests.conftest import MovableClock
from tests.intake.conftest import Client, OpenDoor
from tests.intake.signing import BODY, signed

OLD, NEW, WRONG = (new_secret(bytes([n]) * 32) for n in (1, 2, 3))


@pytest.fixture
async def door(open_door: OpenDoor) -> Client:
    return await open_door(default=FeedConfig(secrets=(OLD, NEW)))


async def status(door: Client, headers: dict[str, str], body: str = BODY) -> int:
    return (await door.post("/v1/alerts", data=body.encode(), headers=headers)).status


@pytest.mark.parametrize("secret", [OLD, NEW])
async def test_during_rotation_both_secrets_open_the_door(door: Client, clock: MovableClock, secret: str) -> None:
    assert await status(door, signed(clock, secret)) == 202


async def test_one_good_signature_among_several_is_enough(door: Client, clock: MovableClock) -> None:
    headers = signed(clock, NEW)
    headers["webhook-signature"] = f"v1a,xyz {signed(clock, WRONG)['webhook-signature']} {headers['webhook-signature']}"
    assert await status(door, headers) == 202


async def test_whatever_is_wrong_is_the_same_401_and_nothing_is_stored(
    door: Client, clock: MovableClock, database: Database
) -> None:
    good = signed(clock, NEW)
    bad: list[dict[str, str]] = [
        {},
        signed(clock, WRONG),
        signed(clock, NEW, body="{}"),
        signed(clock, NEW, ahead=timedelta(minutes=-6)),
        signed(clock, NEW, ahead=timedelta(minutes=6)),
        good | {"webhook-id": "msg_2"},
        good | {"webhook-timestamp": "abc"},
        good | {"webhook-timestamp": "-1"},
        good | {"webhook-timestamp": "9" * 40},
        good | {"webhook-timestamp": "١٢٣"},
        good | {"webhook-signature": ""},
        good | {"webhook-signature": "v1,"},
        good | {"webhook-signature": "v1,%%%"},
        good | {"webhook-signature": "v2," + good["webhook-signature"][3:]},
        {"Authorization": "Bearer " + NEW},
        {"Authorization": "Basic !!!"},
    ]
    answers: list[Any] = []
    for headers in bad:
        answer = await door.post("/v1/alerts", data=BODY.encode(), headers=headers)
        assert answer.status == 401, headers
        answers.append(await answer.json())
    assert all(answer == answers[0] for answer in answers)
    async with database.read() as tx:
        assert await alerts.unplaced(tx) == []
        assert await quarantine.waiting(tx) == []


CAP_IN_LATIN = """<?xml version="1.0" encoding="ISO-8859-1"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>PT-1</identifier><sender>a@b.example</sender>
<sent>2026-11-22T13:05:00+07:00</sent><status>Test</status><msgType>Alert</msgType><scope>Public</scope>
<info><category>Met</category><event>Mưa</event><headline>Marée haute \xe0 Sông Thượng</headline></info></alert>"""


def signed_bytes(clock: MovableClock, secret: str, body: bytes) -> dict[str, str]:
    """As the standard has it, over bytes of whatever coding: the library signs nothing but UTF-8."""
    sent = str(int(clock.now().timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    made = hmac.digest(key, f"msg_1.{sent}.".encode() + body, hashlib.sha256)
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": sent,
        "webhook-signature": "v1," + base64.b64encode(made).decode(),
    }


@pytest.mark.parametrize("coding", ["iso-8859-1", "utf-16"])
async def test_a_signature_is_over_the_bytes_whatever_they_are_written_in(
    open_door: OpenDoor, clock: MovableClock, coding: str
) -> None:
    door = await open_door(cap=FeedConfig(format=CAP, secrets=(NEW,)))
    body = CAP_IN_LATIN.replace("ISO-8859-1", coding).encode(coding, "xmlcharrefreplace")
    answer = await door.post("/v1/feeds/cap", data=body, headers=signed_bytes(clock, NEW, body))
    assert (answer.status, (await answer.json())["accepted"]) == (202, 1)
    assert (await door.post("/v1/feeds/cap", data=body, headers=signed_bytes(clock, OLD, body))).status == 401


async def test_signed_bytes_that_are_no_text_are_no_json_and_no_stranger(door: Client, clock: MovableClock) -> None:
    body = b'{"title": "\xff\xfe"}'
    answer = await door.post("/v1/alerts", data=body, headers=signed_bytes(clock, NEW, body))
    assert (answer.status, (await answer.json())["type"]) == (400, "about:blank#not_json")
    assert (await door.post("/v1/alerts", data=body, headers=signed_bytes(clock, WRONG, body))).status == 401


async def test_a_stale_but_once_good_signature_is_refused(door: Client, clock: MovableClock) -> None:
    headers = signed(clock, NEW)
    clock.advance(minutes=5, seconds=1)
    assert await status(door, headers) == 401


async def test_bearer_and_basic_serve_senders_that_cannot_sign(open_door: OpenDoor) -> None:
    door = await open_door(default=FeedConfig(bearer="token-1"), other=FeedConfig(basic="user:pass"))
    assert await status(door, {"Authorization": "Bearer token-1"}) == 202
    assert await status(door, {"Authorization": "bearer token-2"}) == 401
    basic = base64.b64encode(b"user:pass").decode()
    answer = await door.post("/v1/feeds/other", data=BODY.encode(), headers={"Authorization": f"Basic {basic}"})
    assert answer.status == 202
    assert (await door.post("/v1/feeds/none", data=BODY.encode())).status == 404


async def test_asking_after_an_alert_needs_the_same_credentials(open_door: OpenDoor) -> None:
    door = await open_door(default=FeedConfig(bearer="token-1"))
    known = {"Authorization": "Bearer token-1"}
    sent = await (await door.post("/v1/alerts", data=BODY.encode(), headers=known)).json()
    path = f"/v1/alerts/{sent['results'][0]['id']}"
    assert (await door.get(path)).status == 401
    assert (await door.get(path, headers=known)).status == 200
    assert (await door.get("/v1/alerts/unknown")).status == 401
