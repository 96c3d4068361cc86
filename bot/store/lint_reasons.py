"""Reasons for which words stay that the linter warns of. Written once for each rule and version, never changed."""

from __future__ import annotations

from sqlalchemy import select

from bot.model.lint import LintReason
from bot.store.database import Tx
from bot.store.schema_gates import lint_reasons
from bot.store.upsert import insert_for


async def add(tx: Tx, given: LintReason) -> None:
    """Write one; the first reason for a rule and version stays."""
    await tx.execute(
        insert_for(tx, lint_reasons)
        .values(
            incident_id=given.incident_id,
            version=given.version,
            rule=given.rule,
            sha256=given.sha256,
            reason=given.reason,
            by=given.by,
            at=given.at,
        )
        .on_conflict_do_nothing()
    )


async def of_version(tx: Tx, incident_id: str, version: int, sha256: str) -> tuple[LintReason, ...]:
    """The reasons given for exactly these words, by rule."""
    rows = await tx.execute(
        select(lint_reasons)
        .where(
            lint_reasons.c.incident_id == incident_id,
            lint_reasons.c.version == version,
            lint_reasons.c.sha256 == sha256,
        )
        .order_by(lint_reasons.c.rule)
    )
    return tuple(LintReason(r.incident_id, r.version, r.rule, r.sha256, r.reason, r.by, r.at) for r in rows)
