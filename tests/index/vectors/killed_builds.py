"""Builds of vectors that are killed at every moment that matters, each with a real SIGKILL. Run by test_store.

    python -m tests.index.vectors.killed_builds FOLDER < {"before": [texts], "texts": [texts]}

Prints, for a build of `texts` after a whole one of `before`, killed just before its first, second, third … act on a
file of the folder, how many texts the next build has to encode; the last number is of a build that was not killed.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from pathlib import Path

import numpy as np

from index.vectors.store import vectors_of
from tests.index.counting_encoder import CountingEncoder

_ACTS = {"open", "os.mkdir", "os.rename", "os.remove"}


def main() -> None:
    folder = Path(sys.argv[1])
    task = json.load(sys.stdin)
    encoded_next, number, was_killed = [], 0, True
    while was_killed:
        number += 1
        shutil.rmtree(folder, ignore_errors=True)
        vectors_of(task["before"], CountingEncoder(), folder)
        child = os.fork()
        if child == 0:
            _kill_before_act(number, folder)
            vectors_of(task["texts"], CountingEncoder(), folder)
            os._exit(0)
        was_killed = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        encoder = CountingEncoder()
        vectors, count = vectors_of(task["texts"], encoder, folder)
        assert np.allclose(vectors, CountingEncoder().encode(task["texts"]))
        encoded_next.append(count)
    print(json.dumps(encoded_next))


def _kill_before_act(number: int, folder: Path) -> None:
    left = number

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event in _ACTS and str(arguments[0]).startswith(str(folder)):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


if __name__ == "__main__":
    main()
