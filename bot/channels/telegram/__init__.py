"""Telegram: cards on phones, presses and words back. What Telegram really does is in the handbook for operators.

In: ``polling`` or ``webhook`` → ``inbox`` (durable) → ``decode`` (→ ``buttons``) → a command of the model.
Out: ``channel`` → ``replies``, ``notices`` → ``outbox`` (durable, paced) → ``messages``, ``cards`` → ``client``;
``render`` draws.
"""

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.client import TelegramClient

__all__ = ["TelegramChannel", "TelegramClient"]
