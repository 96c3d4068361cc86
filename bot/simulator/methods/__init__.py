"""The methods of the Bot API that the simulator knows, one module a subject."""

from bot.simulator.methods import (
    callbacks,
    chats,
    copying,
    edit,
    membership,
    polling,
    profile,
    removal,
    send,
    send_media,
    topics,
    webhook,
)
from bot.simulator.methods.registry import METHODS, Described, Handler

__all__ = [
    "METHODS",
    "Described",
    "Handler",
    "callbacks",
    "chats",
    "copying",
    "edit",
    "membership",
    "polling",
    "profile",
    "removal",
    "send",
    "send_media",
    "topics",
    "webhook",
]
