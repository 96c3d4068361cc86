"""Grafana's alerting webhook (reference/domain.md §4.3 D): Alertmanager's payload with the query's values beside it.

The values carry the letters of the queries, which every rule chooses for itself; so a feed says which letter is what:
``values: {observed: B, baseline: C}``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.intake.formats.alertmanager import SEVERITIES, read_group
from bot.intake.formats.arrival import Arrival, Misunderstood, Understood
from bot.intake.formats.fields import Fields, first_object
from bot.intake.formats.port import Format, each_of

LONGEST_VALUES = 5000

_OLD_FORM = re.compile(r"var='([^']{1,64})'[^\[\]]*?value=([-+0-9.eE]{1,32})")
"""``valueString`` of older releases: ``[ var='B0' metric='x' labels={} value=44.2 ]``."""


def grafana(letters: Mapping[str, str] | None = None, severities: Mapping[str, int] = SEVERITIES) -> Format:
    """The format; ``letters`` says which query is observed, baseline and factor."""

    def read(value: Any, arrival: Arrival) -> Understood:
        group, alert = Fields(value), first_object(value, "alerts")
        return read_group(group, alert, arrival, severities, _measured(alert, letters or {}))

    return Format("grafana", each_of("alerts"), read)


def _measured(alert: Fields, letters: Mapping[str, str]) -> dict[str, float | None]:
    if not letters:
        return {}
    values = alert.inside("values")
    old = dict(_OLD_FORM.findall((alert.words("valueString") or "")[:LONGEST_VALUES]))
    found: dict[str, float | None] = {}
    for name, letter in letters.items():
        found[name] = values.number(letter)
        said = old.get(letter) or old.get(f"{letter}0")
        if found[name] is None and said is not None:
            try:
                found[name] = float(said)
            except ValueError:
                raise Misunderstood(f"{alert.place('valueString')}: {said} is no number") from None
    return found
