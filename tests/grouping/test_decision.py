"""Which alerts belong together, and why."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.grouping import Decision, Kept, absorb, decide, grow, opening_growth, pack, unpack
from bot.grouping.names import communes
from bot.grouping.pages import pages
from bot.grouping.sketch import KEPT_ALERTS, KEPT_NAMES, KEPT_PAGES, KEPT_PLACES
from bot.model.alert import Alert, Location, Source, Volume
from bot.model.reasons import Grouping
from tests.grouping.matters import FIRE, NOW, RUMOUR, SONG_THUONG, SUOI_VANG, WATER, alert, incident
from tests.grouping.readings import direction, heard


def placed(new: Alert, *incidents: tuple[str, Kept], playbook: str | None = WATER, degrees: float = 0) -> Decision:
    return decide(heard(new, playbook, direction(degrees)), incidents)


def test_with_nothing_open_an_alert_opens_an_incident() -> None:
    assert placed(alert()).reason is Grouping.NOTHING_OPEN


def test_the_same_page_joins_whatever_the_words() -> None:
    page = (Source(url="https://www.bao.example.vn/a?utm_source=x&id=7"),)
    mobile = (Source(url="http://m.bao.example.vn/a/?id=7"),)
    decision = placed(alert("Hoàn toàn khác", sources=mobile), incident(alert(sources=page)), degrees=90)
    assert (decision.incident_id, decision.reason) == ("i1", Grouping.SAME_PAGE)


def test_a_newspapers_front_page_proves_nothing() -> None:
    assert pages(alert(sources=(Source(url="https://bao.example.vn/"),))) == []


def test_a_copy_without_diacritics_joins_by_its_words() -> None:
    decision = placed(alert("nuoc may co mui dau, dan khong dam nau an"), incident(), playbook=None, degrees=90)
    assert (decision.incident_id, decision.reason) == ("i1", Grouping.SAME_WORDS)


def test_a_copy_that_names_another_place_is_no_copy() -> None:
    decision = placed(alert(location=SUOI_VANG), incident(alert(location=SONG_THUONG)))
    assert (decision.incident_id, decision.reason) == (None, Grouping.OTHER_PLACE)


def test_a_reworded_alert_joins_by_the_names_in_it() -> None:
    first = alert("Nước máy có mùi dầu ở Sông Thượng")
    decision = placed(alert("Váng lạ trong vòi, ai ở sông thượng bị giống không"), incident(first), degrees=60)
    assert (decision.incident_id, decision.reason) == ("i1", Grouping.SAME_NAMES)
    assert "song thuong" in decision.shared


def test_what_a_denial_shares_with_an_incident_decides_although_its_kind_is_another() -> None:
    first = alert("Nước máy có mùi dầu ở Sông Thượng, nghi đổ thuốc trừ sâu")
    denial = alert("Bác tin đổ thuốc trừ sâu vào nước máy Sông Thượng")
    assert placed(denial, incident(first), playbook=RUMOUR, degrees=40).incident_id == "i1"


def test_another_matter_opens_an_incident_of_its_own() -> None:
    decision = placed(alert("Cháy chợ trong đêm"), incident(), playbook=FIRE, degrees=60)
    assert (decision.incident_id, decision.reason) == (None, Grouping.OTHER_MATTER)


def test_the_same_kind_of_matter_in_another_place_is_another_incident() -> None:
    there = alert("Nước giếng đục ngầu", location=SUOI_VANG)
    decision = placed(there, incident(alert(location=SONG_THUONG)), degrees=30)
    assert (decision.incident_id, decision.reason) == (None, Grouping.OTHER_PLACE)


def test_two_crises_in_one_commune_on_one_day_are_two_incidents() -> None:
    fire = alert("Cháy chợ trong đêm", location=SONG_THUONG)
    decision = placed(fire, incident(alert(location=SONG_THUONG)), playbook=FIRE, degrees=60)
    assert (decision.incident_id, decision.reason) == (None, Grouping.OTHER_MATTER)


def test_the_name_of_the_province_joins_nothing() -> None:
    first = alert("Nước máy có mùi dầu ở tỉnh Cửu Hòa", location=Location(text="tỉnh Cửu Hòa"))
    other = alert("Cháy chợ ở tỉnh Cửu Hòa", location=Location(text="tỉnh Cửu Hòa"))
    decision = placed(other, incident(first), playbook=FIRE, degrees=60)
    assert decision.incident_id is None
    assert "cuu hoa" not in decision.shared


def test_two_adverts_are_not_one_matter() -> None:
    first = ("i1", absorb(None, heard(alert("Giảm giá bồn nước inox"), None)))
    assert placed(alert("Giảm giá máy lạnh cuối tuần"), first, playbook=None).incident_id is None


def test_the_same_words_a_week_later_are_another_incident() -> None:
    late = alert(first_seen=NOW + timedelta(days=7))
    assert placed(late, incident()).reason is Grouping.TOO_LONG_AGO


def test_of_several_that_fit_the_one_that_shares_a_name_is_joined() -> None:
    here = incident(alert("Nước máy có mùi dầu ở Sông Thượng"), name="here")
    there = incident(alert("Nước máy có mùi dầu ở Suối Vàng"), name="there")
    decision = placed(alert("Váng lạ trong vòi ở Suối Vàng"), here, there)
    assert decision.incident_id == "there"


STORM = ("Sạt lở đất", "Mất điện trên diện rộng", "Học sinh nhập viện sau bữa ăn")


@pytest.mark.parametrize("title", STORM)
@pytest.mark.parametrize("told_by", ["title", "sender"])
def test_the_same_words_of_another_commune_are_another_matter(title: str, told_by: str) -> None:
    def of(commune: str) -> Alert:
        return alert(f"{title} ở {commune}") if told_by == "title" else alert(title, location=Location(text=commune))

    known = incident(of("xã Ví Dụ 1")), incident(of("phường Sông Thượng"), name="i2")
    for other in ("xã Ví Dụ 2", "xã An Lộc Thượng"):
        decision = placed(of(other), *known)
        assert (decision.incident_id, decision.reason) == (None, Grouping.OTHER_PLACE)
    assert placed(of("xã Ví Dụ 1"), *known).incident_id == "i1"


@pytest.mark.parametrize(
    ("text", "place", "named"),
    [
        ("Công an xã Đồng Bàu thông báo", "thôn 4, phường 5", {"dong bau", "5"}),
        ("chay o xa suoi vang", "XA SUOI VANG", {"suoi vang"}),
        ("Đình chỉ phó chủ tịch xã 15 ngày, mạng xã hội xôn xao", None, set()),
    ],
)
def test_a_commune_is_named_with_capitals_or_by_the_sender(text: str, place: str | None, named: set[str]) -> None:
    assert communes(text, place) == named


def test_capitals_behind_a_commune_do_not_make_another_one_of_it() -> None:
    first = alert("SẠT LỞ TẠI XÃ SUỐI VÀNG CỨU VỚI")
    assert placed(alert("SẠT LỞ TẠI XÃ SUỐI VÀNG AI CÒN Ở ĐÓ"), incident(first)).incident_id == "i1"


def test_a_close_call_that_opens_an_incident_names_the_one_it_may_belong_to() -> None:
    near = placed(alert("Váng lạ trong vòi sáng nay"), incident(), degrees=80)
    far = placed(alert("Cháy chợ trong đêm", location=SUOI_VANG), incident(), playbook=FIRE, degrees=90)
    assert (near.incident_id, near.perhaps) == (None, "i1")
    assert (far.incident_id, far.perhaps) == (None, None)


def test_an_alert_without_letters_joins_nothing() -> None:
    assert placed(alert("!!!"), incident(alert("???")), playbook=None, degrees=90).incident_id is None


@given(st.lists(st.text(max_size=80), min_size=1, max_size=40))
def test_a_sketch_stays_bounded_and_survives_the_store(titles: list[str]) -> None:
    kept = None
    for number, title in enumerate(titles):
        source = Source(url=f"https://bao.example.vn/{number}")
        new = alert(title, sources=(source,) * 3, location=Location(text=f"xã Số {number}"))
        kept = absorb(kept, heard(new, WATER, direction(number)))
    assert kept is not None
    assert len(kept.sketch.alerts) <= KEPT_ALERTS
    assert len(kept.vectors) <= KEPT_ALERTS
    assert len(kept.sketch.pages) <= KEPT_PAGES
    assert len(kept.sketch.place) <= KEPT_PLACES
    assert max(map(len, (kept.sketch.names, kept.sketch.places, kept.sketch.numbers))) <= KEPT_NAMES
    back = unpack(kept.sketch.to_json(), pack(kept.vectors))
    assert back.sketch == kept.sketch
    assert np.allclose(back.vectors, kept.vectors)


def test_growth_shows_the_latest_volume_and_counts_the_rest() -> None:
    first = alert(volume=Volume(100, 50, 2.0), first_seen=NOW)
    second = alert(
        volume=Volume(300), first_seen=NOW - timedelta(hours=1), last_seen=NOW + timedelta(hours=1), sources=()
    )
    older = alert(volume=Volume(1), first_seen=NOW - timedelta(hours=3), last_seen=NOW - timedelta(hours=2))
    growth = grow(grow(opening_growth(first), second), older)
    assert growth.alerts == 3
    assert growth.volume == Volume(300, 50, 6.0)
    assert growth.first_seen == NOW - timedelta(hours=3)
