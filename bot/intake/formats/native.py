"""Our own format, ``spike_alert/v1`` (reference/domain.md §4.2). Only ``title`` is required.

Unknown fields are ignored (they stay in the raw payload). A null says nothing: many programs write every field they
know. A known field with a wrong value is never guessed at: the item goes to quarantine with the field's name, because a
count that was silently dropped could hide a crisis, and a status that was silently defaulted could turn a drill into a
real alarm.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from bot.intake.formats.arrival import Arrival, Misunderstood, Understood
from bot.intake.formats.fields import storable
from bot.intake.formats.port import Format, json_items
from bot.model.alert import (
    NO_LOCATION,
    NO_SENTIMENT,
    NO_VOLUME,
    Alert,
    AlertKind,
    AlertPhase,
    AlertStatus,
    Location,
    Sentiment,
    Source,
    Volume,
)

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
"""A time without zone is Vietnamese time (DESIGN §5)."""

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST_AHEAD = timedelta(days=1)
"""How far a sender's time may lie ahead of ours; beyond it the clock or the format is wrong."""


def _no_bool(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("expected a number, not true or false")
    return value


def _instant(value: Any) -> Any:
    """ISO 8601 with or without zone, or seconds or milliseconds since 1970."""
    if value is None or isinstance(value, datetime):
        return value
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("expected a time such as 2026-11-22T13:05:00+07:00")
    if isinstance(value, str):
        try:
            parsed = datetime.fromisoformat(value.strip())
        except ValueError:
            raise ValueError("expected a time such as 2026-11-22T13:05:00+07:00") from None
    else:
        try:
            seconds = value / 1000 if abs(value) > 10**11 else value
            parsed = datetime.fromtimestamp(seconds, UTC)
        except (OverflowError, OSError, ValueError):
            raise ValueError("the number is not a time in seconds since 1970") from None
    try:
        return (parsed.replace(tzinfo=LOCAL) if parsed.tzinfo is None else parsed).astimezone(UTC)
    except OverflowError:
        raise ValueError("the time lies outside the calendar") from None


Words = Annotated[str, AfterValidator(storable)]
ShortWords = Annotated[str, StringConstraints(max_length=4000), AfterValidator(storable)]
Count = Annotated[float, BeforeValidator(_no_bool), Field(ge=0, le=1e15, allow_inf_nan=False)]
WholeCount = Annotated[int, BeforeValidator(_no_bool), Field(ge=0, le=10**15)]
Share = Annotated[float, BeforeValidator(_no_bool), Field(ge=0, le=1, allow_inf_nan=False)]
AnyNumber = Annotated[float, BeforeValidator(_no_bool), Field(allow_inf_nan=False)]
Moment = Annotated[datetime, BeforeValidator(_instant)]


class _Read(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=False, hide_input_in_errors=True)


class _Volume(_Read):
    observed: Count | None = None
    baseline: Count | None = None
    factor: Count | None = None
    z: AnyNumber | None = None
    unit: Literal["mentions", "articles", "share"] | None = "mentions"


class _Sentiment(_Read):
    positive: Share | None = None
    neutral: Share | None = None
    negative: Share | None = None
    score: Annotated[float, BeforeValidator(_no_bool), Field(ge=-1, le=1, allow_inf_nan=False)] | None = None


class _Location(_Read):
    text: Words | None = None
    province_code: ShortWords | None = None
    ward_code: ShortWords | None = None
    lat: Annotated[float, BeforeValidator(_no_bool), Field(ge=-90, le=90, allow_inf_nan=False)] | None = None
    lng: Annotated[float, BeforeValidator(_no_bool), Field(ge=-180, le=180, allow_inf_nan=False)] | None = None


class _Source(_Read):
    """Authors, avatars and profiles are not named here, so they end at the door (Law 91/2025 on personal data)."""

    url: ShortWords | None = None
    title: Words | None = None
    outlet: Words | None = None
    type: ShortWords | None = None
    published_at: Moment | None = None
    engagement: WholeCount | None = None
    is_press: bool | None = False


class _Origin(_Read):
    system: ShortWords | None = None


class SpikeAlert(_Read):
    """One alert as it is sent; only ``title`` is required, and fields that we do not know are ignored."""

    title: Words
    id: Annotated[str, StringConstraints(max_length=256), AfterValidator(storable)] | None = None
    source: _Origin | None = None
    status: AlertStatus | None = AlertStatus.ACTUAL
    kind: AlertKind | None = AlertKind.SPIKE
    summary: Words | None = None
    lang: Annotated[str, StringConstraints(max_length=35), AfterValidator(storable)] | None = None
    first_seen: Moment | None = None
    last_seen: Moment | None = None
    window_minutes: Annotated[int, BeforeValidator(_no_bool), Field(ge=1, le=525_600)] | None = None
    volume: _Volume | None = None
    sentiment: _Sentiment | None = None
    reach: WholeCount | None = None
    topics: Annotated[list[ShortWords], Field(max_length=1000)] | None = None
    location: _Location | None = None
    sources: Annotated[list[_Source], Field(max_length=10_000)] | None = None
    severity_hint: Annotated[int, BeforeValidator(_no_bool), Field(ge=1, le=4)] | None = None
    confidence: Share | None = None


def read_native(item: Any, arrival: Arrival) -> Understood:
    """One item as an alert.

    Raises:
        Misunderstood: naming the first few fields that are wrong and what was expected.
    """
    if not isinstance(item, dict):
        raise Misunderstood("expected an object with at least a title")
    try:
        read = SpikeAlert.model_validate(item)
    except ValidationError as error:
        faults = [f"{'.'.join(str(p) for p in fault['loc'])}: {fault['msg']}" for fault in error.errors()[:5]]
        raise Misunderstood("; ".join(faults)) from None
    title = read.title.strip()
    if not title:
        raise Misunderstood("title: must contain words")
    _check_times(read, arrival)
    alert = Alert(
        id=arrival.alert_id,
        feed=arrival.feed,
        received_at=arrival.received_at,
        title=title,
        source_id=read.id or None,
        status=read.status or AlertStatus.ACTUAL,
        kind=read.kind or AlertKind.SPIKE,
        summary=(read.summary or "").strip(),
        lang=(read.lang or "vi").lower(),
        first_seen=read.first_seen,
        last_seen=read.last_seen,
        window_minutes=read.window_minutes,
        volume=_volume(read.volume),
        sentiment=_sentiment(read.sentiment) if read.sentiment else NO_SENTIMENT,
        reach=read.reach,
        topics=tuple(topic for topic in read.topics or () if topic.strip()),
        location=_location(read.location) if read.location else NO_LOCATION,
        sources=tuple(map(_source, read.sources or ())),
        severity_hint=read.severity_hint,
        confidence=read.confidence,
    )
    return Understood(alert)


def read_as_native(
    said: Mapping[str, Any],
    arrival: Arrival,
    *,
    phase: AlertPhase = AlertPhase.NEW,
    thread: str | None = None,
    refers_to: tuple[str, ...] = (),
    id_tells_content: bool = False,
) -> Understood:
    """What another format was translated to, read and checked as if it had been sent so; empty fields say nothing.

    ``id_tells_content``: its id comes from :func:`~bot.intake.formats.fields.versioned`.

    Raises:
        Misunderstood: a value does not fit its field.
    """
    read = read_native({name: value for name, value in said.items() if value is not None}, arrival)
    alert = replace(read.alert, phase=phase, thread=thread, refers_to=refers_to)
    return Understood(alert, id_tells_content=id_tells_content)


def _check_times(read: SpikeAlert, arrival: Arrival) -> None:
    if read.first_seen is None and read.last_seen is None and not read.sources:
        return
    times = {"first_seen": read.first_seen, "last_seen": read.last_seen}
    times |= {f"sources.{n}.published_at": s.published_at for n, s in enumerate(read.sources or ())}
    for name, instant in times.items():
        if instant is not None and not EARLIEST <= instant <= arrival.received_at + LATEST_AHEAD:
            raise Misunderstood(f"{name}: {instant.isoformat()} is before 2000 or more than a day ahead of our clock")


def _volume(read: _Volume | None) -> Volume:
    """The volume; the factor follows from observed and baseline when the sender left it out."""
    if read is None:
        return NO_VOLUME
    factor = read.factor
    if factor is None and read.observed is not None and read.baseline:
        factor = read.observed / read.baseline
    if factor is not None and not math.isfinite(factor):  # over a baseline of almost nothing: no database keeps it
        factor = None
    return Volume(read.observed, read.baseline, factor, read.z, read.unit or NO_VOLUME.unit)


# Written out, field by field: dumping each part to a dictionary first took a third of the reading of an alert.


def _sentiment(read: _Sentiment) -> Sentiment:
    return Sentiment(read.positive, read.neutral, read.negative, read.score)


def _location(read: _Location) -> Location:
    return Location(read.text, read.province_code, read.ward_code, read.lat, read.lng)


def _source(read: _Source) -> Source:
    """One source; an address that is no public web page is left out."""
    url = (read.url or "").strip()
    return Source(
        url if url.lower().startswith(("http://", "https://")) else None,
        read.title,
        read.outlet,
        read.type,
        read.published_at,
        read.engagement,
        bool(read.is_press),
    )


NATIVE = Format("native", json_items, read_native)
