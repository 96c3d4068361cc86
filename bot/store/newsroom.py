"""What the newsroom shows: versions whose copy for it is out, of no drill, and whole series of them at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from bot.model.delivery import DeliveryState
from bot.model.public_text import Phrase
from bot.model.statement import PUBLIC, StatementState, StatementVersion
from bot.store import published_texts
from bot.store.database import Tx
from bot.store.schema import deliveries, incidents, statements
from bot.store.statements import version_of

NEWSROOM = "newsroom"
EXPORT = "static_export"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a visitor looks for; with nothing given, everything. ``since`` is included, ``until`` is not."""

    phrases: Sequence[Phrase] = ()
    since: datetime | None = None
    until: datetime | None = None


async def listing(tx: Tx, asked: Asked, limit: int, offset: int = 0) -> list[StatementVersion]:
    """Versions that fit, newest publication first."""
    s = statements.c
    newest = (s.published_at.desc(), s.incident_id, s.version.desc())
    # Keys first: what is turned over on the way to a later page must not be read with all its words.
    keys = (await _found(tx, asked, select(s.incident_id, s.version))).order_by(*newest).limit(limit).offset(offset)
    page = keys.subquery()
    query = select(statements).join(page, (page.c.incident_id == s.incident_id) & (page.c.version == s.version))
    return [version_of(row) for row in await tx.execute(query.order_by(*newest))]


async def count(tx: Tx, asked: Asked, most: int) -> int:
    """How many versions fit; counting ends at ``most``."""
    s = statements.c
    query = (await _found(tx, asked, select(s.version))).order_by(s.published_at.desc()).limit(most)
    return int((await tx.execute(select(func.count()).select_from(query.subquery()))).scalar_one())


async def series(tx: Tx, incident_ids: Collection[str]) -> dict[str, tuple[StatementVersion, ...]]:
    """By incident, every version that the newsroom shows, oldest first."""
    query = _shown(select(statements)).where(statements.c.incident_id.in_(sorted(set(incident_ids))))
    found: dict[str, tuple[StatementVersion, ...]] = {}
    for row in await tx.execute(query.order_by(statements.c.incident_id, statements.c.version)):
        found[row.incident_id] = (*found.get(row.incident_id, ()), version_of(row))
    return found


async def exported(tx: Tx, also: Collection[tuple[str, int]]) -> list[StatementVersion]:
    """Every version that the newsroom or its export has brought out, and those of ``also`` that are out or leaving."""
    found = [version_of(row) for row in await tx.execute(_shown(select(statements), (NEWSROOM, EXPORT)))]
    missing = set(also) - {(version.incident_id, version.version) for version in found}
    leaving = select(statements).join(incidents, incidents.c.id == statements.c.incident_id)
    leaving = leaving.where(
        incidents.c.drill.is_(False), statements.c.state.in_([s.value for s in (StatementState.APPROVED, *PUBLIC)])
    )
    for incident_id, version in sorted(missing):
        this = (statements.c.incident_id == incident_id, statements.c.version == version)
        found += [version_of(row) for row in await tx.execute(leaving.where(*this))]
    return found


@dataclass(frozen=True, slots=True)
class Address:
    """One shown version, without its words."""

    incident_id: str
    version: int
    published_at: datetime


async def addresses(tx: Tx, limit: int) -> list[Address]:
    """The newest versions shown, newest first."""
    s = statements.c
    query = _shown(select(s.incident_id, s.version, s.published_at, s.created_at))
    query = query.order_by(s.published_at.desc(), s.incident_id, s.version.desc()).limit(limit)
    return [Address(r.incident_id, r.version, r.published_at or r.created_at) for r in await tx.execute(query)]


async def _found(tx: Tx, asked: Asked, query: Select[Any]) -> Select[Any]:
    query = _shown(query)
    if asked.phrases:
        query = query.where(await published_texts.holds(tx, asked.phrases))
    if asked.since is not None:
        query = query.where(statements.c.published_at >= asked.since)
    if asked.until is not None:
        query = query.where(statements.c.published_at < asked.until)
    return query


def _shown(query: Select[Any], outlets: Sequence[str] = (NEWSROOM,)) -> Select[Any]:
    s, d = statements.c, deliveries.c
    out = select(d.incident_id).where(
        d.incident_id == s.incident_id,
        d.version == s.version,
        d.outlet.in_(outlets),
        d.state == DeliveryState.SENT.value,
    )
    return query.join(incidents, incidents.c.id == s.incident_id).where(out.exists(), incidents.c.drill.is_(False))
