"""Sending one message of the outbox: words, a document, a picture. What is secret is in clear only on its way out."""

from __future__ import annotations

from collections.abc import Callable

from bot.channels.base import PictureSource
from bot.channels.telegram import pictures
from bot.channels.telegram.cards import call, message_id_of
from bot.channels.telegram.client import TelegramClient
from bot.channels.telegram.errors import CallbackExpired, NotModified
from bot.channels.telegram.papers import send_paper
from bot.channels.telegram.render_dialog import OPENED_HERE
from bot.model.paper import PaperSource, no_papers
from bot.store.telegram_outbox import QueuedMessage


class Messages:
    """Makes of what the outbox keeps the call that brings it to Telegram."""

    def __init__(
        self,
        client: TelegramClient,
        *,
        open_sealed: Callable[[str], str] = str,
        papers: PaperSource = no_papers,
        picture: PictureSource | None = None,
    ) -> None:
        """Prepare; nothing is sent yet.

        Args:
            client: the bot.
            open_sealed: opens what a message carries sealed.
            papers: makes the documents that go along.
            picture: draws; nothing is drawn when left out.
        """
        self._client = client
        self._open_sealed = open_sealed
        self._papers = papers
        self._picture = picture or _no_picture

    async def send(self, message: QueuedMessage) -> int | None:
        """Send it; returns the id under which it stands in the chat now, None where it was no message of its own.

        Raises:
            TelegramError: it did not arrive, or nobody knows; classified by the caller.
        """
        method = message.payload["method"]
        try:
            if "picture" in message.payload:
                answer = await pictures.send(self._client, self._picture, message.payload, message.chat_id)
                return None if answer is None else message_id_of(answer)
            answer = await self._call(method, message)
        except (NotModified, CallbackExpired):
            return None
        return message_id_of(answer) if method.startswith("send") else None

    async def _call(self, method: str, message: QueuedMessage) -> object:
        payload, params, plain = message.payload, dict(message.payload["params"]), message.payload.get("plain")
        if method != "answerCallbackQuery":
            params["chat_id"] = message.chat_id
        if "sealed" in payload:
            secret = self._open_sealed(payload["sealed"])
            params["text"] = params["text"].replace(OPENED_HERE, secret)
            plain = (plain or "").replace(OPENED_HERE, secret)
        if "paper" in payload:
            return await send_paper(self._client, self._papers, params, payload["paper"])
        return await call(self._client, method, params, plain)


async def _no_picture(_incident_id: str, _lang: str) -> bytes | None:
    return None
