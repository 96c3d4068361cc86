"""What grouping reaches on days of alerts: `python -m tests.grouping.evaluate [evaluation | development]`.

The evaluation days were written apart from the development days, and nothing was ever set by them. On development days
the weights know the answers; their honest figures are those of `tests.grouping.fit`.
"""

from __future__ import annotations

import sys

from bot.settings import IndexSettings
from index import OFFLINE, load_encoder
from tests.grouping.replay import Score, days, heard, replay, score
from tests.index.material import MODEL_CACHE, built


def evaluate(folder: str) -> Score:
    """Replay a folder of days with the index that is shipped."""
    meaning = built(load_encoder(OFFLINE, MODEL_CACHE, engine=IndexSettings().chosen_engine))
    return score([replay(heard(day, meaning)) for day in days(folder)])


if __name__ == "__main__":
    asked = sys.argv[1] if len(sys.argv) > 1 else "evaluation"
    reached = evaluate(asked)
    print(f"{asked} days: {reached}")
