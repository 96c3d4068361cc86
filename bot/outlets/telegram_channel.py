"""The public Telegram channel. ``sendMessage`` has no idempotency key, so an answer that was lost is never retried."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

from bot.channels.telegram.errors import ErrorKind, SlowDown, TelegramError
from bot.locale import text
from bot.model.statement_templates import FULL_VI
from bot.outlets.base import DeliveryInDoubt, NotDelivered, Publication

NAME = "telegram_channel"

LONGEST = 4_096
"""Characters of one message."""

RETRY_SECONDS = 15.0
"""When to try again after a request that certainly did not reach Telegram."""

log = structlog.get_logger(__name__)

Call = Callable[[str, Mapping[str, Any]], Awaitable[Any]]


class TelegramChannelOutlet:
    """Posts the approved bytes as plain text, without any markup that Telegram could read differently."""

    name = NAME
    repeatable = False

    def __init__(self, call: Call, chat: int | str) -> None:
        """Post with ``call`` (a Bot API method and its parameters) to ``chat`` (an id or an @name)."""
        self._call = call
        self._chat = chat

    def carries(self, publication: Publication) -> str:
        """The full text where one message holds it, else the post, made of the same facts."""
        return publication.fitting(FULL_VI, "vi/short", at_most=LONGEST)

    async def publish(self, publication: Publication) -> str:
        """Post the Vietnamese full text, or the post in its stead; returns ``chat/message id``.

        Raises:
            NotDelivered: Telegram refused, or the request never reached it.
            DeliveryInDoubt: the answer was lost; the post may be there.
        """
        params: dict[str, Any] = {
            "chat_id": self._chat,
            "text": publication.version.texts[self.carries(publication)],
            "link_preview_options": {"is_disabled": True},
        }
        replied = _message_in(publication.earlier)
        if replied is not None:  # readers see what is corrected; where it was removed, the post stands alone
            params["reply_parameters"] = {"message_id": replied, "allow_sending_without_reply": True}
        try:
            message = await self._call("sendMessage", params)
        except SlowDown as error:
            raise NotDelivered(error.description, retry_after=error.retry_after) from error
        except TelegramError as error:
            if error.kind is ErrorKind.UNKNOWN:
                raise DeliveryInDoubt(error.description) from error
            again = RETRY_SECONDS if error.kind is ErrorKind.TRANSIENT else None
            raise NotDelivered(error.description, retry_after=again) from error
        if replied is not None:
            await self._mark(replied, publication, message)
        return f"{message['chat']['id']}/{message['message_id']}"

    async def _mark(self, earlier: int, publication: Publication, message: Mapping[str, Any]) -> None:
        """A button below the earlier post leads on to this one; its words stay as they are. Nothing depends on it."""
        address = _address(message)
        if address is None:
            return
        label = text("vi", f"outlet.telegram_channel.{publication.version.kind.value}")
        markup = {"inline_keyboard": [[{"text": label, "url": address}]]}
        params = {"chat_id": self._chat, "message_id": earlier, "reply_markup": markup}
        try:
            await self._call("editMessageReplyMarkup", params)
        except TelegramError as error:  # the post was removed, or Telegram is away: what was published stands
            log.info("earlier_post_not_marked", post=earlier, error=error.description)


def _address(message: Mapping[str, Any]) -> str | None:
    """Where a post can be opened: by the channel's name, else by its number, which only its readers can use."""
    chat, number = message["chat"], message["message_id"]
    if chat.get("username"):
        return f"https://t.me/{chat['username']}/{number}"
    inner = str(chat["id"]).removeprefix("-100")
    return f"https://t.me/c/{inner}/{number}" if inner.isdecimal() else None


def _message_in(reference: str | None) -> int | None:
    """The message behind a reference of this outlet."""
    number = (reference or "").rpartition("/")[2]
    return int(number) if number.isascii() and number.isdecimal() else None
