"""From bytes to JSON values, refusing what is no JSON and what is built to hurt."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from bot.intake.formats.arrival import NotReadable

MAX_BYTES = 10 * 1024 * 1024
MAX_ITEMS = 1000


class NotJson(NotReadable):
    """The body is not JSON; the message says why."""

    code = "not_json"


def parse(body: bytes) -> Any:
    """The JSON value of a body.

    Raises:
        NotJson: not UTF-8, not JSON, NaN or Infinity (which JSON does not have), nested too deep, or a number too long.
    """
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise NotJson(f"not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise NotJson(f"line {error.lineno} column {error.colno}: {error.msg}") from None
    except RecursionError:
        raise NotJson("nested too deep") from None
    except ValueError as error:
        raise NotJson(str(error)) from None


def _refuse_constant(name: str) -> NoReturn:
    raise NotJson(f"{name} is not a JSON value")
