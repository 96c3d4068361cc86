"""Scenario 23 of reference/telegram.md §4: Telegram pushes. Keng and the simulator are processes of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.acceptance.conftest import NewStore
from tests.acceptance.scenes import card, posts, press, refusals, state_of, text_of
from tests.acceptance.service import DUTY, PHAT, TRUC, Keng, until

SECRET, BEARER = "a-secret-of-the-acceptance-tests-0123456789", "feeds-must-show-who-they-are"
SHOWN = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
MEBIBYTE = 2**20


@pytest.fixture(scope="module")
def pushed(tmp_path_factory: pytest.TempPathFactory, new_store: NewStore) -> Iterator[Keng]:
    """Telegram reaches Keng under a public address and shows a secret."""
    made = Keng(tmp_path_factory.mktemp("webhook"), **new_store())
    made.service.env |= {
        "KENG_TELEGRAM__MODE": "webhook",
        "KENG_TELEGRAM__WEBHOOK_SECRET": SECRET,
        "KENG_HTTP__PUBLIC_URL": made.base,
        "KENG_FEEDS__DEFAULT__BEARER": BEARER,
    }
    made.http.headers["Authorization"] = f"Bearer {BEARER}"
    try:
        made.start()
        until(lambda: made.phones.http.get("/_sim/state").json()["webhook"], "the webhook to be set")
        yield made
    finally:
        made.stop()


@pytest.fixture
def case(pushed: Keng) -> Iterator[dict[str, Any]]:
    title = "Cầu dân sinh bị sập nhịp, xe không qua được ở xã Đồi Thông"
    opened = pushed.open(title, location={"text": "xã Đồi Thông"})
    yield opened
    pushed.phones.say(TRUC, TRUC, f"/dong {opened['code']} đúng: xong")
    until(lambda: state_of(pushed, opened) == "closed", "the incident to close")


def test_23_the_whole_way_from_alert_to_publication_goes_by_push(pushed: Keng, case: dict[str, Any]) -> None:
    press(pushed, DUTY, TRUC, "Tiếp nhận", case)
    press(pushed, PHAT, PHAT, "Duyệt", case)
    press(pushed, PHAT, PHAT, "Đúng, duyệt bản này", case)
    until(lambda: posts(pushed, text_of(pushed, case)), "the post")
    assert len(posts(pushed, text_of(pushed, case))) == 1
    assert pushed.phones.calls("getUpdates") == []


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", SECRET[:-1]])
def test_23_without_the_secret_nothing_is_taken(pushed: Keng, case: dict[str, Any], secret: str | None) -> None:
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
    answer = httpx.post(f"{pushed.base}/telegram", json=acknowledge(case, 1_900_000_001), headers=headers)
    assert answer.status_code == 403
    assert state_of(pushed, case) == "new"


def acknowledge(case: dict[str, Any], update: int) -> dict[str, Any]:
    """A typed act, as Telegram would push it."""
    chat = {"id": TRUC, "type": "private", "first_name": "Trần Thị Trực"}
    sender = {"id": TRUC, "is_bot": False, "first_name": "Trần Thị Trực"}
    message = {"message_id": 7_000_001, "date": 1_795_000_000, "chat": chat, "from": sender}
    return {"update_id": update, "message": {**message, "text": f"/tiepnhan {case['code']}"}}


def test_23_the_same_update_twice_is_one_act(pushed: Keng, case: dict[str, Any]) -> None:
    card(pushed, DUTY, case)
    update = acknowledge(case, 1_900_000_100)
    answers = [httpx.post(f"{pushed.base}/telegram", json=update, headers=SHOWN).status_code for _ in range(3)]
    assert answers == [200, 200, 200]
    until(lambda: state_of(pushed, case) == "accepted", "the act")
    timeline = pushed.incident(case["id"])["timeline"]
    assert len([e for e in timeline if e["act"] == "acknowledge"]) == 1
    assert refusals(pushed, case) == []


def test_23_whatever_else_is_pushed_is_answered_and_does_no_harm(pushed: Keng, case: dict[str, Any]) -> None:
    def push(body: bytes) -> int:
        return httpx.post(f"{pushed.base}/telegram", content=body, headers=SHOWN, timeout=30).status_code

    assert push(b"{") == 400
    assert push(b"[]") == 400
    assert push(b'{"no_update": 1}') == 400
    assert push(b'{"update_id": 1900000200, "hologram": {"x": 1}}') == 200
    assert push(b'{"update_id": 1900000201, "message": {"text": null, "chat": 5}}') == 200
    assert push(b" " * 5 * MEBIBYTE) == 413
    press(pushed, DUTY, TRUC, "Tiếp nhận", case)
    assert state_of(pushed, case) == "accepted"


def test_23_what_is_pushed_while_nobody_listens_comes_later_and_counts_once(pushed: Keng, case: dict[str, Any]) -> None:
    shown = card(pushed, DUTY, case, "Tiếp nhận")
    pushed.service.kill()
    pushed.phones.press(DUTY, TRUC, "Tiếp nhận", shown["id"], wait=0)
    pushed.start_service()
    until(lambda: state_of(pushed, case) == "accepted", "the press, delivered again", 60)
    timeline = pushed.incident(case["id"])["timeline"]
    assert len([e for e in timeline if e["act"] == "acknowledge"]) == 1
