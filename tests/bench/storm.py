"""100,000 alerts about twenty matters in a minute: `python -m tests.bench.storm [--alerts N] [--seconds S]`.

The whole service on SQLite and a simulated Telegram that refuses floods as the real one does (1 message a second to a
chat, 20 a minute to a group, 30 a second in all). Counted afterwards: what is stored and placed, incidents, when each
matter's first card was in the duty room, refused calls, memory. Exit code 1 when anything is missing or double.
Bounded: it gives up on what is still unplaced ten minutes after the last alert.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sys
import tempfile
import time
from pathlib import Path

from tests.acceptance import storm
from tests.acceptance.service import Keng, until


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--alerts", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=60.0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="keng-storm-") as folder:
        keng = Keng(Path(folder), simulator=("--flood",))
        try:
            return run(keng.start(), asked.alerts, asked.seconds)
        finally:
            keng.stop()


def run(keng: Keng, number: int, seconds: float) -> int:
    """One storm, and what came of it."""
    before = storm.resident(keng)
    sent = asyncio.run(storm.send(keng, number, seconds))
    ended, most = time.monotonic(), sent.most_resident
    while storm.waiting(keng) and time.monotonic() - ended < 600:
        most = max(most, storm.resident(keng))
        time.sleep(0.5)
    placed_after = time.monotonic() - ended
    incidents = keng.incidents()
    until(lambda: len(storm.first_cards(keng)) >= len(incidents), "a card of each incident", 120)
    cards = sorted((at - sent.began).total_seconds() for at in storm.first_cards(keng).values())
    counted, stored, left = sum(i["alerts"] for i in incidents), storm.stored(keng), storm.waiting(keng)
    refused = [call for call in keng.phones.calls() if call["status"] == 429]
    cards_refused = storm.refused_cards(keng)
    print(f"machine: {os.cpu_count()} cores, {platform.platform()}")
    print(
        f"sent {number:,} in {sent.seconds:.1f} s ({number / sent.seconds:,.0f} a second); accepted {sent.accepted:,}"
    )
    print(f"refused and sent again: {dict(sent.refused)}")
    print(f"stored {stored:,}, counted by incidents {counted:,}, without a place {left:,}")
    print(f"the last had its place {placed_after:.1f} s after the last was sent")
    print(f"incidents: {len(incidents)} (target {len(storm.MATTERS)})")
    print(f"first card after {cards[0]:.2f} s (target 2), the last of {len(cards)} after {cards[-1]:.1f} s")
    print(f"calls refused by Telegram's limits: {len(refused)}, cards among them {len(cards_refused)} (target 0)")
    print(f"memory grew by {(most - before) / 1e6:.0f} MB (target 200), to {most / 1e6:.0f} MB")
    whole = number == sent.accepted == stored == counted and not left and keng.audit_is_whole()
    print("nothing is missing, nothing is double" if whole else "SOMETHING IS MISSING OR DOUBLE")
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
