"""CloudEvents 1.0 over HTTP: structured, binary and batched; ``data`` is a ``spike_alert/v1`` or what a mapping reads.

https://github.com/cloudevents/spec, versions 1.0 to 1.0.2: *CloudEvents*, *JSON event format*, *HTTP protocol binding*.
In binary mode the attributes are headers, which no Standard Webhooks signature covers: an event whose attributes matter
should be sent structured.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from bot.intake.body import MAX_ITEMS, NotJson, parse
from bot.intake.formats.arrival import Arrival, Misunderstood, Understood
from bot.intake.formats.fields import Fields, short_id
from bot.intake.formats.native import read_native
from bot.intake.formats.port import Format, Headers, Read, json_items

REQUIRED = ("specversion", "id", "source", "type")
_PREFIX = "ce-"


def cloudevents(read_data: Read = read_native) -> Format:
    """The format; ``read_data`` reads what an event carries."""

    def read(event: Any, arrival: Arrival) -> Understood:
        return _read(event, arrival, read_data)

    return Format(
        "cloudevents",
        _items,
        read,
        ("application/cloudevents+json", "application/cloudevents-batch+json", "application/json"),
    )


def _items(body: bytes, headers: Headers) -> Sequence[Any]:
    if any(name.lower() == "ce-specversion" for name in headers):
        return [_from_headers(body, headers)]
    events = json_items(body, headers)
    return [_decoded(event) for event in events] if len(events) <= MAX_ITEMS else events


def _decoded(event: Any) -> Any:
    """The event with its data in the open: what the door takes out of an item, and refuses, it finds in no base64."""
    if not (isinstance(event, dict) and isinstance(event.get("data_base64"), str)):
        return event
    try:
        data = parse(base64.b64decode(event["data_base64"], validate=True))
    except (binascii.Error, ValueError, NotJson):
        return event  # kept as it came, for a person to see
    return {**{name: inner for name, inner in event.items() if name != "data_base64"}, "data": data}


def _from_headers(body: bytes, headers: Headers) -> dict[str, Any]:
    """An event in binary mode, as it would be in structured mode; header values are percent-encoded UTF-8.

    Names of attributes are letters and digits (*Naming conventions*): no header brings ``data_base64``, which in what
    is kept would stand for data that nobody has looked into.
    """
    event: dict[str, Any] = {}
    for header, value in headers.items():
        name = header.lower().removeprefix(_PREFIX)
        if header.lower().startswith(_PREFIX) and name.isascii() and name.isalnum():
            event[name] = unquote(value.strip('"'), errors="replace")
    media = next((value for name, value in headers.items() if name.lower() == "content-type"), "application/json")
    kind = media.partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise NotJson(f"the event's data is {kind or 'of no stated type'}; only JSON can be read")
    event["datacontenttype"] = media
    event["data"] = parse(body)
    return event


def _read(value: Any, arrival: Arrival, read_data: Read) -> Understood:
    event = Fields(value)
    missing = [name for name in REQUIRED if not event.words(name)]
    if missing:
        raise Misunderstood(f"{', '.join(missing)}: a CloudEvent must have it")
    if not str(event.words("specversion")).startswith("1."):
        raise Misunderstood(f"specversion: 1.0 can be read, not {event.words('specversion')}")
    data = _data(event)
    if isinstance(data, dict) and read_data is read_native:
        own: dict[str, Any] = {"id": short_id(f"{event.words('source')} {event.words('id')}")}
        own |= {"first_seen": event.words("time")} if event.words("time") else {}
        own |= {"topics": [event.words("subject")]} if event.words("subject") else {}
        # The event's own id counts: one source may send one alert's id in several events.
        data = {**own, **data, "id": own["id"]}
    return read_data(data, arrival)


def _data(event: Fields) -> Any:
    if event.raw("data_base64") is not None:
        raise Misunderstood("data_base64: expected JSON in base64")
    if event.raw("data") is None:
        raise Misunderstood("data: the event carries none")
    return event.raw("data")
