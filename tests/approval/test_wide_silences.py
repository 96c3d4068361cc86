"""A wide silence holds nothing before a second person agrees to it, and nobody's silence is agreement."""

from __future__ import annotations

import pytest

from bot.model import commands as c
from bot.model.outcome import Outcome
from bot.model.reasons import Reason
from bot.model.silence import SilenceState, Wide
from bot.store import silences as store
from tests.approval.office import CHU, KHACH, PHO, TRUC
from tests.approval.silence_house import BOATS, House


async def asked(house: House, text: str = "từ: nước; trong: 4h; lý do: súc xả đường ống") -> Outcome:
    outcome = await house.does(TRUC, c.MakeSilence(text))
    assert outcome.reason is Reason.SILENCE_ASKED
    return outcome


async def test_a_wide_silence_holds_nothing_until_a_second_person_agrees(house: House) -> None:
    outcome = await asked(house)
    request = outcome.notices[0].request
    assert request is not None
    assert await house.arrives("Nước yếu") is None
    own = await house.does(TRUC, c.DecideRequest(request, agree=True))
    assert own.reason is Reason.SECOND_PERSON_NEEDED
    assert await house.arrives("Nước yếu") is None
    agreed = await house.does(PHO, c.DecideRequest(outcome.values["request"], agree=True))
    assert agreed.reason is Reason.SILENCE_AGREED
    assert await house.arrives("Nước yếu") == outcome.values["code"]
    async with house.database.read() as tx:
        kept = await store.find(tx, outcome.values["code"])
    assert kept is not None
    assert (kept.author, kept.agreed_by, kept.why_wide) == ("p101", "p103", Wide.COMMON_WORD)


@pytest.mark.parametrize("place", ["nước", "người", "nước, phường Bến Nứa"])
async def test_a_common_word_given_as_a_place_is_wide_too(house: House, place: str) -> None:
    """A place that no unit is called is looked for in the words."""
    outcome = await asked(house, f"nơi: {place}; trong: 4h; lý do: x")
    assert outcome.reason is Reason.SILENCE_ASKED


async def test_a_silence_that_would_have_held_very_much_is_wide(house: House) -> None:
    await house.opened(21)
    outcome = await asked(house, BOATS)
    assert outcome.notices[0].words == "silence_asked.many_alerts"
    assert outcome.values["alerts"] == "21"


async def test_declined_it_holds_nothing_and_cannot_be_agreed_to_later(house: House) -> None:
    request = (await asked(house)).notices[0].request
    assert request is not None
    assert (await house.does(CHU, c.DecideRequest(request, agree=False))).reason is Reason.SILENCE_DECLINED
    assert (await house.does(PHO, c.DecideRequest(request, agree=True))).refused
    assert await house.arrives("Nước yếu") is None


async def test_a_stranger_and_an_administrator_may_not_agree(house: House) -> None:
    request = (await asked(house)).notices[0].request
    assert request is not None
    for who in (KHACH, 777):
        assert (await house.does(who, c.DecideRequest(request, agree=True))).refused
    assert await house.arrives("Nước yếu") is None


async def test_silence_is_never_agreed_to_by_nobody_answering(house: House) -> None:
    outcome = await asked(house, "từ: nước; trong: 3 ngày; lý do: súc xả")
    house.clock.advance(hours=25)
    await house.sweep()
    async with house.database.read() as tx:
        kept = await store.find(tx, outcome.values["code"])
    assert kept is not None
    assert kept.state is SilenceState.DECLINED
    late = await house.does(PHO, c.DecideRequest(outcome.values["request"], agree=True))
    assert late.refused
    assert await house.arrives("Nước yếu") is None


async def test_two_questions_of_one_person_stand_side_by_side(house: House) -> None:
    first, second = await asked(house), await asked(house, "từ: điện; trong: 4h; lý do: cắt điện")
    for outcome in (first, second):
        agreed = await house.does(PHO, c.DecideRequest(outcome.values["request"], agree=True))
        assert agreed.reason is Reason.SILENCE_AGREED
