"""Two people at the same moment: whatever wins, what is in public is what was approved, and the other is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.acceptance.scenes import card, posts, press, refusals, text_of, type_
from tests.acceptance.service import CHANNEL, PHAT, PHO, TRUC, Keng, until


@pytest.mark.parametrize("first", ["approval", "edit"])
def test_an_edit_races_an_approval_and_only_one_counts(keng: Keng, matter: dict[str, Any], first: str) -> None:
    shown = card(keng, PHO, matter)
    words, edited = text_of(keng, matter), f"Bản sửa vào phút chót của vụ {matter['code']}."
    press(keng, PHAT, PHAT, "Duyệt", matter)
    question = card(keng, PHAT, matter, "Đúng, duyệt bản này")
    acts = {
        "approval": lambda: keng.phones.press(PHAT, PHAT, "Đúng, duyệt bản này", question["id"], wait=20),
        "edit": lambda: type_(keng, PHO, edited, reply_to=shown["id"]),
    }
    order = [first, *(name for name in acts if name != first)]
    with ThreadPoolExecutor() as people:
        done = dict(zip(order, [f.result() for f in [people.submit(acts[name]) for name in order]], strict=True))
    versions = keng.incident(matter["id"])["versions"]
    if done["approval"]["alert"]:
        assert [v["state"] for v in versions] == ["voided", "draft"]
        assert "stale_version" in refusals(keng, matter)
        assert posts(keng, words) == posts(keng, edited) == []
    elif len(versions) == 1:
        until(lambda: posts(keng, words), "the approved words")
        assert "already_in_public" in refusals(keng, matter)
        assert posts(keng, edited) == []
    else:  # approved, and edited before any copy had begun to leave: the edit voids the approval
        assert [v["state"] for v in versions] == ["voided", "draft"]
        assert posts(keng, words) == posts(keng, edited) == []
    assert keng.audit_is_whole()


def test_an_approval_races_a_level_change_and_nothing_slips_past_the_gates(keng: Keng, matter: dict[str, Any]) -> None:
    words = text_of(keng, matter)
    press(keng, PHAT, PHAT, "Duyệt", matter)
    question = card(keng, PHAT, matter, "Đúng, duyệt bản này")
    with ThreadPoolExecutor() as people:
        pressed = people.submit(keng.phones.press, PHAT, PHAT, "Đúng, duyệt bản này", question["id"], 20)
        raised = people.submit(type_, keng, TRUC, f"/muc {matter['code']} 4 có người bị nạn")
        answer, _ = pressed.result(), raised.result()
    until(lambda: keng.incident(matter["id"])["level"] == 4, "level 4")
    now = keng.incident(matter["id"])
    left = [d for d in now["deliveries"] if d["state"] in ("sent", "unknown", "queued")]
    if left:  # the words had begun to leave when the level rose: they are not called back
        assert answer["alert"] is False
        until(lambda: posts(keng, words), "the approved words")
    else:
        assert now["versions"][-1]["state"] == "draft"
        assert posts(keng, words) == []
    assert len([m for m in keng.phones.messages(CHANNEL) if m["text"] == words]) <= 1
    assert keng.audit_is_whole()
