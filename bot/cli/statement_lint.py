"""``keng statements lint``: words for the public, looked through before anybody is asked to approve them."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.reading import AsJson, Config, print_json
from bot.model.languages import LANGUAGES

LONGEST = 200_000
"""Characters of a text that is read; a statement has a hundredth of it."""


def lint(
    file: Annotated[str, typer.Argument(help="A text file in UTF-8, or - for standard input.")],
    config: Config = None,
    lang: Annotated[str, typer.Option(help="The language of the text: vi or en.")] = "vi",
    variant: Annotated[
        str,
        typer.Option(help="full asks for every block of a first statement; any other name looks at the words only."),
    ] = "full",
    day: Annotated[str | None, typer.Option(help="The day whose rules hold, YYYY-MM-DD; default today.")] = None,
    as_json: AsJson = False,
) -> None:
    """Name every place that breaks a rule, with article and better wording; exit code 1 where one blocks."""
    if lang not in LANGUAGES:
        raise typer.BadParameter(f"{lang!r} is neither vi nor en", param_hint="--lang")
    text = _read(file)
    hits = _hits(config, f"{lang}/{variant}", text, _day(day))
    for hit in hits:
        line, column = _place(text, hit.start)
        if as_json:
            print_json(_as_json(hit, line, column))
            continue
        words = f" “{' '.join(hit.words.split())}”" if hit.words else ""
        basis = f" ({hit.basis})" if hit.basis else ""
        typer.echo(f"{line}:{column}: {hit.severity.value} {hit.rule}{words}: {hit.message.in_(lang)}{basis}")
        typer.echo(f"    → {hit.instead.in_(lang)}")
    blocked = sum(hit.blocks for hit in hits)
    typer.echo(f"{blocked} to mend, {len(hits) - blocked} to mend or to explain", err=True)
    raise typer.Exit(1 if blocked else 0)


def _hits(config: Path | None, key: str, text: str, day: date) -> Any:
    """What the linter says, with the organisation's own places, numbers and spokespersons."""
    from bot.approval.organisation import NOTHING_NAMED, load_organisation
    from bot.data import data_folder, organisation_folder
    from bot.drafting.lint import LintContext, lint, load_lint_rules
    from bot.model.clock import SystemClock
    from bot.settings import load_settings

    settings, now = load_settings(config), SystemClock().now()
    organisation = load_organisation(organisation_folder(settings), NOTHING_NAMED)
    context = LintContext(
        day=day,
        now=now,
        numbers=(organisation.agency.press_phone,),
        speakers=tuple(person.name for person in organisation.people if person.may_speak(now)),
        places=organisation.places,
        unit_names={unit.id: unit.name_vi for unit in organisation.units},
    )
    return lint({key: text}, load_lint_rules(data_folder(settings)), context)


def _read(file: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be read: {error.strerror}", param_hint="FILE") from None
    except UnicodeDecodeError:
        raise typer.BadParameter(f"{file} is not UTF-8", param_hint="FILE") from None
    if len(text) > LONGEST:
        raise typer.BadParameter(f"{file} has {len(text)} characters; at most {LONGEST} are read", param_hint="FILE")
    return text


def _day(given: str | None) -> date:
    from bot.locale import LOCAL
    from bot.model.clock import SystemClock

    if given is None:
        return SystemClock().now().astimezone(LOCAL).date()
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise typer.BadParameter(f"{given!r} is no day such as 2026-11-22", param_hint="--day") from None


def _place(text: str, start: int) -> tuple[int, int]:
    """Line and column, both from 1."""
    return text.count("\n", 0, start) + 1, start - (text.rfind("\n", 0, start) + 1) + 1


def _as_json(hit: Any, line: int, column: int) -> dict[str, Any]:
    return {
        "rule": hit.rule,
        "severity": hit.severity.value,
        "text": hit.key,
        "start": hit.start,
        "end": hit.end,
        "line": line,
        "column": column,
        "words": hit.words,
        "sentence": hit.sentence,
        "message": {"vi": hit.message.vi, "en": hit.message.en},
        "instead": {"vi": hit.instead.vi, "en": hit.instead.en},
        "basis": hit.basis,
    }
