"""Whoever sits at the machine: under which name they are on the record, and what they did."""

from __future__ import annotations

import os
import pwd
from datetime import datetime
from typing import Any


def operator_name() -> str:
    """Whose account this runs under, as the system knows it: ``$USER`` is whatever its owner writes into it.

    A container may run under a number that has no name.
    """
    number = os.getuid()
    try:
        return f"cli:{pwd.getpwuid(number).pw_name}"
    except KeyError:
        return f"cli:uid-{number}"


def present() -> datetime:
    """Now."""
    from bot.model.clock import SystemClock

    return SystemClock().now()


async def note(tx: Any, act: str, at: datetime, **details: Any) -> None:
    """Write into the record what the operator did, in the transaction in which it is done."""
    from bot.model.audit import AuditEvent
    from bot.store import audit

    await audit.append(tx, AuditEvent(act, operator_name(), at, channel="cli", details=details))
