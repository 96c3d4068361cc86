"""Who leads, helps and approves, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.approval.organisation import load_organisation
from bot.model.alert import Location
from bot.model.routing import Branch, Question, Route, RouteReason, Routing, When
from bot.playbooks import default_playbooks_folder

BY_PLAYBOOK = {
    "food-poisoning": ("so-y-te", ("ubnd-xa", "cong-an-tinh")),
    "official-misconduct": ("so-noi-vu", ("thanh-tra-tinh",)),
    "tourism-heritage": ("ubnd-xa", ()),
    "water-contamination": ("so-xay-dung", ()),
    "environmental-pollution": ("so-nn-mt", ()),
    "police-conduct": ("cong-an-tinh", ()),
    "corruption-allegation": ("thanh-tra-tinh", ()),
}
OFFICE = load_organisation(default_playbooks_folder() / "organisation" / "sample", BY_PLAYBOOK)
TODAY = datetime(2026, 11, 22, tzinfo=UTC)


def way(playbook: str = "food-poisoning", level: int = 2, routing: Routing | None = None, **asked: object) -> Route:
    place = asked.pop("place", None)
    office = OFFICE if routing is None else replace(OFFICE, routing=routing)
    question = Question(playbook, level, location=Location(text=place), **{"at": TODAY, **asked})
    return office.answer(question, TODAY)


def reasons(route: Route) -> list[RouteReason]:
    return [step.reason for step in route.steps]


def test_the_first_branch_that_fits_wins_and_its_own_branches_come_first() -> None:
    assert way("water-contamination").lead == "so-xay-dung"
    assert way("environmental-pollution").lead == "so-nn-mt"
    assert RouteReason.NOT_BRANCH in reasons(way("police-conduct"))


def test_where_the_tree_says_nothing_the_playbook_does() -> None:
    route = way()
    assert (route.lead, route.approves) == ("so-y-te", "so-y-te")
    assert RouteReason.BY_PLAYBOOK in reasons(route)


def test_the_commune_concerned_is_the_one_where_it_happened_by_its_old_name_too() -> None:
    assert "xa-an-loc-thuong" in way(place="xã An Lộc, huyện Suối Vàng").support
    assert way("tourism-heritage", place="phường Bến Nứa").lead == "phuong-ben-nua"
    assert "ubnd-xa" in way(place=None).support, "an unknown place stays open for a person to fill"


@pytest.mark.parametrize(("level", "added"), [(2, set()), (3, {"so-vh-tt-dl"}), (4, {"so-vh-tt-dl", "van-phong-ubnd"})])
def test_severity_brings_in_the_press_authority_and_the_office(level: int, added: set[str]) -> None:
    assert {"so-vh-tt-dl", "van-phong-ubnd"} & set(way(level=level).support) == added


def test_a_unit_of_the_past_is_followed_by_its_successor() -> None:
    routing = Routing((Branch("press", When(), lead="so-tt-tt"),))
    route = way(routing=routing)
    assert (route.lead, RouteReason.SUCCEEDED_BY in reasons(route)) == ("so-vh-tt-dl", True)
    assert way(routing=routing, at=datetime(2025, 1, 1, tzinfo=UTC)).lead == "so-tt-tt"


def test_a_branch_holds_from_its_first_to_its_last_day() -> None:
    until = datetime(2026, 6, 30, 17, tzinfo=UTC)
    routing = Routing((Branch("summer", When(valid_to=until), lead="so-nn-mt"), Branch("else", lead="so-y-te")))
    assert way(routing=routing, at=datetime(2026, 6, 30, 16, 59, 59, tzinfo=UTC)).lead == "so-nn-mt"
    assert way(routing=routing, at=until).lead == "so-y-te"


def test_a_branch_for_a_unit_takes_every_commune_below_it() -> None:
    routing = Routing((Branch("here", When(places=frozenset({"ubnd-tinh"})), lead="so-y-te"),))
    assert way(routing=routing, place="xã Đồi Thông").lead == "so-y-te"
    assert RouteReason.NOBODY_NAMED in reasons(way("unclassified", routing=routing))


def test_the_police_does_not_approve_what_is_said_about_the_police() -> None:
    route = way("police-conduct")
    assert (route.lead, route.approves) == ("cong-an-tinh", "ubnd-tinh")
    assert RouteReason.ONE_LEVEL_UP in reasons(route)


def test_a_unit_that_the_title_accuses_does_not_approve_in_matters_of_conduct_only() -> None:
    title = "Tố Sở Nội vụ tỉnh Thượng Giang nhận tiền để xếp chỗ"
    assert way("official-misconduct", title=title).approves == "ubnd-tinh"
    assert way("official-misconduct", title="Tố một cán bộ xã").approves == "so-noi-vu"
    assert way("food-poisoning", title="Sở Y tế tỉnh Thượng Giang báo cáo").approves == "so-y-te"


def test_a_unit_that_a_person_named_does_not_approve_nor_does_anything_below_it() -> None:
    route = way(accused=frozenset({"so-y-te"}))
    assert (route.lead, route.approves) == ("so-y-te", "ubnd-tinh")
    routing = Routing((Branch("cdc", lead="cdc-tinh"),))
    assert way(routing=routing, accused=frozenset({"so-y-te"})).approves == "ubnd-tinh"
    assert way(routing=routing, accused=frozenset({"cdc-tinh"})).approves == "so-y-te"


def test_when_the_head_of_everything_is_accused_nobody_here_approves() -> None:
    route = way(accused=frozenset({"ubnd-tinh"}))
    assert route.approves is None
    assert RouteReason.NOBODY_ABOVE in reasons(route)


def test_every_way_ends_with_who_is_on_duty() -> None:
    route = way()
    assert route.on_duty == "hanh"
    assert route.steps[-1].reason is RouteReason.ON_DUTY
