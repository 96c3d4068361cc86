"""What every format is told about the arrival of an item, and how it says that it does not understand it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Arrival:
    """The id given to the item, the feed it came through, and when."""

    alert_id: str
    feed: str
    received_at: datetime


class Misunderstood(Exception):
    """An item cannot be read as an alert; the message names the field and what was expected."""
