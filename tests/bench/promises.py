"""The promises, for as many steps as asked: ``python -m tests.bench.promises --steps 1000000 --seed 1``.

Plays of a hundred steps until the number is reached or ``--seconds`` are over; prints what was done and how it ended,
and exits 1 with the shortest play found when a promise was broken. ``--break NAME`` takes one guard of the product out
(:mod:`tests.approval.promises.breakages`; ``--break all`` each in turn): then finding nothing is the failure.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.approval.promises.breakages import BREAKAGES
from tests.approval.promises.machine import Office, office_open
from tests.approval.promises.play import play

MEMORY = Path("/dev/shm")
"""Where a file is synced at once, if there is such a place: a power cut is not what is tested here."""


def folder() -> tempfile.TemporaryDirectory[str]:
    """A folder of our own, in memory where there is room for it."""
    return tempfile.TemporaryDirectory(prefix="keng-promises-", dir=MEMORY if MEMORY.is_dir() else None)


def told(office: type[Office]) -> None:
    """How often each act ended how."""
    for (what, how), times in sorted(office.tally.items()):
        print(f"  {what:<24} {how:<32} {times:>9}")


def broken_on_purpose(office: type[Office], names: list[str], number: int) -> int:
    """Play with one guard missing at a time; how many were not noticed."""
    unnoticed = 0
    for breakage in BREAKAGES:
        if names != ["all"] and breakage.__name__ not in names:
            continue
        begun, office.steps = time.monotonic(), 0
        try:
            with breakage():
                for batch in range(15):
                    play(office, number + batch, shrink=False)
            unnoticed += 1
            found = "NOT NOTICED"
        except AssertionError as error:
            found = f"{type(error).__name__}: {str(error).splitlines()[0]}"
        took = time.monotonic() - begun
        print(f"{breakage.__name__:<56} {office.steps:>6} steps {took:6.1f} s  {found}", flush=True)
    return unnoticed


def main() -> int:
    """Parse, play, tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--break", dest="breakages", nargs="+", default=[])
    asked = parser.parse_args()
    with folder() as where, office_open(Path(where)) as office:
        if asked.breakages:
            return 1 if broken_on_purpose(office, asked.breakages, asked.seed) else 0
        begun, spent, batch = time.monotonic(), time.process_time(), 0
        try:
            while office.steps < asked.steps and time.monotonic() - begun < asked.seconds:
                play(office, asked.seed * 1_000_003 + batch, shrink=True)
                batch += 1
                print(f"{office.steps} steps, {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
        finally:
            took, cpu = time.monotonic() - begun, time.process_time() - spent
            print(f"seed {asked.seed}, {office.steps} steps in {batch} batches, {took:.0f} s ({cpu:.0f} s of one core)")
            told(office)
    print("every promise was kept")
    return 0


if __name__ == "__main__":
    sys.exit(main())
