"""Keng's matching beside BM25, the bare encoder and `semantic-router`, on texts that none of them has learnt.

Run by hand, from the root of the repository:  python -m tests.bench.matching_side_by_side

All learn from the same texts, the `examples:` of the playbooks and `playbooks/examples/`, and are judged by those of
`playbooks/evaluation/`. One thread; about four minutes the first time (an environment for `semantic-router`, every text
encoded once), two after that. Exit code 1 where another method is ahead of Keng.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np

from bot.playbooks import default_playbooks_folder
from bot.playbooks.examples import STYLES
from bot.settings import IndexSettings
from index import OFFLINE, Match, load_encoder
from index.evaluation import Evaluation, Labelled, evaluate
from tests.bench.matching import semantic_router
from tests.bench.matching.material import Learning, Trial, folds, read_evaluation, read_learning
from tests.bench.matching.methods import KENG, methods
from tests.bench.matching.threshold import at_threshold, own_threshold
from tests.bench.matching.vectors import KeptVectors
from tests.index.material import MODEL_CACHE

HEADER = ("method", "first", *STYLES, "among 3", "AUROC none", "kept", "refused", "ECE")


def main() -> int:
    folder = default_playbooks_folder()
    learning, evaluation = read_learning(folder), read_evaluation(folder)
    if not learning.unrelated:
        sys.exit(f"{folder / 'examples'}: no texts that fit no playbook, so no threshold can be chosen")
    cache = MODEL_CACHE / "side-by-side"
    python = semantic_router.environment(cache / "semantic-router")
    encoder = _encoded(learning, evaluation, cache / "vectors.npz")

    trials = [*folds(learning), Trial(learning, evaluation)]
    found = {name: [method(trial) for trial in trials] for name, method in methods(encoder, cache / "keng")}
    encoder.save()
    library = semantic_router.answers(trials, encoder.path, python, cache)

    _say_what_is_compared(learning, evaluation)
    judged = {name: judge(answers, trials) for name, answers in (found | library.matches).items()}
    _print_table(judged)
    shipped = evaluate(found[KENG][-1], evaluation)
    print(f"\nKeng as it ships, by its own threshold: {shipped.kept:.1%} kept, {shipped.refused:.1%} refused.")
    print("\n".join(["", *_versions(encoder), *library.about]))
    behind = ahead_of(judged, KENG)
    print("", *(behind or ["Keng is ahead of every other method in first guess, among three and AUROC."]), sep="\n")
    return 1 if behind else 0


def judge(answers: Sequence[Sequence[Match]], trials: Sequence[Trial]) -> Evaluation:
    """The figures of a method on the last trial, at the threshold that is best on all the others."""
    learnt = [match for matches in answers[:-1] for match in matches]
    threshold = own_threshold(learnt, [text for trial in trials[:-1] for text in trial.texts])
    return evaluate([at_threshold(match, threshold) for match in answers[-1]], trials[-1].texts)


def ahead_of(judged: dict[str, Evaluation], name: str) -> list[str]:
    """A line for each figure in which another method reaches or exceeds the named one."""
    ours = judged[name]
    return [
        f"{other} is not behind {name} in {figure}: {getattr(theirs, figure):.3f} to {getattr(ours, figure):.3f}"
        for figure in ("first_guess", "among_three", "none_auroc")
        for other, theirs in judged.items()
        if other != name and getattr(theirs, figure) >= getattr(ours, figure)
    ]


def _encoded(learning: Learning, evaluation: Sequence[Labelled], path: Path) -> KeptVectors:
    engine = IndexSettings().chosen_engine  # the one that Keng runs on by default
    encoder = KeptVectors(load_encoder(OFFLINE, MODEL_CACHE, engine=engine), path)
    texts = [*learning.texts, *(text.text for text in evaluation)]
    if missing := encoder.missing(texts):
        print(f"encoding {missing} texts", flush=True)
    encoder.encode(texts)
    encoder.save()
    return encoder


def _say_what_is_compared(learning: Learning, evaluation: Sequence[Labelled]) -> None:
    related = sum(text.playbook is not None for text in evaluation)
    print(
        f"learnt:  {len(learning.examples)} examples of {len(learning.profiles)} playbooks, "
        f"{len(learning.unrelated)} texts that fit none\n"
        f"judged:  {related} texts that fit a playbook, {len(evaluation) - related} that fit none\n"
    )


def _print_table(judged: dict[str, Evaluation]) -> None:
    """A Markdown table; ECE only where the confidence is meant as a probability."""
    rows = [HEADER, *((name, *_figures(name, found)) for name, found in judged.items())]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADER))]
    lines = [" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    lines.insert(1, " | ".join("-" * width for width in widths))
    print("\n".join(f"| {line} |" for line in lines))


def _figures(name: str, found: Evaluation) -> tuple[str, ...]:
    is_probability = name == KENG or name.endswith("fit()")
    return (
        f"{found.first_guess:.1%}",
        *(f"{found.by_style[style].first:.1%}" if style in found.by_style else "–" for style in STYLES),
        f"{found.among_three:.1%}",
        f"{found.none_auroc:.3f}",
        f"{found.kept:.1%}",
        f"{found.refused:.1%}",
        f"{found.ece:.3f}" if is_probability else "–",
    )


def _versions(encoder: KeptVectors) -> list[str]:
    return [
        f"encoder {encoder.name}",
        f"bm25s {version('bm25s')}, numpy {np.__version__}, torch {version('torch')}, Python {sys.version.split()[0]}",
    ]


if __name__ == "__main__":
    sys.exit(main())
