"""Guards of the sign-off page, taken out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from sqlalchemy import update

from bot.channels.email import acts
from bot.store import signoff
from bot.store.schema_email import signoff_tickets
from bot.web.signoff.door import Door


def a_link_may_decide_again() -> AbstractContextManager[Any]:
    async def use(tx: Any, ticket_id: str, at: Any) -> None:
        return None

    return patch.object(signoff, "use", use)


def a_link_counts_after_its_end() -> AbstractContextManager[Any]:
    return patch.object(acts, "hindrance", lambda *_: None)


def no_code_is_asked_for_on_the_page() -> AbstractContextManager[Any]:
    return patch.object(acts, "needs_factor", lambda *_, **__: False)


def a_link_lets_two_browsers_in() -> AbstractContextManager[Any]:
    refusal = Door._refusal

    async def opens(tx: Any, ticket: Any, session: str, at: Any) -> bool:
        own = signoff_tickets.c.id == ticket.id
        await tx.execute(update(signoff_tickets).where(own).values(session=session, opened_at=at))
        return True

    def never_opened(self: Any, found: Any) -> Any:
        return refusal(self, replace(found, ticket=replace(found.ticket, opened_at=None)))

    @contextmanager
    def both() -> Iterator[None]:
        with patch.object(signoff, "open_", opens), patch.object(Door, "_refusal", never_opened):
            yield

    return both()
