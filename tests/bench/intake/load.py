"""A load of HTTP POSTs over kept connections, as cheap as Python can make it: the servers are measured, not the sender.

Requests are made beforehand; a connection sends the next one when its answer is complete. Runs in a process of its own:
``python -m tests.bench.intake.load PORT PATH SECONDS CONNECTIONS BATCH STYLE`` prints one JSON line.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass

TITLES = (
    "Nước máy có mùi dầu",
    "Cháy kho vải trong đêm",
    "Sạt lở đất vùi lấp nhà dân",
    "Học sinh nhập viện sau bữa ăn",
)


@dataclass
class Measured:
    """What one load reached; milliseconds are of whole requests."""

    requests: int
    alerts: int
    seconds: float
    p50_ms: float
    p99_ms: float
    refused: int


def keng_alert(number: str) -> dict[str, object]:
    """A short alert as a monitoring system sends it."""
    return {
        "id": number,
        "title": f"{TITLES[hash(number) % len(TITLES)]} ở phường Ví Dụ",
        "volume": {"observed": 412, "baseline": 66},
        "location": {"text": "phường Ví Dụ"},
    }


def alertmanager_alert(number: str) -> dict[str, object]:
    """The same in the words of Alertmanager's API v2."""
    return {
        "labels": {"alertname": "spike", "instance": number, "place": "phường Ví Dụ"},
        "annotations": {"summary": f"{TITLES[hash(number) % len(TITLES)]} ở phường Ví Dụ", "observed": "412"},
    }


def requests(port: int, path: str, batch: int, style: str, run: str) -> Iterator[bytes]:
    """Ready-made requests, each with alerts that no other has."""
    make = keng_alert if style == "keng" else alertmanager_alert
    for number in itertools.count():
        items = [make(f"{run}-{number}-{place}") for place in range(batch)]
        alone = style == "keng" and batch == 1
        body = json.dumps(items[0] if alone else items, ensure_ascii=False).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        yield head.encode() + body


async def _one(port: int, ready: Iterator[bytes], until: float, taken: list[float], refused: list[int]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for request in ready:
        started = time.perf_counter()
        if started >= until:
            break
        writer.write(request)
        status = int((await reader.readline()).split()[1])
        length = 0
        while (line := await reader.readline()) != b"\r\n":
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        await reader.readexactly(length)
        if status in (200, 202):
            taken.append(time.perf_counter() - started)
        else:
            refused.append(status)
    writer.close()


async def run(port: int, path: str, seconds: float, connections: int, batch: int, style: str) -> Measured:
    """Keep so many connections busy for so long."""
    # Made before the clock starts: no more than any server here can take in that time.
    most = int(seconds * (12_000 if batch == 1 else 1_000))
    ready = iter(list(itertools.islice(requests(port, path, batch, style, f"{time.time_ns():x}"), most)))
    taken: list[float] = []
    refused: list[int] = []
    started = time.perf_counter()
    await asyncio.gather(*(_one(port, ready, started + seconds, taken, refused) for _ in range(connections)))
    spent = time.perf_counter() - started
    taken.sort()
    at = (lambda share: taken[int(share * (len(taken) - 1))] * 1000) if taken else (lambda _: 0.0)
    return Measured(len(taken), len(taken) * batch, spent, at(0.5), at(0.99), len(refused))


if __name__ == "__main__":
    port, path, seconds, connections, batch, style = sys.argv[1:]
    print(json.dumps(asdict(asyncio.run(run(int(port), path, float(seconds), int(connections), int(batch), style)))))
