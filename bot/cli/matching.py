"""``keng match``: JSON lines in, the matching playbook of each out (DESIGN §5)."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import IO, Any, TextIO

import typer

from bot.cli.serving import ProgressBars


def run(config: Path | None, lines: IO[bytes], out: TextIO) -> int:
    """Match every line; a line that is no JSON object is answered in place and makes the exit code 1."""
    from bot.data import Data, build_index, data_folder, load_model
    from bot.playbooks.examples import nothing_to_refuse_by
    from bot.settings import load_settings

    settings = load_settings(config)
    data = Data.load(settings)
    lacking = nothing_to_refuse_by(data_folder(settings), data.examples)
    if lacking is not None:
        typer.echo(f"warning: {lacking}", err=True)
    with ProgressBars() as bars:
        index = build_index(settings, data, load_model(settings, bars.show), bars.show)
    faults = 0
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        answer, fault = _answer(index, number, line)
        out.write(_json_line(answer))
        out.flush()
        if fault:
            faults += 1
            typer.echo(f"line {number}: {fault}", err=True)
    return 1 if faults else 0


def _answer(index: Any, number: int, line: bytes) -> tuple[dict[str, Any], str | None]:
    from index import Query

    fault = None
    item: dict[str, Any] = {}
    try:
        value = json.loads(line)
        if isinstance(value, dict):
            item = value
        else:
            fault = 'not an object such as {"title": "…"}'
    except (ValueError, RecursionError) as error:
        fault = f"not JSON: {error}"
    texts = {}
    for key in ("title", "summary", "text", "lang"):
        value = item.get(key)
        if value is None:
            value = ""
        elif not isinstance(value, str):
            fault = f"{key}: expected text"
            value = ""
        texts[key] = value
    answered_as = item.get("id")
    if answered_as is None:
        answered_as = number
    elif not _is_id(answered_as):
        fault = "id: expected text or a number"
        answered_as = number
    found = index.match(Query(texts["title"], texts["summary"], texts["text"], texts["lang"] or "vi"))
    answer = {
        "id": answered_as,
        "playbook": found.playbook,
        "confidence": round(found.confidence, 4),
        "candidates": [
            {"playbook": c.playbook, "confidence": round(c.confidence, 4), "because": list(c.because)}
            for c in found.candidates
        ],
        "reason": fault or found.reason.value,
    }
    return answer, fault


def _is_id(value: object) -> bool:
    """True for what JSON can give back: Python also reads NaN and Infinity, and nests deeper than it writes."""
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, str | int) and not isinstance(value, bool)


def _json_line(answer: dict[str, Any]) -> str:
    """One line that UTF-8 can carry: a lone surrogate in an id goes out as the escape that it came in as."""
    return json.dumps(answer, ensure_ascii=False).encode("utf-8", "backslashreplace").decode("utf-8") + "\n"
