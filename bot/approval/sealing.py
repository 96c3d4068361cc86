"""Secrets at rest: sealed with a key that lies in a file beside the database, never in it.

Whoever copies the database alone cannot read them. Each seal names its purpose and is bound to it (AES-256-GCM with the
purpose as associated data), so that one person's sealed secret cannot be put in another's place.
"""

from __future__ import annotations

import base64
import hmac
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.store.key_file import KeyFault

KEY_BYTES = 32
_NONCE = 12
_MARK = "keng1"


class SealBroken(Exception):
    """A sealed text that this key did not seal for this purpose."""


class Seal:
    """Seals and opens short texts."""

    def __init__(self, key: bytes) -> None:
        """Use ``key``, 32 bytes."""
        self._cipher = AESGCM(key)
        self._marking = HKDF(SHA256(), KEY_BYTES, salt=None, info=b"keng marks").derive(key)

    def close(self, purpose: str, text: str) -> str:
        """``text`` sealed for ``purpose``: printable, different each time."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = self._cipher.encrypt(nonce, text.encode(), purpose.encode())
        return f"{_MARK}|{purpose}|{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, purpose: str | None = None) -> str:
        """The text.

        Raises:
            SealBroken: it was changed, sealed with another key, or for another purpose than ``purpose``.
        """
        mark, _, rest = sealed.partition("|")
        named, _, body = rest.rpartition("|")
        if mark != _MARK or (purpose is not None and named != purpose):
            raise SealBroken("sealed for another purpose")
        try:
            raw = base64.urlsafe_b64decode(body)
            return self._cipher.decrypt(raw[:_NONCE], raw[_NONCE:], named.encode()).decode()
        except (ValueError, InvalidTag) as error:
            raise SealBroken("not sealed with this key") from error

    def mark(self, purpose: str, *parts: str) -> bytes:
        """32 bytes that belong to exactly these parts, and that nobody foretells who has not the key (HMAC-SHA256)."""
        message = b"".join(len(raw).to_bytes(8, "big") + raw for raw in (part.encode() for part in (purpose, *parts)))
        return hmac.digest(self._marking, message, "sha256")


def load_seal(path: Path) -> Seal:
    """The seal whose key is in ``path``; the file is made once, readable by its owner alone.

    Raises:
        KeyFault: the file holds no key, or others may read it.
        OSError: it can be neither read nor made.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)  # of two processes that start at once, the first one's key stays
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    if path.stat().st_mode & 0o077:
        raise KeyFault(f"{path}: others may read this key; chmod 600 it, and let everybody enrol anew if anyone did")
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise KeyFault(
            f"{path}: {len(key)} bytes are no key; put its copy back, or move the file away: a new one is made, and "
            "everybody enrols a second factor anew (/totp)"
        )
    return Seal(key)
