"""``keng check``, ``keng playbooks …``, ``keng people list``: the files that say how this province works."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer

from bot.cli.reading import AsJson, Config, print_json

playbooks = typer.Typer(no_args_is_help=True, help="Look at and check the playbooks.")
people = typer.Typer(no_args_is_help=True, help="Look at the people.")


@playbooks.callback()
def _playbooks() -> None:
    """Look at and check the playbooks."""


@people.callback()
def _people() -> None:
    """Look at the people."""


@playbooks.command(epilog="Example:  keng playbooks lint")
def lint(config: Config = None) -> None:
    """Read every playbook strictly and name file and line of each fault."""
    from bot.app import data_folder
    from bot.playbooks import lint_playbooks
    from bot.settings import load_settings

    faults = lint_playbooks(data_folder(load_settings(config)))
    for fault in faults:
        typer.echo(str(fault))
    typer.echo(f"{len(faults)} faults" if faults else "no faults", err=True)
    raise typer.Exit(1 if faults else 0)


@playbooks.command("list", epilog="Example:  keng playbooks list --json")
def list_(config: Config = None, as_json: AsJson = False) -> None:
    """List the playbooks."""
    for playbook in _data(config).playbooks.values():
        if as_json:
            print_json(
                {
                    "id": playbook.id,
                    "name": {"vi": playbook.name.vi, "en": playbook.name.en},
                    "lead": playbook.lead,
                    "level": playbook.start_level,
                    "examples": len(playbook.examples),
                }
            )
        else:
            typer.echo(f"{playbook.id:<24} level {playbook.start_level}  {playbook.name.vi}")


@people.command("list", epilog="Example:  keng people list --json")
def list_people(config: Config = None, as_json: AsJson = False) -> None:
    """List the people, their roles today and whether they can be reached."""
    organisation = _data(config).organisation.current()
    now = datetime.now(UTC)
    for person in organisation.people:
        line = {
            "id": person.id,
            "name": person.name,
            "unit": person.unit,
            "roles": sorted(role.value for role in person.roles(now, None)),
            "telegram_id": person.telegram_id,
            "reachable": person.telegram_id is not None or person.email is not None,
        }
        if as_json:
            print_json(line)
        else:
            roles = ", ".join(line["roles"]) or "-"
            ways = [way for way, known in (("Telegram", person.telegram_id), ("e-mail", person.email)) if known]
            reached = ", ".join(ways) or "NOT REACHABLE"
            typer.echo(f"{person.id:<10} {person.name:<24} {roles:<24} {reached}")


def check(config: Path | None) -> int:
    """Look through everything that is configured; the exit code of ``keng check``."""
    from bot.app import data_folder, organisation_folder
    from bot.approval.law import load_law
    from bot.approval.organisation import load_organisation
    from bot.cli.faults import KNOWN_FAULTS
    from bot.model.person import SPEAKING_ROLES
    from bot.playbooks import lint_playbooks
    from bot.settings import SettingsFault, load_settings

    try:
        settings = load_settings(config)
    except SettingsFault as error:
        typer.echo(str(error))
        return 1
    folder = data_folder(settings)
    found = [str(fault) for fault in lint_playbooks(folder)]
    try:
        load_law(folder / "law")
        organisation = load_organisation(organisation_folder(settings))
        now = datetime.now(UTC)
        if not any(person.roles(now, None) & SPEAKING_ROLES for person in organisation.people):
            found.append(f"{settings.organisation}: nobody may speak today: no head, no regular spokesperson")
        speakers = [person for person in organisation.people if person.roles(now, None) & SPEAKING_ROLES]
        if settings.email.smtp and not any(person.email for person in speakers):
            found.append(
                "email.smtp: letters can reach nobody who may approve: give the spokespersons an email in people.yaml"
            )
    except KNOWN_FAULTS() as error:
        found += str(error).splitlines()
    for line in found:
        typer.echo(line)
    typer.echo(f"{len(found)} faults" if found else "everything in order", err=True)
    return 1 if found else 0


def _data(config: Path | None) -> Any:
    from bot.app import Data
    from bot.settings import load_settings

    return Data.load(load_settings(config))
