"""What else people do on Telegram, from outside; every act by button and typed, and what strangers get."""

from __future__ import annotations

import re
from typing import Any

import httpx

from tests.acceptance.scenes import answered, approve, card, posts, press, state_of, text_of, type_
from tests.acceptance.service import DUTY, KHACH, PHAT, PHO, TRUC, Keng, labels, until


def test_a_stranger_gets_a_polite_word_and_learns_nothing(keng: Keng, matter: dict[str, Any]) -> None:
    said = keng.phones.do("start", user=KHACH)
    answer = answered(keng, KHACH, said["id"])
    assert matter["code"] not in answer["text"]
    reply = type_(keng, KHACH, f"/duyet {matter['code']}")
    assert matter["title"] not in reply["text"]
    assert keng.incident(matter["id"])["versions"][-1]["state"] == "draft"


def test_a_typed_approval_asks_once_more_and_takes_the_versions_own_code(keng: Keng, matter: dict[str, Any]) -> None:
    card(keng, PHAT, matter)
    asked = type_(keng, PHAT, f"/duyet {matter['code']}")
    assert keng.incident(matter["id"])["versions"][-1]["state"] == "draft"
    typed = re.search(rf"/duyet {matter['code']} (\w+)", asked["text"])
    assert typed, asked["text"]
    type_(keng, PHAT, f"/duyet {matter['code']} {typed[1]}")
    text = text_of(keng, matter)
    until(lambda: posts(keng, text), "the post")


def test_a_return_asks_for_its_reason_and_shows_it(keng: Keng, matter: dict[str, Any]) -> None:
    card(keng, PHAT, matter, "Trả lại")
    before = keng.phones.messages(PHAT)[-1]["id"]
    press(keng, PHAT, PHAT, "Trả lại", matter)
    prompt = answered(keng, PHAT, before)
    type_(keng, PHAT, "Thiếu đầu mối liên hệ", reply_to=prompt["id"])
    until(lambda: keng.incident(matter["id"])["versions"][-1]["state"] == "returned", "the return")
    until(lambda: any("Thiếu đầu mối" in m["text"] for m in keng.phones.cards(PHO, matter["code"])), "the reason")


def test_another_playbook_is_chosen_from_the_candidates(keng: Keng, matter: dict[str, Any]) -> None:
    card(keng, DUTY, matter, "Cẩm nang khác")
    before = keng.phones.messages(DUTY)[-1]["id"]
    press(keng, DUTY, TRUC, "Cẩm nang khác", matter)
    chooser = answered(keng, DUTY, before)
    names = [name for name in labels(chooser) if not name.startswith(("Tất cả", "Hủy", "Thôi"))]
    assert len(names) >= 2
    keng.phones.press(DUTY, TRUC, names[1], chooser["id"])
    until(lambda: keng.incident(matter["id"])["versions"][-1]["version"] == 2, "the new draft")


def test_a_false_alarm_is_asked_once_more_and_takes_the_buttons_away(keng: Keng, matter: dict[str, Any]) -> None:
    card(keng, DUTY, matter, "Báo động giả")
    before = keng.phones.messages(DUTY)[-1]["id"]
    press(keng, DUTY, TRUC, "Báo động giả", matter)
    assert state_of(keng, matter) == "new"
    sure = answered(keng, DUTY, before)
    yes = next(name for name in labels(sure) if "báo động giả" in name.lower())
    keng.phones.press(DUTY, TRUC, yes, sure["id"])
    until(lambda: state_of(keng, matter) == "dismissed", "the dismissal")
    until(lambda: keng.phones.with_button(PHAT, "Duyệt", matter["code"]) is None, "the buttons to go")


def test_help_tells_each_role_what_it_can_do(keng: Keng) -> None:
    spokesperson, duty = type_(keng, PHAT, "/help")["text"], type_(keng, TRUC, "/help")["text"]
    assert "/duyet" in spokesperson
    assert "/duyet" not in duty
    assert "/tiepnhan" in duty


def test_a_drill_is_marked_on_its_card_and_reaches_no_outlet(keng: Keng) -> None:
    drill = keng.open("Giả định: cháy kho hàng", status="exercise", location={"text": "kho Đá Bạc"})
    shown = card(keng, PHAT, drill)
    assert "DIỄN TẬP" in shown["text"]
    approve(keng, PHAT, drill)
    until(lambda: keng.incident(drill["id"])["versions"][-1]["state"] == "approved", "the approval")
    assert keng.incident(drill["id"])["deliveries"] == []
    assert posts(keng, text_of(keng, drill)) == []
    type_(keng, TRUC, f"/dong {drill['code']} đúng: xong")


def test_the_simulator_saw_no_call_that_telegram_would_refuse(keng: Keng) -> None:
    problems = keng.phones.http.get("/_sim/problems").json()
    unexpected = [p for p in problems if p.get("status") not in (401, 403, 404, 409, 429)]
    assert not unexpected, "\n".join(str(problem) for problem in unexpected[:3])


def test_the_audit_chain_is_whole_after_all_of_it(keng: Keng) -> None:
    verified = keng.command("audit", "verify")
    assert verified.returncode == 0, verified.stderr
    assert isinstance(keng.http, httpx.Client)
