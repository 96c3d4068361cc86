"""Which account is whose, and the one-time codes by which it becomes so."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from bot.model.enrolment import Binding, EnrolmentCode
from bot.store.database import Tx
from bot.store.ids import new_id
from bot.store.schema_people import bindings, enrolment_codes

_OF_CHANNEL = select(bindings).where(bindings.c.channel == bindparam("of")).order_by(bindings.c.bound_at, bindings.c.id)


async def of_channel(tx: Tx, channel: str) -> list[Binding]:
    """Every account that was ever bound on a channel, oldest first, the released ones too."""
    rows = await tx.execute(_OF_CHANNEL, {"of": channel})
    return [Binding(r.person, r.channel, r.address, r.bound_at, r.released_at, r.released_by) for r in rows]


async def bind(tx: Tx, person: str, channel: str, address: str, by: str, at: datetime) -> None:
    """Bind an account that is nobody's; the database refuses one that is somebody's."""
    await tx.execute(
        insert(bindings).values(
            id=new_id(at), person=person, channel=channel, address=address, bound_at=at, bound_by=by
        )
    )


async def release(tx: Tx, person: str, channel: str, address: str, by: str, at: datetime) -> None:
    """The account is no longer the person's. One that only the people's file names is written down as released.

    So a file that still names a lost phone does not bring it back.
    """
    done = await tx.execute(
        update(bindings)
        .where(
            bindings.c.person == person,
            bindings.c.channel == channel,
            bindings.c.address == address,
            bindings.c.released_at.is_(None),
        )
        .values(released_at=at, released_by=by)
    )
    if done.rowcount == 0:
        await tx.execute(
            insert(bindings).values(
                id=new_id(at),
                person=person,
                channel=channel,
                address=address,
                bound_at=at,
                bound_by="people.yaml",
                released_at=at,
                released_by=by,
            )
        )


async def add_code(tx: Tx, code: EnrolmentCode) -> None:
    """Keep a fresh code's hash. Earlier codes of the person that nobody used are no longer good."""
    await tx.execute(
        update(enrolment_codes)
        .where(
            enrolment_codes.c.person == code.person,
            enrolment_codes.c.used_at.is_(None),
            enrolment_codes.c.expires_at > code.made_at,
        )
        .values(expires_at=code.made_at)
    )
    await tx.execute(
        insert(enrolment_codes).values(
            hash=code.hash,
            person=code.person,
            made_by=code.made_by,
            made_at=code.made_at,
            expires_at=code.expires_at,
            additional=code.additional,
            only_for=code.only_for,
        )
    )


async def find_code(tx: Tx, hashed: str) -> EnrolmentCode | None:
    """The code with this hash, used or not."""
    row: Any = (await tx.execute(select(enrolment_codes).where(enrolment_codes.c.hash == hashed))).first()
    if row is None:
        return None
    return EnrolmentCode(
        row.hash, row.person, row.made_by, row.made_at, row.expires_at, row.additional, row.only_for, row.used_at
    )


async def use_code(tx: Tx, hashed: str, by: str, at: datetime) -> bool:
    """Use a code up; False when it was used before."""
    done = await tx.execute(
        update(enrolment_codes)
        .where(enrolment_codes.c.hash == hashed, enrolment_codes.c.used_at.is_(None))
        .values(used_at=at, used_by=by)
    )
    return done.rowcount == 1
