"""The command ``keng``. Every command imports what it needs when it runs, so that ``--help`` answers at once.

Exit codes: 0 success, 1 a problem was found, 2 wrong use. What programs read goes to standard output, the rest to
standard error. The commands speak English: they are for administrators, who read their documentation in it.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import (
    audit,
    feeds,
    incidents,
    learning,
    newsroom,
    outlets,
    people,
    playbooks,
    quarantine,
    silences,
    statements,
    topics,
)
from bot.cli.reading import Config

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="Keng: the crisis-communication desk of a provincial government, in a chat.",
)
app.add_typer(incidents.app, name="incidents")
app.add_typer(playbooks.app, name="playbooks")
playbooks.app.add_typer(learning.app, name="learn")
app.add_typer(people.app, name="people")
app.add_typer(feeds.app, name="feeds")
app.add_typer(quarantine.app, name="quarantine")
app.add_typer(silences.app, name="silences")
app.add_typer(statements.app, name="statements")
app.add_typer(topics.app, name="topics")
app.add_typer(audit.app, name="audit")
app.add_typer(newsroom.app, name="newsroom")
app.add_typer(outlets.app, name="outlets")


@app.command(epilog="Example:  keng serve --config /etc/keng/keng.yaml")
def serve(
    config: Config = None,
    simulator: Annotated[
        bool, typer.Option("--simulator", help="Use the built-in simulator when no Telegram token is set.")
    ] = False,
) -> None:
    """Run Keng: take alerts, talk with officials, publish what they approve."""
    from bot.cli import serving

    serving.serve(config, simulator_without_token=simulator)


@app.command(epilog="Example:  keng demo --scenario tap-water-oil --auto")
def demo(
    scenario: Annotated[str, typer.Option(help="Which scenario; `keng demo --list` names them.")] = "tap-water-oil",
    auto: Annotated[bool, typer.Option("--auto", help="Play the people too, check the result and stop.")] = False,
    data_dir: Annotated[Path | None, typer.Option(help="Keep the demo's data here; default: thrown away.")] = None,
    port: Annotated[int | None, typer.Option(help="Port on 127.0.0.1; default 8080, with --auto any free one.")] = None,
    list_: Annotated[bool, typer.Option("--list", help="Name the scenarios and stop.")] = False,
) -> None:
    """Play a crisis through the real webhook, with a page of phones to look at and press on."""
    from bot.cli import demonstration

    raise typer.Exit(demonstration.run(scenario, auto=auto, data_dir=data_dir, port=port, list_only=list_))


@app.command(epilog="Example:  keng check && systemctl restart keng")
def check(
    config: Config = None,
    strict: Annotated[bool, typer.Option("--strict", help="What is merely lacking counts as a fault.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object with faults and notes.")] = False,
) -> None:
    """Look through settings, playbooks, law, organisation; name every fault with file and line, and what is lacking."""
    from bot.cli import checking

    raise typer.Exit(checking.check(config, strict=strict, as_json=as_json))


@app.command("self-test", epilog="Example:  keng self-test --mail-to quantri@tinh.example")
def self_test(
    config: Config = None,
    mail_to: Annotated[str | None, typer.Option("--mail-to", help="Send a test letter to this address.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line, for programs.")] = False,
) -> None:
    """Try store, bot, chats, mail and outlets for real; nothing is published, and only --mail-to is written to."""
    from bot.cli import self_testing

    raise typer.Exit(self_testing.run(config, mail_to, as_json=as_json))


@app.command(epilog="""Example:  echo '{"title": "Nước máy có mùi dầu"}' | keng match""")
def match(config: Config = None) -> None:
    """Read JSON lines with title, summary, text from standard input; write the matching playbook of each."""
    from bot.cli import matching

    raise typer.Exit(matching.run(config, sys.stdin.buffer, sys.stdout))


@app.command(epilog="Example:  keng detect < mentions.csv")
def detect(
    sensitivity: Annotated[str, typer.Option(help="How easily it alerts: few, balanced or many.")] = "balanced",
    utc_days: Annotated[bool, typer.Option("--utc-days", help="Days of UTC without holidays, not Vietnam's.")] = False,
) -> None:
    """Read CSV `timestamp,value` from standard input; write a JSON line a row: score, spike, expected, low, high."""
    from bot.cli import detecting
    from bot.detection.tuning import Sensitivity

    if sensitivity not in list(Sensitivity):
        raise typer.BadParameter(f"{sensitivity!r} is none of few, balanced, many", param_hint="--sensitivity")
    raise typer.Exit(detecting.run(sys.stdin.buffer, sys.stdout, Sensitivity(sensitivity), vietnam=not utc_days))


@app.command(epilog="Example:  keng backup /srv/backups/keng-$(date +%F).tar")
def backup(
    file: Annotated[Path, typer.Argument(help="Where to write it; what is there is replaced.")],
    config: Config = None,
    without_keys: Annotated[
        bool, typer.Option("--without-keys", help="Leave the key files out: keep their copies elsewhere.")
    ] = False,
) -> None:
    """Copy everything that happened into one file, while Keng works: database, work in flight, audit head, keys."""
    from bot.cli import keeping

    raise typer.Exit(keeping.back_up(config, file, keys=not without_keys))


@app.command(epilog="Example:  keng restore /srv/backups/keng-2026-12-01.tar")
def restore(
    file: Annotated[Path, typer.Argument(help="What `keng backup` wrote.", exists=True, dir_okay=False)],
    config: Config = None,
    replace: Annotated[bool, typer.Option("--replace", help="Also where something happened already.")] = False,
) -> None:
    """Put a backup back where no Keng runs, check its audit log, and let people look after what was queued."""
    from bot.cli import keeping

    raise typer.Exit(keeping.restore(config, file, replace=replace))


@app.command("move-store", epilog="Example:  keng move-store --to-file /etc/keng/secrets/database_url")
def move_store(
    config: Config = None,
    to: Annotated[
        str | None, typer.Option("--to", help="The empty database, e.g. postgresql://keng:PASSWORD@HOST/keng")
    ] = None,
    to_file: Annotated[
        Path | None,
        typer.Option("--to-file", help="A file with that address, for its password.", exists=True, dir_okay=False),
    ] = None,
) -> None:
    """Carry everything that happened from SQLite into an empty PostgreSQL, or back, and prove that it is there."""
    from bot.cli import keeping

    raise typer.Exit(keeping.move_store(config, keeping.address(to, to_file)))


@app.command(epilog="Example:  keng version")
def version() -> None:
    """Print the version."""
    from bot import __version__

    typer.echo(__version__)


def main() -> None:
    """The entry point: faults in settings and data are printed as they are, without a traceback."""
    from bot.cli.faults import KNOWN_FAULTS, fault_of_the_machine
    from bot.process import logs

    logs.configure(level=logging.WARNING)  # to standard error: what programs read is not mixed with it
    try:
        app()
    except KNOWN_FAULTS() as error:
        typer.echo(str(error), err=True)
        raise SystemExit(1) from None
    except OSError as error:
        told = fault_of_the_machine(error)
        if told is None:
            raise
        typer.echo(told, err=True)
        raise SystemExit(1) from None
