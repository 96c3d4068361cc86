"""Severity levels 1 to 4 and how the first one is found (reference/domain.md §3.5)."""

from __future__ import annotations

LOWEST, HIGHEST = 1, 4

_BY_FACTOR = ((10.0, 4), (5.0, 3), (3.0, 2))
"""Growth over the baseline above which a level is at least this; only growth that is *more than* tenfold is level 4."""


def opening_level(start: int, factor: float | None, hint: int | None) -> int:
    """The level an incident opens with: the highest of the playbook's start, the growth and the sender's hint.

    A machine may raise the level and never lower it: that takes a person and a reason.
    """
    levels = [start]
    if factor is not None:
        levels += [level for threshold, level in _BY_FACTOR if factor > threshold]
    if hint is not None:
        levels.append(hint)
    return max(LOWEST, min(HIGHEST, max(levels)))
