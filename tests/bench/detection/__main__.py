"""Everything that is claimed of detection and forecast, printed within a minute: `python -m tests.bench.detection`.

Exit code 1 where a target is missed by what was measured; what could not be measured is said.
"""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.bench.detection.parts import apart

LONGEST_FIRST = ("forecast", "simulated", "crises", "nab")
PRINTED = ("simulated", "crises", "nab", "forecast")


def main() -> int:
    """Timings first and alone; then the other parts, side by side in processes of their own, printed in order."""
    begun = time.perf_counter()
    print(f"Settings: one, fixed, chosen on simulations of other seeds. {os.cpu_count()} cores.\n")
    said, misses = apart("speed")
    print(said, flush=True)
    with ProcessPoolExecutor(max_workers=max(2, os.cpu_count() or 2), mp_context=get_context("spawn")) as pool:
        parts = {part: pool.submit(apart, part) for part in LONGEST_FIRST}
        for part in PRINTED:
            said, missed = parts[part].result()
            print(said, flush=True)
            misses += missed
    print(f"{time.perf_counter() - begun:.0f} s. Missed: {'; '.join(misses) or 'none of the targets'}")
    return 1 if misses else 0


if __name__ == "__main__":
    sys.exit(main())
