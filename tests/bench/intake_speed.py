"""Alerts taken a second, beside Debian's Alertmanager: `python -m tests.bench.intake_speed`.

Both are whole services on this machine's loopback, loaded one after the other by the same process; every alert is new.
Alertmanager keeps alerts in memory and answers; Keng answers when they are on the disk (`synchronous=FULL`), and goes
on to match and group them meanwhile. A third load, of the door with nothing behind it, shows what of it is the door's.
Afterwards the alerts in Keng's store are counted: fewer than were answered is a fault, exit code 1. Some ninety
seconds. `--database-url` takes a PostgreSQL instead of SQLite.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import create_engine, text

from bot.store.database import sync_url
from tests.acceptance.service import MODEL_CACHE, REPOSITORY, Process, free_port

SECONDS = 6.0
CONNECTIONS = 16
BATCHES = (1, 100)
COMMITS = 300


class Alertmanager:
    """Debian's, with a receiver that does nothing."""

    path, style, name = "/api/v2/alerts", "alertmanager", "Alertmanager (memory)"

    def __init__(self, folder: Path) -> None:
        self.port, self.folder = free_port(), folder
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = shutil.which("prometheus-alertmanager")
        if program is None:
            raise SystemExit(
                "prometheus-alertmanager is not installed (Debian: apt-get install prometheus-alertmanager)"
            )
        config = self.folder / "alertmanager.yml"
        config.write_text("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n", encoding="utf-8")
        with (self.folder / "alertmanager.log").open("wb") as log:
            self.process = subprocess.Popen(
                [
                    program,
                    f"--config.file={config}",
                    f"--storage.path={self.folder / 'alertmanager'}",
                    f"--web.listen-address=127.0.0.1:{self.port}",
                    "--cluster.listen-address=",
                ],
                stdout=log,
                stderr=log,
            )
        _wait(f"http://127.0.0.1:{self.port}/-/ready", 30)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=30)


class Keng:
    """The whole service on an empty store, without a Telegram."""

    path, style, name = "/v1/alerts", "keng", "Keng (durable)"

    def __init__(self, folder: Path, database_url: str | None) -> None:
        self.port, self.folder = free_port(), folder
        self.database_url = database_url or f"sqlite:///{folder / 'keng.db'}"
        env = {
            "KENG_DATA_DIR": str(folder),
            "KENG_DATABASE_URL": self.database_url,
            "KENG_HTTP__PORT": str(self.port),
            "KENG_INDEX__CACHE": str(MODEL_CACHE),
        }
        self.service = Process("bot", "serve", env=env, log=folder / "keng.log")

    def start(self) -> None:
        self.service.start()
        _wait(f"http://127.0.0.1:{self.port}/readyz", 600)

    def stop(self) -> None:
        self.service.stop()

    def stored(self) -> int:
        engine = create_engine(sync_url(self.database_url))
        with engine.connect() as connection:
            found = connection.execute(text("SELECT count(*) FROM alerts")).scalar_one()
        engine.dispose()
        return int(found)


class Door(Keng):
    """The door of Keng, with nothing placed behind it."""

    name = "Keng's door alone"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, f"sqlite:///{folder / 'door.db'}")
        self.service = Process(
            "tests.bench.intake.door",
            str(self.port),
            self.database_url,
            env={"PYTHONPATH": str(REPOSITORY)},
            log=folder / "door.log",
        )


def commit_ms(folder: Path) -> float:
    """Milliseconds of one smallest commit where the store lies: what the disk asks of everybody who keeps anything."""
    connection = sqlite3.connect(folder / "commit.db", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE t (a)")
    begun = time.perf_counter()
    for _ in range(COMMITS):
        connection.execute("INSERT INTO t VALUES (1)")
    spent = time.perf_counter() - begun
    connection.close()
    return spent / COMMITS * 1000


def _wait(url: str, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(httpx.HTTPError):
            if httpx.get(url).status_code == 200:
                return
        time.sleep(0.1)
    raise SystemExit(f"{url} did not answer within {seconds:.0f} s")


def load(server: Alertmanager | Keng, batch: int) -> dict[str, Any]:
    """One load on one server."""
    command = ["tests.bench.intake.load", server.port, server.path, SECONDS, CONNECTIONS, batch, server.style]
    done = subprocess.run(
        [sys.executable, "-m", *map(str, command)], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    measured: dict[str, Any] = json.loads(done.stdout)
    rate = measured["alerts"] / measured["seconds"]
    kind = "one alert a request" if batch == 1 else f"{batch} alerts a request"
    print(
        f"{server.name:<24} {kind:<22} {rate:10,.0f} alerts/s   p50 {measured['p50_ms']:7.1f} ms   "
        f"p99 {measured['p99_ms']:7.1f} ms   refused {measured['refused']}",
        flush=True,
    )
    return measured | {"rate": rate}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database-url", help="an empty PostgreSQL database (default: SQLite)")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rates: dict[str, list[float]] = {}
        answered = 0
        print(f"one commit to this disk takes {commit_ms(folder):.1f} ms")
        keng = Keng(folder, asked.database_url)
        servers: list[Alertmanager | Keng] = [Alertmanager(folder), keng, Door(folder)]
        for server in servers:
            try:
                server.start()
                for batch in BATCHES:
                    measured = load(server, batch)
                    rates.setdefault(server.name, []).append(measured["rate"])
                    answered += measured["alerts"] if server is keng else 0
            finally:
                server.stop()
        stored = keng.stored()
    ratios = [k / a for k, a in zip(rates[Keng.name], rates[Alertmanager.name], strict=True)]
    print(f"ratio, one by one {ratios[0]:.2f} (target 0.5), by the hundred {ratios[1]:.2f} (target 1.0)")
    print(f"answered with 202: {answered:,} alerts; in the store: {stored:,}")
    return 0 if stored >= answered else 1


if __name__ == "__main__":
    sys.exit(main())
