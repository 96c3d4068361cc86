"""Whatever is sent, in whatever format, with whatever headers: an alert, a reason or a refusal, never an exception."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.intake.feeds import FeedConfig
from bot.intake.formats.arrival import Arrival, Misunderstood, NotReadable
from bot.intake.formats.fields import storable
from bot.intake.formats.mail import mail
from bot.intake.formats.port import Format
from bot.intake.parcel import WrongNumber, open_parcel
from bot.intake.privacy import without_persons
from bot.intake.signature import NotAuthentic, check, new_secret
from bot.model.alert import Alert
from tests.intake.formats.reading import NOW, SAMPLES, headers_of, payload_files
from tests.intake.formats.test_every_format import form

FORMATS = sorted(folder.name for folder in SAMPLES.iterdir())
MANY = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=40)
    | st.sampled_from(
        ["", " ", "1", "-1", "1e400", "2026-11-22T13:05:00+07:00", "0001-01-01T00:00:00Z", "MẬT", "\x00", "\ud800"]
    )
)
values = st.recursive(scalars, lambda v: st.lists(v, max_size=4) | st.dictionaries(st.text(max_size=8), v, max_size=4))


def named(name: str) -> Format:
    return (
        mail(["@vnpt.example", "@brandwatch.example"], None, [r"(?P<observed>\S+)", r"(?P<first_seen>\d.*)"])
        if (name == "mail")
        else form(name)
    )


SAID = ["", "1.0", '"1.0"', "0.3", "%", "%zz", "%FF%00", "%ED%A0%80", "\udcff", "\x00", "application/json; charset=x"]
SAID += ["text/plain", "application/xml", "x/y+json", ";", "multipart/mixed; boundary=b", "2026-11-22T07:40:00Z", "MẬT"]
ce_names = st.sampled_from(["ce-specversion", "CE-ID", "ce-source", "Ce-Type", "ce-time", "ce-subject", "ce-data"])
header_names = ce_names | st.sampled_from(["Content-Type", "content-type", "ce-data_base64", "ce-", "ce-author", "X-Y"])
sent_headers = st.dictionaries(header_names, st.sampled_from(SAID) | st.text(max_size=40), max_size=8)


@st.composite
def requests(draw: st.DrawFn, name: str) -> tuple[bytes, dict[str, str]]:
    """A body of the format, and headers: its own with some of them put wrong or left out, or any at all."""
    file = draw(st.sampled_from(payload_files(name)))
    own = headers_of(file)
    kept = draw(st.sets(st.sampled_from(sorted(own)))) if own and draw(st.booleans()) else set(own)
    changed = draw(st.just({}) | sent_headers)
    return draw(payloads(file)), {key: value for key, value in own.items() if key in kept} | changed


@st.composite
def payloads(draw: st.DrawFn, file: Path) -> bytes:
    """A sample with some of it put wrong, or anything at all."""
    body = file.read_bytes()
    match draw(st.integers(0, 3)):
        case 0:
            return draw(st.binary(max_size=200))
        case 1:
            return _cut(draw, body)
        case 2:
            return json.dumps(draw(values)).encode()
    if file.suffix == ".json":
        return json.dumps(_bent(draw, json.loads(body)), default=str).encode()
    return _cut(draw, body)


def _cut(draw: st.DrawFn, body: bytes) -> bytes:
    at, length = draw(st.integers(0, len(body))), draw(st.integers(0, 60))
    return body[:at] + draw(st.binary(max_size=20)) + body[at + length :]


def _bent(draw: st.DrawFn, value: Any) -> Any:
    """The value with one thing in it replaced, somewhere inside."""
    if isinstance(value, dict) and value and draw(st.integers(0, 4)):
        key = draw(st.sampled_from(sorted(value)))
        return {**value, key: _bent(draw, value[key])}
    if isinstance(value, list) and value and draw(st.integers(0, 4)):
        return [_bent(draw, value[0]), *value[1:]]
    return draw(values)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_answers_every_body_with_alerts_or_reasons(name: str) -> None:
    reads = named(name)

    def strict(item: Any, arrival: Arrival) -> Alert:
        """The format's own reading: what is no Misunderstood fails this test instead of being caught by the door."""
        return reads.read(item, arrival).alert

    @MANY
    @given(requests(name))
    def run(request: tuple[bytes, dict[str, str]]) -> None:
        body, sent = request
        try:
            found = reads.items(body, sent)
        except NotReadable:
            return
        for item in found[:20]:
            cleaned = without_persons(item).value
            try:
                read = strict(cleaned, Arrival("id", "f", NOW))
            except Misunderstood as error:
                assert str(error)
            else:
                assert read.title.strip()
                for kept in (read.title, read.source_id, read.thread, *read.refers_to, *read.topics):
                    assert kept is None or (kept == storable(kept) and kept.encode())

    run()


@pytest.mark.parametrize("name", FORMATS)
def test_the_door_keeps_what_it_does_not_understand(name: str) -> None:
    feed = FeedConfig(format=named(name))

    @MANY
    @given(requests(name))
    def run(request: tuple[bytes, dict[str, str]]) -> None:
        body, sent = request
        try:
            parcel = open_parcel("f", feed, body, sent, NOW)
        except (NotReadable, WrongNumber):
            return
        for item in parcel.items:
            assert item.secret or item.raw
            assert (item.alert is None) == bool(item.fault)
            assert "the reader itself failed" not in item.fault
            assert item.fault == storable(item.fault)

    run()


headers = st.dictionaries(
    st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature", "Authorization", "Host", "Origin"]),
    st.text(max_size=60)
    | st.sampled_from(["v1,AAAA", "v1,", "Bearer ", "Basic ====", "Basic dTpw", "Bearer t", str(int(NOW.timestamp()))]),
)
FEEDS: list[Callable[[], FeedConfig]] = [
    lambda: FeedConfig(secrets=(new_secret(b"k" * 32),)),
    lambda: FeedConfig(bearer="a token that nobody guesses"),
    lambda: FeedConfig(basic="user:a password that nobody guesses"),
    lambda: FeedConfig(pulled=True),
]


@pytest.mark.parametrize("feed", FEEDS, ids=["signature", "bearer", "basic", "pulled"])
def test_nobody_gets_in_by_guessing_and_nothing_else_happens(feed: Callable[[], FeedConfig]) -> None:
    config = feed()

    @MANY
    @given(headers, st.binary(max_size=80))
    def run(sent: dict[str, str], body: bytes) -> None:
        with pytest.raises(NotAuthentic):
            check(config, sent, body, datetime.now(UTC))

    run()


def test_samples_are_there() -> None:
    assert len(FORMATS) == 12
    assert all(isinstance(name, str) and (Path(SAMPLES) / name).is_dir() for name in FORMATS)
