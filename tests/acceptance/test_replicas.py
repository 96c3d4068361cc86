"""Two processes on one PostgreSQL: whichever is killed, whenever, the other goes on with all of its work, once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
import pytest

from bot.store.locks import SETTING_UP
from tests.acceptance.replicas import Crowd, Province, Replica, counted, without_incident
from tests.acceptance.service import DUTY, READY_WITHIN, until
from tests.acceptance.test_kill import Story, _close
from tests.postgres import Server


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory, durable_postgres: Server) -> Iterator[Province]:
    """Two that start at once on an empty database, while a third is setting it up: they wait for it."""
    url = durable_postgres.url(durable_postgres.create())
    made = Province(tmp_path_factory.mktemp("province"), 2, KENG_DATABASE_URL=url)
    try:
        with psycopg.connect(url, autocommit=True) as a_third:
            a_third.execute("SELECT pg_advisory_lock(%s)", [SETTING_UP])
            starting = threading.Thread(target=made.start)
            starting.start()
            until(lambda: all(r.waits_to_set_up() for r in made.replicas), "both waiting for the third", READY_WITHIN)
            time.sleep(1)  # one that did not wait would be done by then
            assert all(r.waits_to_set_up() for r in made.replicas)
            assert a_third.execute("SELECT to_regnamespace('dbos')").fetchone() == (None,), "nobody waited"
        starting.join()
        made.wait_ready()
        yield made
    finally:
        made.stop()


def test_one_leads_and_the_other_stands_by_and_both_are_well(province: Province) -> None:
    assert sorted(r.leads for r in province.replicas) == [False, True]
    assert all(r.ready() for r in province.replicas)


def test_an_alert_at_whichever_door_is_on_the_phone_within_two_seconds(province: Province) -> None:
    for number, replica in enumerate((province.leader(), province.standby())):
        title = ("Cá chết trắng sông, nghi xả thải ở xã Đồi Thông", "Mất điện trên diện rộng suốt đêm ở xã An Hòa")[
            number
        ]
        begun = time.monotonic()
        answer = replica_send(replica, {"title": title, "location": {"text": title.rpartition(" ở ")[2]}})
        assert answer["accepted"] == 1
        until(lambda title=title: card_about(province, title), f"the card about {title}", 10)
        assert time.monotonic() - begun < 2
    for incident in province.incidents():
        _close(province, incident["code"])


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("who", "after"), [("leader", 0.1), ("leader", 0.6), ("standby", 0.5)])
def test_a_kill_between_alert_and_publication_is_made_good_by_the_other(
    province: Province, who: str, after: float
) -> None:
    victim: Replica = province.leader() if who == "leader" else province.standby()
    known = {i["id"] for i in province.incidents()}
    story = Story(province, int(after * 10) + 100 * (who == "leader"))
    killer = threading.Timer(after * 4, victim.process.kill)
    killer.start()
    try:
        story.play()
        killer.join()
        until(story.is_settled, "the answer to every doubt", 90)
        check_that_it_happened_once(province, story, known)
    finally:
        killer.join()
        victim.process.kill()
        victim.start()
        province.wait_ready()


@pytest.mark.timeout(300)
def test_what_was_accepted_under_kills_is_stored_and_placed_exactly_once(province: Province) -> None:
    before = counted(province)
    with Crowd(province, matters=3, pause=0.3) as crowd:
        for _ in range(2):
            before_the_kill = len(crowd.accepted)
            until(lambda n=before_the_kill: len(crowd.accepted) >= n + 8, "some alerts between two kills", 60)
            victim = province.leader()
            victim.process.kill()
            victim.start()
            province.wait_ready()
    accepted = set(crowd.accepted.values())
    assert len(accepted) == len(crowd.accepted)
    until(lambda: not without_incident(province, accepted), "every accepted alert in its incident", 90)
    assert counted(province) - before == len(accepted)
    assert province.audit_is_whole()


def check_that_it_happened_once(province: Province, story: Story, known: set[str]) -> None:
    opened = [i for i in province.incidents() if i["id"] not in known]
    assert len(opened) == 1, opened
    whole = province.incident(opened[0]["id"])
    approvals = [e for e in whole["timeline"] if e["details"].get("outcome") == "approved"]
    assert len(approvals) == 1
    assert [a["id"] for a in whole["alert_list"]] == [story.alert_id]
    assert {d["state"] for d in whole["deliveries"]} == {"sent"}
    text = whole["versions"][-1]["texts"]["vi/full"]
    assert [p["text"] for p in story._posts()] == [text]
    assert [item["content_text"] for item in story.new_items()] == [text]
    _close(province, whole["code"])


def replica_send(replica: Replica, alert: dict[str, Any]) -> dict[str, Any]:
    return httpx.post(f"{replica.base}/v1/alerts", json=alert, timeout=30).json()


def card_about(province: Province, title: str) -> dict[str, Any] | None:
    found = [m for m in province.phones.messages(DUTY) if m["from_bot"] and title in m["text"]]
    return found[-1] if found else None
