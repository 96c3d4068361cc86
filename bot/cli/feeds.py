"""``keng feeds secret``."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Connect monitoring systems.")


@app.callback()
def _group() -> None:
    """Connect monitoring systems."""


@app.command(epilog="Example:  keng feeds secret default")
def secret(name: Annotated[str, typer.Argument(help="The feed's name in keng.yaml.")]) -> None:
    """Make a signing secret for a feed and say where it goes."""
    import secrets

    from bot.intake.signature import new_secret

    made = new_secret(secrets.token_bytes(32))
    typer.echo(made)
    typer.echo(
        f"Put it into keng.yaml and give it to the sender:\n\nfeeds:\n  {name}:\n    secrets: [{made}]", err=True
    )
