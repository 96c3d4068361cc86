"""The policies that incidents were opened under, each kept once under its hash."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select

from bot.model.policy import Policy
from bot.store.database import Tx
from bot.store.schema import policies
from bot.store.upsert import insert_for

_ONE = select(policies.c.content).where(policies.c.sha256 == bindparam("of"))


async def keep(tx: Tx, policy: Policy, at: datetime) -> str:
    """Keep a policy for as long as the incidents; returns its hash."""
    values = {"sha256": policy.sha256, "content": policy.to_json(), "kept_at": at}
    await tx.execute(insert_for(tx, policies).values(**values).on_conflict_do_nothing())
    return policy.sha256


async def get(tx: Tx, sha256: str) -> Policy | None:
    """The policy with this hash."""
    kept = (await tx.execute(_ONE, {"of": sha256})).scalar_one_or_none()
    return None if kept is None else Policy.from_json(kept)
