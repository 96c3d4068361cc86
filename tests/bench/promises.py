"""The promises, for as many steps as asked: ``python -m tests.bench.promises --steps 1000000 --seed 2 --processes 2``.

Batches of plays (:mod:`tests.approval.promises.play`), numbered from 0 and each the same again for the same
``--seed``, until the steps are reached or ``--seconds`` are over. Prints what was done and how it ended, and exits 1
with the shortest play found when a promise was broken. With ``--keep FILE`` each batch that ended well is a line there,
and the same command again goes on where the file ends: the summary is of the whole file, so that a long run may be made
in parts.

``--break NAME`` takes one guard of the product out (:mod:`tests.approval.promises.breakages`; ``--break all`` each in
turn): then finding nothing is the failure.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import asdict, dataclass, field
from itertools import count
from multiprocessing import get_context
from multiprocessing.util import Finalize
from pathlib import Path

from tests.approval.promises.breakages import BREAKAGES
from tests.approval.promises.machine import Office, office_of_its_own
from tests.approval.promises.play import play


@dataclass(frozen=True)
class Batch:
    """One batch that ended well: its steps, its seconds by the clock and of computing, how often each act ended how."""

    seed: int
    number: int
    steps: int
    seconds: float
    computing: float
    outcomes: dict[str, int]


@dataclass
class Run:
    """What has been played for one seed. ``keep``: where each batch is written down, and read from to go on."""

    seed: int
    keep: Path | None
    batches: dict[int, Batch] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.keep is not None and self.keep.exists():
            for line in self.keep.read_text(encoding="utf-8").splitlines():
                batch = Batch(**json.loads(line))
                if batch.seed == self.seed:
                    self.batches[batch.number] = batch

    @property
    def steps(self) -> int:
        return sum(batch.steps for batch in self.batches.values())

    def add(self, batch: Batch) -> None:
        """A batch has ended well."""
        self.batches[batch.number] = batch
        if self.keep is not None:
            with self.keep.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(asdict(batch)) + "\n")

    def to_play(self) -> Iterator[int]:
        """Numbers of batches that were not played yet."""
        return (number for number in count() if number not in self.batches)

    def tell(self, result: str) -> None:
        """The summary: what was played, how often each act ended how, and the result."""
        steps, done = self.steps, self.batches.values()
        computing, seconds = sum(batch.computing for batch in done), sum(batch.seconds for batch in done)
        outcomes = sum((Counter(batch.outcomes) for batch in done), Counter[str]())
        for outcome, times in sorted(outcomes.items()):
            print(f"  {outcome:<57} {times:>9}")
        each = f", {1000 * computing / steps:.2f} ms of one core a step" if steps else ""
        print(f"seed {self.seed}: {steps} steps in {len(done)} batches")
        print(f"{computing:.0f} s of one core{each}; {seconds:.0f} s of the processes by the clock")
        print(result)


def played(office: type[Office], seed: int, number: int) -> Batch:
    """Play one batch to its end.

    Raises:
        Broken: a promise was not kept; its notes tell the shortest play.
    """
    begun, spent, before = time.monotonic(), time.process_time(), office.steps
    office.tally.clear()
    play(office, seed * 1_000_003 + number, shrink=True)
    outcomes = {f"{what:<24} {how}".rstrip(): times for (what, how), times in office.tally.items()}
    took, computed = time.monotonic() - begun, time.process_time() - spent
    return Batch(seed, number, office.steps - before, round(took, 2), round(computed, 2), outcomes)


_here = contextlib.ExitStack()
_offices: list[type[Office]] = []


def _begin_process() -> None:
    _offices.append(_here.enter_context(office_of_its_own()))
    Finalize(None, _here.close, exitpriority=1)  # such a process runs no other handlers at its end


def _played_in_process(seed: int, number: int) -> Batch:
    return played(_offices[0], seed, number)


def play_here(run: Run, is_enough: Callable[[], bool]) -> None:
    """Play one batch after another in this process."""
    with office_of_its_own() as office:
        for number in run.to_play():
            if is_enough():
                return
            run.add(played(office, run.seed, number))
            said(run)


def play_beside(run: Run, processes: int, is_enough: Callable[[], bool]) -> None:
    """Play in several processes, each with an office of its own, a batch at a time."""
    if is_enough():
        return
    numbers = run.to_play()
    with ProcessPoolExecutor(processes, mp_context=get_context("fork"), initializer=_begin_process) as pool:
        playing = {pool.submit(_played_in_process, run.seed, next(numbers)) for _ in range(processes)}
        try:
            while playing:
                ended, playing = wait(playing, return_when=FIRST_COMPLETED)
                for one in ended:
                    run.add(one.result())
                    said(run)
                    if not is_enough():
                        playing.add(pool.submit(_played_in_process, run.seed, next(numbers)))
        finally:
            pool.shutdown(cancel_futures=True)


def said(run: Run) -> None:
    """How far it got."""
    print(f"{run.steps} steps", file=sys.stderr, flush=True)


def broken_on_purpose(names: list[str], number: int) -> int:
    """Play with one guard missing at a time; how many were not noticed."""
    unnoticed = 0
    with office_of_its_own() as office:
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
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a file of batches, one a line; the same command again goes on there")
    parser.add_argument("--break", dest="breakages", nargs="+", default=[])
    asked = parser.parse_args()
    if asked.breakages:
        return 1 if broken_on_purpose(asked.breakages, asked.seed) else 0
    run, begun = Run(asked.seed, asked.keep), time.monotonic()

    def is_enough() -> bool:
        return run.steps >= asked.steps or time.monotonic() - begun >= asked.seconds

    result = "ended before its time"
    try:
        if asked.processes > 1:
            play_beside(run, asked.processes, is_enough)
        else:
            play_here(run, is_enough)
        result = "every promise was kept"
    except AssertionError:
        result = "a promise was broken"
        raise
    finally:
        run.tell(result)
    return 0


if __name__ == "__main__":
    sys.exit(main())
