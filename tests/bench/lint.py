"""The linter against the sentences that it is judged by: ``python -m tests.bench.lint [--set 3] [--errors]``.

Prints recall for each block rule, clean texts that are blocked by a hundred, and milliseconds for a statement; exits 1
where a floor of :mod:`tests.drafting.lint.test_evaluation` is missed.
"""

from __future__ import annotations

import argparse
import sys

from tests.drafting.lint.judging import FIRST, SECOND, THIRD, clean, development, faulty, figures, shipped_rules

RECALL = 0.98
FALSE_PER_HUNDRED = 2.0


def main() -> int:
    """Judge and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", action="store_true", help="also print every text that is judged wrongly")
    parser.add_argument("--development", action="store_true", help="the sentences by which the rules were made")
    parser.add_argument("--set", choices=("1", "2", "3"), default="1", help="which set of sentences")
    asked = parser.parse_args()
    which = {"1": FIRST, "2": SECOND, "3": THIRD}[asked.set]
    bad, good = development() if asked.development else (faulty(which), clean(which))
    found = figures(shipped_rules(), bad, good)
    for rule, (hit, count) in found.recall.items():
        print(f"{rule:<24} {hit:>4} of {count:<4} {hit / count:.3f}")
    hit, count = (sum(pair[i] for pair in found.recall.values()) for i in (0, 1))
    print(f"{'recall':<24} {hit:>4} of {count:<4} {found.overall:.4f}   (target {RECALL})")
    print(
        f"{'false blocks':<24} {found.false_blocks:>4} of {found.clean:<4} {found.false_per_hundred:.2f} in 100 "
        f"(target {FALSE_PER_HUNDRED:.0f})"
    )
    print(f"{'a statement':<24} {found.milliseconds:.1f} ms of processor time")
    if asked.errors:
        for verdict in found.missed:
            print(f"missed  {verdict.sample.rule:<22} {verdict.sample.text!r} {sorted(verdict.blocked_by)}")
        for verdict in found.wronged:
            print(f"blocked {', '.join(sorted(verdict.blocked_by)):<22} {verdict.sample.text!r}")
    return 0 if found.overall >= RECALL and found.false_per_hundred <= FALSE_PER_HUNDRED else 1


if __name__ == "__main__":
    sys.exit(main())
