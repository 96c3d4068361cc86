"""The typed code of a version by our own reckoning: HKDF (RFC 5869) and HMAC written out, apart from the product."""

from __future__ import annotations

import hashlib
import hmac

SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def typed_code(incident_id: str, version: int, words: str, key: bytes = b"s" * 32) -> str:
    """What the question shows for words whose hash is ``words``."""
    drawn = hmac.digest(b"\0" * 32, key, "sha256")
    own = hmac.digest(drawn, b"keng marks\x01", "sha256")
    message = b""
    for part in ("approval code", incident_id, str(version), words):
        message += len(part.encode()).to_bytes(8, "big") + part.encode()
    mark = hmac.digest(own, message, "sha256")
    return _spelled(mark)


def _spelled(mark: bytes) -> str:
    numbers = hashlib.sha256(mark + b"\0\0\0\0").digest()
    rest = "".join(SIGNS[number % 30] for number in numbers[2:5])
    return SIGNS[:8][numbers[0] % 8] + SIGNS[8:][numbers[1] % 22] + rest
