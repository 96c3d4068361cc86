"""What ``keng check`` says of the machine: which files it read, who may read the secrets, how much room is left."""

from __future__ import annotations

import stat
from pathlib import Path

import typer

from bot.settings import Settings, secret_files, settings_file


def tell_what_is_read(config: Path | None, settings: Settings) -> None:
    """Name the files on standard error: somebody who checks the wrong ones must not take them for the service's."""
    from bot.data import data_folder, organisation_folder

    file = settings_file(config)
    named = file.absolute() if file else "no keng.yaml here: defaults and KENG_… variables (--config names a file)"
    typer.echo(f"settings:  {named}", err=True)
    typer.echo(f"people:    {organisation_folder(settings).absolute()}", err=True)
    typer.echo(f"playbooks: {data_folder(settings).absolute()}", err=True)
    typer.echo(f"data:      {settings.data_dir.absolute()}", err=True)


def notes_on_the_machine(config: Path | None, settings: Settings) -> list[str]:
    """What a careful administrator would mend."""
    return [*_open_secrets(config), *_little_room(settings)]


def _open_secrets(config: Path | None) -> list[str]:
    return [
        f"{place}: everybody on this machine may read {file}; chmod o= {file}"
        for place, file in secret_files(config)
        if file.is_file() and _is_open(file)
    ]


def _is_open(file: Path) -> bool:
    """True where everybody may read the file, and may come to it."""
    ways = all(folder.stat().st_mode & stat.S_IXOTH for folder in file.absolute().parents)
    return ways and bool(file.stat().st_mode & stat.S_IROTH)


def _little_room(settings: Settings) -> list[str]:
    from bot.process.wellbeing import room

    folder = settings.data_dir
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    little = room(folder).detail
    return [f"data_dir: {little}"] if little else []
