"""The table of methods: wire name in lower case → what carries it out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.simulator.params import Params
from bot.simulator.world import World

Handler = Callable[[World, Params], object | Awaitable[object]]


@dataclass(frozen=True)
class Method:
    """A method by its documented name."""

    name: str
    handle: Handler


@dataclass(frozen=True)
class Described:
    """A result that Telegram sends with a `description`, as setWebhook does."""

    result: object
    description: str


METHODS: dict[str, Method] = {}


def method(name: str) -> Callable[[Handler], Handler]:
    """Register a function as the method of this documented name; names are matched in any case."""

    def register(handle: Handler) -> Handler:
        METHODS[name.lower()] = Method(name, handle)
        return handle

    return register
