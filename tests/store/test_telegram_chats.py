"""A chat that moves: what is known by message numbers of the old place is known by none of the new one."""

from __future__ import annotations

from bot.store import incidents, telegram_chats, telegram_inbox, telegram_outbox
from bot.store.database import Database
from bot.store.telegram_inbox import Shown, Target
from tests.store.samples import NIGHT, an_incident


async def test_where_a_group_has_moved_no_reply_meets_a_question_of_the_old_place(database: Database) -> None:
    """A supergroup counts its messages from one again."""
    incident = an_incident()
    asked = Shown(Target.RETURN, incident.id, 1)
    async with database.write() as tx:
        await incidents.add(tx, incident)
        await telegram_chats.add(tx, "duty", -5, NIGHT)
        await telegram_outbox.enqueue(tx, "ask", "duty", {"method": "sendMessage"}, NIGHT, asked)
        (message,) = await telegram_outbox.due_messages(tx, NIGHT)
        await telegram_outbox.message_sent(tx, message, 17)
        assert await telegram_inbox.shown_by(tx, -5, 17) == asked
        await telegram_chats.move(tx, "duty", -1005, NIGHT)
        assert await telegram_inbox.shown_by(tx, -1005, 17) is None
