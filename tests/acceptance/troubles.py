"""Troubles that a service must outlive: a full disk, a crowd of connections that say nothing, huge bodies."""

from __future__ import annotations

import resource
import select
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import count

import httpx

from tests.acceptance.service import Keng

_NUMBERS = count(1)


def alert(keng: Keng) -> httpx.Response:
    """Send one alert that no other is like; returns the answer."""
    number = next(_NUMBERS)
    return keng.send({"id": f"trouble-{number}", "title": f"Phản ánh số {number} về nước máy ở phường Sông Thượng"})


def how_long_until_taken(keng: Keng, seconds: float) -> float:
    """Seconds until an alert is taken again."""
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        with suppress(httpx.HTTPError):
            if alert(keng).status_code == 202:
                return time.monotonic() - begun
        time.sleep(0.1)
    raise AssertionError(f"no alert was taken within {seconds:.0f} s")


@contextmanager
def no_file_may_grow(keng: Keng) -> Iterator[None]:
    """What a full disk does, without one: every write of the service beyond the first bytes of a file fails."""
    assert keng.service.process is not None
    pid, was = keng.service.process.pid, resource.prlimit(keng.service.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, was[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, was)


@contextmanager
def crowd(keng: Keng, number: int) -> Iterator[list[socket.socket]]:
    """So many connections that have begun a request and never say the rest, and still begin to be heard of."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = number + 500
    assert hard == resource.RLIM_INFINITY or hard >= wanted, f"this process may open {hard} files only"
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    with ExitStack() as kept:
        connections = []
        for _ in range(number):
            one = kept.enter_context(socket.create_connection(("127.0.0.1", keng.port), timeout=10))
            one.sendall(b"POST /v1/alerts HTTP/1.1\r\nHost: x\r\n")
            connections.append(one)
        yield connections
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def are_over(connections: list[socket.socket]) -> int:
    """How many of them the other side has ended."""
    ended = 0
    for one in connections:
        one.setblocking(False)
        try:
            ended += one.recv(1) == b""
        except BlockingIOError:
            continue
        except OSError:
            ended += 1
    return ended


def pour(keng: Keng, size: int) -> int:
    """Send a body of so many bytes in pieces, for as long as they are taken; returns the status of the answer."""
    piece = b"x" * 65_536
    with socket.create_connection(("127.0.0.1", keng.port), timeout=30) as one:
        one.sendall(b"POST /v1/alerts HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n")
        one.setblocking(False)
        sent, left, answer = 0, b"", b""
        while sent < size and not answer:
            readable, writable, _ = select.select([one], [one], [], 30)
            if readable:
                answer = one.recv(4096)
            elif writable:
                left = left or b"10000\r\n" + piece + b"\r\n"
                taken = one.send(left)
                left, sent = left[taken:], sent + taken
    return int(answer.split()[1]) if answer else 0
