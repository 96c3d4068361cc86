"""Links to the internal board. Each is opened by one conditional update; nothing of it is kept in clear."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from bot.model.board import BoardLink
from bot.store.database import Tx
from bot.store.schema_board import board_links


async def add(tx: Tx, link: BoardLink) -> None:
    """Issue a link. Those that the same person asked for and did not open end with it: one is on its way at most."""
    await tx.execute(
        update(board_links)
        .where(board_links.c.person == link.person, board_links.c.opened_at.is_(None), board_links.c.ended_at.is_(None))
        .values(ended_at=link.issued_at)
    )
    values = {name: getattr(link, name) for name in BoardLink.__dataclass_fields__}
    await tx.execute(insert(board_links).values(**values))


async def by_token(tx: Tx, token: str) -> BoardLink | None:
    """The link whose token has this hash."""
    row = (await tx.execute(select(board_links).where(board_links.c.token == token))).first()
    return None if row is None else _link(row)


async def by_session(tx: Tx, session: str) -> BoardLink | None:
    """The link whose browser holds what has this hash."""
    row = (await tx.execute(select(board_links).where(board_links.c.session == session))).first()
    return None if row is None else _link(row)


async def open_(tx: Tx, link: BoardLink, session: str, until: datetime, at: datetime) -> bool:
    """Let one browser have the link; False when another had it before, or it was ended."""
    done = await tx.execute(
        update(board_links)
        .where(board_links.c.id == link.id, board_links.c.opened_at.is_(None), board_links.c.ended_at.is_(None))
        .values(opened_at=at, session=session, session_until=until)
    )
    return done.rowcount == 1


async def end(tx: Tx, link_id: str, at: datetime) -> bool:
    """End one session; False when it had ended."""
    done = await tx.execute(
        update(board_links).where(board_links.c.id == link_id, board_links.c.ended_at.is_(None)).values(ended_at=at)
    )
    return int(done.rowcount) > 0


async def end_all(tx: Tx, person: str, at: datetime) -> int:
    """End every session of a person, and every link that was not opened; returns how many still stood."""
    stands = func.coalesce(board_links.c.session_until, board_links.c.expires_at) > at
    done = await tx.execute(
        update(board_links)
        .where(board_links.c.person == person, board_links.c.ended_at.is_(None), stands)
        .values(ended_at=at)
    )
    return int(done.rowcount)


async def count_issued(tx: Tx, person: str, since: datetime) -> int:
    """How many links this person was given after ``since``."""
    query = (
        select(func.count())
        .select_from(board_links)
        .where(board_links.c.person == person, board_links.c.issued_at > since)
    )
    return int((await tx.execute(query)).scalar_one())


async def forget(tx: Tx, before: datetime, limit: int) -> int:
    """Remove at most so many links that were issued before then; returns how many."""
    old = select(board_links.c.id).where(board_links.c.issued_at < before).limit(limit)
    return int((await tx.execute(delete(board_links).where(board_links.c.id.in_(old)))).rowcount)


def _link(row: Any) -> BoardLink:
    return BoardLink(**{name: getattr(row, name) for name in BoardLink.__dataclass_fields__})
