"""Fresh opaque ids: time-ordered (UUID version 7's layout), so that tables grow at their end."""

from __future__ import annotations

import secrets
from datetime import datetime


def new_id(now: datetime) -> str:
    """A new id: 48 bits of milliseconds since 1970 and 80 random bits, as 32 hexadecimal digits."""
    return f"{int(now.timestamp() * 1000):012x}{secrets.token_hex(10)}"
