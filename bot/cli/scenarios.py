"""Scenarios of the demo: which alerts arrive when, and what the people do (``playbooks/scenarios/*.yaml``)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field


class _Read(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TimedAlert(_Read):
    """One alert and its second in the play."""

    at: float = Field(ge=0, le=600)
    alert: dict[str, Any]


class Counting(_Read):
    """A topic that a feed counts: quiet days before the play, then a rise; the deeds bring what comes after."""

    topic: str
    days: int = Field(ge=1, le=28)
    usual: float = Field(gt=0)
    negative: float = Field(0.2, ge=0, le=1)
    rise: tuple[float, ...]
    rise_negative: float = Field(0.7, ge=0, le=1)


class Deed(_Read):
    """What one person does: press a button of the card, say something, or answer the card with a text.

    ``{code}`` in ``say`` stands for the incident's code. ``refused`` deeds must be refused: the play shows that too.
    ``unreachable`` takes the person's phone away, ``hears`` waits until their chat says so, and after ``later`` minutes
    the play goes on. ``counts`` are bins of the counted topic, five minutes each, that pass with their time.
    """

    who: int
    chat: Literal["duty", "private"]
    press: str | None = None
    say: str | None = None
    reply_to_card: str | None = None
    refused: bool = False
    unreachable: bool = False
    hears: str | None = None
    later: int | None = Field(None, ge=1, le=24 * 60)
    counts: tuple[float, ...] = ()
    negative: float = Field(0.5, ge=0, le=1)


class Scenario(_Read):
    """One crisis to play, told by alerts or counts. Its words must be out ``within_minutes``, where that is given.

    Without ``letters`` there is no mail server: whoever is not on Telegram cannot be reached at all.
    """

    id: str
    name: dict[str, str]
    expects: str
    within_minutes: int | None = None
    letters: bool = True
    alerts: tuple[TimedAlert, ...] = ()
    counting: Counting | None = None
    people: tuple[Deed, ...]


def load_scenarios(folder: Path) -> dict[str, Scenario]:
    """All scenarios of ``playbooks/scenarios`` by id.

    Raises:
        pydantic.ValidationError: a scenario is not well formed.
    """
    scenarios = [
        Scenario.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
        for file in sorted((folder / "scenarios").glob("*.yaml"))
    ]
    return {scenario.id: scenario for scenario in scenarios}
