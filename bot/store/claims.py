"""Rows that are being worked on: claimed by moving their ``not_before`` on, so that no second process takes them.

A process that dies at work leaves a claim that runs out. The same column holds the wait after a failure.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, or_

LONGEST_WAIT: Final = timedelta(minutes=10)
"""No claim and no wait after a failure is this far ahead: what lies further was written before a clock went back."""


def is_due(not_before: ColumnElement[Any], now: datetime) -> ColumnElement[bool]:
    """True for rows that wait for nothing (any more), or for an instant that only a clock set back makes so far."""
    return or_(not_before.is_(None), not_before <= now, not_before > now + LONGEST_WAIT)
