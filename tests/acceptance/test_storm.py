"""A storm in small: the long form is `python -m tests.bench.storm`."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance import storm
from tests.acceptance.conftest import NewStore
from tests.acceptance.service import DUTY, Keng, until

ALERTS = 2_000


@pytest.fixture
def flooded(tmp_path_factory: pytest.TempPathFactory, new_store: NewStore) -> Iterator[Keng]:
    """An installation whose Telegram refuses floods."""
    made = Keng(Path(tmp_path_factory.mktemp("storm")), simulator=("--flood",), **new_store())
    try:
        yield made.start()
    finally:
        made.stop()


def test_twenty_matters_in_two_thousand_alerts_are_twenty_cases_and_nothing_is_missing(flooded: Keng) -> None:
    sent = asyncio.run(storm.send(flooded, ALERTS, 2.0))
    assert sent.accepted == storm.stored(flooded) == ALERTS
    until(lambda: storm.waiting(flooded) == 0, "every alert to be placed", 180)
    incidents = flooded.incidents()
    assert sorted(i["alerts"] for i in incidents) == [ALERTS // len(storm.MATTERS)] * len(storm.MATTERS)
    until(lambda: len(storm.first_cards(flooded)) == len(incidents), "a card of each case in the duty room", 120)
    posted = Counter(
        call["params"]["text"].partition("</b>")[0]
        for call in flooded.phones.calls("sendMessage")
        if call["chat"] == DUTY and call["status"] == 200 and "reply_markup" in call["params"]
    )
    assert set(posted.values()) == {1}, "no card twice"
    assert len(storm.refused_cards(flooded)) == 0
    assert flooded.audit_is_whole()
