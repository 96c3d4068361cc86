"""Who writes letters, and how patient the handing in of one is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from email.headerregistry import Address

CLAIM = timedelta(minutes=3)
"""Longer than any hand-in takes; after it another process may take over what a dead one had begun."""

FIRST_WAIT, LONGEST_WAIT = 5.0, 300.0
"""Seconds between two tries."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes, and under which address the links of the letters lead back to us."""

    address: Address
    base_url: str
    key: bytes

    @staticmethod
    def of(name: str, address: str, base_url: str, key: bytes) -> Sender:
        """A sender with a name, which may be empty."""
        return Sender(Address(name or "Kẻng", addr_spec=address), base_url, key)
