"""The port every outlet implements: bring exactly these words out, and say honestly what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.model.incident import Incident
from bot.model.statement import StatementVersion
from bot.model.statement_templates import FULL_VI


@dataclass(frozen=True, slots=True)
class Publication:
    """One version on its way to one outlet."""

    incident: Incident
    version: StatementVersion
    earlier: str | None = None
    """Where this outlet published the version that this one refers to."""
    refers_to: StatementVersion | None = None
    """The version in public that this one updates, corrects, takes back or replaces."""
    attempt: int = 1
    """The how manieth try this is."""

    def fitting(self, *keys: str, at_most: int | None = None) -> str:
        """The key (``lang/variant``) of the first of ``keys`` that the version carries and that is short enough.

        ``vi/full`` where none is: an outlet that cannot carry it says so when it publishes. An outlet shows one text of
        the version byte for byte, and never words of its own.
        """
        for key in keys:
            text = self.version.texts.get(key)
            if text is not None and (at_most is None or len(text) <= at_most):
                return key
        return FULL_VI


class NotDelivered(Exception):
    """The words certainly did not leave. ``retry_after`` seconds when trying again may help, None when it cannot.

    ``some_went`` is true where an outlet has many readers and the words reached a part of them already.
    """

    def __init__(self, why: str, retry_after: float | None, *, some_went: bool = False) -> None:
        """Say why, and when to try again."""
        super().__init__(why)
        self.why = why
        self.retry_after = retry_after
        self.some_went = some_went


class DeliveryInDoubt(Exception):
    """The words may have left; nobody here can tell. A person must look (DESIGN §1.7).

    ``some_went`` as for :class:`NotDelivered`: a part of the readers has them for certain.
    """

    def __init__(self, why: str = "", *, some_went: bool = False) -> None:
        """Say what is known."""
        super().__init__(why)
        self.some_went = some_went


class Outlet(Protocol):
    """One place where the public reads. ``repeatable`` outlets may be called twice for one version without harm."""

    name: str
    repeatable: bool

    async def publish(self, publication: Publication) -> str:
        """Publish and return a permanent reference (an address, a message id).

        Raises:
            NotDelivered: nothing left.
            DeliveryInDoubt: it may have left.
        """
        ...
