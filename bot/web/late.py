"""Who comes too late with a link: on the record, and not so often that anybody fills it who found an old link."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

NOTED: Final = 20
"""Late openings of one link that are worth a line each, for each process: what a person sees at a glance."""

REMEMBERED: Final = 1_000


class LateComers:
    """Counts late openings by link."""

    def __init__(self) -> None:
        """Nobody came yet."""
        self._came: OrderedDict[str, int] = OrderedDict()

    def is_worth_a_line(self, link_id: str) -> bool:
        """True for the first ones; counts this one. Only links that there are may be asked about."""
        came = self._came.pop(link_id, 0) + 1
        self._came[link_id] = came
        if len(self._came) > REMEMBERED:
            self._came.popitem(last=False)
        return came <= NOTED
