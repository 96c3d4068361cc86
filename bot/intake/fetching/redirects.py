"""Where a page that Keng fetches may send it: to the public net, never into the office's own.

The administrator names the first address, which may be anywhere. What that page answers is written by somebody else: a
redirect to ``http://10.0.0.1/…`` or to a cloud's metadata would make Keng ask in their name (request forgery).
"""

from __future__ import annotations

import socket
from ipaddress import ip_address

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

MOST = 3
"""Redirects that are followed in a row."""


class Elsewhere(Exception):
    """The redirect leads where it may not."""


class PublicButFor(AbstractResolver):
    """Resolves one host to anything, and every other one to public addresses only: at the moment of connecting."""

    def __init__(self, host: str | None) -> None:
        """``host`` is the one that the administrator named."""
        self._host = host
        self._inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a host.

        Raises:
            OSError: it has none, or one that is not public.
        """
        found = await self._inner.resolve(host, port, family)
        if host != self._host and not all(is_public(one["host"]) for one in found):
            raise OSError(f"{host} is not in the public net")
        return found

    async def close(self) -> None:
        """Nothing is held."""
        await self._inner.close()


def redirected(named: URL, here: URL, location: str) -> URL:
    """The address that ``here`` redirects to, when ``named`` is the one in the settings.

    Raises:
        Elsewhere: it is no web address, gives up encryption, or is an address that is not public.
    """
    try:
        there = here.join(URL(location))
    except ValueError:
        raise Elsewhere("a redirect that cannot be read") from None
    if there.scheme not in ("http", "https") or (here.scheme == "https" and there.scheme != "https"):
        raise Elsewhere(f"a redirect to {there.scheme}")
    if there.raw_host is None:
        raise Elsewhere("a redirect to nowhere")
    if there.raw_host != named.raw_host and not is_public(there.raw_host, or_a_name=True):
        raise Elsewhere(f"a redirect to {there.raw_host}")
    return there


def is_public(address: str, *, or_a_name: bool = False) -> bool:
    """True for an address of the public net; for what is no address ``or_a_name``: it is looked at once resolved."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return or_a_name
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_global and not parsed.is_multicast
