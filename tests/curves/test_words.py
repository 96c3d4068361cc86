"""What a card says of its topic: of the hours to come only while they are still to come."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.curves.words import curve_words
from bot.store import incidents
from bot.store.database import Database
from tests.conftest import MovableClock
from tests.curves.feed import rises
from tests.store.samples import an_incident


@pytest.mark.parametrize(("later", "is_told"), [(timedelta(hours=1), True), (timedelta(hours=4), False)])
async def test_a_forecast_is_told_only_while_its_hours_are_to_come(
    database: Database, clock: MovableClock, later: timedelta, is_told: bool
) -> None:
    matter = an_incident()
    async with database.write() as tx:
        await incidents.add(tx, matter)
    await rises(database, clock, matter.id)
    async with database.read() as tx:
        said = await curve_words(tx, matter.id, clock.now() + later)
    assert said is not None
    assert ("3 giờ tới" in said.outlook.vi) is is_told
    assert ("không nhận được số liệu mới" in said.outlook.vi) is not is_told
