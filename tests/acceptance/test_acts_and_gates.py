"""Acts and gates from outside: real processes, phones, the newsroom. Level 4, the head's authorisation, the stop."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pyotp

from tests.acceptance.scenes import approve, card, pass_the_lawyer, posts, press, refusals, state_of, text_of, type_
from tests.acceptance.service import CHANNEL, CHU, DUTY, PHAT, PHO, TRUC, Keng, until

TERMS = "12/GUQ-UBND"
SECRET, PAIRING = re.compile(r"\b[A-Z2-7]{32}\b"), re.compile(r"/totp ([0-9A-Z]{6}) ")


def now(keng: Keng) -> datetime:
    return datetime.fromisoformat(keng.phones.do("clock", advance=0)["now"])


def enrol(keng: Keng, who: int, helper: int) -> pyotp.TOTP:
    shown = type_(keng, who, "/totp")["text"]
    secret, pairing = SECRET.search(shown), PAIRING.search(shown)
    assert secret and pairing, shown
    type_(keng, helper, f"/totp {pairing[1]}")
    app = pyotp.TOTP(secret[0])
    answer = type_(keng, who, f"/totp {app.at(now(keng))}")["text"]
    assert "đã có hiệu lực" in answer
    keng.phones.do("clock", advance=60)
    return app


def test_level_4_takes_a_code_of_the_approvers_device_and_a_second_person(keng: Keng, matter: dict[str, Any]) -> None:
    app = enrol(keng, PHAT, TRUC)
    type_(keng, TRUC, f"/muc {matter['code']} 4 có người bị nạn")
    until(lambda: "Mức 4" in card(keng, PHAT, matter)["text"], "level 4 on the card")

    pass_the_lawyer(keng, matter)
    early = press(keng, PHAT, PHAT, "Duyệt", matter)
    assert early["alert"] is True
    press(keng, DUTY, TRUC, "Đã soát nội dung", matter)
    until(lambda: "đã soát nội dung" in card(keng, PHAT, matter)["text"], "the content check on the card")
    press(keng, PHAT, PHAT, "Duyệt", matter)
    press(keng, PHAT, PHAT, "Đúng, duyệt bản này", matter)
    prompt = until(
        lambda: next((m for m in reversed(keng.phones.cards(PHAT, matter["code"])) if "MÃ 6 SỐ" in m["text"]), None),
        "the question for the code",
    )
    text = text_of(keng, matter)
    type_(keng, PHAT, app.at(now(keng)), reply_to=prompt["id"])
    until(lambda: keng.incident(matter["id"])["versions"][-1]["state"] == "approved", "the approval")
    assert posts(keng, text) == [], "nothing leaves on one person's word"
    mine = press(keng, PHAT, PHAT, "Cho công bố", matter)
    assert mine["alert"] is True
    press(keng, DUTY, TRUC, "Cho công bố", matter)
    press(keng, DUTY, TRUC, "Đúng, cho công bố bản này", matter)
    until(lambda: posts(keng, text), "the post")
    assert {"same_person"} <= set(refusals(keng, matter))


def test_11_the_head_authorises_and_the_delegate_loses_the_right_after_the_term(
    keng: Keng, matter: dict[str, Any]
) -> None:

    refused = press(keng, PHO, PHO, "Duyệt", matter)
    assert refused["alert"] is True
    press(keng, PHO, PHO, "Việc khác", matter)
    press(keng, PHO, PHO, "Xin ủy quyền", matter)
    press(keng, CHU, CHU, "Ủy quyền cho Lê Thị Phó", matter)
    prompt = until(
        lambda: next((m for m in reversed(keng.phones.cards(CHU, matter["code"])) if "SỐ VĂN BẢN" in m["text"]), None),
        "the question for the document",
    )
    answer = type_(keng, CHU, f"{TERMS} 4h", reply_to=prompt["id"])
    assert "Đã ủy quyền Lê Thị Phó" in answer["text"]
    pass_the_lawyer(keng, matter)
    asked = press(keng, PHO, PHO, "Duyệt", matter)
    assert not asked["alert"] or "soát" in asked["text"], asked
    keng.phones.do("clock", advance=4 * 3600)
    late = press(keng, PHO, PHO, "Duyệt", matter)
    assert late["alert"] is True
    assert "no_right_to_approve" in refusals(keng, matter)
    keng.phones.say(PHO, PHO, f"/uyquyen {matter['code']} truc {TERMS} 4h")  # cards of four hours may come between
    until(lambda: [m for m in keng.phones.messages(PHO) if "Chỉ người đứng đầu" in m["text"]], "the refusal")


def test_a_stop_holds_everything_until_two_persons_release_it(keng: Keng, matter: dict[str, Any]) -> None:
    type_(keng, TRUC, "/dungcongbo kênh bị chiếm quyền")
    until(lambda: "ĐANG DỪNG MỌI VIỆC CÔNG BỐ" in card(keng, PHAT, matter)["text"], "the stop on the card")
    answer = press(keng, PHAT, PHAT, "Duyệt", matter)
    assert answer["alert"] is True
    type_(keng, TRUC, "/mocongbo")
    type_(keng, TRUC, "/mocongbo")
    until(lambda: "ĐANG DỪNG" in card(keng, PHAT, matter)["text"], "one person is not two")
    type_(keng, PHO, "/mocongbo")
    until(lambda: "ĐANG DỪNG" not in card(keng, PHAT, matter)["text"], "the stop to end")
    approve(keng, PHAT, matter)
    until(lambda: posts(keng, text_of(keng, matter)), "the post")


def test_a_correction_is_a_new_post_and_the_first_page_says_so(keng: Keng, matter: dict[str, Any]) -> None:
    approve(keng, PHAT, matter)
    first = text_of(keng, matter)
    until(lambda: posts(keng, first) and state_of(keng, matter) == "responding", "the first post")
    type_(keng, PHO, f"/dinhchinh {matter['code']} Nội dung đúng của vụ {matter['code']}.")
    until(lambda: "ĐÍNH CHÍNH (số 2)" in card(keng, PHAT, matter)["text"], "the second text on the spokesperson's card")
    approve(keng, PHAT, matter)
    second = text_of(keng, matter)
    assert second.startswith("ĐÍNH CHÍNH (số 2)")
    post = until(lambda: next(iter(posts(keng, second)), None), "the correction in the channel")
    assert post["id"] != posts(keng, first)[0]["id"], "the first post stays as it was"
    assert len([m for m in keng.phones.messages(CHANNEL) if m["text"] == first]) == 1
    until(lambda: keng.incident(matter["id"])["versions"][0]["state"] == "corrected", "the first to be marked")
    page = keng.http.get(f"/newsroom/{matter['id']}-1").text
    assert "Thông tin này đã được đính chính." in page
    assert f"/newsroom/{matter['id']}-2" in page
    assert keng.audit_is_whole()
