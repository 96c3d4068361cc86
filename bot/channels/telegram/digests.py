"""One digest with the list instead of a flood: after a long downtime, ours or Telegram's, and in a storm.

Notices wait in the outbox while nothing can be sent, or while a chat takes no more; once too many wait for one chat,
they become one message, which takes up whatever else comes before it is sent. Answers, questions and cards are never
gathered.
"""

from __future__ import annotations

from bot.channels.telegram.chats import Chats
from bot.channels.telegram.render_telling import digest
from bot.model.clock import Clock
from bot.store import telegram_cards
from bot.store import telegram_outbox as store
from bot.store.database import Database

DIGEST_FROM = 6
"""So many notices that wait for one chat become one message, unless the settings say otherwise."""

CARDS_WITH_IT = 3
"""A digest brings the cards of so many of its gravest matters; the others are where they were, and it names them."""


KEPT_LINES = 200
"""More lines than a message has room for; what is beyond them is counted."""


class Digests:
    """Gathers what waits."""

    def __init__(self, clock: Clock, chats: Chats, number: int = DIGEST_FROM) -> None:
        """``number`` notices that wait for one chat become one message."""
        self._clock = clock
        self._chats = chats
        self._number = number

    async def gather(self, database: Database) -> None:
        """Make one message of what waits, for every chat in which too much does.

        Raises:
            StoreUnavailable: nothing was gathered, nothing lost.
        """
        async with database.read() as tx:
            crowded = await store.crowded(tx, self._number)
        for chat in crowded:
            async with database.write() as tx:
                now = self._clock.now()
                waiting = await store.gatherable(tx, chat, now)
                if len(waiting) < 2:  # the others are just being sent
                    continue
                taken = await store.gathered(tx, waiting, now)
                if not taken:
                    continue
                found = sorted((line for one in taken for line in one.digest.lines), key=lambda line: -line.rank)
                lines, count = tuple(found[:KEPT_LINES]), sum(one.digest.count for one in taken)
                rendered = digest(self._chats.language(chat), [line.text for line in lines], count)
                key = f"{store.DIGEST}{chat}:{taken[-1].id}"
                await store.enqueue(tx, key, chat, rendered.payload(), now, digest=store.Digest(lines, count))
                matters = dict.fromkeys(line.incident_id for line in lines if line.incident_id)
                for incident_id in list(matters)[CARDS_WITH_IT:]:
                    await telegram_cards.leave_where_it_is(tx, incident_id, chat)
