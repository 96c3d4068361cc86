"""One module a feed format: a body in, alerts or reasons out (:mod:`bot.intake.formats.port`)."""

from bot.intake.formats.arrival import Arrival, Misunderstood, NotReadable, Understood
from bot.intake.formats.port import Format, Headers

__all__ = ["Arrival", "Format", "Headers", "Misunderstood", "NotReadable", "Understood"]
