"""Scenarios 11, 14, 15, 17 of reference/telegram.md §4: a case goes elsewhere, chats come and go, a storm."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import yaml

from bot.playbooks import default_playbooks_folder
from tests.acceptance.conftest import NewStore
from tests.acceptance.scenes import approve, card, posts, press, refusals, state_of, text_of, type_
from tests.acceptance.service import DUTY, KHACH, PHAT, PHO, TRUC, Keng, labels, until

PLAIN_GROUP = -42
BOT = 900001
LOST = "không gửi được vào nhóm trực"
STEP = 1  # seconds by which the clock moves at once: a call may be counted that much later than it was decided
A_MINUTE, OF_A_GROUP = timedelta(seconds=60 - STEP), 20
MATTERS_IN_A_STORM = 50


def different_matters() -> list[str]:
    """Texts that have nothing to do with each other: the first examples of every playbook, in turn."""
    files = sorted((default_playbooks_folder() / "examples").glob("*.yaml"))
    texts = [yaml.safe_load(file.read_text(encoding="utf-8"))["news"] for file in files if file.stem != "no-crisis"]
    return [str(text) for round_ in zip(*texts, strict=False) for text in round_][:MATTERS_IN_A_STORM]


def test_11_a_returned_text_is_drafted_anew_by_another_playbook(keng: Keng, matter: dict[str, Any]) -> None:
    press(keng, PHAT, PHAT, "Trả lại", matter)
    prompt = until(
        lambda: next((m for m in reversed(keng.phones.cards(PHAT, matter["code"])) if m["prompt"]), None),
        "the question",
    )
    type_(keng, PHAT, "Chọn sai loại vụ việc", reply_to=prompt["id"])
    until(
        lambda: "Chọn sai loại vụ việc" in card(keng, PHO, matter, "Cẩm nang khác")["text"], "the reason on the cards"
    )
    before = keng.incident(matter["id"])["playbook"]
    other = "flood-storm" if before == "service-outage" else "service-outage"
    type_(keng, PHO, f"/camnang {matter['code']} {other}")
    until(lambda: "Duyệt" in labels(card(keng, PHAT, matter)), "a new draft to approve")
    whole = keng.incident(matter["id"])
    assert whole["playbook"] == other
    assert [v["state"] for v in whole["versions"]] == ["voided", "draft"]
    approve(keng, PHAT, matter)
    until(lambda: posts(keng, text_of(keng, matter)), "the post")


def test_11_a_delegate_who_never_pressed_start_is_named_to_the_head_with_others_to_think_of(
    keng: Keng, matter: dict[str, Any]
) -> None:
    before = people_with(keng, "pho", KHACH)
    try:
        answer = type_(keng, 104, f"/uyquyen {matter['code']} pho 12/GUQ-UBND 4h")
    finally:
        (keng.people / "people.yaml").write_text(before, encoding="utf-8")
    assert "Đã ủy quyền Lê Thị Phó" in answer["text"]
    assert "⚠" in answer["text"], "nothing has ever reached that account"


def people_with(keng: Keng, person: str, account: int) -> str:
    """Give somebody another account in the file; returns the file as it was."""
    file = keng.people / "people.yaml"
    before = file.read_text(encoding="utf-8")
    head, found, rest = before.partition(f"- id: {person}\n")
    assert found
    number = rest.partition("telegram_id: ")[2].partition("\n")[0]
    file.write_text(
        head + found + rest.replace(f"telegram_id: {number}", f"telegram_id: {account}", 1), encoding="utf-8"
    )
    return before


def test_14_out_of_the_group_private_cards_still_work_and_people_are_warned(keng: Keng, matter: dict[str, Any]) -> None:
    card(keng, DUTY, matter)
    keng.phones.do("kick", chat=DUTY)
    try:
        for who in (TRUC, PHAT, PHO):
            until(lambda who=who: [m for m in keng.phones.messages(who) if LOST in m["text"]], f"the warning to {who}")
        assert press(keng, TRUC, TRUC, "Tiếp nhận", matter)["alert"] is False
        approve(keng, PHAT, matter)
        until(lambda: posts(keng, text_of(keng, matter)), "the post")
        shown = len(keng.phones.messages(DUTY))
    finally:
        keng.phones.do("add", chat=DUTY)
    until(lambda: len(keng.phones.messages(DUTY)) > shown, "the group to see its cards again")
    assert [len([m for m in keng.phones.messages(who) if LOST in m["text"]]) for who in (TRUC, PHAT, PHO)] == [1, 1, 1]


@pytest.fixture(scope="module")
def in_a_plain_group(tmp_path_factory: pytest.TempPathFactory, new_store: NewStore) -> Iterator[Keng]:
    """The duty room is an old, plain group."""
    group = {"KENG_TELEGRAM__DUTY_CHAT": str(PLAIN_GROUP)}
    running = Keng(tmp_path_factory.mktemp("group"), simulator_inside=True, **group, **new_store())
    try:
        running.start()
        running.phones.do("chat", id=PLAIN_GROUP, kind="group", title="Tổ trực", members=[TRUC, PHAT, PHO, BOT])
        yield running
    finally:
        running.stop()


def test_15_a_group_that_becomes_a_supergroup_is_followed_across_a_restart(in_a_plain_group: Keng) -> None:
    keng = in_a_plain_group
    matter = keng.open(
        "Cá chết trắng sông, nghi xả thải ở xã Suối Vàng",
        location={"text": "xã Suối Vàng"},
        cards_in=(PLAIN_GROUP, PHO),
    )
    moved = int(keng.phones.do("migrate", chat=PLAIN_GROUP)["id"])
    assert moved != PLAIN_GROUP
    press(keng, moved, TRUC, "Tiếp nhận", matter)
    until(lambda: "Trần Thị Trực đã tiếp nhận" in card(keng, moved, matter)["text"], "the edit in the new place")
    keng.service.kill()
    keng.start_service()
    edited = f"Bản sửa sau khi nhóm đổi số, vụ {matter['code']}."
    type_(keng, PHO, edited, reply_to=card(keng, PHO, matter)["id"])
    until(lambda: edited in card(keng, moved, matter)["text"], "later edits in the new place, after a restart")
    keng.open("Cháy chợ Đồi Thông lúc rạng sáng", location={"text": "xã Đồi Thông"}, cards_in=(moved, PHO))
    assert state_of(keng, matter) == "accepted"


@pytest.mark.timeout(300)
def test_17_in_a_storm_urgent_things_come_first_within_telegrams_limits_and_every_card_is_right(
    in_a_plain_group: Keng,
) -> None:
    keng = in_a_plain_group
    room = min(c["id"] for c in keng.phones.http.get("/_sim/chats").json() if c["title"] == "Tổ trực")
    keng.phones.do("clock", advance=120)
    keng.phones.do("flood", on=True, per_chat_per_second=3)  # Telegram bears short bursts in one chat
    before = keng.phones.http.get("/_sim/calls").json()[-1]["number"]
    alerts = [{"id": f"storm-{n}", "title": title} for n, title in enumerate(different_matters())]
    answer = keng.http.post("/v1/alerts", json=alerts)
    assert answer.json()["accepted"] == MATTERS_IN_A_STORM
    until(lambda: not [a for a in answer.json()["results"] if keng._placed(a["id"]) is None], "every alert placed", 60)
    storm = {keng._placed(a["id"]) for a in answer.json()["results"]}
    assert len(storm) >= 45, "hardly any of fifty different matters was taken for another one"
    codes = [i["code"] for i in keng.incidents() if i["id"] in storm]
    urgent = next(i for i in keng.incidents() if i["id"] in storm)
    keng.phones.say(TRUC, TRUC, f"/tiepnhan {urgent['code']}")

    def all_shown() -> bool:
        keng.phones.do("clock", advance=STEP)
        time.sleep(0.1)  # so that what is due meanwhile is sent before the clock moves on
        texts = "\n".join(m["text"] for m in keng.phones.messages(room))
        return all(f"Vụ việc {code}" in texts for code in codes)

    until(all_shown, "every card in the duty room", 200)
    until(lambda: "đã tiếp nhận" in card(keng, room, urgent)["text"], "the last state of the acknowledged one", 60)
    calls = [c for c in keng.phones.http.get("/_sim/calls").json() if c["number"] > before]
    mine = [c for c in calls if str(c["params"].get("chat_id")) == str(room) and c["method"] != "answerCallbackQuery"]
    at = sorted(datetime.fromisoformat(c["at"]) for c in mine)
    most = max(sum(start <= other < start + A_MINUTE for other in at) for start in at)
    assert most <= OF_A_GROUP, f"{most} calls to the group within a minute"
    slow_down = sum(c["status"] == 429 for c in calls)
    assert slow_down < len(calls) / 10, f"{slow_down} of {len(calls)} calls came too fast"
    first_edit = next((n for n, c in enumerate(mine) if c["method"] == "editMessageText"), len(mine))
    shown_first = sum(c["method"] == "sendMessage" for c in mine[:first_edit])
    assert shown_first >= len(storm) // 2, "new cards go before edits of old ones"
    assert refusals(keng, urgent) == []
