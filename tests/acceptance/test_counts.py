"""From outside: counts come in by HTTP, a card with its picture comes out; whatever is killed in between, once."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from tests.acceptance.scenes import type_
from tests.acceptance.service import DUTY, PHAT, PHO, TRUC, Keng, until

BIN = 300
TOPIC = "Nước máy có mùi dầu ở phường Sông Thượng"
MIDDAY = "2026-12-02T10:00:00+07:00"
RISE = [6.0, 30.0, 45.0, 60.0]


@pytest.fixture
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keng]:
    """An installation of its own, at ten in the morning; clock and phones survive a kill of it."""
    made = Keng(tmp_path_factory.mktemp("keng"), simulator_inside=True)
    try:
        made.start()
        made.phones.do("clock", set=MIDDAY)
        yield made
    finally:
        made.stop()


class Collector:
    """An office's program that counts one topic and pushes what it counted, again and again until it is accepted."""

    def __init__(self, keng: Keng) -> None:
        self.keng = keng
        self.next = int(datetime.fromisoformat(MIDDAY).astimezone(UTC).timestamp())

    def push(self, bins: list[dict[str, Any]]) -> dict[str, Any]:
        answer = self.keng.http.post("/v1/counts", json=bins)
        assert answer.status_code == 202, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def history(self, days: int = 5) -> None:
        random = np.random.default_rng(4)
        first = self.next - days * 86_400
        starts = range(first, self.next, BIN)
        means = [4 * (1 + 0.6 * math.sin(((start % 86_400) / 3600 - 3) / 24 * 2 * math.pi)) for start in starts]
        counts = [float(random.poisson(mean)) for mean in means]
        answer = self.push([self.bin(start, count) for start, count in zip(starts, counts, strict=True)])
        assert (answer["accepted"], answer["refused"]) == (days * 288, [])
        self.keng.phones.do("clock", advance=120)
        until(lambda: self.judged() >= self.next, "the history to be judged", 60)
        self.keng.phones.do("clock", advance=-120)

    def passes(self, *counts: float) -> None:
        for count in counts:
            self.keng.phones.do("clock", advance=BIN)
            self.push([self.bin(self.next, count)])
            self.next += BIN
        self.keng.phones.do("clock", advance=120)

    def bin(self, start: int, count: float) -> dict[str, Any]:
        return {"topic": TOPIC, "start": start, "seconds": BIN, "count": count}

    def judged(self) -> float:
        lines = self.keng.http.get("/metrics").text.splitlines()
        found = [line for line in lines if line.startswith("keng_counts_judged_until_seconds{")]
        return float(found[0].rsplit(" ", 1)[1]) if found else 0.0


def incidents_of_topic(keng: Keng) -> list[dict[str, Any]]:
    return [one for one in keng.incidents() if one["title"] == TOPIC]


def picture(keng: Keng, chat: int = DUTY) -> dict[str, Any] | None:
    found = [m for m in keng.phones.messages(chat) if m["from_bot"] and m["media"]]
    return found[-1] if found else None


def pressed(keng: Keng, code: str, label: str) -> bool:
    """The spokesperson presses a button; False while the card that they read is an old one."""
    message = keng.phones.with_button(PHAT, label, code)
    return message is not None and not keng.phones.press(PHAT, PHAT, label, message["id"]).get("alert")


def test_counts_come_in_and_a_card_with_its_picture_comes_out(office: Keng) -> None:
    collector = Collector(office)
    collector.history()
    assert office.incidents() == []
    collector.passes(*RISE)
    card = until(lambda: office.phones.with_button(DUTY, "Duyệt"), "the card", 60)
    assert TOPIC in card["text"]
    assert "Vì sao báo" in card["text"]
    assert "giờ tới" in card["text"]
    shown = until(lambda: picture(office), "the picture", 60)
    assert shown["reply_to"] == card["id"]
    drawn = office.http.get(shown["media"]["href"])
    assert drawn.content.startswith(b"\x89PNG")
    assert len(drawn.content) < 100_000
    (matter,) = incidents_of_topic(office)
    shown_by_command = office.incident(matter["code"])
    assert shown_by_command["curve"]["topic"] == TOPIC
    # The words go out, hours pass, and the curve is held against what was expected without them.
    type_(office, PHO, f"/dulieu {matter['code']} place phường Sông Thượng")
    for label in ("Duyệt", "Đúng, duyệt bản này"):
        until(lambda label=label: pressed(office, matter["code"], label), label, 30)
    until(office.feed, "the publication", 30)
    until(lambda: office.incident(matter["code"])["curve"]["after_statements"], "the forecast from before", 30)
    collector.passes(*[30.0] * 42)
    until(lambda: collector.judged() >= collector.next, "the hours after", 60)
    said = type_(office, TRUC, f"/duongcong {matter['code']}")["text"]
    assert "kể từ khi công bố thông tin" in said
    assert "không chứng minh" in said


@pytest.mark.parametrize("moment", [0.5, 4.5])
def test_a_kill_between_counts_and_card_leaves_one_alert(office: Keng, moment: float) -> None:
    collector = Collector(office)
    collector.history()
    collector.passes(*RISE[:3])
    time.sleep(moment)  # the kill falls before, in or after the round that judges
    office.service.kill()
    office.start_service()
    until(lambda: office.phones.with_button(DUTY, "Duyệt"), "the card", 60)
    until(lambda: collector.judged() >= collector.next, "all bins to be judged", 60)
    collector.passes(50.0)
    until(lambda: collector.judged() >= collector.next, "the bin after", 60)
    (matter,) = incidents_of_topic(office)
    shown = office.incident(matter["code"])
    raised = [e for e in shown["timeline"] if e["act"] in ("open_incident", "join_incident")]
    assert len(raised) == len(shown["alert_list"]) <= 2, "one alert, and one more where it became twice as bad"
    assert len({one["id"] for one in shown["alert_list"]}) == len(shown["alert_list"])
    cards = [
        m for m in office.phones.messages(DUTY) if "Duyệt" in [b["text"] for row in m["buttons"] or [] for b in row]
    ]
    assert len(cards) == 1
    assert office.audit_is_whole()
