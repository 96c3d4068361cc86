"""The webhook: Telegram pushes, we answer 200 once it is stored. For replicas, and where polling is not wanted."""

from __future__ import annotations

import asyncio
import hmac
import json
from dataclasses import replace

import structlog
from aiohttp import web

from bot.channels.telegram.client import TelegramClient
from bot.channels.telegram.errors import SlowDown, TelegramError
from bot.channels.telegram.inbox import Receiver, is_update
from bot.channels.telegram.polling import ALLOWED_UPDATES, Health, Sleep, backoff
from bot.model.clock import Clock
from bot.store.database import StoreUnavailable

log = structlog.get_logger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (a header's name)
MAX_BODY = 2**20
RETRY_AFTER_SECONDS = 5
"""What Telegram is asked to wait when the store is away; it heeds the header."""


class Webhook:
    """One address for Telegram to push to, and its registration."""

    def __init__(
        self,
        client: TelegramClient,
        receiver: Receiver,
        clock: Clock,
        *,
        url: str,
        secret: str,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """Prepare; ``url`` is what Telegram is told, ``secret`` (1 to 256 of ``A-Za-z0-9_-``) what it must show."""
        self._client = client
        self._receiver = receiver
        self._clock = clock
        self._url = url
        self._secret = secret
        self._sleep = sleep
        self._health = Health(clock.now(), silence=None)

    @property
    def health(self) -> Health:
        """How intake stands: ``last_success`` is the registration or the last update that was stored."""
        return self._health

    async def register(self) -> None:
        """Tell Telegram the address and the secret; tries until it works."""
        while True:
            try:
                await self._receiver.identify(await self._client.start())
                await self._client.call(
                    "setWebhook",
                    {"url": self._url, "secret_token": self._secret, "allowed_updates": list(ALLOWED_UPDATES)},
                )
            except (TelegramError, StoreUnavailable) as error:
                failures = self._health.failures + 1
                said = f"{type(error).__name__}: {error}"
                self._health = replace(self._health, last_error=said, failures=failures)
                log.warning("telegram_webhook_not_set", error=type(error).__name__, said=said, failures=failures)
                wait = backoff(failures)
                await self._sleep(max(wait, error.retry_after) if isinstance(error, SlowDown) else wait)
            else:
                self._succeeded()
                return

    async def handle(self, request: web.Request) -> web.Response:
        """``POST``: 200 stored (or known), 400 no update, 403 wrong secret, 413 too large, 503 store away."""
        shown = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(shown.encode("utf-8", "surrogateescape"), self._secret.encode()):
            return web.Response(status=403)
        body = await _body(request)
        if body is None:
            return web.Response(status=413)
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError):
            return web.Response(status=400)
        if not is_update(raw):
            return web.Response(status=400)
        try:
            await self._receiver.receive([raw], polled=False)
        except Exception as error:  # whatever hindered storing it: Telegram keeps the update and brings it again
            log.error("telegram_update_not_stored", error=type(error).__name__)
            return web.Response(status=503, headers={"Retry-After": str(RETRY_AFTER_SECONDS)})
        self._succeeded()
        return web.Response(status=200)

    def _succeeded(self) -> None:
        self._health = replace(self._health, last_success=self._clock.now(), last_error=None, failures=0)


async def _body(request: web.Request) -> bytes | None:
    """The body; None when it is too large, of which no more is read than the limit."""
    if (request.content_length or 0) > MAX_BODY:
        return None
    parts: list[bytes] = []
    size = 0
    async for part in request.content.iter_any():
        size += len(part)
        if size > MAX_BODY:
            return None
        parts.append(part)
    return b"".join(parts)
