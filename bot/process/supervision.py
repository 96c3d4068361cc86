"""A sign of life for systemd, which starts a process anew whose event loop has stood still (``WatchdogSec=``).

The protocol is a datagram of ``NAME=VALUE`` lines to the socket named in ``$NOTIFY_SOCKET`` (sd_notify(3)). Where
nobody supervises, as in a container or by hand, nothing is sent.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Mapping
from contextlib import suppress


def tell(text: str, environ: Mapping[str, str] = os.environ) -> None:
    """Send ``text`` to the supervisor, if there is one. It never fails: whoever is not heard works on."""
    address = environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
        line.setblocking(False)
        line.sendto(text.encode(), "\0" + address[1:] if address[0] == "@" else address)


def pause(environ: Mapping[str, str] = os.environ) -> float | None:
    """Seconds between two signs of life, a third of what is waited for; None where nobody waits for one."""
    try:
        allowed, whose = int(environ.get("WATCHDOG_USEC", "0")), environ.get("WATCHDOG_PID", "")
    except ValueError:
        return None
    return allowed / 3_000_000 if allowed > 0 and whose in ("", str(os.getpid())) else None


async def give_signs_of_life(environ: Mapping[str, str] = os.environ) -> None:
    """As long as the event loop turns, until cancelled; where nobody waits for one it ends at once."""
    seconds = pause(environ)
    while seconds is not None:
        tell("WATCHDOG=1", environ)
        await asyncio.sleep(seconds)
