"""The fact slots of an incident as they stand, and as they stood when a version was written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from bot.model.fact import Fact, FactState
from bot.store.database import Tx
from bot.store.schema import facts

_OF_INCIDENT = select(facts).where(facts.c.incident_id == bindparam("of"))


async def put_fact(tx: Tx, incident_id: str, fact: Fact) -> None:
    """Fill or overwrite one slot."""
    values = {
        "state": fact.state.value,
        "value": fact.value,
        "by": fact.by,
        "at": fact.at,
        "source": fact.source,
        "as_of": fact.as_of,
        "told_by": fact.told_by,
    }
    done = await tx.execute(
        update(facts).where(facts.c.incident_id == incident_id, facts.c.slot == fact.slot).values(**values)
    )
    if done.rowcount == 0:
        await tx.execute(insert(facts).values(incident_id=incident_id, slot=fact.slot, **values))


async def facts_of(tx: Tx, incident_id: str) -> dict[str, Fact]:
    """The filled slots by id."""
    rows = await tx.execute(_OF_INCIDENT, {"of": incident_id})
    return {r.slot: Fact(r.slot, FactState(r.state), r.value, r.by, r.at, r.source, r.as_of, r.told_by) for r in rows}


def to_json(known: Mapping[str, Fact]) -> dict[str, Any]:
    """Facts as a version keeps them for ever."""
    return {
        slot: {
            "state": fact.state.value,
            "value": fact.value,
            "by": fact.by,
            "at": fact.at.isoformat(),
            "source": fact.source,
            "as_of": fact.as_of.isoformat() if fact.as_of else None,
            "told_by": fact.told_by,
        }
        for slot, fact in sorted(known.items())
    }


def from_json(kept: Mapping[str, Any] | None) -> dict[str, Fact]:
    """What :func:`to_json` kept; nothing for versions of a release that kept nothing."""
    return {
        slot: Fact(
            slot,
            FactState(item["state"]),
            item["value"],
            item["by"],
            datetime.fromisoformat(item["at"]),
            item["source"],
            datetime.fromisoformat(item["as_of"]) if item["as_of"] else None,
            item["told_by"],
        )
        for slot, item in (kept or {}).items()
    }
