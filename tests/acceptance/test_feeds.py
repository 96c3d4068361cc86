"""Feeds of other formats through the whole process: a warning, its update and its withdrawal."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.acceptance.conftest import NewStore
from tests.acceptance.service import DUTY, TRUC, Keng, until
from tests.intake.formats.reading import sample

AUTH = {"Authorization": "Bearer t"}
FEEDS = {
    "KENG_FEEDS__DEFAULT__FORMAT": "native",
    "KENG_FEEDS__THUYVAN__FORMAT": "cap",
    "KENG_FEEDS__THUYVAN__BEARER": "t",
}


@pytest.fixture(scope="module")
def keng(tmp_path_factory: pytest.TempPathFactory, new_store: NewStore) -> Iterator[Keng]:
    running = Keng(tmp_path_factory.mktemp("keng"), simulator_inside=True, **FEEDS, **new_store())
    try:
        yield running.start()
    finally:
        running.stop()


def test_a_warning_grows_by_its_update_and_its_withdrawal_is_told_and_closes_nothing(keng: Keng) -> None:
    for name in ("alert", "update", "cancel"):
        answer = keng.http.post("/v1/feeds/thuyvan", content=sample(f"cap/{name}.xml"), headers=AUTH)
        assert answer.status_code == 202, answer.text
    told = "Nguồn thuyvan báo hủy tin"
    until(lambda: [m for m in keng.phones.messages(DUTY) if told in m["text"]], "the duty room to hear of it")
    (opened,) = keng.incidents()
    assert (opened["state"], opened["alerts"], opened["drill"]) == ("new", 2, False)
    acts = [entry["act"] for entry in keng.incident(opened["id"])["timeline"]]
    assert acts[:3] == ["open_incident", "join_incident", "source_cancelled"]


def test_an_exercise_of_the_same_words_is_a_drill_of_its_own(keng: Keng) -> None:
    keng.http.post("/v1/feeds/thuyvan", content=sample("cap/exercise.xml"), headers=AUTH)
    until(lambda: [i for i in keng.incidents() if i["drill"]], "the drill")
    assert sorted(i["drill"] for i in keng.incidents()) == [False, True]


def test_a_colleague_reports_a_matter_from_the_chat(keng: Keng) -> None:
    keng.phones.say(TRUC, TRUC, "/baodong Cá chết trắng sông; xã Đá Bạc; https://bao.example.vn/ca")
    until(lambda: [i for i in keng.incidents() if i["title"] == "Cá chết trắng sông"], "the incident")
    assert "Đã ghi nhận" in keng.phones.messages(TRUC)[-1]["text"] or until(
        lambda: [m for m in keng.phones.messages(TRUC) if "Đã ghi nhận" in m["text"]], "the answer"
    )
    assert keng.audit_is_whole()
