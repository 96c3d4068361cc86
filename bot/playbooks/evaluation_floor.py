"""The figures that the evaluation texts must reach: ``evaluation/floor.yaml``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from bot.playbooks.examples import FLOOR
from bot.playbooks.faults import Fault, PlaybookFaults
from bot.playbooks.yaml_files import Section, read_yaml, validate

Share = Annotated[float, Field(ge=0, le=1)]


class EvaluationFloor(Section):
    """The least share of each figure; ``calibration_error`` alone is a ceiling."""

    first_guess: Share
    among_three: Share
    styles: dict[str, Share]
    none_auroc: Share
    kept: Share
    refused: Share
    calibration_error: Share


def load_floor(folder: Path) -> EvaluationFloor:
    """The figures asked of the texts in ``folder``.

    Raises:
        PlaybookFaults: the file is missing or wrong.
    """
    faults: list[Fault] = []
    file = read_yaml(folder / f"{FLOOR}.yaml", faults)
    section = validate(EvaluationFloor, file, faults) if file else None
    if section is None:
        raise PlaybookFaults(faults)
    return section
