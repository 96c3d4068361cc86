"""A typed answer to "did it appear?" is for the one question it can mean, which was open when it was written."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.model import commands as c
from bot.model.delivery import DeliveryState
from bot.model.incident import IncidentState
from bot.model.outcome import Outcome
from bot.model.reasons import Reason
from bot.store import deliveries
from tests.approval.conftest import Office
from tests.approval.office import KHACH, TRUC
from tests.approval.steps import approve

ONE_MINUTE = timedelta(minutes=1)


async def in_doubt(office: Office, *outlets: str, asked: bool = True, version: int = 1) -> datetime:
    """Copies of which nobody knows whether they appeared, since the instant returned."""
    now = office.desk.now
    async with office.database.write() as tx:
        for outlet in outlets:
            if await deliveries.get(tx, office.incident_id, version, outlet) is None:
                await deliveries.queue(tx, office.incident_id, version, outlet, now)
            copy = await deliveries.get(tx, office.incident_id, version, outlet)
            assert copy is not None
            assert await deliveries.claim(tx, office.incident_id, version, outlet, copy.attempts, now)
            if asked:
                await deliveries.mark_asked(tx, office.incident_id, version, outlet, copy.attempts)
    return now


async def types(office: Office, named: str, *, there: bool, at: datetime | None, **more: Any) -> Outcome:
    return await office.does(TRUC, c.AnswerDoubt("7K2", named, there, written_at=at, **more))


async def state(office: Office, outlet: str) -> tuple[DeliveryState, int]:
    async with office.database.read() as tx:
        copy = await deliveries.get(tx, office.incident_id, 1, outlet)
    assert copy is not None
    return copy.state, copy.attempts


async def test_yes_and_no_settle_the_only_open_question_without_its_name(office: Office) -> None:
    assert await approve(office) is Reason.APPROVED
    since = await in_doubt(office, "newsroom")
    assert (await types(office, "", there=False, at=since + ONE_MINUTE)).reason is Reason.DELIVERY_REQUEUED
    assert await state(office, "newsroom") == (DeliveryState.QUEUED, 2)
    since = await in_doubt(office, "newsroom")
    assert (await types(office, "", there=True, at=since + ONE_MINUTE)).reason is Reason.DELIVERY_CONFIRMED
    assert await state(office, "newsroom") == (DeliveryState.SENT, 2)
    assert (await office.incident()).state is IncidentState.RESPONDING
    assert (await types(office, "", there=True, at=since + ONE_MINUTE)).reason is Reason.NOTHING_IN_DOUBT


@pytest.mark.parametrize(
    "named", ["kênh telegram", "KENH TELEGRAM", "telegram_channel", "telegram", "Telegram channel"]
)
async def test_of_several_the_one_is_settled_that_is_named(office: Office, named: str) -> None:
    assert await approve(office) is Reason.APPROVED
    since = await in_doubt(office, "newsroom", "telegram_channel")
    unclear = await types(office, "", there=True, at=since + ONE_MINUTE)
    assert (unclear.reason, unclear.refused) == (Reason.DOUBT_UNCLEAR, True)
    assert {doubt.outlet for doubt in unclear.doubts} == {"newsroom", "telegram_channel"}
    assert (await types(office, named, there=True, at=since + ONE_MINUTE)).reason is Reason.DELIVERY_CONFIRMED
    assert (await state(office, "newsroom"))[0] is DeliveryState.UNKNOWN
    assert (await types(office, "báo giấy", there=True, at=since + ONE_MINUTE)).reason is Reason.DOUBT_UNCLEAR


async def test_of_one_outlets_two_versions_the_one_is_settled_that_is_numbered(office: Office) -> None:
    assert await approve(office) is Reason.APPROVED
    since = await in_doubt(office, "newsroom")
    async with office.database.write() as tx:
        await deliveries.queue(tx, office.incident_id, 2, "newsroom", since)
    await in_doubt(office, "newsroom", version=2)
    unclear = await types(office, "newsroom", there=True, at=since + ONE_MINUTE)
    assert [(doubt.outlet, doubt.version) for doubt in unclear.doubts] == [("newsroom", 1), ("newsroom", 2)]
    settled = await types(office, "newsroom", there=True, at=since + ONE_MINUTE, version=1)
    assert (settled.reason, settled.version) == (Reason.DELIVERY_CONFIRMED, 1)


@pytest.mark.parametrize("there", [True, False])
async def test_an_answer_written_before_the_last_sending_counts_for_nothing(office: Office, there: bool) -> None:
    """It waited at Telegram while a colleague answered: *no* would send once more what may be there already."""
    assert await approve(office) is Reason.APPROVED
    since = await in_doubt(office, "newsroom")
    for written in (since - ONE_MINUTE, None):
        late = await types(office, "", there=there, at=written)
        assert (late.reason, late.refused) == (Reason.DOUBT_IS_NEWER, True)
        assert [(doubt.outlet, doubt.attempt) for doubt in late.doubts] == [("newsroom", 1)]
    assert await state(office, "newsroom") == (DeliveryState.UNKNOWN, 1)


async def test_what_is_being_sent_this_moment_is_no_question_yet(office: Office) -> None:
    assert await approve(office) is Reason.APPROVED
    since = await in_doubt(office, "newsroom", asked=False)
    early = await types(office, "", there=False, at=since + ONE_MINUTE)
    assert (early.reason, early.refused) == (Reason.NOTHING_IN_DOUBT, True)
    assert await state(office, "newsroom") == (DeliveryState.UNKNOWN, 1)


async def test_a_stranger_settles_nothing_and_learns_nothing(office: Office) -> None:
    assert await approve(office) is Reason.APPROVED
    since = await in_doubt(office, "newsroom")
    outcome = await office.does(KHACH, c.AnswerDoubt("7K2", "", True, written_at=since + ONE_MINUTE))
    assert (outcome.reason, outcome.doubts) == (Reason.NOT_ENROLLED, ())


async def test_an_answer_that_bears_a_mark_of_secrecy_is_refused_for_that_alone(office: Office) -> None:
    assert await approve(office) is Reason.APPROVED
    since = await in_doubt(office, "newsroom", "telegram_channel")
    outcome = await types(office, "TỐI MẬT 7K2", there=True, at=since + ONE_MINUTE)
    assert (outcome.reason, outcome.doubts) == (Reason.MARKED_SECRET, ())
