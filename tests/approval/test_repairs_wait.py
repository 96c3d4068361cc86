"""Words in public that are wrong are urgent: what puts them right has its own target, and its own chain."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.approval.card import read_card
from bot.channels.telegram.render_card import card
from bot.channels.telegram.render_dialog import listing
from bot.channels.telegram.render_notice import notice
from bot.locale import text
from bot.locale.phrases import waiting_words
from bot.model import commands as c
from bot.model.policy import Leg
from bot.model.reasons import Reason
from tests.approval.conftest import Office
from tests.approval.factors import enrol
from tests.approval.office import NIGHT, PHAT, PHO, TRUC
from tests.approval.steps import another, approve, publish
from tests.approval.watch import EVENT, SHIPPED_LAW, Watch

HOUR = timedelta(hours=1)


@pytest.fixture
async def watch(office: Office) -> Watch:
    """An hour ago the first words were published, and everybody was told all that there was to tell."""
    watch = Watch(office, law=SHIPPED_LAW)
    await watch.sets(level=3)
    await office.does(TRUC, c.Acknowledge("7K2"))
    await publish(office)
    await watch.sweep()
    office.later(hours=1)
    await watch.sweep()
    return watch


async def writes(watch: Watch, kind: str = "retraction", said: str = "Số liệu sai.") -> Reason:
    return (await watch.office.does(TRUC, c.FollowUp("7K2", kind, said))).reason


def approvals(told: list[str]) -> list[str]:
    return [line for line in told if line.endswith(Leg.APPROVE)]


@pytest.mark.parametrize("kind", ["correction", "retraction", "supersession"])
async def test_what_puts_words_in_public_right_is_waited_for_from_its_draft(watch: Watch, kind: str) -> None:
    assert (await watch.clocks())[Leg.APPROVE].met_at == NIGHT
    await writes(watch, kind)
    clock = (await watch.clocks())[Leg.APPROVE]
    assert (clock.started_at, clock.met_at, clock.version, clock.kind) == (NIGHT + HOUR, None, 2, kind)
    assert clock.due_at - clock.started_at == SHIPPED_LAW.target(3).approve


async def test_the_speakers_are_reminded_and_those_above_are_woken_as_for_the_first(watch: Watch) -> None:
    await writes(watch)
    limit = SHIPPED_LAW.target(3).approve
    told = approvals(await watch.until(minutes=limit.total_seconds() / 60 * 0.8))
    assert f"p{PHAT} reminder approve" in told
    told = approvals(await watch.until(minutes=limit.total_seconds() / 60 * 0.3))
    assert f"p{PHO} overdue approve" in told, "the deputy, as it was with the first words"


@pytest.mark.parametrize("kind", ["update", "closing"])
async def test_what_adds_to_words_in_public_has_the_promised_hour_and_wakes_nobody_else(
    watch: Watch, kind: str
) -> None:
    await watch.office.does(TRUC, c.AskFollowUp("7K2", kind))
    clock = (await watch.clocks())[Leg.APPROVE]
    assert (clock.met_at, clock.version) == (NIGHT, None)
    assert approvals(await watch.until(hours=2)) == []


async def test_what_the_first_words_met_stays_met(watch: Watch) -> None:
    await writes(watch)
    clocks = await watch.clocks()
    met = [clocks[rule].met_at for rule in (EVENT, Leg.ACKNOWLEDGE, Leg.DRAFT)]
    assert met == [NIGHT, NIGHT, NIGHT], "the first words were drafted in time, whatever is drafted after them"
    assert Leg.PROGRESS not in clocks


async def test_once_it_is_approved_nobody_is_woken_and_the_card_tells_that_hour(watch: Watch) -> None:
    await writes(watch)
    watch.office.later(minutes=2)
    assert await approve(watch.office) is Reason.APPROVED
    assert (await watch.clocks())[Leg.APPROVE].met_at == NIGHT + HOUR + timedelta(minutes=2)
    assert approvals(await watch.until(hours=1)) == []


async def test_an_edit_goes_on_where_the_clock_stood_and_tells_nobody_twice(watch: Watch) -> None:
    await writes(watch)
    limit = SHIPPED_LAW.target(3).approve
    await watch.until(minutes=limit.total_seconds() / 60 * 0.8)
    await watch.office.does(PHO, c.Edit("7K2", 2, "THU HỒI\n\nLời khác."))
    clock = (await watch.clocks())[Leg.APPROVE]
    assert (clock.started_at, clock.version) == (NIGHT + HOUR, 3)
    assert approvals(await watch.sweep()) == []


async def test_what_a_speaker_gave_back_is_decided_and_what_comes_in_its_place_is_waited_for_anew(watch: Watch) -> None:
    await writes(watch)
    await watch.office.does(PHAT, c.Return("7K2", "chưa cần thu hồi", 2))
    assert (await watch.clocks())[Leg.APPROVE].met_at == NIGHT, "the first approval is the last that there was"
    assert approvals(await watch.until(hours=5)) == []
    assert await writes(watch) is Reason.FOLLOW_UP_WRITTEN
    clock = (await watch.clocks())[Leg.APPROVE]
    assert (clock.started_at, clock.met_at) == (NIGHT + 6 * HOUR, None)


async def test_a_correction_after_a_correction_is_waited_for_anew(watch: Watch) -> None:
    await writes(watch, "correction")
    await publish(watch.office)
    watch.office.later(minutes=30)
    await writes(watch, "correction", "Vẫn sai.")
    clock = (await watch.clocks())[Leg.APPROVE]
    assert (clock.started_at, clock.version) == (watch.office.now, 3)


async def test_a_merger_keeps_the_wait_of_the_matter_that_goes_on(watch: Watch) -> None:
    other = await another(watch.office)
    await writes(watch)
    before = (await watch.clocks())[Leg.APPROVE]
    await watch.sweep()
    assert (await watch.office.does(TRUC, c.Merge(other.code, "7K2"))).reason is Reason.MERGED
    assert (await watch.clocks())[Leg.APPROVE] == before


async def test_the_list_says_what_waits_beside_what_is_published(watch: Watch) -> None:
    await writes(watch)
    listed = await watch.office.does(TRUC, c.ListIncidents())
    incident = await watch.office.incident()
    line = listing("vi", [incident], "1", listed.waiting, watch.office.now).plain.splitlines()[1]
    assert line.endswith(f"mức 3 · đã công bố · bản 2 (thu hồi) chờ duyệt · hạn 04h00 · {incident.title}")
    await approve(watch.office)
    listed = await watch.office.does(TRUC, c.ListIncidents())
    assert listed.waiting == {}


async def test_approved_it_waits_at_level_4_for_the_second_person_and_is_named(watch: Watch) -> None:
    await writes(watch)
    await watch.sets(level=4)
    app = await enrol(watch.office, PHAT)
    await watch.office.does(PHO, c.ContentCheck("7K2", 2))
    assert await approve(watch.office, app=app) is Reason.APPROVED_AWAITS_SECOND
    listed = await watch.office.does(TRUC, c.ListIncidents())
    clock = (await watch.clocks())[Leg.RELEASE]
    assert listed.waiting == {watch.office.incident_id: clock}
    assert waiting_words(clock, watch.office.now, "vi").startswith("bản 2 (thu hồi) đã duyệt, chờ người thứ hai · hạn ")


@pytest.mark.parametrize("lang", ["vi", "en"])
async def test_card_and_message_name_the_version_that_waits(watch: Watch, lang: str) -> None:
    await writes(watch)
    values = {"version": "2", "kind": text(lang, "kind.retraction")}
    async with watch.office.database.read() as tx:
        view = await read_card(tx, watch.desk, watch.office.incident_id)
    assert view is not None
    assert text(lang, "card.target.approve.repair", **values) in card(view, lang, lambda *_: "x").plain
    await watch.until(minutes=SHIPPED_LAW.target(3).approve.total_seconds() / 60)
    told = next(n for who, n in watch.told if n.clock is not None and n.clock.version == 2)
    assert text(lang, "notice.clock.approve.repair", **values) in notice(lang, told, in_room=False).plain
