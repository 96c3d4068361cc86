"""``keng playbooks evaluate``: how good the matching is on texts that it never saw, and whether that is enough."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from bot.cli.reading import print_json
from bot.cli.serving import ProgressBars

if TYPE_CHECKING:
    from index.evaluation import Evaluation, Labelled
    from index.floor import Shortfall
    from index.values import Match

_SHOWN_CONFUSIONS = 10
_BAR = 30


def run(config: Path | None, *, model: str | None, texts: Path | None, as_json: bool, errors: bool) -> int:
    """Evaluate, print, and say by the exit code whether the floor was reached."""
    from bot.data import Data, build_index, data_folder, load_model
    from bot.playbooks.evaluation_floor import load_floor
    from bot.playbooks.examples import EVALUATION, load_labelled_texts
    from bot.settings import load_settings
    from index.evaluation import Labelled, evaluate
    from index.floor import Floor, shortfalls
    from index.values import Query

    settings = load_settings(config, **_overrides(model))
    folder = texts or data_folder(settings) / EVALUATION
    asked = load_floor(folder)
    labelled = [Labelled(t.playbook, t.style, t.text) for t in load_labelled_texts(folder)]
    with ProgressBars() as bars:
        index = build_index(settings, Data.load(settings), load_model(settings, bars.show), bars.show)
        matches = []
        for done, text in enumerate(labelled):
            bars.show(done, len(labelled), "evaluation texts")
            matches.append(index.match(Query(text=text.text)))
    found = evaluate(matches, labelled)
    floor = Floor(
        asked.first_guess,
        asked.among_three,
        asked.styles,
        asked.none_auroc,
        asked.kept,
        asked.refused,
        asked.calibration_error,
    )
    short = shortfalls(found, floor)
    if as_json:
        print_json(_as_json(found, short))
    else:
        for line in _report(found, short):
            typer.echo(line)
    if errors:
        for line in _errors(matches, labelled):
            typer.echo(line)
    return 1 if short else 0


def _overrides(model: str | None) -> dict[str, Any]:
    return {"index__model": model} if model else {}


def _as_json(found: Evaluation, short: tuple[Shortfall, ...]) -> dict[str, Any]:
    plain = asdict(found)
    for name in ("reliability", "confusions", "thresholds"):
        plain[name] = [one._asdict() for one in getattr(found, name)]
    plain["by_style"] = {style: score._asdict() for style, score in found.by_style.items()}
    plain["shortfalls"] = [asdict(one) for one in short]
    return {name: _without_nan(value) for name, value in plain.items()}


def _without_nan(value: Any) -> Any:
    """The same with null for what was measured on no text: NaN is no JSON."""
    if isinstance(value, dict):
        return {key: _without_nan(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(inner) for inner in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def _report(found: Evaluation, short: tuple[Shortfall, ...]) -> Iterator[str]:
    yield f"{'style':16}{'texts':>6}{'first':>8}{'among 3':>9}"
    for style, score in found.by_style.items():
        yield f"{style:16}{score.texts:6}{score.first:8.1%}{score.among_three:9.1%}"
    yield f"{'all':16}{found.related:6}{found.first_guess:8.1%}{found.among_three:9.1%}"
    yield ""
    yield (
        f"none fits: AUROC {found.none_auroc:.3f} on {found.unrelated} unrelated texts "
        f"(by the confidence alone {found.confidence_auroc:.3f})"
    )
    yield f"at the threshold in use: {found.kept:.1%} of real ones kept, {found.refused:.1%} of unrelated ones refused"
    yield "refused by kind: " + ", ".join(f"{kind} {share:.0%}" for kind, share in found.refused_by_kind.items())
    yield ""
    yield "refused from this probability of none on: real ones kept, of these right, unrelated ones refused"
    for point in found.thresholds[1::2]:
        yield f"{point.threshold:9.2f}{point.kept:7.1%}{point.right:17.1%}{point.refused:10.1%}"
    yield ""
    yield f"calibration: expected error {found.ece:.3f}; how often right (#) at each confidence (|)"
    for one in found.reliability:
        yield f"{one.confidence:9.2f}  {_bar(one.right, one.confidence)} {one.right:6.1%} of {one.texts}"
    yield ""
    yield "most often confused (right -> named)"
    for confusion in found.confusions[:_SHOWN_CONFUSIONS]:
        yield f"{confusion.times:4}  {confusion.right or 'no crisis'} -> {confusion.named}"
    yield ""
    for missed in short:
        yield f"NOT REACHED: {missed.figure}: {missed.reached:.3f}, asked is {missed.asked:.3f}"
    if not short:
        yield "every figure of floor.yaml is reached"


def _bar(right: float, confidence: float) -> str:
    cells = ["#" if (place + 0.5) / _BAR <= right else "." for place in range(_BAR)]
    cells[min(int(confidence * _BAR), _BAR - 1)] = "|"
    return "".join(cells)


def _errors(matches: list[Match], labelled: list[Labelled]) -> Iterator[str]:
    yield ""
    for match, text in zip(matches, labelled, strict=True):
        first = match.candidates[0]
        wrong = first.playbook != text.playbook if text.playbook else match.playbook is not None
        if wrong:
            said = f"{text.playbook or 'no crisis'} -> {first.playbook} {first.confidence:.2f}"
            yield f"{said} [{text.style}] {text.text}"
