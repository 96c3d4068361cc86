"""What every format is told about the arrival of an item, and how it says what it understands of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.model.alert import Alert


@dataclass(frozen=True, slots=True)
class Arrival:
    """The id given to the item, the feed it came through, and when."""

    alert_id: str
    feed: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Understood:
    """What a format made of an item.

    ``id_tells_content``: the format made the alert's ``source_id`` out of what is said, so the same id is the same
    message.
    """

    alert: Alert
    id_tells_content: bool = False


class Misunderstood(Exception):
    """An item cannot be read as an alert; the message names the field and what was expected."""


class NotReadable(Exception):
    """A body is not what the format is written in; ``code`` names the problem document, the message says why."""

    code = "not_json"


class NotXml(NotReadable):
    """The body should be XML and is not, or is XML that is built to hurt."""

    code = "not_xml"


class NotMail(NotReadable):
    """The body should be a letter and is none."""

    code = "not_mail"
