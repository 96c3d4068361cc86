"""Signatures: who passed which gate for which exact words. Written once, never changed."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from bot.model.gate import GateKind
from bot.model.signature import Signature
from bot.store.database import Tx
from bot.store.schema_gates import signatures
from bot.store.upsert import insert_for

_OF_VERSION = (
    select(signatures)
    .where(signatures.c.incident_id == bindparam("of"), signatures.c.version == bindparam("number"))
    .order_by(signatures.c.at)
)


async def add(tx: Tx, signature: Signature) -> bool:
    """Write one; False when somebody signed the same words in the same capacity before."""
    done = await tx.execute(
        insert_for(tx, signatures)
        .values(
            incident_id=signature.incident_id,
            version=signature.version,
            kind=signature.kind.value,
            unit=signature.unit,
            sha256=signature.sha256,
            by=signature.by,
            at=signature.at,
        )
        .on_conflict_do_nothing()
    )
    return done.rowcount == 1


async def of_version(tx: Tx, incident_id: str, version: int) -> tuple[Signature, ...]:
    """All signatures under one version, oldest first."""
    rows = await tx.execute(_OF_VERSION, {"of": incident_id, "number": version})
    return tuple(Signature(r.incident_id, r.version, GateKind(r.kind), r.sha256, r.by, r.at, r.unit) for r in rows)
