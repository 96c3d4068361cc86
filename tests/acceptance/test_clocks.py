"""Scenarios 13 and 24 of reference/telegram.md §4 and the clocks of NĐ 244/2026, from outside: phones and commands.

Level 3: acknowledge within 15 minutes of the alert. Reminders at 7.5 and 12 minutes, deputy at 15, head at 18.75,
supervising department at 22.5.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.acceptance.conftest import NewStore
from tests.acceptance.scenes import approve, card, posts, press, text_of, type_
from tests.acceptance.service import CHU, DUTY, PHAT, PHO, TRUC, Keng, until

SO = 106
AFTERNOON = "2026-12-02T14:00:00+07:00"
LATE = "2026-12-02T23:00:00+07:00"
ONE_SWEEP = 30.0


@pytest.fixture
def office(tmp_path_factory: pytest.TempPathFactory, new_store: NewStore) -> Iterator[Keng]:
    """An installation of its own, at two in the afternoon; clock and phones survive a kill of it."""
    made = Keng(tmp_path_factory.mktemp("keng"), simulator_inside=True, **new_store())
    try:
        made.start()
        made.phones.do("clock", set=AFTERNOON)
        yield made
    finally:
        made.stop()


def alarm(keng: Keng, title: str = "Nước máy có mùi dầu ở phường Bến Nứa", **fields: Any) -> dict[str, Any]:
    volume = fields.pop("volume", {"observed": 412, "baseline": 66, "factor": 6.2})
    opened = keng.open(title, location={"text": title.rpartition(" ở ")[2]}, volume=volume, **fields)
    followed(keng, opened, "acknowledge")
    return opened


def followed(keng: Keng, matter: dict[str, Any], rule: str) -> dict[str, Any]:
    """Wait for the sweep to follow one clock; returns its row."""

    def look() -> dict[str, Any] | None:
        rows = keng.incident(matter["id"])["deadlines"]
        return next((row for row in rows if row["rule"] == rule and row["state"] == "running"), None)

    return until(look, f"the clock {rule}", ONE_SWEEP)


def said(keng: Keng, chat: int, *parts: str) -> list[str]:
    texts = [m["text"] for m in keng.phones.messages(chat) if m["from_bot"]]
    return [text for text in texts if all(part in text for part in parts)]


def hears(keng: Keng, chat: int, *parts: str, times: int = 1) -> None:
    until(lambda: len(said(keng, chat, *parts)) >= times, f"{parts} in {chat}", ONE_SWEEP)
    assert len(said(keng, chat, *parts)) == times


def restart(keng: Keng, *heard: int) -> None:
    """Kill and start anew, once what these people heard is noted as sent: a message is told again rather than lost."""
    for who in heard:  # one chat is served in order, so an answer says that what came before it is noted
        type_(keng, who, "/ds")
    keng.service.kill()
    keng.start_service()


def test_24_reminders_and_the_next_in_line_exactly_once_across_a_kill_and_a_clock_set_back(office: Keng) -> None:
    matter = alarm(office)
    waits = "⏰ Chưa ai tiếp nhận"
    office.phones.do("clock", advance=8 * 60)
    hears(office, TRUC, waits, "còn")
    restart(office, TRUC)
    office.phones.do("clock", advance=4.5 * 60)
    hears(office, TRUC, waits, "còn", times=2)
    office.phones.do("clock", advance=3 * 60)
    hears(office, PHO, waits, "QUÁ HẠN")
    hears(office, DUTY, waits, "Đã báo: Lê Thị Phó")
    office.phones.do("clock", advance=-3600)
    restart(office, TRUC, PHO)
    # An act in the hour that comes twice: once its own clock runs, all clocks were followed in that hour.
    type_(office, TRUC, f"/tacdong {matter['code']} đúng")
    followed(office, matter, "PN_24H_DU_LUAN")
    office.phones.do("clock", advance=3600 + 4 * 60)
    hears(office, CHU, waits, "QUÁ HẠN")
    office.phones.do("clock", advance=4 * 60)
    hears(office, SO, waits, "QUÁ HẠN")
    told = {who: len(said(office, who, waits)) for who in (TRUC, PHO, CHU, SO)}
    assert told == {TRUC: 2, PHO: 1, CHU: 1, SO: 1}, said(office, TRUC, waits)
    # A colleague on duty and one of the department have no Telegram: these gaps are on the record beside the steps.
    steps = [
        e["details"]["why"]
        for e in _escalations(office, matter)
        if e["details"]["clock"] == "acknowledge" and e["act"] != "person_unreachable"
    ]
    assert steps == ["reminder", "reminder", "overdue", "overdue", "overdue"]
    assert office.audit_is_whole()


def test_24_an_acknowledgement_and_an_approval_stop_the_clocks(office: Keng) -> None:
    matter = alarm(office)
    press(office, DUTY, TRUC, "Tiếp nhận", matter)
    approve(office, PHAT, matter)
    text = text_of(office, matter)
    until(lambda: posts(office, text), "the post")
    office.phones.do("clock", advance=2 * 3600)
    row = followed(office, matter, "next_update")
    assert row["taken"] == 0 or row["due_at"]
    for chat in (TRUC, PHAT, PHO, CHU, SO):
        assert said(office, chat, "Chưa ai tiếp nhận") == []
        assert said(office, chat, "Chưa duyệt") == []


def test_24_quiet_hours_hold_for_level_2_and_never_for_level_3(office: Keng) -> None:
    office.phones.do("clock", set=LATE)
    small = alarm(office, "Điện chập chờn, nhiều hộ mất điện cả tối ở xã Đồi Thông", volume={"observed": 90})
    grave = alarm(office, "Hàng chục học sinh đau bụng sau bữa ăn bán trú ở xã Suối Vàng")
    assert (small["level"], grave["level"]) == (2, 3)
    office.phones.do("clock", advance=3600)
    hears(office, PHO, "Chưa ai tiếp nhận", grave["code"])
    type_(office, TRUC, f"/tacdong {small['code']} đúng")
    followed(office, small, "PN_24H_DU_LUAN")
    for chat in (TRUC, PHAT, PHO, CHU, SO):
        assert said(office, chat, "⏰", small["code"]) == []
    office.phones.do("clock", set="2026-12-03T06:16:00+07:00")
    hears(office, TRUC, "Chưa ai tiếp nhận", small["code"])


def test_13_a_blocked_spokesperson_is_skipped_at_once_and_the_duty_room_hears_of_it(office: Keng) -> None:
    office.phones.do("block", user=PHAT)
    matter = alarm(office, cards_in=(DUTY, PHO, CHU))
    hears(office, PHO, "không liên lạc được với Nguyễn Văn Phát")
    hears(office, DUTY, "không liên lạc được với Nguyễn Văn Phát", "Xin gọi điện và nhắc việc này")
    assert card(office, PHO, matter, "Sửa")
    acts = [(e["act"], e["details"].get("why")) for e in _escalations(office, matter)]
    assert ("escalate", "holder_unreachable") in acts
    assert ("person_unreachable", None) in acts
    office.phones.do("unblock", user=PHAT)
    office.phones.say(PHAT, PHAT, "/help")
    assert card(office, PHAT, matter)


def test_both_limits_stand_on_the_card_with_their_article_and_what_started_them(office: Keng) -> None:
    matter = alarm(office)
    for article in ("khoản 3 Điều 7", "khoản 4 Điều 7"):
        assert article in card(office, PHAT, matter)["text"]
    assert "chưa ai tiếp nhận" in card(office, PHAT, matter)["text"]
    press(office, DUTY, TRUC, "Tiếp nhận", matter)
    office.phones.do("clock", advance=20 * 60)
    press(office, DUTY, TRUC, "Có tác động dư luận", matter)
    press(office, DUTY, TRUC, "Đúng, có tác động", matter)

    def started() -> bool:
        text = card(office, PHAT, matter)["text"]
        return "tính từ lúc tiếp nhận 14h0" in text and "tính từ lúc xác định tác động dư luận 14h2" in text

    until(started, "both limits on the card")
    whole = office.incident(matter["id"])
    assert whole["accepted_at"] < whole["impact_determined_at"]
    assert "Có tác động dư luận" not in [b["text"] for row in card(office, PHAT, matter)["buttons"] for b in row]


def test_words_that_promise_a_past_hour_are_drafted_anew_before_anybody_is_asked(office: Keng) -> None:
    matter = alarm(office)
    card(office, PHAT, matter)
    office.phones.do("clock", advance=5 * 3600)
    press(office, PHAT, PHAT, "Duyệt", matter)
    hears(office, PHAT, "Chưa hỏi duyệt", "18h0")
    until(lambda: "bản 2" in card(office, PHAT, matter)["text"], "the new draft on the card")
    approve(office, PHAT, matter)
    text = text_of(office, matter)
    until(lambda: posts(office, text), "the post")
    assert "23h0" in text


def _escalations(keng: Keng, matter: dict[str, Any]) -> list[dict[str, Any]]:
    acts = {"remind", "escalate", "person_unreachable"}
    return [e for e in keng.incident(matter["id"])["timeline"] if e["act"] in acts]
