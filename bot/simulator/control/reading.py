"""Reading control requests: JSON bodies checked by pydantic, refusals that name the field."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, TypeAdapter, ValidationError

from bot.simulator.acts import ActRefused
from bot.simulator.control.bodies import ChatRef
from bot.simulator.state import State

BodyT = TypeVar("BodyT", bound=BaseModel)
T = TypeVar("T")
_MAX_BODY = 80 * 1024 * 1024


async def read_json(request: web.Request) -> Mapping[str, object]:
    """The JSON object sent, whatever content type curl gave it; raises ActRefused."""
    sized = request.clone(client_max_size=_MAX_BODY)
    try:
        value = json.loads(await sized.read() or b"{}")
    except ValueError:
        raise ActRefused("body", "is not JSON") from None
    if not isinstance(value, dict):
        raise ActRefused("body", "must be a JSON object")
    return value


async def read_body(request: web.Request, kind: type[BodyT]) -> BodyT:
    """The body as this kind; raises ActRefused for the first field that is wrong."""
    return checked(TypeAdapter(kind), await read_json(request))


def checked(adapter: TypeAdapter[T], value: object) -> T:
    """The value as pydantic understands it; raises ActRefused for the first field that is wrong."""
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"] if not str(part).startswith(("int", "str"))) or "body"
        raise ActRefused(field, first["msg"]) from None


def chat_id(state: State, reference: ChatRef, field: str = "chat") -> int:
    """The id meant by an id, its digits, or `@username`; raises ActRefused."""
    if isinstance(reference, int):
        return reference
    if reference.startswith("@"):
        chat = state.chat_by_username(reference[1:])
        if chat is None:
            raise ActRefused(field, f"no chat {reference}")
        return chat.id
    return number(reference, field)


def number(text: str, field: str) -> int:
    """A whole number from a path or query; raises ActRefused."""
    try:
        return int(text)
    except ValueError:
        raise ActRefused(field, f"{text!r} is not a number") from None
