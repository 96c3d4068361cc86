"""Calls to the Bot API through python-telegram-bot, with our own errors and without its traps.

Used are the library's types and requests; its polling loses updates and stops for good at one stray 404, and its rate
limiter stops everybody when one chat is told to slow down.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import structlog
from telegram import Bot, InputFile
from telegram.request import HTTPXRequest

from bot.channels.telegram.errors import InDoubt, TelegramError, classify

log = structlog.get_logger(__name__)

CONNECT_SECONDS = 5.0
FILE_SECONDS = 30.0
POOL_SECONDS = 5.0

# One connection for getUpdates can stay checked out for hours behind a faulty proxy: several leave a way out.
POLL_CONNECTIONS = 4
CALL_CONNECTIONS = 64

# httpx writes full addresses, and so the token, at INFO; the library's request module writes whole answers.
for _name, _level in (("httpx", logging.WARNING), ("httpcore", logging.WARNING), ("telegram", logging.CRITICAL)):
    logging.getLogger(_name).setLevel(_level)


class _Bot(Bot):
    """The library's bot, without its advice on every call to use its own methods: their errors are not ours."""

    @classmethod
    def _warn(cls, message: object, category: type[Warning] = Warning, stacklevel: int = 0) -> None:
        pass


@dataclass(frozen=True, slots=True)
class BotIdentity:
    """Who the bot is. ``username`` is without the @."""

    id: int
    username: str


class TelegramClient:
    """One bot at one Bot API server. Raises nothing but :class:`bot.channels.telegram.errors.TelegramError`."""

    def __init__(self, token: str, api_base: str, proxy: str | None = None) -> None:
        """Prepare; nothing is sent before :meth:`start` or the first :meth:`call`.

        Args:
            token: the bot's token; it appears in no log and no error.
            api_base: the server without a slash at the end, such as ``https://api.telegram.org``.
            proxy: ``http://…`` or ``socks5://…``; without it the environment's proxy holds, except for loopback.
        """
        self._token = token
        base = api_base.rstrip("/")
        options = {"trust_env": False} if _is_loopback(base) else None
        self._polls = _request(POLL_CONNECTIONS, proxy, options)
        self._calls = _request(CALL_CONNECTIONS, proxy, options)
        self._bot: Bot = _Bot(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=self._calls,
            get_updates_request=self._polls,
        )
        self._me: BotIdentity | None = None

    @property
    def bot(self) -> Bot:
        """The library's bot, for its types. Its methods raise its own errors: give them to ``classify``."""
        return self._bot

    @property
    def bot_id(self) -> int:
        """The bot's user id, which is the first part of its token; 0 when the token has no such part."""
        head = self._token.partition(":")[0]
        return int(head) if head.isascii() and head.isdecimal() else 0

    @property
    def me(self) -> BotIdentity | None:
        """Who the server says we are; None before the first successful :meth:`start`."""
        return self._me

    async def start(self) -> BotIdentity:
        """Ask the server who we are.

        Raises:
            TelegramError: it did not answer; try again later.
        """
        answer = await self.call("getMe", {})
        try:
            self._me = BotIdentity(int(answer["id"]), str(answer["username"]))
        except (KeyError, TypeError, ValueError) as error:
            raise InDoubt("getMe: an answer without id and username") from error
        return self._me

    async def call(self, method: str, params: Mapping[str, Any], *, timeout: float = 10) -> Any:  # noqa: ASYNC109
        """Call one method and return its result as JSON.

        Args:
            method: a method of the Bot API, such as ``sendMessage``.
            params: its parameters; None values are left out, structures are sent as JSON.
            timeout: seconds to wait for the answer once the request is sent; ``getUpdates`` needs more than its own.

        Raises:
            TelegramError: one of its subclasses, classified.
        """
        try:
            return await self._bot.do_api_request(
                method,
                api_kwargs=dict(params),
                read_timeout=timeout,
                write_timeout=max(timeout, CONNECT_SECONDS),
                connect_timeout=CONNECT_SECONDS,
                pool_timeout=POOL_SECONDS,
            )
        except asyncio.CancelledError:
            raise
        except Exception as exc:
            error = self.redacted(classify(exc))
        log.debug("telegram_call_failed", method=method, error=type(error).__name__, description=error.description)
        # Raised outside the handler: the library's exceptions underneath may name the address with the token in it.
        raise error

    async def send_file(self, params: Mapping[str, Any], name: str, data: bytes) -> Any:
        """Send a file into a chat with ``sendDocument``.

        Raises:
            TelegramError: one of its subclasses, classified.
        """
        file = InputFile(data, filename=name, read_file_handle=False)
        return await self.call("sendDocument", {**params, "document": file}, timeout=FILE_SECONDS)

    def redacted(self, error: TelegramError) -> TelegramError:
        """The error without this bot's token in its words, however odd the token looks."""
        clean = error.description.replace(self._token, "<token>")
        error.description = clean
        error.args = (clean,)
        return error

    async def close(self) -> None:
        """Close all connections."""
        await self._polls.shutdown()
        await self._calls.shutdown()

    def __repr__(self) -> str:
        return f"TelegramClient(bot_id={self.bot_id})"


def _request(connections: int, proxy: str | None, options: dict[str, Any] | None) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=connections,
        proxy=proxy,
        connect_timeout=CONNECT_SECONDS,
        read_timeout=10.0,
        write_timeout=10.0,
        pool_timeout=POOL_SECONDS,
        httpx_kwargs=options,
    )


def _is_loopback(base: str) -> bool:
    host = urlsplit(base).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
