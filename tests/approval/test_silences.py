"""A silence has an end, a reason and an author, and shows what it would have held; what is grave comes through."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.approval.silence_preview import preview
from bot.model import commands as c
from bot.model.alert import AlertOutcome, Location, Source
from bot.model.commands import Command
from bot.model.outcome import DUTY_ROOM
from bot.model.reasons import Reason
from bot.model.silence_matcher import Matcher
from bot.store import audit
from tests.approval.office import KHACH, PHO, TRUC
from tests.approval.silence_house import BOATS, House, made

# Making.


async def test_a_silence_holds_what_it_means_until_its_end_and_nothing_is_lost(house: House) -> None:
    code = await made(house)
    assert await house.arrives("Đua ghe ở Bến Nứa náo nhiệt") == code
    assert await house.arrives("Cháy chợ đêm") is None
    house.clock.advance(hours=4)
    assert await house.arrives("Đua ghe kết thúc") is None
    kept = {stored.alert.title: (stored.outcome, stored.reason) for stored in await house.stored()}
    assert kept["Đua ghe ở Bến Nứa náo nhiệt"] == (AlertOutcome.SILENCED, f"silenced:{code}")
    assert kept["Đua ghe kết thúc"][0] is AlertOutcome.ACCEPTED


async def test_the_answer_shows_what_it_would_have_held_last_week_with_titles(house: House) -> None:
    await house.opened(3)
    await house.alert("Bơi chải tối nay")
    await house.alert("Đua ghe: ba người chết")
    outcome = await house.does(TRUC, c.MakeSilence(BOATS))
    assert (outcome.values["alerts"], outcome.values["cases"], outcome.values["through"]) == ("4", "3", "1")
    assert set(outcome.lines) == {
        "Đua ghe ở bến sông 0",
        "Đua ghe ở bến sông 1",
        "Đua ghe ở bến sông 2",
        "Bơi chải tối nay",
    }


async def test_what_is_older_than_a_week_is_not_counted(house: House) -> None:
    await house.opened(2)
    house.clock.advance(days=8)
    outcome = await house.does(TRUC, c.TrySilence(BOATS))
    assert (outcome.reason, outcome.values["alerts"]) == (Reason.SILENCE_PREVIEWED, "0")


async def test_trying_makes_nothing(house: House) -> None:
    await house.does(TRUC, c.TrySilence(BOATS))
    assert await house.arrives("Đua ghe") is None
    assert (await house.does(TRUC, c.ListSilences())).values["count"] == "0"


async def test_the_duty_room_learns_of_every_silence_with_author_end_and_reason(house: House) -> None:
    outcome = await house.does(TRUC, c.MakeSilence(BOATS))
    (notice,) = outcome.notices
    assert (notice.to, notice.words) == (DUTY_ROOM, "silence_made")
    assert notice.values["by"] == "Trần Thị Trực"
    assert notice.values["why"] == "Lễ hội đua ghe"
    assert notice.values["until"] == "06h00 ngày 23/11/2026"
    assert await house.sweep() == [], "and not a second time by the sweep"


async def test_a_planned_event_begins_when_it_begins(house: House) -> None:
    text = "từ: xả lũ diễn tập; loại: sự kiện; bắt đầu: 8h 24/11; đến: 11h 24/11; lý do: diễn tập hồ Thượng"
    await made(house, text)
    assert await house.arrives("Xả lũ diễn tập ở hồ") is None
    house.clock.advance(hours=30, minutes=30)  # 08:30 on the 24th in Viet Nam
    assert await house.arrives("Xả lũ diễn tập ở hồ") is not None


# Abuse.


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("trong: 4h; lý do: yên", Reason.SILENCE_MATCHES_ALL),
        ("từ: !!!, …; trong: 4h; lý do: yên", Reason.SILENCE_MATCHES_ALL),
        ("trừ: đua ghe; trong: 4h; lý do: yên", Reason.SILENCE_MATCHES_ALL),
        ("từ: đua ghe; lý do: lễ hội", Reason.SILENCE_NEEDS_AN_END),
        ("từ: đua ghe; đến: 18h 20/11/2026; lý do: lễ hội", Reason.SILENCE_IN_THE_PAST),
        ("từ: đua ghe; bắt đầu: 8h 25/11; đến: 8h 24/11/2026; lý do: lễ hội", Reason.SILENCE_IN_THE_PAST),
        ("từ: đua ghe; bắt đầu: 8h 1/11/2026; trong: 90 ngày; lý do: x", Reason.SILENCE_IN_THE_PAST),
        ("từ: đua ghe; trong: 8 ngày; lý do: lễ hội", Reason.SILENCE_TOO_LONG),
        ("từ: đua ghe; loại: sự kiện; trong: 32 ngày; lý do: lễ hội", Reason.SILENCE_TOO_LONG),
        ("từ: đua ghe; bắt đầu: 8h 1/6/2027; trong: 4h; lý do: x", Reason.SILENCE_TOO_FAR_AHEAD),
        ("từ: đua ghe; trong: 4h", Reason.SILENCE_NEEDS_A_REASON),
        ("từ: đua ghe; trong: mãi mãi; lý do: x", Reason.SILENCE_UNCLEAR),
        ("tu đua ghe", Reason.SILENCE_UNCLEAR),
        ("màu: đỏ; trong: 4h; lý do: x", Reason.SILENCE_UNCLEAR),
        ("từ: a; từ: b; trong: 4h; lý do: x", Reason.SILENCE_UNCLEAR),
        ("từ: " + "x" * 200 + "; trong: 4h; lý do: x", Reason.SILENCE_UNCLEAR),
        ("cẩm nang: khong-co; trong: 4h; lý do: x", Reason.UNKNOWN_PLAYBOOK),
    ],
)
async def test_a_silence_that_nobody_could_defend_is_refused_with_a_reason(
    house: House, text: str, reason: Reason
) -> None:
    outcome = await house.does(TRUC, c.MakeSilence(text))
    assert (outcome.reason, outcome.refused) == (reason, True)
    assert (await house.does(TRUC, c.ListSilences())).values["count"] == "0"


@pytest.mark.parametrize("who", [KHACH, 777])
@pytest.mark.parametrize(
    "command",
    [c.ListSilences(), c.TrySilence(BOATS), c.MakeSilence(BOATS), c.ShowSilence("7KQ"), c.EndSilence("7KQ")],
)
async def test_a_stranger_and_who_handles_no_incidents_may_not_even_look(
    house: House, who: int, command: Command
) -> None:
    outcome = await house.does(who, command)
    assert outcome.reason in (Reason.NOT_ENROLLED, Reason.NO_RIGHT_TO_ACT)
    assert outcome.lines == ()


# What comes through.


@pytest.mark.parametrize(
    "fields", [{"severity_hint": 4}, {"summary": "một người tử vong"}], ids=["hint of level 4", "deaths"]
)
async def test_grave_alerts_come_through_and_the_record_says_why(house: House, fields: dict[str, object]) -> None:
    await made(house)
    assert await house.arrives("Đua ghe hỗn loạn", **fields) is None
    assert "let_through_silence" in await house.acts()


async def test_the_office_may_let_a_silence_hold_everything(house: House) -> None:
    house.policy = replace(house.policy, through_deaths=False)
    assert await house.arrives("Đua ghe, một người tử vong") is None
    code = await made(house)
    assert await house.arrives("Đua ghe, một người tử vong") == code


# On the record, and before the eyes.


async def test_every_act_is_on_the_record_with_who_did_it(house: House) -> None:
    code = await made(house)
    await house.arrives("Đua ghe")
    await house.does(PHO, c.EndSilence(code))
    assert await house.acts() == ["make_silence", "hold_back", "end_silence"]
    async with house.database.read() as tx:
        events = [entry.event async for entry in audit.entries(tx)]
    assert [event.actor for event in events] == ["p101", "system", "p103"]
    assert events[0].details["why"] == "Lễ hội đua ghe"
    assert events[1].details["silence"] == code


async def test_a_preview_looks_at_places_and_pages_too(house: House) -> None:
    await house.alert("Cắm trại", location=Location(text="xã Suối Vàng"), sources=(Source(url="https://a.vn/1"),))
    await house.alert("Cắm trại", location=Location(text="xã An Lộc"), sources=(Source(url="https://b.vn/1"),))
    async with house.database.read() as tx:
        for matcher in (Matcher(places=("xã Suối Vàng",)), Matcher(words=("cắm trại",), hosts=("a.vn",))):
            found = await preview(tx, matcher, house.desk.organisation, house.policy, house.clock.now())
            assert found.alerts == 1
