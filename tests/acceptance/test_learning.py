"""From a press on a phone to a person's decision over what is learned, beside a running Keng."""

from __future__ import annotations

import json
from typing import Any

from tests.acceptance.scenes import answered, card, press, state_of
from tests.acceptance.service import DUTY, TRUC, Keng, labels, until


def waiting(keng: Keng, matter: dict[str, Any]) -> list[dict[str, Any]]:
    done = keng.command("playbooks", "learn", "--json")
    assert done.returncode == 0, done.stderr
    return [line for line in map(json.loads, done.stdout.splitlines()) if line["incident"] == matter["id"]]


def test_another_playbook_waits_for_a_person_who_declines_it_on_the_record(keng: Keng, matter: dict[str, Any]) -> None:
    assert waiting(keng, matter) == []
    card(keng, DUTY, matter, "Cẩm nang khác")
    before = keng.phones.messages(DUTY)[-1]["id"]
    press(keng, DUTY, TRUC, "Cẩm nang khác", matter)
    chooser = answered(keng, DUTY, before)
    other = next(name for name in labels(chooser) if not name.startswith(("Tất cả", "Hủy", "Thôi")))
    keng.phones.press(DUTY, TRUC, other, chooser["id"])
    (proposal,) = until(lambda: waiting(keng, matter), "the proposal")
    assert (proposal["by"], proposal["text"]) == ("truc", matter["title"])
    assert (proposal["matched"] or "unclassified") == matter["playbook"]
    assert proposal["chosen"] == next(i["playbook"] for i in keng.incidents() if i["id"] == matter["id"])
    done = keng.command("playbooks", "learn", "decline", matter["code"], "--by", "phat", "--reason", "chưa rõ")
    assert done.returncode == 0, done.stderr
    assert waiting(keng, matter) == []
    timeline = keng.incident(matter["id"])["timeline"]
    (declined,) = [event for event in timeline if event["act"] == "decline_example"]
    assert (declined["actor"], declined["details"]["why"]) == ("phat", "chưa rõ")
    assert keng.audit_is_whole()


def test_a_false_alarm_waits_as_a_text_that_is_no_crisis(keng: Keng, matter: dict[str, Any]) -> None:
    card(keng, DUTY, matter, "Báo động giả")
    before = keng.phones.messages(DUTY)[-1]["id"]
    press(keng, DUTY, TRUC, "Báo động giả", matter)
    sure = answered(keng, DUTY, before)
    keng.phones.press(DUTY, TRUC, next(n for n in labels(sure) if "báo động giả" in n.lower()), sure["id"])
    until(lambda: state_of(keng, matter) == "dismissed", "the dismissal")
    assert [proposal["chosen"] for proposal in waiting(keng, matter)] == [None]
