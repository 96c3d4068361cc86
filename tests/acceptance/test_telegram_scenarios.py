"""The scenarios of reference/telegram.md §4, in its numbers, from outside: phones, webhook, public pages."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from tests.acceptance.scenes import approve, card, posts, press, refusals, state_of, text_of, type_
from tests.acceptance.service import CHANNEL, CHU, DUTY, PHAT, PHO, TRUC, Keng, labels, until


def test_01_approve_posts_once_and_every_card_shows_who_approved(keng: Keng, matter: dict[str, Any]) -> None:
    approve(keng, PHAT, matter)
    text = text_of(keng, matter)
    until(lambda: posts(keng, text), "the post in the channel")
    assert len(posts(keng, text)) == 1
    for chat in (DUTY, PHAT, PHO, CHU):

        def decided(chat: int = chat) -> bool:
            shown = [m for m in keng.phones.cards(chat, matter["code"]) if text.splitlines()[0] in m["text"]]
            return bool(shown) and "Nguyễn Văn Phát" in shown[-1]["text"] and labels(shown[-1]) == []

        until(decided, f"the approval on the card in {chat}")
    assert keng.feed()[0]["content_text"] == text


def test_02_somebody_else_presses_approve_in_the_group_and_is_refused(keng: Keng, matter: dict[str, Any]) -> None:
    answer = press(keng, DUTY, TRUC, "Duyệt", matter)
    assert answer["alert"] is True
    assert "no_right_to_approve" in refusals(keng, matter)
    stranger = press(keng, DUTY, PHO, "Duyệt", matter)
    assert stranger["alert"] is True
    assert posts(keng, text_of(keng, matter)) == []


def test_03_two_spokespersons_at_once_make_one_decision(keng: Keng, matter: dict[str, Any]) -> None:
    press(keng, PHAT, PHAT, "Duyệt", matter)
    press(keng, CHU, CHU, "Duyệt", matter)
    first = keng.phones.press(
        PHAT, PHAT, "Đúng, duyệt bản này", card(keng, PHAT, matter, "Đúng, duyệt bản này")["id"], wait=0
    )
    second = press(keng, CHU, CHU, "Đúng, duyệt bản này", matter)
    del first
    outcomes = [e["details"]["outcome"] for e in keng.incident(matter["id"])["timeline"] if e["act"] == "approve"]
    assert outcomes.count("approved") == 1
    assert set(outcomes) <= {"approved", "already_approved", "already_published"}
    assert second["text"]
    text = text_of(keng, matter)
    until(lambda: posts(keng, text), "the post")
    assert len(posts(keng, text)) == 1


def test_04_a_double_press_and_an_update_delivered_twice_count_once(keng: Keng, matter: dict[str, Any]) -> None:
    press(keng, PHAT, PHAT, "Duyệt", matter)
    prompt = card(keng, PHAT, matter, "Đúng, duyệt bản này")
    keng.phones.fault(kind="duplicate", times=1)
    keng.phones.press(PHAT, PHAT, "Đúng, duyệt bản này", prompt["id"], wait=10)
    data = next(b["callback_data"] for row in prompt["buttons"] for b in row if b["text"].startswith("Đúng"))
    again = keng.phones.forge(PHAT, PHAT, data, prompt["id"])
    assert again["alert"] is True
    text = text_of(keng, matter)
    until(lambda: posts(keng, text), "the post")
    timeline = keng.incident(matter["id"])["timeline"]
    assert len([e for e in timeline if e["details"].get("outcome") == "approved"]) == 1
    assert len(posts(keng, text)) == 1


def test_05_after_the_incident_closed_an_approval_is_refused(keng: Keng, matter: dict[str, Any]) -> None:
    press(keng, PHAT, PHAT, "Duyệt", matter)
    prompt = card(keng, PHAT, matter, "Đúng, duyệt bản này")
    type_(keng, TRUC, f"/dong {matter['code']} đúng: đã rõ")
    answer = keng.phones.press(PHAT, PHAT, "Đúng, duyệt bản này", prompt["id"])
    assert answer["alert"] is True
    assert "incident_not_open" in refusals(keng, matter)
    assert posts(keng, text_of(keng, matter)) == []


def test_05_an_overdue_clock_alone_never_blocks_an_approval(keng: Keng, matter: dict[str, Any]) -> None:
    card(keng, PHAT, matter)
    keng.phones.do("clock", advance=26 * 3600)
    press(keng, PHAT, PHAT, "Duyệt", matter)  # the draft's promised hour is past: it is drafted anew first
    until(lambda: "bản 2" in card(keng, PHAT, matter)["text"], "the new draft")
    approve(keng, PHAT, matter)
    text = text_of(keng, matter)
    until(lambda: posts(keng, text), "the post")


def test_06_a_stale_version_is_refused_and_the_card_shows_the_new_one(keng: Keng, matter: dict[str, Any]) -> None:
    press(keng, PHAT, PHAT, "Duyệt", matter)
    prompt = card(keng, PHAT, matter, "Đúng, duyệt bản này")
    edited = f"Bản sửa của phó cho vụ {matter['code']}."
    type_(keng, PHO, edited, reply_to=card(keng, PHO, matter)["id"])
    answer = keng.phones.press(PHAT, PHAT, "Đúng, duyệt bản này", prompt["id"])
    assert answer["alert"] is True
    assert "stale_version" in refusals(keng, matter)
    until(lambda: edited in card(keng, PHAT, matter)["text"], "the new version on the spokesperson's card")
    assert posts(keng, edited) == []


FORGERIES: list[Callable[[str], str]] = [
    lambda data: "x",
    lambda data: data[:-1] + ("A" if data[-1] != "A" else "B"),
    lambda data: data[::-1],
    lambda data: "A" + data[1:],
    lambda data: data[:20],
    lambda data: "ok:1:1:deadbeef",
    lambda data: "\u202e\u0000ạ" * 5,
]


@pytest.mark.parametrize("forge", FORGERIES, ids=range(len(FORGERIES)))
def test_07_forged_callback_data_is_refused_politely(
    keng: Keng, forged_matter: dict[str, Any], forge: Callable[[str], str]
) -> None:
    shown = card(keng, PHAT, forged_matter)
    data = next(b["callback_data"] for row in shown["buttons"] for b in row if b["text"] == "Duyệt")
    answer = keng.phones.forge(PHAT, PHAT, forge(data), shown["id"])
    assert answer["answered"]
    assert answer["alert"] is True
    assert keng.incident(forged_matter["id"])["versions"][-1]["state"] == "draft"


@pytest.fixture(scope="module")
def forged_matter(keng: Keng) -> dict[str, Any]:
    return keng.open("Ổ gà lớn trên đường trục chính gây tai nạn liên tiếp", location={"text": "Ngã Ba Gạo"})


def test_08_an_edit_by_reply_is_a_new_version_on_all_cards_and_names_the_editor(
    keng: Keng, matter: dict[str, Any]
) -> None:
    edited = f"Thông tin ban đầu đã được biên tập cho vụ {matter['code']}."
    type_(keng, PHO, edited, reply_to=card(keng, PHO, matter)["id"])
    for chat in (DUTY, PHAT, PHO, CHU):
        until(lambda chat=chat: edited in card(keng, chat, matter)["text"], f"the edit in {chat}")
    versions = keng.incident(matter["id"])["versions"]
    assert [v["state"] for v in versions] == ["voided", "draft"]
    assert versions[-1]["created_by"] == "pho"
    assert "Lê Thị Phó" in card(keng, PHAT, matter)["text"]


def test_08_a_reply_to_the_old_card_of_a_closed_incident_is_refused(keng: Keng, matter: dict[str, Any]) -> None:
    shown = card(keng, PHO, matter)
    type_(keng, TRUC, f"/dong {matter['code']} đúng: xong")
    type_(keng, PHO, "Quá muộn rồi.", reply_to=shown["id"])
    assert "incident_not_open" in refusals(keng, matter)


HOSTILE = "Giá <5 & <b>đậm</b> {{ 7*7 }} {% raw %} &amp; \u202eđảo\u202c \u200bvô hình `mã` *sao* [liên kết](http://x)"


def test_09_hostile_characters_are_shown_and_published_literally(keng: Keng, matter: dict[str, Any]) -> None:
    # In a whole statement: the linter keeps back words that lack what a first statement must have.
    hostile = text_of(keng, matter).replace("Đầu mối liên hệ", f"{HOSTILE} {matter['code']}\n\nĐầu mối liên hệ")
    type_(keng, PHO, hostile, reply_to=card(keng, PHO, matter)["id"])
    # Telegram itself drops direction overrides on the way out, so they are no part of what is approved either.
    hostile = hostile.translate({0x202E: None, 0x202C: None})
    until(lambda: hostile in card(keng, PHAT, matter)["text"], "the words on the card")
    approve(keng, PHAT, matter)
    until(lambda: posts(keng, hostile), "the words in the channel")
    until(lambda: hostile in [item["content_text"] for item in keng.feed()], "the words in the newsroom")


def test_10_an_over_long_text_is_refused_with_its_count(keng: Keng, matter: dict[str, Any]) -> None:
    shown = card(keng, PHO, matter)
    answer = type_(keng, PHO, "ạ🌊" * 1900, reply_to=shown["id"])
    assert "3.800" in answer["text"] or "3800" in answer["text"]
    assert keng.incident(matter["id"])["versions"][-1]["version"] == 1
    longest = ("Nước ạ " * 400)[:2790] + matter["code"]
    type_(keng, PHO, longest, reply_to=shown["id"])
    until(lambda: longest in card(keng, PHAT, matter)["text"], "the longest text that is allowed, whole on the card")


def test_12_a_role_revoked_between_card_and_press_is_refused_at_the_press(keng: Keng, matter: dict[str, Any]) -> None:
    press(keng, PHAT, PHAT, "Duyệt", matter)
    prompt = card(keng, PHAT, matter, "Đúng, duyệt bản này")
    people = keng.people / "people.yaml"
    before = people.read_text(encoding="utf-8")
    people.write_text(re.sub(r"(?m)^(\s*(?:- )?\{?)(.*role: regular)", r"\1valid_to: 2020-01-01, \2", before))
    if people.read_text(encoding="utf-8") == before:
        pytest.fail("the sample organisation has no line with `role: regular` to revoke")
    try:
        answer = keng.phones.press(PHAT, PHAT, "Đúng, duyệt bản này", prompt["id"])
    finally:
        people.write_text(before, encoding="utf-8")
    assert answer["alert"] is True
    assert posts(keng, text_of(keng, matter)) == []


def test_13_a_person_who_blocked_the_bot_is_skipped_and_gets_cards_again_after_unblocking(keng: Keng) -> None:
    keng.phones.do("block", user=CHU)
    try:
        matter = keng.open(
            "Sập mái che sân trường sau cơn giông", location={"text": "xã Đá Bạc"}, cards_in=(DUTY, PHAT, PHO)
        )
        assert card(keng, PHAT, matter)
        assert card(keng, DUTY, matter)
    finally:
        keng.phones.do("unblock", user=CHU)
    keng.phones.say(CHU, CHU, "/help")
    assert card(keng, CHU, matter)
    type_(keng, TRUC, f"/dong {matter['code']} đúng: xong")


def test_16_a_429_in_one_chat_delays_no_other_and_loses_nothing(keng: Keng) -> None:
    keng.phones.do("clock", advance=61)  # nobody's pace is held back by what was said before
    keng.phones.fault(kind="error", method="sendMessage", chat=PHO, times=1, code=429, retry_after=3)
    before = len(keng.phones.calls("sendMessage"))
    matter = keng.open("Đò ngang chìm giữa sông, nhiều người rơi xuống nước", location={"text": "bến Đá Bạc"})
    for chat in (DUTY, PHAT, CHU, PHO):
        card(keng, chat, matter)
    sent: dict[int, list[float]] = {}
    for call in keng.phones.calls("sendMessage")[before:]:
        at = datetime.fromisoformat(call["at"]).timestamp()
        sent.setdefault(int(call["params"]["chat_id"]), []).append(at)
    refused, delivered = sent[PHO]
    assert delivered - refused >= 3.0
    late = {chat: at[0] - refused for chat, at in sent.items() if at[0] - refused >= 1.5}
    assert late == {}
    type_(keng, TRUC, f"/dong {matter['code']} đúng: xong")


def test_18_after_ten_minutes_without_telegram_nothing_is_lost_and_pending_cards_are_posted_anew(
    keng: Keng, matter: dict[str, Any]
) -> None:
    old, of_the_deputy = card(keng, PHAT, matter), old_card(keng, PHO, matter)
    keng.phones.fault(kind="refuse", method="*", times=None)
    dead = keng.phones.press(PHAT, PHAT, "Duyệt", old["id"], wait=0)
    assert not dead["answered"]
    keng.phones.say(PHO, PHO, f"Bản gõ trong lúc mất liên lạc {matter['code']}.", of_the_deputy)
    during = keng.send({"title": "Cây xăng đồng loạt hết hàng ở thị tứ Ngã Ba Gạo", "location": {"text": "Ngã Ba Gạo"}})
    assert during.status_code == 202

    def unanswered() -> int:
        return sum(call["status"] == 0 for call in keng.phones.calls("getUpdates"))

    until(unanswered, "Keng to ask in vain")
    keng.phones.do("clock", advance=600)
    asked = unanswered()
    until(lambda: unanswered() > asked, "Keng to ask in vain ten minutes later", 60)
    keng.phones.no_faults()

    def posted_anew() -> dict[str, Any] | None:
        shown = keng.phones.with_button(PHAT, "Duyệt", matter["code"])
        return shown if shown and shown["id"] != old["id"] else None

    new = until(posted_anew, "the pending card posted anew", 60)
    assert f"/duyet {matter['code']}" in "".join(m["text"] for m in keng.phones.cards(PHAT, matter["code"]))
    assert new["id"] > old["id"]
    until(
        lambda: "mất liên lạc" in (keng.phones.with_button(PHAT, "Duyệt", matter["code"]) or {"text": ""})["text"],
        "the edit typed during the outage",
        60,
    )
    until(lambda: [i for i in keng.incidents() if "Cây xăng" in i["title"]], "the alert of the outage")
    other = next(i for i in keng.incidents() if "Cây xăng" in i["title"])
    assert card(keng, PHAT, other)
    type_(keng, TRUC, f"/dong {other['code']} đúng: xong")


def old_card(keng: Keng, chat: int, matter: dict[str, Any]) -> int:
    return int(card(keng, chat, matter)["id"])


@pytest.mark.parametrize("lost", ["lost", "lost_500"])
@pytest.mark.parametrize("appeared", [True, False])
def test_20_a_lost_answer_is_never_retried_a_person_is_asked(
    keng: Keng, matter: dict[str, Any], lost: str, appeared: bool
) -> None:
    text = text_of(keng, matter)
    kind: dict[str, Any] = {"kind": lost} if appeared else {"kind": "error", "code": 500}
    keng.phones.fault(method="sendMessage", chat=CHANNEL, times=1, **kind)
    approve(keng, PHAT, matter)
    question = until(lambda: keng.phones.with_button(PHAT, "Đã đăng", matter["code"]), "the question")
    states = {d["outlet"]: d["state"] for d in keng.incident(matter["id"])["deliveries"]}
    assert states["telegram_channel"] == "unknown"
    assert len(posts(keng, text)) == (1 if appeared else 0)
    keng.phones.press(PHAT, PHAT, "Đã đăng" if appeared else "Chưa đăng", question["id"])

    def settled() -> bool:
        copies = keng.incident(matter["id"])["deliveries"]
        return {d["state"] for d in copies} == {"sent"}

    until(settled, "the delivery to be settled")
    assert len(posts(keng, text)) == 1


@pytest.mark.parametrize("trouble", [{"code": 401}, {"code": 404}, {"code": 409}, {"kind": "bad_gateway"}])
def test_21_a_stray_error_on_polling_does_not_end_the_intake(
    keng: Keng, matter: dict[str, Any], trouble: dict[str, Any]
) -> None:
    keng.phones.fault(**({"kind": "error", "method": "getUpdates", "times": 2} | trouble))
    keng.phones.say(TRUC, TRUC, "/ds")
    shown = card(keng, DUTY, matter, "Tiếp nhận")
    answer = keng.phones.press(DUTY, TRUC, "Tiếp nhận", shown["id"], wait=20)
    assert answer["answered"]
    assert state_of(keng, matter) == "accepted"


def test_21_a_second_instance_on_the_same_data_refuses_to_run(keng: Keng) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "bot", "serve"],
        env={**keng.env, "KENG_HTTP__PORT": "1", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=keng.folder,
    )
    assert second.returncode == 1
    assert "another Keng" in second.stderr
    assert keng.http.get("/readyz").status_code == 200


def test_22_a_callback_that_is_too_old_to_answer_still_counts(keng: Keng, matter: dict[str, Any]) -> None:
    too_old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    keng.phones.fault(kind="error", method="answerCallbackQuery", times=1, code=400, description=too_old)
    keng.phones.press(DUTY, TRUC, "Tiếp nhận", card(keng, DUTY, matter, "Tiếp nhận")["id"], wait=0)
    until(lambda: state_of(keng, matter) == "accepted", "the acknowledgement")


def test_22_a_card_that_somebody_deleted_is_sent_anew(keng: Keng, matter: dict[str, Any]) -> None:
    shown = card(keng, PHAT, matter)
    keng.phones.do("delete", chat=PHAT, message=shown["id"])
    press(keng, DUTY, TRUC, "Tiếp nhận", matter)
    anew = card(keng, PHAT, matter)
    assert anew["id"] != shown["id"]


def test_22_a_card_that_did_not_change_is_not_edited_in_a_loop(keng: Keng, matter: dict[str, Any]) -> None:
    card(keng, PHAT, matter)
    press(keng, DUTY, TRUC, "Tiếp nhận", matter)
    time.sleep(5)
    before = len(keng.phones.calls("editMessageText"))
    time.sleep(3)
    assert len(keng.phones.calls("editMessageText")) == before
