"""Where a request comes from: the connection's address, or the one that a proxy of ours names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address

from bot.intake.feeds import Network

Address = IPv4Address | IPv6Address


def client_address(remote: str | None, forwarded_for: Iterable[str], proxies: Sequence[Network]) -> Address | None:
    """The caller's address; None when it cannot be known (a Unix socket, or a proxy that names nobody).

    ``X-Forwarded-For`` is believed only as far as trusted proxies wrote it: read from its end, the first address that
    is none of theirs. Whatever stands before that, the caller may have written.
    """
    address = _parsed(remote or "")
    if not proxies:
        return address
    hops = [hop.strip() for line in forwarded_for for hop in line.split(",")]
    while address is not None and hops and within(address, proxies):
        address = _parsed(hops.pop())
    return address


def within(address: Address | None, networks: Sequence[Network]) -> bool:
    """True when the address lies in one of the networks."""
    return address is not None and any(address.version == n.version and address in n for n in networks)


@lru_cache(maxsize=256)
def _parsed(text: str) -> Address | None:
    try:
        address = ip_address(text.partition("%")[0].strip("[]"))
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
