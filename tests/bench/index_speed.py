"""How long the index takes: bare encoding, the whole match, their ratio, the search alone, and what it occupies.

The engines follow, side by side (`tests.bench.engines`).

Run by hand, from the root of the repository:  python -m tests.bench.index_speed   (about a minute; one thread)
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROUNDS = 60


def main() -> None:
    started = time.perf_counter()
    from index import OFFLINE, Query, load_encoder
    from index.lexical import Counts
    from tests.index.material import MODEL_CACHE, built

    encoder = load_encoder(OFFLINE, MODEL_CACHE)
    loaded = time.perf_counter()
    index = built(encoder)
    print(f"model ready after {loaded - started:.1f} s, index after {time.perf_counter() - started:.1f} s")
    print(f"resident {_status('VmRSS')} MB, at most {_status('VmHWM')} MB")

    # Every text differs, so that none is remembered; both ways get texts of one length, turn by turn.
    bare: list[float] = []
    whole: list[float] = []
    for number in range(ROUNDS):
        bare.append(_took(lambda n: encoder.encode([_headline(n)]), number))
        whole.append(_took(lambda n: index.match(Query(title=_headline(n))), number + ROUNDS))
    known = [_took(lambda n: index.match(Query(title=_headline(n))), number) for number in range(ROUNDS, 2 * ROUNDS)]
    encoding = _line("bare encoding", bare)
    matching = _line("whole match", whole)
    print(f"ratio           {matching / encoding:.2f}")
    _line("known text", known)
    text = _headline(0)
    vector = index.encode(text)
    _line("search, dense", [_took(lambda _: index._dense.nearest_of(0, vector, 3), n) for n in range(ROUNDS)])
    _line("search, lexical", [_took(lambda _: index._head.letters.scores(Counts.of(text)), n) for n in range(ROUNDS)])
    long = [Query(title=f"Vụ {n}", text=f"Cháy lớn ở chợ {n}, khói đen bốc cao. " * 2_500) for n in range(10)]
    _line("20,000 words", [_took(lambda n: index.match(long[n]), n) for n in range(10)])
    from tests.bench import engines

    print()
    engines.compare()


def _headline(number: int) -> str:
    return f"Hơn {number} công nhân nhập viện sau bữa trưa ở bếp ăn ca hai của khu công nghiệp"


def _took(act: Callable[[int], object], number: int) -> float:
    started = time.perf_counter()
    act(number)
    return (time.perf_counter() - started) * 1000


def _line(name: str, milliseconds: Sequence[float]) -> float:
    median = statistics.median(milliseconds)
    print(f"{name:15} {median:6.2f} ms median, {max(milliseconds):6.2f} ms worst of {len(milliseconds)}")
    return median


def _status(field: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith(field))


if __name__ == "__main__":
    main()
