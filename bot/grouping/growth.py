"""How the growth that a card shows follows from the alerts that joined."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.model.alert import Alert, Volume
from bot.model.incident import Growth


def opening_growth(alert: Alert) -> Growth:
    """The growth of an incident that this alert opens."""
    return Growth(
        alerts=1,
        volume=alert.volume,
        press=_press_pages(alert),
        first_seen=alert.seen_at,
        last_seen=_last_seen(alert),
    )


def grow(growth: Growth, alert: Alert) -> Growth:
    """The growth after one more alert: the latest measured volume stands for now, the rest is counted or widened."""
    newer = alert.volume.observed is not None and _last_seen(alert) >= growth.last_seen
    return replace(
        growth,
        alerts=growth.alerts + 1,
        volume=_completed(alert.volume, growth.volume) if newer else growth.volume,
        press=growth.press + _press_pages(alert),
        first_seen=min(growth.first_seen, alert.seen_at),
        last_seen=max(growth.last_seen, _last_seen(alert)),
    )


def _completed(newer: Volume, older: Volume) -> Volume:
    """The newer volume; a baseline it does not name is taken from the older one, and the factor follows from it."""
    if newer.baseline is not None or newer.factor is not None or newer.unit != older.unit or not older.baseline:
        return newer
    return replace(newer, baseline=older.baseline, factor=(newer.observed or 0.0) / older.baseline)


def _press_pages(alert: Alert) -> int:
    return sum(1 for source in alert.sources if source.is_press)


def _last_seen(alert: Alert) -> datetime:
    return alert.last_seen or alert.seen_at
