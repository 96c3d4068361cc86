"""An authenticator app written from RFC 6238 and RFC 4226, apart from the library that the product uses."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime

STEP = 30


def step_at(at: datetime) -> int:
    """The number of the half minute."""
    return int(at.timestamp()) // STEP


def code_of(secret: str, step: int) -> str:
    """The six digits of one half minute."""
    key = base64.b32decode(secret)
    tag = hmac.digest(key, step.to_bytes(8, "big"), hashlib.sha1)
    offset = tag[-1] & 15
    number = int.from_bytes(tag[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
