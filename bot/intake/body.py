"""From bytes to JSON values, refusing what is no JSON and what is built to hurt."""

from __future__ import annotations

import json
from math import isfinite
from typing import Any, NoReturn

from pydantic_core import to_json

from bot.intake.formats.arrival import NotReadable

MAX_BYTES = 10 * 1024 * 1024
MAX_ITEMS = 1000


class BeyondMeasure(str):
    """A number that no float holds (``1e999``), as it was written; ``float`` of it is infinite."""

    __slots__ = ()


class NotJson(NotReadable):
    """The body is not JSON; the message says why."""

    code = "not_json"


def parse(body: bytes) -> Any:
    """The JSON value of a body. A number beyond every measure is a :class:`BeyondMeasure`.

    A byte order mark before it is overlooked, as RFC 8259 §8.1 allows: programs on Windows write it.

    Raises:
        NotJson: not UTF-8, not JSON, NaN or Infinity (which JSON does not have), nested too deep, or a number too long.
    """
    try:
        return json.loads(body.decode("utf-8-sig"), parse_float=_number, parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise NotJson(f"not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise NotJson(f"line {error.lineno} column {error.colno}: {error.msg}") from None
    except RecursionError:
        raise NotJson("nested too deep") from None
    except ValueError as error:
        raise NotJson(str(error)) from None


def written(value: Any) -> bytes:
    """A JSON value as bytes that :func:`parse` reads as the same value.

    Raises:
        RecursionError: nested too deep.
    """
    try:
        return to_json(value)
    except ValueError:  # half a surrogate pair, or nested deeper than the fast writer goes
        return written_before(value)


def written_before(value: Any) -> bytes:
    """The same, as the hashes were taken that earlier versions of Keng kept."""
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _number(said: str) -> float | BeyondMeasure:
    """JSON knows numbers that no float does; as infinity it could not be written down again."""
    value = float(said)
    return value if isfinite(value) else BeyondMeasure(said)


def _refuse_constant(name: str) -> NoReturn:
    raise NotJson(f"{name} is not a JSON value")
