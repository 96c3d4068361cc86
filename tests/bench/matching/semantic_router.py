"""The library `semantic-router`, in an environment of its own, with Keng's encoder.

Its requirements (five clients of paid services among them) have no business in Keng's environment, so it is installed
beside the model cache and runs as a program there: trials in, answers out, the vectors in the file of `vectors`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from index import Match
from tests.bench.matching.material import Trial, examples_of
from tests.bench.matching.methods import named

VERSION: Final = "1.1.1"  # the current release when this was written; raise it when there is a newer one
REQUIREMENT: Final = f"semantic-router=={VERSION}"

_INSTALLED: Final = "installed.txt"
_JOB: Final = Path(__file__).with_name("semantic_router_job.py")


class CannotInstall(SystemExit):
    """The comparison is not complete without the library, so the run ends here, saying why."""


@dataclass(frozen=True)
class RouterAnswers:
    """What the library answered.

    Attributes:
        matches: by the name of the way it was used, for each trial the match of each text.
        about: lines on versions and on the settings that it was given.
    """

    matches: dict[str, list[list[Match]]]
    about: tuple[str, ...]


def environment(folder: Path, requirement: str = REQUIREMENT) -> Path:
    """The Python of a virtual environment that has the library, made on the first call.

    Raises:
        CannotInstall: pip could not install it.
    """
    python = folder / "bin" / "python"
    marker = folder / _INSTALLED
    if marker.is_file() and marker.read_text(encoding="utf-8") == requirement:
        return python
    _run("make an environment", [sys.executable, "-m", "venv", "--clear", "--without-pip", str(folder)])
    pip = [sys.executable, "-m", "pip", "--python", str(python)]  # ours: spares the environment one of its own
    _run(f"install {requirement}", [*pip, "install", "--quiet", "--disable-pip-version-check", requirement])
    marker.write_text(requirement, encoding="utf-8")  # last: half an installation is none
    return python


def answers(trials: Sequence[Trial], vectors: Path, python: Path, folder: Path) -> RouterAnswers:
    """What the library says to the texts of each trial.

    Args:
        trials: the folds, then the evaluation; only the labels of the folds are handed on.
        vectors: the file with a vector for every text.
        python: the environment's Python.
        folder: where the question and the answer are written.

    Raises:
        RuntimeError: the program failed.
    """
    *held_out, evaluation = trials
    question, answer = folder / "question.json", folder / "answer.json"
    content = {
        "vectors": str(vectors),
        "folds": [_written(trial) | {"labels": [text.playbook for text in trial.texts]} for trial in held_out],
        "evaluation": _written(evaluation),
    }
    question.write_text(json.dumps(content), encoding="utf-8")
    done = subprocess.run(
        [str(python), "-I", str(_JOB), str(question), str(answer)], capture_output=True, text=True, env=_environment()
    )
    if done.returncode:
        raise RuntimeError(f"semantic-router failed:\n{done.stderr[-2_000:]}")
    found: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
    return RouterAnswers(
        matches={
            name: [[named(ranked, confidence) for confidence, ranked in trial] for trial in trials]
            for name, trials in found["answers"].items()
        },
        about=tuple(found["about"]),
    )


def _written(trial: Trial) -> dict[str, Any]:
    return {
        "routes": {profile.id: examples_of(profile) for profile in trial.learning.profiles},
        "no_crisis": trial.learning.unrelated,
        "texts": [text.text for text in trial.texts],
    }


def _run(what: str, command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, env=_environment())
    if done.returncode:
        raise CannotInstall(f"Cannot {what}, and the comparison must not leave it out:\n{done.stderr.strip()[-2_000:]}")


def _environment() -> dict[str, str]:
    """Ours, with one thread for numpy: all methods run on one."""
    return os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
