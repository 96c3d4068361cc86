"""The picture beside a card: a photo that answers it, exchanged in its place when there is something new to see.

What goes into the outbox is that a picture is due, not the picture: it is drawn when it is sent, from what is committed
then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from telegram import InputFile, InputMediaPhoto

from bot.channels.base import PictureSource
from bot.channels.telegram.chats import Chats
from bot.channels.telegram.client import TelegramClient
from bot.channels.telegram.errors import MessageGone
from bot.channels.telegram.render import shorten
from bot.locale import text
from bot.model.clock import Clock
from bot.model.incident import Incident
from bot.store import telegram_cards
from bot.store import telegram_outbox as outbox
from bot.store import telegram_pictures as store
from bot.store.database import Tx

FILE_NAME = "dien-bien.png"
CAPTION = 200


class Pictures:
    """Queues pictures."""

    def __init__(self, clock: Clock, chats: Chats) -> None:
        """Take what is needed; nothing is drawn or sent from here."""
        self._clock = clock
        self._chats = chats

    async def lacking(self, tx: Tx, wanted: Mapping[str, int]) -> Sequence[str]:
        """Ids of incidents that have a card on show without the picture wanted."""
        return list(dict.fromkeys(incident for incident, _, _ in await store.lacking(tx, wanted)))

    async def illustrate(self, tx: Tx, incident: Incident, number: int) -> None:
        """Queue the picture for each chat that shows the card; where an earlier one stands, it takes its place."""
        for _, chat, card in await store.lacking(tx, {incident.id: number}):
            if not await self._chats.may_see(tx, chat, incident, self._clock.now()):
                await telegram_cards.remove_card(tx, incident.id, chat)
                continue
            before = await store.latest(tx, incident.id, chat)
            payload = photo(incident, self._chats.language(chat), reply_to=card, instead_of=before)
            await outbox.enqueue(tx, store.key_of(incident.id, number, chat), chat, payload, self._clock.now())


def photo(
    incident: Incident, lang: str, *, reply_to: int | None = None, instead_of: int | None = None
) -> dict[str, Any]:
    """The outbox's payload of an incident's picture."""
    params: dict[str, Any] = {"disable_notification": True}
    if reply_to is not None:
        params["reply_parameters"] = {"message_id": reply_to, "allow_sending_without_reply": True}
    caption = text(lang, "chart.caption", code=incident.code, title=shorten(incident.title, CAPTION))
    picture = {"incident": incident.id, "lang": lang, "caption": caption, "instead_of": instead_of}
    return {"method": "sendPhoto", "params": params, "picture": picture}


async def send(client: TelegramClient, source: PictureSource, payload: Mapping[str, Any], chat_id: int) -> Any:
    """Draw the picture and bring it to the chat; None where there is nothing to draw.

    Raises:
        TelegramError: as the client does.
    """
    picture = payload["picture"]
    drawn = await source(picture["incident"], picture["lang"])
    if drawn is None:
        return None
    file = InputFile(drawn, filename=FILE_NAME, attach=picture["instead_of"] is not None)
    if picture["instead_of"] is not None:
        media = InputMediaPhoto(file, caption=picture["caption"])
        where = {"chat_id": chat_id, "message_id": picture["instead_of"]}
        try:
            return await client.call("editMessageMedia", where | {"media": media}, timeout=20)
        except MessageGone:
            file = InputFile(drawn, filename=FILE_NAME)
    params = {**payload["params"], "chat_id": chat_id, "photo": file, "caption": picture["caption"]}
    return await client.call("sendPhoto", params, timeout=20)
