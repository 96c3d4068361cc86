"""What each engine costs and gives, side by side in one run: time as a ratio to one bare encoding with torch.

Called by `tests.bench.index_speed`. Encoding and matching are counted in processor time of the whole process, which on
one thread is the time on a core to itself. The engines take turns, so that a busy moment hits all of them.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from index import OFFLINE, Encoder, Engine, PlaybookIndex, Query, load_encoder
from tests.index.material import MODEL_CACHE, REPOSITORY, built, evaluation_texts

ENGINES: tuple[Engine, ...] = ("torch", "onnx", "onnx-int8")
TURNS, TEXTS = 8, 10
_START = """
import pathlib, sys, time
begun = time.perf_counter()
import index
encoder = index.load_encoder(index.OFFLINE, pathlib.Path(sys.argv[1]), engine=sys.argv[2])
took = time.perf_counter() - begun
for number in range(100):
    encoder.encode([f"bài viết {number} có những từ rất khác nhau {number * 7919}"])
status = open("/proc/self/status").read().splitlines()
resident = next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmRSS"))
print(f"{took:.1f} s to start, {resident} MB resident after 100 texts")
"""


@dataclass
class Engaged:
    """An engine with its index, and what was measured of it, in milliseconds of the processor."""

    encoder: Encoder
    index: PlaybookIndex
    bare: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)

    def measure(self, numbers: Sequence[int]) -> None:
        """One turn: a text to warm up, then each text once bare and once, with other words, as a match."""
        self.encoder.encode([f"{numbers[0]} lần khởi động"])
        for number in numbers:
            self.bare.append(_took(lambda n=number: self.encoder.encode([_headline(n)])))
            self.whole.append(_took(lambda n=number: self.index.match(Query(title=_headline(n + 10_000)))))


def compare() -> None:
    """Print the whole comparison."""
    engaged = {}
    for engine in ENGINES:
        print(f"{engine:10} {_started(engine)}")
        encoder = load_encoder(OFFLINE, MODEL_CACHE, engine=engine)
        cache = MODEL_CACHE if engine == "torch" else MODEL_CACHE / engine
        engaged[engine] = Engaged(encoder, built(encoder, cache))
    for turn in range(TURNS):
        for each in engaged.values():
            each.measure(range(turn * TEXTS, (turn + 1) * TEXTS))
    one = statistics.median(engaged["torch"].bare)
    print(f"one bare encoding with torch: {one:.2f} ms, the 1.00 of the ratios\n")
    print("engine     encode        whole match   cosine to torch  first  three  kept  refused  loop waits")
    for engine, each in engaged.items():
        bare, whole = statistics.median(each.bare), statistics.median(each.whole)
        cosines = _cosines(each.encoder, engaged["torch"].encoder)
        rates = "".join(f"{rate * 100:6.1f}%" for rate in _accuracy(each.index))
        print(
            f"{engine:10} {bare:5.2f} ms {bare / one:4.2f}  {whole:5.2f} ms {whole / one:4.2f}"
            f"  {cosines.mean():.4f} (≥ {cosines.min():.4f}){rates}   {asyncio.run(_longest_wait(each.index)):.1f} ms"
        )
    print(f"{'(idle)':10} {asyncio.run(_longest_wait(None)):.1f} ms the loop waits with nothing to match")


def _started(engine: Engine) -> str:
    """Start time and memory in a process of its own; the first call makes what the engine needs."""
    command = [sys.executable, "-c", _START, str(MODEL_CACHE), engine]
    for _ in range(2):
        done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _headline(number: int) -> str:
    return f"Hơn {number} công nhân nhập viện sau bữa trưa ở bếp ăn ca hai của khu công nghiệp"


def _took(act: Callable[[], object]) -> float:
    started = time.process_time()
    act()
    return (time.process_time() - started) * 1000


def _cosines(encoder: Encoder, reference: Encoder) -> np.ndarray:
    texts = [row.text for row in evaluation_texts()]
    return (encoder.encode(texts) * reference.encode(texts)).sum(axis=1)


def _accuracy(index: PlaybookIndex) -> tuple[float, float, float, float]:
    """On the development texts: right at first guess, right among three, related ones kept, unrelated ones refused."""
    matches = [(row.playbook, index.match(Query(title=row.text))) for row in evaluation_texts()]
    related = [(playbook, match) for playbook, match in matches if playbook]
    return (
        statistics.mean(match.candidates[0].playbook == playbook for playbook, match in related),
        statistics.mean(playbook in {c.playbook for c in match.candidates} for playbook, match in related),
        statistics.mean(match.playbook is not None for _, match in related),
        statistics.mean(match.playbook is None for playbook, match in matches if playbook is None),
    )


async def _longest_wait(index: PlaybookIndex | None) -> float:
    """How much later than asked the event loop woke at worst while 40 new texts were matched in a thread (ms)."""

    def work() -> None:
        for number in range(40):
            if index is None:
                time.sleep(0.01)
            else:
                index.match(Query(title=_headline(number + 20_000), text="Nhiều người phải cấp cứu. " * 8))

    matching = asyncio.create_task(asyncio.to_thread(work))
    longest = 0.0
    while not matching.done():
        asleep = time.perf_counter()
        await asyncio.sleep(0.001)
        longest = max(longest, (time.perf_counter() - asleep) * 1000 - 1)
    await matching
    return longest
