"""How long grouping takes among 500 open incidents: `python -m tests.bench.grouping_speed`.

Typical incidents have three alerts of 30 syllables; full ones the eight that are remembered, of 60 each. Times are
computing time of one core, the least of some runs: what the decision costs where nobody else is computing.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from time import process_time

import numpy as np

from bot.grouping import Kept, Said, absorb, decide, hear, pack, unpack
from bot.model.alert import Alert, Location
from index import Match, MatchReason, Reading, passage
from index.lexical import terms_of

INCIDENTS = 500
WIDTH = 384
PLAYBOOKS = [f"playbook-{number}" for number in range(32)]
SYLLABLES = [
    first + middle + last
    for first in ("b", "c", "d", "g", "h", "k", "l", "m", "n", "ph", "r", "s", "t", "v", "x")
    for middle in ("a", "e", "i", "o", "u", "ie", "uo", "ua")
    for last in ("", "n", "ng", "c", "t", "m", "p", "i")
]
SEED = Alert(id="a", feed="default", title="", received_at=datetime(2026, 11, 22, 19, 0, tzinfo=UTC))


class Chance:
    """Alerts by lot: words as often as Zipf's law has it, a kind, a direction, a place of its own."""

    def __init__(self, seed: int = 1) -> None:
        self.random = random.Random(seed)
        self.directions = np.random.default_rng(seed)
        self.often = [1 / (rank + 10) for rank in range(len(SYLLABLES))]

    def said(self, syllables: int, place: int) -> Said:
        title = " ".join(self.random.choices(SYLLABLES, self.often, k=syllables))
        alert = replace(SEED, title=title, location=Location(text=f"xã Số {place}"))
        vector = self.directions.normal(size=WIDTH)
        kinds = dict.fromkeys(self.random.sample(PLAYBOOKS, 4), 0.24)
        terms = {term: 7.0 if " " in term else 4.0 for term, _ in terms_of(passage(title, "", ""))}
        match = Match(None, 0.24, (), MatchReason.CANNOT_TELL_APART)
        unit = (vector / np.linalg.norm(vector)).astype(np.float32)
        return hear(alert, Reading(match, unit, "model", kinds, 0.04, terms))


def incidents(alerts: int, syllables: int) -> list[tuple[str, Kept]]:
    chance, made = Chance(), []
    for number in range(INCIDENTS):
        kept = absorb(None, chance.said(syllables, number))
        for _ in range(alerts - 1):
            kept = absorb(kept, chance.said(syllables, number))
        made.append((str(number), kept))
    return made


def least(run: Callable[[], object], times: int = 9) -> float:
    """The least computing time of some runs, in milliseconds."""
    took = []
    for _ in range(times):
        begun = process_time()
        run()
        took.append(process_time() - begun)
    return min(took) * 1e3


def main() -> None:
    for what, alerts, syllables in (("typical", 3, 30), ("full", 8, 60)):
        among = incidents(alerts, syllables)
        said = Chance(2).said(syllables, -1)
        stored = [(json.dumps(kept.sketch.to_json()), pack(kept.vectors)) for _, kept in among]
        size = sum(len(text) + len(packed) for text, packed in stored) / INCIDENTS / 1024
        decided = least(lambda a=among, s=said: decide(s, a))
        read = least(lambda s=stored: [unpack(json.loads(text), packed) for text, packed in s])
        print(f"{INCIDENTS} {what} incidents ({size:.1f} KiB each): decision {decided:.1f} ms, reading {read:.1f} ms")


if __name__ == "__main__":
    main()
