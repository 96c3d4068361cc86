"""A silence has an end, a reason and an author, and shows what it would have held; a wide one needs two; none loses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, timedelta, timezone

import pytest

from bot.approval import silence_sweep
from bot.approval.acts import audit_event, perform
from bot.approval.desk import Desk
from bot.approval.silence_preview import preview
from bot.grouping.silencing import hold_back
from bot.model import commands as c
from bot.model.alert import Alert, AlertOutcome, Location, Source
from bot.model.commands import Command
from bot.model.outcome import DUTY_ROOM, Outcome
from bot.model.person import Assignment, Role
from bot.model.policy import OfficePolicy
from bot.model.reasons import Reason
from bot.model.silence import SilencePolicy, SilenceState, Wide
from bot.model.silence_matcher import Matcher
from bot.model.telling import Telling, Word
from bot.store import alerts, audit, incidents, silenced_alerts
from bot.store import silences as store
from bot.store.database import Database
from bot.store.ids import new_id
from tests.approval.office import CHU, KHACH, NIGHT, PHO, TRUC, act, desk, organisation, person
from tests.conftest import MovableClock
from tests.store.samples import an_incident

BOATS = "từ: đua ghe, bơi chải; trong: 4h; lý do: Lễ hội đua ghe"
ADMIN = person(777, "Vũ Văn Quản", Assignment(Role.ADMIN))


@dataclass
class House:
    """A store with alerts in it, people who act, and a sweep."""

    database: Database
    clock: MovableClock
    policy: SilencePolicy = field(default_factory=SilencePolicy)

    @property
    def desk(self) -> Desk:
        made = desk(self.clock.now(), organisation(ADMIN))
        return replace(made, office=OfficePolicy(silences=self.policy))

    async def does(self, who: int, command: Command) -> Outcome:
        async with self.database.write() as tx:
            outcome = await perform(tx, self.desk, act(who, command))
            made = audit_event(act(who, command), self.desk.who(act(who, command).actor), outcome, self.clock.now())
            await audit.append(tx, made)
            return outcome

    async def alert(self, title: str, **fields: object) -> str:
        now = self.clock.now()
        made = Alert(new_id(now), "default", title, now, **fields)
        async with self.database.write() as tx:
            await alerts.add(tx, made, b"{}", "0" * 64)
        return made.id

    async def arrives(self, title: str, **fields: object) -> str | None:
        """An alert that belongs to no open case; returns the code of the silence that holds it."""
        alert_id = await self.alert(title, **fields)
        async with self.database.write() as tx:
            stored = await alerts.get(tx, alert_id)
            assert stored is not None
            office = self.desk
            held = await hold_back(tx, stored.alert, None, office.organisation, self.policy, office.now)
        return None if held is None else held.code

    async def opened(self, number: int, title: str = "Đua ghe ở bến sông") -> None:
        """Alerts of last week, each of which opened a case."""
        for n in range(number):
            alert_id = await self.alert(f"{title} {n}")
            incident = an_incident(id=new_id(self.clock.now()), code=f"{n}ZZ")
            async with self.database.write() as tx:
                await incidents.add(tx, incident)
                await alerts.place(tx, alert_id, incident.id, AlertOutcome.OPENED, "nothing_open", self.clock.now())

    async def sweep(self) -> list[Telling]:
        async with self.database.write() as tx:
            return await silence_sweep.follow(tx, await self.desk.seated(tx))

    async def stored(self) -> list[alerts.StoredAlert]:
        async with self.database.read() as tx:
            return [stored for stored, _ in await silenced_alerts.alerts_since(tx, NIGHT - timedelta(days=30), 1000)]

    async def acts(self) -> list[str]:
        async with self.database.read() as tx:
            return [entry.event.act async for entry in audit.entries(tx)]


@pytest.fixture
async def house(database: Database, clock: MovableClock) -> AsyncIterator[House]:
    yield House(database, clock)


async def made(house: House, text: str = BOATS) -> str:
    outcome = await house.does(TRUC, c.MakeSilence(text))
    assert outcome.reason is Reason.SILENCE_MADE, outcome
    return outcome.values["code"]


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


# Wide ones.


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


# The end.


async def test_anybody_at_work_ends_it_early_and_alerts_open_cases_again(house: House) -> None:
    code = await made(house)
    assert (await house.does(PHO, c.EndSilence(code))).reason is Reason.SILENCE_ENDED
    assert await house.arrives("Đua ghe") is None
    assert (await house.does(PHO, c.EndSilence(code))).reason is Reason.SILENCE_NOT_IN_FORCE


async def test_when_it_runs_out_the_duty_room_gets_one_word_with_what_is_still_fresh(house: House) -> None:
    code = await made(house, "từ: đua ghe; trong: 5 ngày; lý do: lễ hội")
    await house.arrives("Đua ghe hôm đầu")
    house.clock.advance(days=4, hours=23)
    await house.arrives("Đua ghe hôm cuối")
    assert await house.sweep() == []
    house.clock.advance(hours=2)
    (telling,) = await house.sweep()
    assert telling.word is Word.SILENCE_ENDED
    assert (telling.values["code"], telling.values["held"], telling.values["fresh"]) == (code, 2.0, 1.0)
    assert telling.lines == ("Đua ghe hôm cuối",)
    assert await house.sweep() == [], "once"


async def test_one_that_held_nothing_ends_without_a_word(house: House) -> None:
    await made(house)
    house.clock.advance(hours=5)
    assert await house.sweep() == []
    assert "silence_over" in await house.acts()


async def test_what_it_held_can_be_let_go_and_no_silence_takes_it_again(house: House) -> None:
    code = await made(house)
    await house.arrives("Đua ghe ồn ào")
    outcome = await house.does(TRUC, c.ReleaseHeld(code))
    assert (outcome.reason, outcome.values["count"]) == (Reason.HELD_RELEASED, "1")
    async with house.database.write() as tx:
        (waiting,) = await alerts.unplaced(tx)
        stored = await alerts.get(tx, waiting)
        assert stored is not None
        assert stored.outcome is AlertOutcome.ACCEPTED
        assert await hold_back(tx, stored.alert, None, house.desk.organisation, house.policy, house.clock.now()) is None
    assert (await house.does(TRUC, c.ReleaseHeld(code))).reason is Reason.NOTHING_HELD


async def holds(house: House, code: str, number: int, **fields: object) -> None:
    """Very many alerts that the silence holds."""
    now = house.clock.now()
    made = [Alert(new_id(now), "default", f"Đua ghe {n % 7}", now, **fields) for n in range(number)]
    async with house.database.write() as tx:
        silence = await store.find(tx, code)
        assert silence is not None
        await alerts.add_all(tx, [alerts.NewAlert(one, b"{}", "0" * 64) for one in made])
        for one in made:
            await silenced_alerts.hold(tx, silence, one.id, now)


async def test_what_it_held_is_let_go_whole_however_much_it_is(house: House) -> None:
    code = await made(house)
    await holds(house, code, 2100)
    said = [await house.does(TRUC, c.ReleaseHeld(code)) for _ in range(4)]
    assert [one.reason for one in said] == [
        Reason.HELD_RELEASED_IN_PART,
        Reason.HELD_RELEASED_IN_PART,
        Reason.HELD_RELEASED,
        Reason.NOTHING_HELD,
    ]
    assert [one.values.get("count") for one in said[:3]] == ["1000", "1000", "100"]
    assert [one.values.get("left") for one in said[:3]] == ["1100", "100", "0"]
    async with house.database.read() as tx:
        assert len(await alerts.unplaced(tx, 5000)) == 2100


async def test_the_first_that_came_is_the_first_let_go(house: House) -> None:
    code = await made(house)
    await house.arrives("Đua ghe: tin đầu tiên")
    await holds(house, code, 1100)
    await house.does(TRUC, c.ReleaseHeld(code))
    async with house.database.read() as tx:
        first = await alerts.get(tx, (await alerts.unplaced(tx))[0])
    assert first is not None
    assert first.alert.title == "Đua ghe: tin đầu tiên"


async def test_the_numbers_that_are_told_are_counted(house: House) -> None:
    code = await made(house, "từ: đua ghe; trong: 5 ngày; lý do: lễ hội")
    await holds(house, code, 300)
    house.clock.advance(days=4)
    await holds(house, code, 1200)
    await house.does(TRUC, c.ReleaseHeld(code))
    assert (await house.does(PHO, c.ShowSilence(code))).values["count"] == "500"
    house.clock.advance(days=1, hours=1)
    (telling,) = await house.sweep()
    assert (telling.values["held"], telling.values["fresh"]) == (1500.0, 200.0)
    assert set(telling.lines) <= {f"Đua ghe {n}" for n in range(7)}
    assert len(telling.lines) == 5


HANOI = timezone(timedelta(hours=7))


@pytest.mark.parametrize(
    ("fields", "is_fresh"),
    [
        ({"last_seen": NIGHT.astimezone(HANOI)}, True),
        ({"first_seen": NIGHT - timedelta(days=30), "last_seen": NIGHT.astimezone(HANOI)}, True),
        ({"first_seen": NIGHT.astimezone(HANOI) - timedelta(seconds=1)}, False),
        ({"first_seen": NIGHT + timedelta(days=1), "last_seen": NIGHT - timedelta(seconds=1)}, False),
        ({"last_seen": (NIGHT - timedelta(microseconds=-1000)).astimezone(UTC)}, True),
    ],
    ids=["in another zone", "still spoken of", "too old by a second", "spoken of last too long ago", "with fractions"],
)
async def test_fresh_is_what_was_last_spoken_of_within_three_days_as_its_sender_says(
    house: House, fields: dict[str, object], is_fresh: bool
) -> None:
    code = await made(house, "từ: đua ghe; trong: 5 ngày; lý do: lễ hội")
    await house.arrives("Đua ghe", **fields)
    house.clock.advance(hours=72)
    outcome = await house.does(TRUC, c.ReleaseHeld(code))
    assert outcome.reason is (Reason.HELD_RELEASED if is_fresh else Reason.NOTHING_HELD)


async def test_one_silence_is_shown_with_everything_that_it_holds(house: House) -> None:
    code = await made(house)
    for number in range(3):
        await house.arrives(f"Đua ghe chặng {number}")
    outcome = await house.does(PHO, c.ShowSilence(code))
    assert outcome.values["count"] == "3"
    assert len(outcome.lines) == 3
    assert "Đua ghe chặng 2" in outcome.lines[0]
    assert (await house.does(PHO, c.ShowSilence("2XX"))).reason is Reason.UNKNOWN_SILENCE


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
