"""Fits what each piece of evidence is worth: `python -m tests.grouping.fit [--write]`, on the development days alone.

A multinomial logit of where each alert belongs, the open incidents against a matter of its own, with a ridge. First the
incidents are as they truly are; then the days are replayed with what was learned *without them*, and the mistaken
incidents that come of it are learned from too (dataset aggregation, Ross et al., 2011): after a wrong join an incident
speaks of two matters, and the next alert must find its place all the same. An alert then belongs to the incident that
has most of its matter, unless that incident is mostly of another.

Printed are figures of each day replayed with weights that never saw it.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from bot.grouping import Kept, Said, absorb, decide, evidence, weights
from bot.grouping.evidence import Evidence
from bot.settings import IndexSettings
from index import OFFLINE, load_encoder
from tests.grouping.replay import Heard, days, heard, replay, score
from tests.index.material import MODEL_CACHE, built

RIDGE = 0.004
ROUNDS = 2

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Question:
    """Where an alert belongs: the evidence on each incident (n, features) and on none (features); -1 is none."""

    each: Numbers
    none: Numbers
    answer: int


def questions(day: Sequence[Heard], learned: Numbers | None) -> list[Question]:
    """The questions of one day, along true incidents, or along those that come of what was learned."""
    incidents: list[Kept] = []
    members: list[Counter[str]] = []
    asked = []
    for alert in day:
        answer = _home(alert.matter, members)
        possible = [number for number, kept in enumerate(incidents) if not kept.sketch.is_elsewhere(alert.said)]
        if possible:
            each = np.array([one.numbers for one in _on_each(alert.said, [incidents[number] for number in possible])])
            right = possible.index(answer) if answer in possible else -1
            asked.append(Question(each, np.array(evidence.on_none(alert.said)), right))
        place = answer
        if learned is not None:
            with weighed(learned):
                decision = decide(alert.said, [(str(number), kept) for number, kept in enumerate(incidents)])
            place = -1 if decision.incident_id is None else int(decision.incident_id)
        if place < 0:
            incidents.append(absorb(None, alert.said))
            members.append(Counter([alert.matter]))
        else:
            incidents[place] = absorb(incidents[place], alert.said)
            members[place][alert.matter] += 1
    return asked


def _on_each(said: Said, incidents: Sequence[Kept]) -> list[Evidence]:
    return evidence.on_each(said, incidents, [evidence.shared(said, kept.sketch) for kept in incidents])


def _home(matter: str, members: Sequence[Counter[str]]) -> int:
    owned = [(m[matter], number) for number, m in enumerate(members) if m[matter] == m.most_common(1)[0][1]]
    most, number = max(owned, default=(0, -1))
    return number if most else -1


def fit(asked: Sequence[Question]) -> Numbers:
    """The likeliest weights, for one and then for none; in units of the evidence."""
    width = len(evidence.FOR_ONE)
    scale = np.concatenate([q.each for q in asked]).std(axis=0)
    scale[scale == 0] = 1.0
    rows, starts, answers = [], [0], []
    for q in asked:
        block = np.zeros((len(q.each) + 1, width + len(q.none)))
        block[:-1, :width], block[-1, width:] = q.each / scale, q.none
        rows.append(block)
        answers.append(starts[-1] + (q.answer if q.answer >= 0 else len(q.each)))
        starts.append(starts[-1] + len(block))
    every, first, right = np.concatenate(rows), np.array(starts[:-1]), np.array(answers)
    of = np.repeat(np.arange(len(first)), np.diff(starts))

    def loss(worth: Numbers) -> tuple[float, Numbers]:
        logits = every @ worth
        top = np.maximum.reduceat(logits, first)
        shares = np.exp(logits - top[of])
        whole = np.add.reduceat(shares, first)
        value = float((np.log(whole) + top - logits[right]).mean() + RIDGE * worth @ worth)
        slope = (every.T @ (shares / whole[of]) - every[right].sum(axis=0)) / len(first) + 2 * RIDGE * worth
        return value, slope

    worth: Numbers = minimize(loss, np.zeros(every.shape[1]), jac=True, method="L-BFGS-B").x
    worth[:width] /= scale
    return worth


@contextmanager
def weighed(worth: Numbers):
    """Decide with these weights for a while."""
    one, none = _named(worth)
    with patch.object(weights, "FOR_ONE", one), patch.object(weights, "FOR_NONE", none):
        yield


def _named(worth: Numbers) -> tuple[dict[str, float], dict[str, float]]:
    width = len(evidence.FOR_ONE)
    one = dict(zip(evidence.FOR_ONE, np.round(worth[:width], 3).tolist(), strict=True))
    return one, dict(zip(evidence.FOR_NONE, np.round(worth[width:], 3).tolist(), strict=True))


def learn(told: Sequence[Sequence[Heard]]) -> tuple[Numbers, list[Numbers]]:
    """The weights learned from all days, and for each day those learned without it."""
    pools = [questions(day, None) for day in told]

    def without(number: int) -> list[Question]:
        return [q for other, pool in enumerate(pools) if other != number for q in pool]

    for _ in range(ROUNDS):
        held_out = [fit(without(number)) for number in range(len(told))]
        report("after so many rounds", told, held_out)
        again = [questions(day, worth) for day, worth in zip(told, held_out, strict=True)]
        pools = [pool + more for pool, more in zip(pools, again, strict=True)]
    return fit(without(-1)), [fit(without(number)) for number in range(len(told))]


def report(what: str, told: Sequence[Sequence[Heard]], held_out: Sequence[Numbers]) -> None:
    """Print the figures of each day replayed with weights that never saw it."""
    replayed = []
    for day, worth in zip(told, held_out, strict=True):
        with weighed(worth):
            replayed.append(replay(day))
    print(f"{what}: {score(replayed)}", flush=True)


def write(worth: Numbers) -> None:
    """Write the weights where they are used."""
    path = Path(weights.__file__)
    head = (weights.__doc__ or "").strip()
    lines = [f'"""{head}"""', ""]
    for name, values in zip(("FOR_ONE", "FOR_NONE"), _named(worth), strict=True):
        lines += [f"{name} = {{", *(f'    "{key}": {value},' for key, value in values.items()), "}", ""]
    path.write_text("\n".join(lines), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write bot/grouping/weights.py")
    asked = parser.parse_args()
    meaning = built(load_encoder(OFFLINE, MODEL_CACHE, engine=IndexSettings().chosen_engine))
    told = [heard(day, meaning) for day in days("development")]
    print(f"{len(told)} days, {sum(map(len, told))} alerts")
    worth, held_out = learn(told)
    report("leave one day out", told, held_out)
    if asked.write:
        write(worth)


if __name__ == "__main__":
    main()
