"""What a card says of the playbook, from committed state."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from bot.approval.card import read_card
from bot.model.card import CardView
from bot.model.commands import ChoosePlaybook
from bot.model.incident import IncidentState, MatchedPlaybook
from tests.approval.conftest import Office
from tests.approval.office import PLAYBOOKS, TRUC

WATER, FOOD, FIRE = "water-contamination", "food-poisoning", "fire-explosion"
Opened = Callable[..., Awaitable[Office]]


async def card_of(office: Office) -> CardView:
    async with office.database.read() as tx:
        view = await read_card(tx, office.desk, office.incident_id)
    assert view is not None
    return view


def candidates(*found: tuple[str, float]) -> tuple[MatchedPlaybook, ...]:
    return tuple(MatchedPlaybook(playbook, confidence) for playbook, confidence in found)


async def test_a_likely_neighbour_is_told_apart_as_the_first_candidate_does_it(open_office: Opened) -> None:
    office = await open_office(playbook=FOOD, candidates=candidates((FOOD, 0.5), (WATER, 0.3), (FIRE, 0.2)))
    view = await card_of(office)
    assert [(one.name, one.how) for one in view.told_apart] == [
        (PLAYBOOKS[WATER].name, PLAYBOOKS[FOOD].not_this[WATER])
    ]


async def test_an_unlikely_neighbour_is_not_mentioned(open_office: Opened) -> None:
    office = await open_office(playbook=FOOD, candidates=candidates((FOOD, 0.9), (WATER, 0.05)))
    assert (await card_of(office)).told_apart == ()


async def test_once_a_person_chose_nothing_has_to_be_told_apart(open_office: Opened) -> None:
    office = await open_office(playbook=FOOD, candidates=candidates((FOOD, 0.5), (WATER, 0.3)))
    await office.does(TRUC, ChoosePlaybook(office.incident_id, WATER))
    assert (await card_of(office)).told_apart == ()


@pytest.mark.parametrize(("reason", "is_undecided"), [("cannot_tell_apart", True), ("nothing_fits", False)])
async def test_cannot_tell_is_another_answer_than_nothing_fits(
    open_office: Opened, reason: str, is_undecided: bool
) -> None:
    office = await open_office(match_reason=reason)
    assert (await card_of(office)).is_undecided is is_undecided


@pytest.mark.parametrize(
    ("state", "other_state", "is_shown"), [("new", "new", True), ("responding", "new", False), ("new", "closed", False)]
)
async def test_the_incident_it_may_belong_to_is_named_while_they_can_still_be_merged(
    open_office: Opened, state: str, other_state: str, is_shown: bool
) -> None:
    other = await open_office(id="b" * 32, code="9Z9", state=IncidentState(other_state))
    office = await open_office(state=IncidentState(state), may_belong_to=other.incident_id)
    named = (await card_of(office)).perhaps_of
    assert (named.code if named else None) == ("9Z9" if is_shown else None)
