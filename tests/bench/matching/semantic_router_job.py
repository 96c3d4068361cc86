"""Runs inside the environment of `semantic-router` and knows nothing of Keng: python semantic_router_job.py IN OUT

IN:   {"vectors": path, "folds": [TRIAL and "labels": [id | null]], "evaluation": TRIAL}
      where TRIAL is {"routes": {id: [text]}, "no_crisis": [text], "texts": [text]}
OUT:  {"answers": {name: [for each fold, then for the evaluation: [for each text: [confidence, [[id, score] ×3]]]]},
       "about": [line]}

The library is used as its documentation shows (version 1: Routers; Calibration and thresholds): routes with utterances
in an `IndexedRouter`; `fit` on labelled queries that are no utterances, with None for those that fit no route, which
turns scores into probabilities and never reorders routes. In a fold those are the texts held out; the router that has
all utterances gets the calibrator of the first fold. Its settings that decide accuracy are `top_k`, `aggregation` and a
sparse encoder beside the dense one: they are the defaults, or those which `evaluate` finds best over the folds.
"""

from __future__ import annotations

import asyncio
import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from semantic_router import IndexedRouter, Route
from semantic_router.calibration import Calibrator
from semantic_router.encoders import DenseEncoder, TfidfEncoder

Settings = dict[str, Any]
Trial = dict[str, Any]
Answer = tuple[float, list[tuple[str, float]]]

NO_CRISIS = "no-crisis"
SETTINGS: list[Settings] = [
    {"top_k": top_k, "aggregation": aggregation} for top_k in (5, 20, 50) for aggregation in ("mean", "max", "sum")
]
DENSE_SHARES = (0.7, 0.3)  # `alpha` beside a sparse encoder: the default of version 1 and that of version 0


class VectorsFromFile(DenseEncoder):
    """The vectors that Keng's encoder gave: float rows by text."""

    known: dict[str, Any]

    def __call__(self, docs: list[Any]) -> list[list[float]]:
        return [self.known[text].tolist() for text in docs]

    async def acall(self, docs: list[Any]) -> list[list[float]]:
        return self(docs)


async def main(question: dict[str, Any]) -> dict[str, Any]:
    with np.load(question["vectors"]) as kept:
        known = dict(zip(kept["texts"].tolist(), kept["vectors"].astype(float), strict=True))
    encoder = VectorsFromFile(name="keng", known=known)
    folds, evaluation = question["folds"], question["evaluation"]
    found = await tuned(encoder, folds)
    answers = {}
    # Platt's curve, the default of `fit`, does not converge on summed scores; isotonic is its other method.
    for way, settings, method in (("default", {}, "platt"), ("tuned", found, "isotonic")):
        name = f"semantic-router, {way}"
        answers[name], answers[f"{name}, fit()"] = await raw_and_fitted(encoder, folds, evaluation, settings, method)
        answers[f"{name}; no-crisis a route"] = [
            await answered(router(encoder, with_no_crisis(trial), settings), trial) for trial in [*folds, evaluation]
        ]
    tried = len(SETTINGS) + len(DENSE_SHARES)
    about = [
        f"semantic-router {version('semantic-router')}, in its environment numpy {np.__version__}",
        f"semantic-router tuned: {json.dumps(found)}, the best of {tried} on the texts held out",
    ]
    return {"answers": answers, "about": about}


async def raw_and_fitted(
    encoder: DenseEncoder, folds: list[Trial], evaluation: Trial, settings: Settings, method: str
) -> tuple[list[list[Answer]], list[list[Answer]]]:
    """The answers in every fold and the evaluation, by score and by fitted probability."""
    raw, fitted, calibrators = [], [], []
    for fold in folds:
        made = router(encoder, fold, settings)
        raw.append(await answered(made, fold))
        await made.afit(fold["texts"], fold["labels"], method)
        calibrators.append(made.calibrator)
        fitted.append(calibrated(raw[-1], made.calibrator))
    raw.append(await answered(router(encoder, evaluation, settings), evaluation))
    return raw, [*fitted, calibrated(raw[-1], calibrators[0])]


def router(encoder: DenseEncoder, trial: Trial, settings: Settings) -> IndexedRouter:
    routes = [Route(name=name, utterances=texts) for name, texts in trial["routes"].items()]
    sparse = TfidfEncoder() if "alpha" in settings else None
    return IndexedRouter(encoder=encoder, routes=routes, sparse_encoder=sparse, **settings)


def with_no_crisis(trial: Trial) -> Trial:
    """The same trial with the texts that fit no route as one more of them."""
    return trial | {"routes": trial["routes"] | {NO_CRISIS: trial["no_crisis"]}}


async def answered(made: IndexedRouter, trial: Trial) -> list[Answer]:
    """The three best routes; the confidence is the first one's score, less that of the route for no crisis if any."""
    answers = []
    for text in trial["texts"]:
        choices = await made.acall(text, limit=None)
        ranked = [(choice.name, choice.confidence) for choice in choices if choice.name != NO_CRISIS]
        none = sum(choice.confidence for choice in choices if choice.name == NO_CRISIS)
        answers.append((ranked[0][1] - none, ranked[:3]))
    return answers


def calibrated(answers: list[Answer], calibrator: Calibrator) -> list[Answer]:
    """The same routes in the same order, with the confidence that a router with this calibrator gives them."""
    return [(float(calibrator(confidence)), ranked) for confidence, ranked in answers]


async def tuned(encoder: DenseEncoder, folds: list[Trial]) -> Settings:
    """The settings with the most right first guesses among the held-out texts that have a route; of equal the first.

    First those of the dense encoder alone, then whether a sparse one beside it makes them better.
    """
    dense = await best(encoder, folds, SETTINGS)
    return await best(encoder, folds, [dense, *(dense | {"alpha": share} for share in DENSE_SHARES)])


async def best(encoder: DenseEncoder, folds: list[Trial], among: list[Settings]) -> Settings:
    right = np.zeros(len(among))
    for fold in folds:
        pairs = [pair for pair in zip(fold["texts"], fold["labels"], strict=True) if pair[1] is not None]
        texts, labels = [text for text, _ in pairs], [label for _, label in pairs]
        for place, settings in enumerate(among):
            right[place] += len(pairs) * await router(encoder, fold, settings).aevaluate(texts, labels)
    return among[int(np.argmax(np.round(right)))]


if __name__ == "__main__":
    written = asyncio.run(main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
    Path(sys.argv[2]).write_text(json.dumps(written), encoding="utf-8")
