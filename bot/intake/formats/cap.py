"""OASIS Common Alerting Protocol 1.2 (XML): one message, one item.

*Alert* opens or joins, *Update* joins the incident of a message that it refers to, *Cancel* is noted there and told,
and dismisses nothing: whether the matter is over, people decide. *Exercise* and *Test* are drills (DESIGN §1.6).
*Draft* and *System* are not for action, *Ack* and *Error* ask nothing of us: they wait in quarantine for a person.

http://docs.oasis-open.org/emergency/cap/v1.2/CAP-v1.2-os.html; Keng reads warnings, and issues none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.intake.body import parse
from bot.intake.formats.arrival import Arrival, Misunderstood, NotXml, Understood
from bot.intake.formats.fields import Fields, http_url, short_id
from bot.intake.formats.native import read_as_native
from bot.intake.formats.port import Format, Headers
from bot.intake.formats.xml import as_value, local_name, parse_xml
from bot.model.alert import AlertPhase

_STATUSES = {"Actual": "actual", "Exercise": "exercise", "Test": "test"}
_PHASES = {"Alert": AlertPhase.NEW, "Update": AlertPhase.UPDATE, "Cancel": AlertPhase.CANCELLED}
_SEVERITIES = {"Extreme": 4, "Severe": 3, "Moderate": 2, "Minor": 1}
_PERSONAL = ("contact",)
"""Elements that name a person to ask; ``sender`` and ``senderName`` are an office."""


def _items(body: bytes, headers: Headers) -> Sequence[Any]:
    if body.lstrip()[:1] == b"{":  # as an item of ours is kept
        return [parse(body)]
    root = parse_xml(body)
    if local_name(root) != "alert":
        raise NotXml(f"expected a CAP alert, found <{local_name(root)[:40]}>")
    message = as_value(root)
    if isinstance(message, dict):
        for info in _all(message.get("info")):
            if isinstance(info, dict):
                for name in _PERSONAL:
                    info.pop(name, None)
    return [message]


def _read(value: Any, arrival: Arrival) -> Understood:
    message = Fields(value)
    status = _STATUSES.get(message.words("status") or "")
    phase = _PHASES.get(message.words("msgType") or "")
    if status is None:
        raise Misunderstood(f"status: {message.words('status')} is not for action; expected Actual, Exercise or Test")
    if phase is None:
        raise Misunderstood(f"msgType: {message.words('msgType')} is no alert; expected Alert, Update or Cancel")
    identifier, sender = message.words("identifier"), message.words("sender")
    if not identifier or not sender:
        raise Misunderstood("identifier, sender: every CAP message must have both")
    info = _best(value.get("info"))
    title = info.words("headline", "event") or (message.words("note") if phase.is_end else None)
    if title is None and phase.is_end:
        title = identifier
    words = [info.words("description"), info.words("instruction"), message.words("note")]
    area = _first(info.raw("area"), "info.area")
    latitude, longitude = _centre(area)
    web = http_url(info.words("web"))
    return read_as_native(
        {
            "id": short_id(f"{sender},{identifier}"),
            "title": title,
            "summary": "\n".join(word for word in words if word and word != title),
            "status": status,
            "kind": "event",
            "lang": (info.words("language") or "vi").partition("-")[0],
            "first_seen": message.words("sent"),
            "volume": {"observed": _parameter(info, "volume"), "baseline": _parameter(info, "baseline")},
            "topics": [t for t in (*_texts(info.raw("category")), info.words("event")) if t],
            "location": {"text": area.words("areaDesc"), "lat": latitude, "lng": longitude},
            "sources": [{"url": web, "outlet": info.words("senderName"), "type": "official"}] if web else None,
            "severity_hint": _SEVERITIES.get(info.words("severity") or ""),
        },
        arrival,
        phase=phase,
        refers_to=_references(message) if phase is not AlertPhase.NEW else (),
    )


def _references(message: Fields) -> tuple[str, ...]:
    """The messages referred to: ``sender,identifier,sent`` each, with spaces between them."""
    found = []
    for reference in (message.words("references") or "").split()[:100]:
        sender, _, rest = reference.partition(",")
        identifier = rest.rpartition(",")[0] or rest
        if sender and identifier:
            found.append(short_id(f"{sender},{identifier}"))
    return tuple(dict.fromkeys(found))


def _best(infos: Any) -> Fields:
    """The Vietnamese information, else the first."""
    readable = [Fields(info, "info") for info in _all(infos) if isinstance(info, dict)]
    for info in readable:
        if (info.words("language") or "").lower().startswith("vi"):
            return info
    return readable[0] if readable else Fields({}, "info")


def _first(value: Any, place: str) -> Fields:
    return Fields(next((entry for entry in _all(value) if isinstance(entry, dict)), {}), place)


def _all(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _texts(value: Any) -> list[str]:
    return [entry for entry in _all(value) if isinstance(entry, str) and entry]


def _parameter(info: Fields, name: str) -> float | None:
    for parameter in _all(info.raw("parameter")):
        if isinstance(parameter, dict) and parameter.get("valueName") == name:
            return Fields(parameter, "info.parameter").number("value")
    return None


def _centre(area: Fields) -> tuple[float | None, float | None]:
    """The middle of the first circle (``lat,lng radius``) or polygon (``lat,lng lat,lng …``); None for neither."""
    for name in ("circle", "polygon"):
        for shape in _texts(area.raw(name)):
            pairs = [pair.partition(",") for pair in shape.split() if "," in pair]
            try:
                points = [(float(lat), float(lng)) for lat, _, lng in pairs]
            except ValueError:
                raise Misunderstood(f"{area.place(name)}: expected pairs such as 21.1,105.1") from None
            if points:
                return sum(p[0] for p in points) / len(points), sum(p[1] for p in points) / len(points)
    return None, None


CAP = Format("cap", _items, _read, ("application/cap+xml", "application/xml", "text/xml"))
