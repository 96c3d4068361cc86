"""``keng people route``: the way of one alert to the unit that leads it, in words."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import typer

from bot.cli.reading import print_json
from bot.model.place import PlaceFound
from bot.model.routing import RouteReason, Step

_WORDS = {
    RouteReason.PLACE: "place: {name} is {unit} ({why})",
    RouteReason.BRANCH: "branch “{branch}” fits: {unit}",
    RouteReason.NOT_BRANCH: "branch “{branch}” does not fit: {why}",
    RouteReason.BY_PLAYBOOK: "no branch names a lead: playbook {playbook} does: {unit}",
    RouteReason.NOBODY_NAMED: "no branch and no playbook names a lead",
    RouteReason.ALSO: "added by “{branch}”: {units}",
    RouteReason.UNIT_OF_PLACE: "{named} is here {unit}",
    RouteReason.SUCCEEDED_BY: "{named} was succeeded by {unit}",
    RouteReason.NOT_IN_FORCE: "{named} does not exist on that day and has not one successor",
    RouteReason.ACCUSED_BY_PERSON: "{unit} is accused: the record of the incident says so",
    RouteReason.ACCUSED_IN_TEXT: "{unit} is accused: the title names it",
    RouteReason.ACCUSED_BY_KIND: "{unit} is accused: branch “{branch}” is about it",
    RouteReason.ONE_LEVEL_UP: "{named} does not approve, the unit above it does: {unit}",
    RouteReason.NOBODY_ABOVE: "{named} does not approve, and nobody stands above it: hand the matter over",
    RouteReason.ON_DUTY: "on duty: {person} ({why})",
    RouteReason.NOBODY_ON_DUTY: "NOBODY is on duty",
}


def explain(config: Path | None, file: Path, playbook: str | None, *, as_json: bool) -> int:
    """Route the alert in ``file``; the exit code is 1 when nobody leads or nobody is on duty."""
    from bot.cli.operator import present
    from bot.cli.people import enrolled
    from bot.data import Data
    from bot.intake.formats.arrival import Arrival, Misunderstood
    from bot.intake.formats.native import read_native
    from bot.model.level import opening_level
    from bot.model.playbook import UNCLASSIFIED
    from bot.model.routing import Question
    from bot.settings import load_settings

    now = present()
    try:
        raw = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
        alert = read_native(json.loads(raw), Arrival("route", "cli", now)).alert
    except (OSError, ValueError, Misunderstood) as error:
        typer.echo(f"{file}: {error}", err=True)
        return 2
    playbooks = Data.load(load_settings(config)).playbooks
    chosen = playbook or _matching(config, alert) or UNCLASSIFIED
    if chosen not in playbooks:
        typer.echo(f"{chosen}: no such playbook; `keng playbooks list` names them", err=True)
        return 2
    level = opening_level(playbooks[chosen].start_level, alert.volume.factor, alert.severity_hint)
    found = enrolled(config).answer(Question(chosen, level, now, alert.location, alert.title), now)
    if as_json:
        print_json(
            {
                "playbook": chosen,
                "level": level,
                "lead": found.lead,
                "support": list(found.support),
                "approves": found.approves,
                "on_duty": found.on_duty,
                "steps": [{"reason": step.reason.value, **step.values} for step in found.steps],
            }
        )
    else:
        typer.echo(f"playbook {chosen}, level {level}")
        for number, step in enumerate(found.steps, start=1):
            typer.echo(f"{number:>2}. {_sentence(step)}")
        typer.echo(
            f"lead {found.lead or '-'}; support {', '.join(found.support) or '-'}; approves {found.approves or '-'}"
        )
    return 0 if found.lead and found.on_duty else 1


def in_words(found: PlaceFound) -> str:
    """What a place came to, in one line."""
    if found.unit is not None:
        return f"{found.name}: {found.unit} ({found.reason.value})"
    among = f", one of {', '.join(found.candidates)}" if found.candidates else ""
    return f"{found.name or 'no known place'}: {found.reason.value}{among}"


def _sentence(step: Step) -> str:
    values = {"unit": "-", "name": "the location", **step.values}
    return _WORDS[step.reason].format_map(values)


def _matching(config: Path | None, alert: Any) -> str | None:
    """The playbook that the index finds; loads the model, which takes a while."""
    from bot.cli.serving import ProgressBars
    from bot.data import Data, build_index, load_model
    from bot.settings import load_settings
    from index import Query

    settings = load_settings(config)
    with ProgressBars() as bars:
        index = build_index(settings, Data.load(settings), load_model(settings, bars.show), bars.show)
    return index.match(Query(alert.title, alert.summary, "", alert.lang)).playbook
