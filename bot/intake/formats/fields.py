"""Looking into a payload of somebody else's making: what is there is typed, what is missing is None."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from bot.intake.formats.arrival import Misunderstood

_PLAIN_NUMBER = re.compile(r"[+-]?\d{1,18}(\.\d{1,18})?")
LONGEST_ID = 256


_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def storable(value: str) -> str:
    """A text that every database and every channel can hold: no control characters, no lone surrogates."""
    return value if value.isprintable() else _UNSTORABLE.sub("", value)


class Fields:
    """An object of a payload. Each look names its place in the payload when it is not what it should be."""

    def __init__(self, value: Any, place: str = "") -> None:
        """Take the object at ``place`` of the payload.

        Raises:
            Misunderstood: it is no object.
        """
        if not isinstance(value, dict):
            raise Misunderstood(f"{place or 'the item'}: expected an object")
        self._value: dict[Any, Any] = value
        self._place = place

    def raw(self, name: str) -> Any:
        """Whatever is there."""
        return self._value.get(name)

    def place(self, name: str) -> str:
        """How a field is named to people."""
        return f"{self._place}.{name}" if self._place else name

    def inside(self, name: str) -> Fields:
        """The object in a field; an empty one where there is none."""
        value = self._value.get(name)
        return Fields({} if value is None else value, self.place(name))

    def words(self, *names: str) -> str | None:
        """The first of these fields that has words in it."""
        for name in names:
            value = self._value.get(name)
            if value is None:
                continue
            if not isinstance(value, str):
                raise Misunderstood(f"{self.place(name)}: expected a text")
            if value.strip():
                return value.strip()
        return None

    def number(self, *names: str) -> float | None:
        """The first of these fields that is there, as a number; texts such as ``"412"`` and ``"6.2"`` are numbers."""
        for name in names:
            value = self._value.get(name)
            if value is None or value == "":
                continue
            if isinstance(value, str) and _PLAIN_NUMBER.fullmatch(value.strip()):
                return float(value)
            if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e18:
                raise Misunderstood(f"{self.place(name)}: expected a number such as 412 or 6.2")
            return float(value)
        return None

    def entries(self, name: str) -> list[Any]:
        """The entries of a list; none where there is no list."""
        value = self._value.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise Misunderstood(f"{self.place(name)}: expected a list")
        return value

    def texts(self, name: str) -> list[str]:
        """The texts in a list, or the only one."""
        value = self._value.get(name)
        if isinstance(value, str):
            return [value.strip()] if value.strip() else []
        return [entry.strip() for entry in self.entries(name) if isinstance(entry, str) and entry.strip()]


def first_object(value: Any, name: str) -> Fields:
    """The only entry of the list under ``name``, as :func:`~bot.intake.formats.port.each_of` leaves it."""
    entries = Fields(value).entries(name)
    if len(entries) != 1:
        raise Misunderstood(f"{name}: expected a list of objects")
    return Fields(entries[0], name)


def without_never(moment: str | None) -> str | None:
    """A time, or None for the year 1 in which some senders write "not yet"."""
    return None if moment is None or moment.startswith("0001-01-01") else moment


def short_id(text: str) -> str:
    """An id of any length and with any letters as one that fits our columns: long ones become their hash."""
    kept = storable(text)
    if 0 < len(kept) <= LONGEST_ID:
        return kept
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def versioned(thread: str, content: Any) -> tuple[str, str]:
    """The id of one report about a matter, and the matter's: the same again is a duplicate, another content is news."""
    matter = short_id(thread)
    digest = hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode("utf-8", "replace")).hexdigest()
    return short_id(f"{matter}#{digest[:16]}"), matter


def http_url(text: str | None) -> str | None:
    """The text if it is a web address."""
    return text if text is not None and text.lower().startswith(("http://", "https://")) else None
