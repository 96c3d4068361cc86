"""What can be counted about the service itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure for ``/metrics``; all of one name have the same labels.

    ``name`` is Prometheus's, with its unit; ``says`` is what is counted, in English.
    """

    name: str
    says: str
    value: float
    labels: tuple[tuple[str, str], ...] = ()
    counts_up: bool = False
