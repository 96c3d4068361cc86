"""A request taken apart, before anything is stored: each item read, freed of private persons, or found wanting.

Nothing here needs a database: whoever stores parcels may put many into one transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog

from bot.intake.body import MAX_ITEMS, NotJson, parse, written, written_before
from bot.intake.feeds import FeedConfig
from bot.intake.formats.arrival import Arrival, Misunderstood
from bot.intake.formats.fields import storable
from bot.intake.formats.port import Headers
from bot.intake.privacy import without_persons
from bot.intake.secrecy import bears_a_mark
from bot.model.alert import Alert
from bot.model.reasons import Reason
from bot.store.ids import new_id

log = structlog.get_logger(__name__)


class WrongNumber(Exception):
    """A request with no item, or too many."""

    def __init__(self, count: int) -> None:
        """Say how many there were."""
        super().__init__(str(count))
        self.count = count


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a request: an alert, or the fault that it has; ``secret`` ones carry nothing of what was sent.

    ``raw`` is what is kept of it, and ``sha256`` the hash of that; ``dropped`` names what the privacy of persons took.
    ``id_tells_content``: the alert's ``source_id`` was made out of what is said, so the same id is the same message.
    """

    id: str
    raw: bytes
    sha256: str
    alert: Alert | None = None
    fault: str = ""
    secret: bool = False
    dropped: tuple[str, ...] = ()
    id_tells_content: bool = False

    def has_hash(self, sha256: str) -> bool:
        """True when that is the hash of what was sent, or was in earlier versions, which wrote the same otherwise."""
        if sha256 == self.sha256:
            return True
        try:
            return sha256 == hashlib.sha256(written_before(parse(self.raw))).hexdigest()
        except NotJson:  # half a surrogate pair, or a number beyond all: only its bytes can be compared
            return False


@dataclass(frozen=True, slots=True)
class Parcel:
    """Everything that one request of a feed brought. ``sha256`` is the body's."""

    feed: str
    received_at: datetime
    sha256: str
    webhook_id: str | None
    items: tuple[Item, ...]

    @property
    def size(self) -> int:
        """Bytes of what is kept of it."""
        return sum(len(item.raw) for item in self.items)


def open_parcel(
    name: str, feed: FeedConfig, body: bytes, headers: Headers, now: datetime, webhook_id: str | None = None
) -> Parcel:
    """Take a body of the feed ``name`` apart.

    Raises:
        NotReadable: the whole is not what the format is written in.
        WrongNumber: nothing in it, or more than a request may have.
    """
    try:
        values: Sequence[Any] = feed.format.items(body, headers)
        if not 1 <= len(values) <= MAX_ITEMS:
            raise WrongNumber(len(values))
        items = tuple(_item(name, feed, value, now) for value in values)
    except RecursionError:
        raise NotJson("nested too deep") from None
    return Parcel(name, now, hashlib.sha256(body).hexdigest(), webhook_id, items)


def _item(name: str, feed: FeedConfig, value: Any, now: datetime) -> Item:
    cleaned = without_persons(value)
    raw = written(cleaned.value)
    arrival = Arrival(new_id(now), name, now)
    if bears_a_mark(cleaned.value, raw.decode("utf-8", "surrogatepass")):
        return Item(arrival.alert_id, b"", "", fault=Reason.MARKED_SECRET.value, secret=True)
    digest, dropped = hashlib.sha256(raw).hexdigest(), tuple(cleaned.dropped)
    try:
        read = feed.format.read(cleaned.value, arrival)
        alert = read.alert
        if feed.drill is not None and not alert.status.is_drill:
            alert = replace(alert, status=feed.drill)
        words = [alert.title, alert.summary, *(source.title for source in alert.sources if source.title)]
        if bears_a_mark(words, "\n".join(words)):  # it stood there in a coding that only the format reads
            return Item(arrival.alert_id, b"", "", fault=Reason.MARKED_SECRET.value, secret=True)
        return Item(arrival.alert_id, raw, digest, alert, dropped=dropped, id_tells_content=read.id_tells_content)
    except Misunderstood as error:
        fault = str(error)
    except RecursionError:
        raise
    except Exception as error:  # a fault of ours must not lose the item: a person sees it, and it can be read again
        log.exception("format_failed", feed=name, format=feed.format.name)
        fault = f"{feed.format.name}: the reader itself failed ({type(error).__name__}); please report it"
    return Item(arrival.alert_id, raw, digest, fault=storable(fault), dropped=dropped)
