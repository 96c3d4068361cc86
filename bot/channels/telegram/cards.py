"""Bringing one card up to date: read what is committed, draw it, edit the message or send a new one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

import structlog

from bot.channels.base import CardSource
from bot.channels.telegram.buttons import Action, encode
from bot.channels.telegram.chats import Chats
from bot.channels.telegram.client import TelegramClient
from bot.channels.telegram.errors import BadMessage, InDoubt, MessageGone, NotModified, TelegramError
from bot.channels.telegram.render import Rendered, one, plain_params
from bot.channels.telegram.render_card import card as draw
from bot.model.card import CardView
from bot.store import telegram_cards as store
from bot.store.database import Database
from bot.store.telegram_cards import ShownCard

log = structlog.get_logger(__name__)


class Cards:
    """Shows cards. What a card says is never remembered or queued: it is read anew each time (ADR 0001)."""

    def __init__(
        self, client: TelegramClient, database: Database, card_source: CardSource, chats: Chats, button_key: bytes
    ) -> None:
        """Take the bot, the store, where cards are read, who reads which language, and what signs the buttons."""
        self._client = client
        self._database = database
        self._views = _Views(database, card_source)
        self._chats = chats
        self._button_key = button_key

    async def show(self, card: ShownCard) -> None:
        """Show one card as it is committed now, and note what is on show.

        Raises:
            TelegramError: it is not on show, or nobody knows; classified by the caller.
            StoreUnavailable: it could not be read, or what was shown could not be noted.
        """
        view = await self._views.now(card.incident_id)
        if view is None:
            async with self._database.write() as tx:
                await store.card_given_up(tx, card, "no such incident")
            return
        may_see = partial(self._chats.may_see, key=card.chat, incident=view.incident, at=view.as_of)
        if not await self._database.read_in_one_go(may_see):
            async with self._database.write() as tx:
                await store.remove_card(tx, card.incident_id, card.chat)
            return
        lang, statement = self._chats.language(card.chat), view.statement
        message_id = await self._put(card, draw(view, lang, self._make, reposted=card.after_outage))
        async with self._database.write() as tx:
            await store.card_shown(
                tx,
                card,
                message_id,
                view.incident.revision,
                statement.version if statement else None,
                statement.sha256 if statement else None,
            )
        if card.repost and card.message_id is not None:
            await self._point_to_the_new_one(card, one(lang, "card.moved", code=view.incident.code))

    async def _put(self, card: ShownCard, rendered: Rendered) -> int:
        if not card.is_new:
            where = {"chat_id": card.chat_id, "message_id": card.message_id}
            try:
                await call(self._client, "editMessageText", where | rendered.params(), rendered.plain)
                return card.message_id or 0
            except NotModified:
                return card.message_id or 0
            except MessageGone:
                log.info("telegram_card_was_gone", incident=card.incident_id, chat=card.chat)
        params = {"chat_id": card.chat_id} | rendered.params()
        return message_id_of(await call(self._client, "sendMessage", params, rendered.plain))

    async def _point_to_the_new_one(self, card: ShownCard, rendered: Rendered) -> None:
        """The old card loses its buttons and says where to look. Best effort: the server refuses stale presses."""
        where = {"chat_id": card.chat_id, "message_id": card.message_id}
        try:
            await self._client.call("editMessageText", where | rendered.params())
        except TelegramError as error:
            log.debug("telegram_old_card_kept", incident=card.incident_id, error=type(error).__name__)

    def _make(self, action: Action, incident_id: str, version: int, arg: str) -> str:
        return encode(action, incident_id, version, arg, key=self._button_key)


class _Views:
    """What cards say as it is committed now: read once for all the chats in which a matter is shown at the same time.

    A new matter is shown in four chats and more; read for each, the first would wait for the last.
    """

    def __init__(self, database: Database, source: CardSource) -> None:
        self._database = database
        self._source = source
        self._about_to_be_read: dict[str, asyncio.Task[CardView | None]] = {}

    async def now(self, incident_id: str) -> CardView | None:
        """The view of an incident, none of it older than the question; None when there is no such incident.

        Raises:
            StoreUnavailable: it could not be read.
        """
        reading = self._about_to_be_read.get(incident_id)
        if reading is None or reading.done():  # whoever asked may have been ended before the reading began
            reading = self._about_to_be_read[incident_id] = asyncio.create_task(self._read(incident_id))
        return await reading

    async def _read(self, incident_id: str) -> CardView | None:
        del self._about_to_be_read[incident_id]  # who asks from now on may know of something newer
        return await self._database.read_in_one_go(lambda tx: self._source(tx, incident_id))


async def call(client: TelegramClient, method: str, params: Mapping[str, Any], plain: str | None) -> Any:
    """Call a method; when its markup is refused, once more as plain text: ugly words are better than none.

    Raises:
        TelegramError: as the client does.
    """
    try:
        return await client.call(method, params)
    except BadMessage as error:
        if plain is None or "parse_mode" not in params:
            raise
        log.error("telegram_markup_refused", method=method, error=error.description)
    return await client.call(method, plain_params(dict(params), plain))


def message_id_of(answer: Any) -> int:
    """The id under which a message was sent.

    Raises:
        InDoubt: the answer does not say.
    """
    try:
        return int(answer["message_id"])
    except (KeyError, TypeError, ValueError) as error:
        raise InDoubt("an answer without a message id") from error
