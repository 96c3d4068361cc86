"""Any other JSON, read as the administrator says: a JMESPath expression (https://jmespath.org) for each field.

No Vietnamese monitoring vendor publishes the form of its alerts; with a mapping none of them needs a format of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import jmespath
from jmespath.exceptions import JMESPathError

from bot.intake.body import MAX_ITEMS, parse
from bot.intake.formats.arrival import Arrival, Misunderstood, Understood
from bot.intake.formats.fields import versioned
from bot.intake.formats.native import LOCAL, read_as_native
from bot.intake.formats.port import Format, Headers

KEPT_ITEM = "keng_item"
"""An item out of a list is kept under this name, so that what is kept can be read again by itself."""

MOST_SOURCES = 1000


@dataclass(frozen=True)
class Rule:
    """How one field comes about: what ``path`` finds, or ``constant``.

    ``values`` translates the vendor's words into ours. ``format`` (as in Python's ``strptime``) reads a time that is
    not written as ISO 8601, in ``zone`` where it names none. ``decimal`` is the mark before decimals in numbers that
    are written as text; the other one (and spaces) group thousands.
    """

    path: str | None = None
    constant: Any = None
    values: Mapping[str, Any] | None = None
    format: str | None = None
    zone: ZoneInfo = LOCAL
    decimal: str | None = None

    def of(self, item: Any, name: str) -> Any:
        """The field's value; None where the payload has nothing there.

        Raises:
            Misunderstood: naming the field and what was found.
        """
        if self.path is None:
            return self.constant
        found = search(self.path, item, name)
        if found is None:
            return None
        if self.values is not None:
            if isinstance(found, list | dict) or str(found) not in self.values:
                raise Misunderstood(f"{name}: {str(found)[:80]!r} is none of {', '.join(self.values)}")
            return self.values[str(found)]
        if self.decimal is not None and isinstance(found, str):
            return _number(found, self.decimal)
        if self.format is not None:
            return self._moment(found, name)
        return found

    def _moment(self, found: Any, name: str) -> str:
        try:
            moment = datetime.strptime(str(found).strip(), self.format or "")  # noqa: DTZ007 - the zone is put on below
        except ValueError:
            raise Misunderstood(f"{name}: {str(found)[:80]!r} is no time of the form {self.format}") from None
        return (moment.replace(tzinfo=self.zone) if moment.tzinfo is None else moment).isoformat()


@dataclass(frozen=True)
class Plan:
    """A whole mapping: where the alerts are, the rule of each field, and the pages that each alert names.

    Fields of sections are named with a dot: ``volume.observed``.
    """

    fields: Mapping[str, Rule]
    items: str | None = None
    thread: Rule | None = None
    sources: Mapping[str, Rule] = field(default_factory=dict)
    source_items: str | None = None


def mapping(plan: Plan) -> Format:
    """The format that a plan describes."""

    def items(body: bytes, _headers: Headers) -> Sequence[Any]:
        value = parse(body)
        if isinstance(value, dict) and set(value) == {KEPT_ITEM}:
            return [value]
        if plan.items is None:
            return value if isinstance(value, list) else [value]
        try:
            found = search(plan.items, value, "items")
        except Misunderstood:
            return [value]
        if not isinstance(found, list):
            return [value]
        # Too many are counted and refused by the door; millions of items are not built for that.
        return found if len(found) > MAX_ITEMS else [{KEPT_ITEM: entry} for entry in found]

    def read(value: Any, arrival: Arrival) -> Understood:
        return _read(plan, value, arrival)

    return Format("mapping", items, read)


def search(path: str, value: Any, name: str) -> Any:
    """What an expression finds.

    Raises:
        Misunderstood: a function in it was given something that it cannot work with.
    """
    try:
        return jmespath.search(path, value)
    except (JMESPathError, TypeError, ValueError, AttributeError, KeyError, ArithmeticError) as error:
        raise Misunderstood(f"{name}: {path}: {error}") from None


def _read(plan: Plan, value: Any, arrival: Arrival) -> Understood:
    kept = isinstance(value, dict) and set(value) == {KEPT_ITEM}
    if plan.items is not None and not kept:
        raise Misunderstood(f"items: {plan.items} finds no list")
    item = value[KEPT_ITEM] if kept else value
    said: dict[str, Any] = {}
    for name, rule in plan.fields.items():
        found = rule.of(item, name)
        section, _, inner = name.rpartition(".")
        if section:
            said.setdefault(section, {})[inner] = found
        else:
            said[name] = _in_form(name, found)
    if plan.sources:
        said["sources"] = _sources(plan, item)
    thread = plan.thread.of(item, "thread") if plan.thread is not None else None
    if thread is None:
        return read_as_native(said, arrival)
    own_id, matter = versioned(str(thread), item)
    named = {name: value for name, value in said.items() if value is not None}
    return read_as_native({"id": own_id, **named}, arrival, thread=matter, id_tells_content="id" not in named)


def _in_form(name: str, found: Any) -> Any:
    """Numbers that serve as ids or titles are texts, and a single topic is a list of one."""
    if name in ("id", "title", "summary") and isinstance(found, int | float) and not isinstance(found, bool):
        return str(found)
    if name == "topics" and isinstance(found, str):
        return [found]
    return found


def _sources(plan: Plan, item: Any) -> list[dict[str, Any]]:
    entries = [item] if plan.source_items is None else search(plan.source_items, item, "sources.items")
    if entries is None:
        return []
    if not isinstance(entries, list):
        raise Misunderstood(f"sources.items: {plan.source_items} finds no list")
    if len(entries) > MOST_SOURCES:
        raise Misunderstood(f"sources.items: more than {MOST_SOURCES} pages")
    return [{name: rule.of(entry, f"sources.{name}") for name, rule in plan.sources.items()} for entry in entries]


def _number(text: str, decimal: str) -> str:
    """A number as text in our form; what is no number stays as it is and is refused by name later."""
    grouping = "." if decimal == "," else ","
    return "".join(text.split()).replace(grouping, "").replace(decimal, ".")
