"""Statements in public for the tests of the pages, put there the way the story does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.approval.publication import Ended, Ending, settle
from bot.model.delivery import DeliveryKey
from bot.model.statement import Author, StatementKind, StatementState, StatementVersion, version_sha256
from bot.store import deliveries, incidents, statements
from bot.store.database import Database
from tests.approval.office import NIGHT
from tests.store.samples import an_incident

WATER = (
    "THÔNG TIN BAN ĐẦU VỀ SỰ CỐ NƯỚC MÁY\n\nCó 12 người ở phường Sông Thượng đến trạm y tế; "
    "không có người nguy kịch.\n\n"
    "Nhà máy đã ngừng cấp nước từ 9h15. Nguyên nhân đang được xác minh.\n\nThông tin tiếp theo trước 18h00."
)


async def put(
    database: Database, texts: Mapping[str, str] | str, *, hours: int = 0, approved: bool = True, **incident: Any
) -> str:
    """Publish a first statement; its permanent id. Not ``approved`` ones stay drafts."""
    made = an_incident(code=f"{hours}K2", **incident)
    async with database.write() as tx:
        await incidents.add(tx, made)
    return await follow(database, made.id, 1, texts, hours=hours, approved=approved)


async def follow(
    database: Database,
    incident_id: str,
    number: int,
    texts: Mapping[str, str] | str,
    *,
    kind: StatementKind = StatementKind.INITIAL,
    refers_to: int | None = None,
    hours: int = 0,
    approved: bool = True,
) -> str:
    """Publish what follows in a series."""
    words = {"vi/full": texts} if isinstance(texts, str) else dict(texts)
    at = NIGHT + timedelta(hours=hours)
    version = StatementVersion(
        incident_id=incident_id,
        version=number,
        state=StatementState.APPROVED if approved else StatementState.DRAFT,
        texts=words,
        sha256=version_sha256(words),
        author=Author.PERSON,
        created_at=at,
        created_by="p103",
        playbook="water-contamination",
        approved_at=at if approved else None,
        approved_by="p102" if approved else None,
        kind=kind,
        refers_to=refers_to,
    )
    item = f"{incident_id}-{number}"
    async with database.write() as tx:
        await statements.add_version(tx, version)
        if approved:
            await deliveries.queue(tx, incident_id, number, "newsroom", at)
            await deliveries.claim(tx, incident_id, number, "newsroom", 1, at)
            await settle(tx, DeliveryKey(incident_id, number, "newsroom", 1), Ending(Ended.SENT, item), at)
    return item
