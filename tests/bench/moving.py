"""How long a store takes to move from SQLite to PostgreSQL, and what memory: `python -m tests.bench.moving [ALERTS]`.

As many entries of the record as alerts, and a tenth of them quarantined bodies of 20 KB.
"""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from bot.model.alert import Alert, Location, Volume
from bot.model.audit import AuditEvent
from bot.store import alerts, audit, incidents, quarantine
from bot.store.alerts import NewAlert
from bot.store.database import Database
from bot.store.ids import new_id
from bot.store.migrate import upgrade
from bot.store.quarantine import Quarantined
from tests.postgres import Server
from tests.store.samples import NIGHT, an_incident

AT_ONCE = 500
ALERTS = 200_000
TEXT = "Nước máy có mùi dầu, người dân phường Sông Thượng không dám nấu ăn từ sáng nay. " * 4


async def fill(url: str, number: int) -> None:
    """An office's years in a minute."""
    database, incident = Database(url), an_incident()
    async with database.write() as tx:
        await incidents.add(tx, incident)
    for start in range(0, number, AT_ONCE):
        at = NIGHT + timedelta(seconds=start)
        async with database.write() as tx:
            await alerts.add_all(tx, [_alert(at, start + n) for n in range(AT_ONCE)])
            details = {"outcome": "acknowledged", "refused": False, "why": TEXT[:80]}
            event = AuditEvent("acknowledge", "truc", at, "telegram", incident.id, 1, details)
            await audit.append_all(tx, [event] * AT_ONCE)
            bodies = [Quarantined(new_id(at), "default", at, "not_json", b"{" * 20_000) for _ in range(AT_ONCE // 10)]
            await quarantine.add(tx, bodies)
    await database.close()


def measure(folder: Path, number: int) -> None:
    """Print the figures."""
    here = folder / "keng.db"
    upgrade(f"sqlite:///{here}")
    asyncio.run(fill(f"sqlite:///{here}", number))
    server = Server(durable=True)
    try:
        environment = os.environ | {"KENG_DATA_DIR": str(folder), "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-m", "bot", "move-store", "--to", server.url(server.create())]
        begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        told = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=True)
        took, used = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    finally:
        server.stop()
    of_its_own = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    print(told.stderr.splitlines()[0])
    print(
        f"{number} alerts, {here.stat().st_size / 1e6:.0f} MB: {took:.0f} s ({of_its_own:.0f} s of processor time), "
        f"at most {used.ru_maxrss / 1024:.0f} MB of memory"
    )


def _alert(at: datetime, number: int) -> NewAlert:
    volume, place = Volume(412, 66, 6.2), Location(text="phường Sông Thượng")
    alert = Alert(
        new_id(at), "default", f"Nước máy có mùi dầu ({number})", at, summary=TEXT, volume=volume, location=place
    )
    return NewAlert(alert, b'{"title": "' + TEXT.encode() + b'"}', "0" * 64)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        measure(Path(made), int(sys.argv[1]) if len(sys.argv) > 1 else ALERTS)
