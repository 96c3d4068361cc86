"""Runs inside the environment of `semantic-router` and knows nothing of Keng: python semantic_router_job.py IN OUT

IN:   {"vectors": path, "folds": [{"routes": {id: [text]}, "texts": [], "labels": [id | null]}],
       "evaluation": {"routes": {id: [text]}, "texts": []}}
OUT:  {"answers": {name: [for each fold, then for the evaluation: [for each text: [[id, confidence] ×3]]]}, "about": []}

The library is used as its documentation shows (version 1: Routers; Calibration and thresholds): routes with utterances
in an `IndexedRouter`; `fit` on labelled queries that are no utterances, with None for those that fit no route, which
turns scores into probabilities and never reorders routes. In a fold that is the fifth held out; the router that has all
utterances gets the calibrator of the first fold. Its settings that decide accuracy are `top_k`, `aggregation` and a
sparse encoder beside the dense one: they are the defaults, or those which `evaluate` finds best in the first fold.
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

Ranked = list[tuple[str, float]]

SETTINGS: list[dict[str, Any]] = [
    {"top_k": top_k, "aggregation": aggregation, "alpha": alpha}
    for alpha in (None, 0.7, 0.3)  # the dense score's share, by default 0.7, once 0.3; None: no sparse encoder
    for top_k in (5, 20, 50)
    for aggregation in ("mean", "max", "sum")
]


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
    best = await tuned(encoder, folds[0])
    # Platt's curve, the default, does not converge on summed scores above 1; isotonic is its other method.
    default, default_fitted = await both(encoder, folds, evaluation, {}, "platt")
    better, better_fitted = await both(encoder, folds, evaluation, best, "isotonic")
    return {
        "answers": {
            "semantic-router, default": default,
            "semantic-router, default, fit()": default_fitted,
            "semantic-router, tuned": better,
            "semantic-router, tuned, fit()": better_fitted,
        },
        "about": [
            f"semantic-router {version('semantic-router')}, in its environment numpy {np.__version__}",
            f"semantic-router tuned: {json.dumps(best)}, the best of {len(SETTINGS)} on a fifth held out",
        ],
    }


async def both(
    encoder: DenseEncoder,
    folds: list[dict[str, Any]],
    evaluation: dict[str, Any],
    settings: dict[str, Any],
    method: str,
) -> tuple[list[list[Ranked]], list[list[Ranked]]]:
    """The answers in every fold and the evaluation, by raw score and by fitted probability."""
    raw, fitted, calibrators = [], [], []
    for fold in folds:
        made = router(encoder, fold, settings)
        raw.append(await ranked(made, fold))
        await made.afit(fold["texts"], fold["labels"], method)
        calibrators.append(made.calibrator)
        fitted.append(calibrated(raw[-1], made.calibrator))
    raw.append(await ranked(router(encoder, evaluation, settings), evaluation))
    return raw, [*fitted, calibrated(raw[-1], calibrators[0])]


def router(encoder: DenseEncoder, trial: dict[str, Any], settings: dict[str, Any]) -> IndexedRouter:
    routes = [Route(name=name, utterances=texts) for name, texts in trial["routes"].items()]
    chosen = dict(settings)
    if chosen.get("alpha") is None:
        chosen.pop("alpha", None)
    else:
        chosen["sparse_encoder"] = TfidfEncoder()
    return IndexedRouter(encoder=encoder, routes=routes, **chosen)


async def ranked(made: IndexedRouter, trial: dict[str, Any]) -> list[Ranked]:
    answers = [await made.acall(text, limit=3) for text in trial["texts"]]
    return [[(choice.name, choice.confidence) for choice in answer] for answer in answers]


def calibrated(answers: list[Ranked], calibrator: Calibrator) -> list[Ranked]:
    """The same routes in the same order, as a router with this calibrator gives them."""
    return [[(name, float(calibrator(score))) for name, score in answer] for answer in answers]


async def tuned(encoder: DenseEncoder, fold: dict[str, Any]) -> dict[str, Any]:
    """The settings with the most right first guesses among the held-out texts that have a route; of equal the first."""
    pairs = [pair for pair in zip(fold["texts"], fold["labels"], strict=True) if pair[1] is not None]
    texts, labels = [text for text, _ in pairs], [label for _, label in pairs]
    right = [await router(encoder, fold, settings).aevaluate(texts, labels) for settings in SETTINGS]
    return SETTINGS[int(np.argmax(right))]


if __name__ == "__main__":
    answered = asyncio.run(main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
    Path(sys.argv[2]).write_text(json.dumps(answered), encoding="utf-8")
