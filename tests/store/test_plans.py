"""What is asked at every round, or for every alert, looks things up: it never reads a table of all years whole."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event

from bot.model.alert import Alert
from bot.model.reach import DOUBT
from bot.store import alerts, curves, email_letters, mention_counts, telegram_cards, telegram_chats, topic_matters
from bot.store.database import Database, Tx

NOW = datetime(2026, 11, 22, 19, 0, tzinfo=UTC)
UPDATE = Alert("a", "default", "Nước máy có mùi dầu", NOW, thread="t", refers_to=("b-1",))

GROWING = frozenset({"alerts", "statements", "signoff_tickets", "telegram_outbox", "mention_counts", "telegram_cards"})
"""Tables that have rows of all incidents there ever were."""

QUESTIONS: dict[str, Callable[[Tx], Awaitable[Any]]] = {
    "what a sender refers to": lambda tx: alerts.find_earlier(tx, "default", ["t", "b-1"]),
    "the incident of what a sender refers to": lambda tx: alerts.find_placed(tx, UPDATE),
    "what many refer to": lambda tx: alerts.named_before(tx, {("default", "t")}),
    "letters: words that wait": email_letters.waiting,
    "letters: words that wait for the second person": email_letters.approved_and_not_leaving,
    "letters: what was written": email_letters.written,
    "letters: doubts": lambda tx: email_letters.written_about(tx, DOUBT),
    "cards after an outage": telegram_cards.repost_pending,
    "whether a chat was ever reached": lambda tx: telegram_chats.has_received(tx, "duty"),
    "topics of open matters": topic_matters.topics_of_open,
    "what a topic's alerts came to": lambda tx: topic_matters.incidents_of(tx, 1, NOW),
    "statements without a curve": curves.statements_without_curve,
    "old counts": lambda tx: mention_counts.forget(tx, NOW, 100),
}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("question", QUESTIONS)
async def test_no_table_of_all_years_is_read_whole(database: Database, question: str) -> None:
    asked: list[tuple[str, Any]] = []
    event.listen(
        database.reader.sync_engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, values, *_: asked.append((statement, values)),
    )
    async with database.read() as tx:
        await QUESTIONS[question](tx)
        looked = [one for one in asked if one[0] != "BEGIN"]
        assert looked
        for statement, values in looked:
            plan = [str(row[3]) for row in await tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
            assert not [step for step in plan if reads_all(step)], plan


def reads_all(step: str) -> bool:
    """True for a scan, and for an index that picks out nothing but a feed, or whatever has an incident."""
    what, table = step.split()[:2]
    return table in GROWING and (what == "SCAN" or step.endswith(("(feed=?)", "(incident_id>?)")))
