"""`keng playbooks evaluate`: what programs read of it."""

from __future__ import annotations

import json

from bot.cli.evaluating import _as_json
from index.evaluation import Labelled, evaluate
from index.floor import Shortfall
from index.values import Match, MatchReason


def test_what_was_measured_on_no_text_is_null_in_json() -> None:
    unsure = Match(None, 0.0, (), MatchReason.NOTHING_FITS)
    found = evaluate([unsure], [Labelled("fire-explosion", "news", "Cháy chợ")])
    told = _as_json(found, (Shortfall("unrelated refused", found.refused, 0.9),))
    assert (told["refused"], told["shortfalls"][0]["reached"]) == (None, None)
    json.dumps(told, allow_nan=False)
