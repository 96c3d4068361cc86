"""What carrying out a command came to: a reason, the values its sentence needs, and what the person is to be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.model.delivery import DeliveryKey
from bot.model.reasons import REFUSALS, Reason


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one act. ``values`` fill the sentence ``reason.<reason>`` of the catalogue.

    ``incident_id`` and ``version`` bind what is asked next; ``publish`` lists the deliveries that the commit queued.
    """

    reason: Reason
    lang: str = "vi"
    incident_id: str | None = None
    version: int | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    publish: tuple[DeliveryKey, ...] = ()

    @property
    def refused(self) -> bool:
        """True when nothing was done."""
        return self.reason in REFUSALS
