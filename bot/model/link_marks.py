"""What makes a link of ours genuine: a MAC over all that it stands for, in letters that survive mail and a telephone.

The kind of the link goes into the MAC, so that a link of one kind is none of another.
"""

from __future__ import annotations

import base64
import hmac
import re
from hashlib import sha256

TOKEN = re.compile(r"[a-z2-7]{50}")
"""Small letters and digits alone: no mail program takes the last one for punctuation, and they can be read aloud."""

_ID = 26
_MAC_BYTES = 15


def token_of(kind: bytes, key: bytes, link_id: str, *bound: str) -> str:
    """What stands in the link: its id (32 hexadecimal digits) and the MAC over all it is bound to, 50 characters."""
    return _base32(bytes.fromhex(link_id)) + mark(kind, key, "link", *bound)


def link_id_of(token: str) -> str | None:
    """The id that a token names; None when it is no token at all. Says nothing about whether it is genuine."""
    if not TOKEN.fullmatch(token):
        return None
    return base64.b32decode(token[:_ID].upper() + "======").hex()


def mark(kind: bytes, key: bytes, *parts: str) -> str:
    """24 letters and digits that belong to exactly these parts, and that nobody makes who has not the key."""
    return _base32(hmac.digest(key, kind + "\x00".join(parts).encode(), sha256)[:_MAC_BYTES])


def is_same(given: str, made: str) -> bool:
    """True when what came is what we made; takes as long either way."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), made.encode())


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=").lower()
