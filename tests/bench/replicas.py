"""Kill processes at random under load, then count: what was accepted, what is stored, what was done twice.

    python -m tests.bench.replicas --kills 20 [--processes 2] [--minutes 30]
    python -m tests.bench.replicas --kills 20 --processes 1 --database sqlite

A PostgreSQL of its own or a SQLite file, a simulated Telegram outside, alerts from two sides to whichever process
answers. Each kill is SIGKILL of a process chosen by chance, which is started again; the next comes within seconds of
its return.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.acceptance.replicas import Crowd, Province, counted, without_incident
from tests.acceptance.service import until
from tests.postgres import Server


def main() -> None:
    """Run and print one JSON object."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--kills", type=int, default=20)
    asked.add_argument("--processes", type=int, default=2)
    asked.add_argument("--database", choices=("postgres", "sqlite"), default="postgres")
    asked.add_argument("--minutes", type=float, default=30.0, help="no further kill after so many minutes")
    asked.add_argument("--seed", type=int, default=5)
    options = asked.parse_args()
    if options.database == "sqlite" and options.processes > 1:
        asked.error("SQLite is for one process: give --processes 1")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the processes started here end with it
    with store(options.database) as env, tempfile.TemporaryDirectory(prefix="keng-bench-") as folder:
        province = Province(Path(folder), options.processes, **env)
        try:
            print(json.dumps(run(province, options), ensure_ascii=False, indent=1))
        finally:
            province.stop()


@contextmanager
def store(kind: str) -> Iterator[dict[str, str]]:
    """An empty store: what tells an installation of it by its environment."""
    if kind == "sqlite":  # a file in the data folder
        yield {}
        return
    server = Server(durable=True)
    try:
        yield {"KENG_DATABASE_URL": server.url(server.create())}
    finally:
        server.stop()


def run(province: Province, options: argparse.Namespace) -> dict[str, object]:
    """Kill under load, wait until everything is placed, count."""
    chance = random.Random(options.seed)
    province.start()
    begun = time.monotonic()
    kills = 0
    with Crowd(province, matters=4, pause=1.0) as crowd:
        while kills < options.kills and time.monotonic() - begun < options.minutes * 60:
            time.sleep(chance.uniform(0.2, 4.0))
            victim = chance.choice(province.replicas)
            victim.process.kill()
            kills += 1
            victim.start()
            province.wait_ready()
    accepted = set(crowd.accepted.values())
    with suppress(AssertionError):  # what is missing then is counted
        until(lambda: not without_incident(province, accepted), "every alert placed", 180)
    missing = without_incident(province, accepted)
    posted = province.cards_posted()
    return {
        "machine": f"{os.cpu_count()} cores, {platform.platform()}",
        "database": options.database,
        "processes": options.processes,
        "kills": kills,
        "seconds": round(time.monotonic() - begun),
        "requests": crowd.attempts,
        "accepted": len(accepted),
        "accepted and without incident": len(missing),
        "counted by incidents": counted(province),
        "incidents": len(province.incidents()),
        "cards posted twice": sum(times - 1 for times in posted.values()),
        "audit whole": province.audit_is_whole(),
    }


if __name__ == "__main__":
    main()
