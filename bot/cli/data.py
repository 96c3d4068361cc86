"""``keng playbooks …``: what is to be done and said in each kind of crisis."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from bot.cli.reading import AsJson, Config, print_json

playbooks = typer.Typer(no_args_is_help=True, help="Look at and check the playbooks.")


@playbooks.callback()
def _playbooks() -> None:
    """Look at and check the playbooks."""


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


def _data(config: Path | None) -> Any:
    from bot.app import Data
    from bot.settings import load_settings

    return Data.load(load_settings(config))
