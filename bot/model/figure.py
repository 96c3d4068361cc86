"""One number that Keng tells about itself on ``/metrics``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Figure:
    """A number at this moment. ``name`` is Prometheus's (with its unit), ``help`` says what it counts, in English."""

    name: str
    help: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)
