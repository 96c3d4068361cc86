"""Keys that sign what we send out and want to recognise: one file each, beside the database."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

KEY_BYTES = 32


class KeyFault(ValueError):
    """A key file that cannot be used; the message names it and says what to do."""


KEY_FILES = ("button.key", "signoff.key", "secrets.key")
"""The keys of one installation; every process that works on its database needs the same."""


def load_key(path: Path) -> bytes:
    """The key in this file, made once with mode 0600. What it signed lives as long as it does.

    Raises:
        KeyFault: the file is there but holds no key.
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
            # A link fails where a rename would overwrite: of two processes that start at once, the first's key stays.
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise KeyFault(
            f"{path}: {len(key)} bytes are no key; put its copy back, or move the file away: a new one is made, and "
            "what the old one signed is refused"
        )
    return key


def keys_digest(folder: Path) -> str:
    """What tells one installation's keys from another's, without telling the keys; those that are missing are made."""
    digest = hashlib.sha256(b"keng keys")
    for name in KEY_FILES:
        digest.update(hashlib.sha256(load_key(folder / name)).digest())
    return digest.hexdigest()
