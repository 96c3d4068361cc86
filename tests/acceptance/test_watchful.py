"""From outside: growth told once, silences from a phone and from the machine, feeds that fall silent, digests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.acceptance.conftest import NewStore
from tests.acceptance.scenes import answered, type_
from tests.acceptance.service import DUTY, PHO, TRUC, Keng, labels, until

MIDDAY = "2026-12-02T10:00:00+07:00"
ONE_SWEEP = 30.0
OIL = "Nước máy có mùi dầu ở phường Bến Nứa"
BOATS = "từ: đua ghe, bơi chải; trong: 4h; lý do: lễ hội đua ghe"


@pytest.fixture
def office(tmp_path_factory: pytest.TempPathFactory, new_store: NewStore) -> Iterator[Keng]:
    """An installation of its own, at ten in the morning; clock and phones survive a kill of it."""
    made = Keng(tmp_path_factory.mktemp("keng"), simulator_inside=True, **new_store())
    try:
        made.start()
        made.phones.do("clock", set=MIDDAY)
        yield made
    finally:
        made.stop()


def said(keng: Keng, chat: int, *parts: str) -> list[str]:
    texts = [m["text"] for m in keng.phones.messages(chat) if m["from_bot"]]
    return [text for text in texts if all(part in text for part in parts)]


def hears(keng: Keng, chat: int, *parts: str) -> str:
    return until(lambda: said(keng, chat, *parts), f"{parts} in {chat}", ONE_SWEEP)[0]


def all_noted(keng: Keng) -> None:
    """Wait until what the duty room has got is noted as sent, so that a kill repeats none of it (promise 7).

    One chat is served in order: where an answer has come, what came before it is noted.
    """
    asked = keng.phones.say(DUTY, TRUC, "/ds")
    answered(keng, DUTY, asked["id"])


def oil(keng: Keng, observed: float, **fields: Any) -> dict[str, Any]:
    """One more alert about the oil in the water; its volume alone tells it from the one before."""
    place = {"text": "phường Bến Nứa"}
    return keng.open(OIL, location=place, volume={"observed": observed, "baseline": 400, "factor": 2.0}, **fields)


def outcome(keng: Keng, title: str, **fields: Any) -> dict[str, Any]:
    """Send an alert and wait until something became of it; returns what ``GET /v1/alerts/{id}`` says."""
    alert_id = keng.send({"title": title, **fields}).json()["results"][0]["id"]

    def look() -> dict[str, Any] | None:
        found: dict[str, Any] = keng.http.get(f"/v1/alerts/{alert_id}").json()
        return found if found["outcome"] != "accepted" else None

    return until(look, f"{title!r} to be placed")


def figures(keng: Keng) -> dict[str, float]:
    lines = keng.http.get("/metrics").text.splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if line.startswith("keng_"))
    return {name: float(value) for name, value in pairs}


def code_of(keng: Keng) -> str:
    lines = keng.command("silences", "list", "--json").stdout.splitlines()
    return str(json.loads(lines[0])["code"])


def test_growth_is_told_once_with_its_reason_and_not_again_after_a_kill(office: Keng) -> None:
    matter = oil(office, 400)
    until(lambda: office.phones.with_button(DUTY, "Duyệt", matter["code"]), "the card")
    for observed in (420, 500, 590):
        assert oil(office, observed)["id"] == matter["id"]
    oil(office, 900, sources=[{"url": "https://bao.example.vn/1", "type": "news", "is_press": True}])
    told = hears(office, DUTY, "Lượng đề cập tăng từ 400 lên 900")
    assert "Báo chí đã đưa tin" in told
    all_noted(office)
    office.service.kill()
    office.start_service()
    oil(office, 910)
    type_(office, TRUC, "/ds")
    office.phones.do("clock", advance=30)
    oil(office, 1400)
    hears(office, DUTY, "Lượng đề cập tăng từ 900 lên 1.400")
    assert len(said(office, DUTY, "Lượng đề cập tăng")) == 2


def test_a_silence_from_a_phone_holds_alerts_loses_none_and_tells_at_its_end(office: Keng) -> None:
    assert outcome(office, "Đua ghe ở Bến Nứa đông nghịt người")["outcome"] == "opened"
    preview = type_(office, TRUC, f"/imlang thu {BOATS}")["text"]
    assert "giữ lại 1 cảnh báo, 1 vụ việc" in preview
    assert "Đua ghe ở Bến Nứa đông nghịt người" in preview
    assert "Đã tạo lệnh im lặng" in type_(office, TRUC, f"/imlang tao {BOATS}")["text"]
    code = code_of(office)
    held = outcome(office, "Bơi chải náo nhiệt trên sông ở xã Suối Vàng")
    assert (held["outcome"], held["reason"], held["incident"]) == ("silenced", f"silenced:{code}", None)
    assert outcome(office, "Bơi chải lật thuyền, hai người chết ở xã Đồi Thông")["outcome"] == "opened"
    office.service.kill()
    office.start_service()
    assert figures(office)["keng_alerts_held"] == 1
    shown = json.loads(office.command("silences", "show", code, "--json").stdout)
    assert [one["title"] for one in shown["alerts"]] == ["Bơi chải náo nhiệt trên sông ở xã Suối Vàng"]
    office.phones.do("clock", advance=4 * 3600 + 60)
    told = hears(office, DUTY, f"Lệnh im lặng {code}", "đã hết")
    if "Tổng hợp" in told:  # so long a leap makes much to tell at once: then it is a line that names the command
        assert f"/imlang xem {code}" in told
        told = type_(office, TRUC, f"/imlang xem {code}")["text"]
    assert "Bơi chải náo nhiệt trên sông" in told
    office.phones.say(PHO, PHO, f"/imlang mo {code}")
    hears(office, PHO, "đã mở 1 cảnh báo")
    until(lambda: any("Bơi chải náo nhiệt" in i["title"] for i in office.incidents()), "its case", ONE_SWEEP)
    assert office.audit_is_whole()


def test_a_wide_silence_made_at_the_machine_waits_for_a_person_in_the_chat(keng: Keng) -> None:
    made = keng.command("silences", "add", "--feed", "default", "--for", "4h", "--reason", "bảo trì", "--json")
    assert made.returncode == 0, made.stderr
    silence = json.loads(made.stdout)
    assert (silence["standing"], silence["wide"]) == ("asked", "no_words_no_place")
    assert outcome(keng, "Mất điện ở xã An Lộc Thượng")["outcome"] == "opened"
    question = until(
        lambda: next((m for m in keng.phones.messages(DUTY) if "Đồng ý" in labels(m)), None), "a question", ONE_SWEEP
    )
    assert silence["code"] in question["text"]
    keng.phones.press(DUTY, PHO, "Đồng ý", question["id"])
    until(lambda: said(keng, DUTY, "đồng ý", silence["code"], "có hiệu lực"), "that it holds")
    assert outcome(keng, "Cầu sập nhịp ở xã Tân Hòa")["outcome"] == "silenced"
    assert keng.command("silences", "end", silence["code"]).returncode == 0
    assert outcome(keng, "Cháy rừng ở xã Tân Hòa")["outcome"] == "opened"


def test_nobody_can_silence_everything_or_for_ever(keng: Keng) -> None:
    for arguments in (
        ("--for", "4h"),
        ("--word", "đua ghe"),
        ("--word", "đua ghe", "--for", "60d"),
        ("--word", "đua ghe", "--until", "2020-01-01T00:00+07:00"),
    ):
        refused = keng.command("silences", "add", "--reason", "yên tĩnh", *arguments)
        assert refused.returncode == 1, arguments
        assert refused.stderr.strip()
    assert "yên tĩnh" not in keng.command("silences", "list").stdout


def test_a_feed_that_falls_silent_is_told_once_and_when_it_is_back(office: Keng) -> None:
    for number in range(45):
        office.send({"title": f"Kẹt xe ở ngã tư số {number % 3}", "id": f"beat-{number}"})
        office.phones.do("clock", advance=600)
    until(lambda: figures(office)["keng_alerts_waiting"] == 0, "all placed", 60)
    office.phones.do("clock", advance=3600)
    told = hears(office, DUTY, "Nguồn default không gửi tin")
    assert "Xin kiểm tra kết nối" in told
    assert figures(office)['keng_feed_silent{feed="default"}'] == 1
    all_noted(office)
    office.service.kill()
    office.start_service()
    office.send({"title": "Kẹt xe ở ngã tư số 1", "id": "beat-back"})
    hears(office, DUTY, "Nguồn default đã gửi lại")
    assert len(said(office, DUTY, "Nguồn default không gửi tin")) == 1
    assert figures(office)['keng_feed_silent{feed="default"}'] == 0


def test_after_a_long_downtime_people_get_one_digest_and_no_flood(office: Keng) -> None:
    titles = [
        f"{what} ở {where}"
        for what, where in zip(
            (
                "Nước máy có mùi dầu",
                "Lợn chết hàng loạt",
                "Cầu dân sinh bị sập nhịp",
                "Sạt lở đất vùi lấp nhà dân",
                "Mất điện trên diện rộng",
                "Cháy chợ trung tâm",
                "Cá chết trắng sông",
                "Ngộ độc sau bữa trưa",
            ),
            ("Bến Nứa", "Suối Vàng", "Sông Thượng", "Đồi Thông", "An Lộc", "Tân Hòa", "Bãi Cát", "Hòa Lạc"),
            strict=True,
        )
    ]
    for title in titles:
        place = {"text": title.rpartition(" ở ")[2]}
        assert outcome(office, title, severity_hint=3, location=place)["outcome"] == "opened"
    until(lambda: len(office.phones.cards(PHO)) >= 8, "the deputy's cards", 60)
    office.service.kill()
    office.start_service()  # the clock of this simulator goes on with the process: nine hours are let pass after it
    office.phones.do("clock", advance=9 * 3600)
    digest = hears(office, PHO, "Tổng hợp")
    assert "⏰" in digest
    one_by_one = [text for text in said(office, PHO, "⏰ ", "Xem thẻ và xử lý") if not text.startswith("Tổng hợp")]
    assert len(one_by_one) <= 3, "what was sent while the rest was still being written"
