"""The first way put together: Telegram, or the simulated one, and its public channel as an outlet."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.channels.base import ActHandler, Sources
from bot.model.clock import Clock
from bot.model.playbook import Bilingual
from bot.outlets.base import Outlet
from bot.settings import Settings
from bot.store.database import Database
from bot.store.key_file import load_key

if TYPE_CHECKING:  # the library behind it is slow to import, and an office may do without Telegram
    from bot.channels.telegram.channel import TelegramChannel

SIMULATOR_TOKEN = "900001:simulator"  # noqa: S105 - opens nothing but our own toy
_SIMULATOR_DUTY_CHAT = -1001000000001
_SIMULATOR_CHANNEL = -1002000000001


def first_way(
    settings: Settings,
    *,
    database: Database,
    clock: Clock,
    sources: Sources,
    playbook_names: Mapping[str, Bilingual],
    on_act: ActHandler,
    open_sealed: Callable[[str], str],
) -> TelegramChannel | None:
    """The channel, which sends nothing before it runs; None where the settings name no bot.

    Args:
        settings: all of them.
        database: the store.
        clock: tells the instants that are stored and shown.
        sources: read what is shown, and who is who.
        playbook_names: what playbooks are called.
        on_act: is told the channel and the key of an act that was stored.
        open_sealed: opens what must not lie in the store as plain text.
    """
    chosen = settings.telegram
    if chosen.token is None and not settings.simulator:
        return None
    from bot.channels.telegram.channel import TelegramChannel
    from bot.channels.telegram.client import TelegramClient

    token = SIMULATOR_TOKEN if chosen.token is None else chosen.token.get_secret_value()
    api_base = settings.http.base_url if settings.simulator else chosen.api_base
    return TelegramChannel(
        client=TelegramClient(token, api_base, proxy=chosen.proxy),
        database=database,
        clock=clock,
        sources=sources,
        playbook_names=playbook_names,
        button_key=load_key(settings.data_dir / "button.key"),
        duty_chat=chosen.duty_chat or (_SIMULATOR_DUTY_CHAT if settings.simulator else None),
        on_act=on_act,
        open_sealed=open_sealed,
        webhook_url=f"{settings.http.public_url}/telegram" if chosen.mode == "webhook" else None,
        webhook_secret=chosen.webhook_secret.get_secret_value() if chosen.webhook_secret else None,
        seconds=SteadySeconds(clock),
        card_seconds=chosen.card_seconds,
        digest_from=chosen.digest_from,
    )


def public_channel(settings: Settings, telegram: TelegramChannel | None) -> Outlet | None:
    """The public channel as an outlet; None where it is switched off, or there is no bot to write in it."""
    chat = settings.telegram.public_channel or (_SIMULATOR_CHANNEL if settings.simulator else None)
    if settings.outlets.telegram_channel is None or telegram is None or chat is None:
        return None
    from bot.outlets.telegram_channel import TelegramChannelOutlet

    return TelegramChannelOutlet(telegram.client.call, chat)


class SteadySeconds:
    """Seconds that never run back and that follow a simulator's clock ahead: moving it also ends waiting."""

    def __init__(self, clock: Clock) -> None:
        """``clock`` may be moved."""
        self._clock = clock
        self._ahead = 0.0

    def __call__(self) -> float:
        """Seconds since a moment that means nothing."""
        self._ahead = max(self._ahead, (self._clock.now() - datetime.now(UTC)).total_seconds())
        return time.monotonic() + self._ahead
