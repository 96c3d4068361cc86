"""Links by which second factors are enrolled from a mailbox. Each is opened by one conditional update and ends so."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update

from bot.model.factor_link import Ended, FactorLink
from bot.store.database import Tx
from bot.store.schema_factors import factor_links, personal_letters


async def add(tx: Tx, link: FactorLink) -> None:
    """Issue a link."""
    values = {name: getattr(link, name) for name in FactorLink.__dataclass_fields__}
    await tx.execute(insert(factor_links).values(**values))


async def get(tx: Tx, link_id: str) -> FactorLink | None:
    """The link with this id."""
    row = (await tx.execute(select(factor_links).where(factor_links.c.id == link_id))).first()
    return None if row is None else _link(row)


async def open_(tx: Tx, link_id: str, session: str, at: datetime) -> bool:
    """Let one browser have the link; False when another had it before, or it has ended."""
    done = await tx.execute(
        update(factor_links)
        .where(factor_links.c.id == link_id, factor_links.c.opened_at.is_(None), factor_links.c.ended_at.is_(None))
        .values(opened_at=at, session=session)
    )
    return done.rowcount == 1


async def pair(tx: Tx, link_id: str, pairing: str) -> None:
    """Note which enrolment was begun by the link: the page shows no other one's secret."""
    await tx.execute(update(factor_links).where(factor_links.c.id == link_id).values(pairing=pairing))


async def count_wrong(tx: Tx, link_id: str, most: int, at: datetime) -> bool:
    """Count a wrong code; True when that was the last one allowed and ended the link."""
    mine = factor_links.c.id == link_id
    await tx.execute(update(factor_links).where(mine).values(wrong=factor_links.c.wrong + 1))
    done = await tx.execute(
        update(factor_links)
        .where(mine, factor_links.c.wrong >= most, factor_links.c.ended_at.is_(None))
        .values(ended_at=at, ended=Ended.GUESSED.value)
    )
    return done.rowcount == 1


async def end(tx: Tx, link_id: str, why: Ended, at: datetime) -> bool:
    """End one link; False when it had ended."""
    return await _end(tx, factor_links.c.id == link_id, why, at) == 1


async def end_of(tx: Tx, person: str, why: Ended, at: datetime) -> int:
    """End every link by which this person would enrol, their colleagues' too; returns how many still stood."""
    return await _end(tx, factor_links.c.person == person, why, at)


async def forget(tx: Tx, before: datetime, limit: int) -> int:
    """Remove at most so many links that were issued before then, with their letters; returns how many."""
    old = select(factor_links.c.id).where(factor_links.c.issued_at < before).limit(limit)
    links = list((await tx.execute(old)).scalars())
    await tx.execute(delete(personal_letters).where(personal_letters.c.link.in_(links)))
    return int((await tx.execute(delete(factor_links).where(factor_links.c.id.in_(links)))).rowcount)


async def _end(tx: Tx, which: ColumnElement[bool], why: Ended, at: datetime) -> int:
    done = await tx.execute(
        update(factor_links).where(which, factor_links.c.ended_at.is_(None)).values(ended_at=at, ended=why.value)
    )
    return int(done.rowcount)


def _link(row: Any) -> FactorLink:
    values = {name: getattr(row, name) for name in FactorLink.__dataclass_fields__}
    return FactorLink(**{**values, "ended": None if row.ended is None else Ended(row.ended)})
