"""``keng playbooks …``: what is to be done and said in each kind of crisis."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.reading import AsJson, Config, print_json

app = typer.Typer(no_args_is_help=True, help="Look at and check the playbooks.")


@app.callback()
def _playbooks() -> None:
    """Look at and check the playbooks."""


@app.command(epilog="Example:  keng playbooks lint")
def lint(config: Config = None, as_json: AsJson = False) -> None:
    """Read every playbook strictly and name file and line of each fault."""
    from bot.data import data_folder
    from bot.drafting.lint.playbook_words import lint_words
    from bot.playbooks import lint_playbooks
    from bot.settings import load_settings

    folder = data_folder(load_settings(config))
    faults = sorted([*lint_playbooks(folder), *lint_words(folder)])
    for fault in faults:
        if as_json:
            said = {"file": str(fault.file), "line": fault.line, "where": fault.where, "message": fault.message}
            print_json(said)
        else:
            typer.echo(str(fault))
    typer.echo(f"{len(faults)} faults" if faults else "no faults", err=True)
    raise typer.Exit(1 if faults else 0)


@app.command("list", epilog="Example:  keng playbooks list --json")
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


@app.command(epilog="Example:  keng playbooks evaluate --model /srv/models/my-encoder")
def evaluate(
    config: Config = None,
    model: Annotated[str | None, typer.Option(help="Another encoder than index.model: a name or a folder.")] = None,
    texts: Annotated[
        Path | None, typer.Option(help="A folder of labelled texts; default playbooks/evaluation.")
    ] = None,
    errors: Annotated[bool, typer.Option("--errors", help="Also print every text that is answered wrongly.")] = False,
    as_json: AsJson = False,
) -> None:
    """Judge the matching on texts that it never learned from; exit code 1 where a figure of floor.yaml is missed."""
    from bot.cli import evaluating

    raise typer.Exit(evaluating.run(config, model=model, texts=texts, as_json=as_json, errors=errors))


def _data(config: Path | None) -> Any:
    from bot.data import Data
    from bot.settings import load_settings

    return Data.load(load_settings(config))
