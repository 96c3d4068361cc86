"""``keng feeds …``: which monitoring systems are connected, how a payload would be read, connecting a new one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.reading import AsJson, Config, from_store, has_store, print_json

app = typer.Typer(no_args_is_help=True, help="Connect monitoring systems.")

Header = Annotated[
    list[str] | None, typer.Option("--header", "-H", help='As sent along, such as "ce-id: 7"; @FILE has one a line.')
]


@app.callback()
def _group() -> None:
    """Connect monitoring systems."""


@app.command("list", epilog="Example:  keng feeds list --json")
def list_(config: Config = None, as_json: AsJson = False) -> None:
    """List the feeds: how they prove who they are, what came, what was turned away and when last."""
    from bot.settings import load_settings
    from bot.store import feeds as store
    from bot.store import quarantine

    async def read(tx: Any, _settings: Any) -> tuple[list[Any], dict[str, int]]:
        return await store.tallies(tx), await quarantine.counts(tx)

    settings = load_settings(config)
    tallies, waiting = from_store(config, read) if has_store(settings) else ([], {})
    for name, feed in settings.feeds.items():
        counts = {t.what: t.count for t in tallies if t.feed == name}
        last = {t.what: t.last_at for t in tallies if t.feed == name}
        line = {
            "feed": name,
            "format": feed.format,
            "address": None if feed.pulled and not feed.has_credentials else _address(settings, name),
            "credentials": _credentials(feed) or [_without(settings)],
            "networks": [str(network) for network in feed.networks],
            "status": feed.status,
            "accepted": counts.get("accepted", 0),
            "last_accepted_at": last.get("accepted"),
            "duplicates": counts.get("duplicate", 0),
            "refused": counts.get("refused", 0),
            "in_quarantine": waiting.get(name, 0),
            "not_authentic": counts.get("not_authentic", 0),
            "last_not_authentic_at": last.get("not_authentic"),
            "poll_failed": counts.get("poll_failed", 0),
            "too_fast": counts.get("too_fast", 0),
            "no_room": counts.get("no_room", 0),
        }
        if as_json:
            print_json(line)
        else:
            typer.echo(_shown(line))


_TURNED_AWAY = (
    ("refused", "marked secret"),
    ("poll_failed", "failed fetches"),
    ("too_fast", "requests too fast"),
    ("no_room", "requests without room"),
)


def _credentials(feed: Any) -> list[str]:
    made = {
        f"{len(feed.secrets)} signing secret(s)": feed.secrets,
        "bearer token": feed.bearer,
        "basic credentials": feed.basic,
        "fetched by Keng": feed.pulled,
    }
    return [words for words, there in made.items() if there]


def _without(settings: Any) -> str:
    """What it means that no credential is known here: a service that others reach has one from elsewhere."""
    alone = settings.http.loopback and not settings.http.public_url
    return "none: this machine only" if alone else "none that this command can see"


def _address(settings: Any, name: str) -> str:
    return f"{settings.http.base_url}{'/v1/alerts' if name == 'default' else f'/v1/feeds/{name}'}"


def _shown(line: dict[str, Any]) -> str:
    drill = f"  EVERYTHING IS A DRILL ({line['status']})" if line["status"] else ""
    came = f"{line['accepted']} accepted, {line['duplicates']} known before, {line['in_quarantine']} in quarantine"
    if line["last_accepted_at"]:
        came += f", last {line['last_accepted_at']:%Y-%m-%d %H:%M}Z"
    turned_away = [f"{line[what]} {words}" for what, words in _TURNED_AWAY if line[what]]
    if line["not_authentic"]:
        turned_away.append(
            f"{line['not_authentic']} NOT AUTHENTIC, last {line['last_not_authentic_at']:%Y-%m-%d %H:%M}Z"
        )
    networks = f" from {', '.join(line['networks'])}" if line["networks"] else ""
    return "\n".join(
        [
            f"{line['feed']}  {line['format']}{drill}",
            f"    {line['address'] or '-'}  ({', '.join(line['credentials'])}{networks})",
            f"    {came}",
            *([f"    {', '.join(turned_away)}"] if turned_away else []),
        ]
    )


@app.command("try", epilog="Example:  keng feeds try payload.json --feed monitoring")
def try_(
    file: Annotated[Path, typer.Argument(help="What the sender sends, as a file; - for standard input.")],
    feed: Annotated[str, typer.Option("--feed", "-f", help="The feed's name in keng.yaml.")] = "default",
    header: Header = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Show how a payload would be read, field by field, what would be dropped and why, and store nothing."""
    from bot.cli import feed_trial

    raise typer.Exit(feed_trial.run(config, file, feed, header or [], as_json=as_json))


@app.command(epilog="Example:  keng feeds add giamsat --format alertmanager --auth bearer")
def add(
    name: Annotated[str | None, typer.Argument(help="The new feed's name: letters, digits and -.")] = None,
    form: Annotated[str | None, typer.Option("--format", help="What the sender speaks.")] = None,
    auth: Annotated[str | None, typer.Option(help="signature, bearer or basic.")] = None,
    secret_file: Annotated[Path | None, typer.Option(help="Write the credential there instead of printing it.")] = None,
    config: Config = None,
) -> None:
    """Connect a new feed: make its credential, print what goes into keng.yaml and one command to try it with."""
    from bot.cli import feed_adding

    raise typer.Exit(feed_adding.run(config, name, form, auth, secret_file))


@app.command(epilog="Example:  keng feeds secret default")
def secret(name: Annotated[str, typer.Argument(help="The feed's name in keng.yaml.")]) -> None:
    """Make a signing secret for a feed and say where it goes; a second one beside the first rotates it."""
    import secrets

    from bot.intake.signature import new_secret

    made = new_secret(secrets.token_bytes(32))
    typer.echo(made)
    typer.echo(
        f"Put it into keng.yaml and give it to the sender:\n\nfeeds:\n  {name}:\n    secrets: [{made}]\n\n"
        "To replace one: list both, restart, let the sender change, then take the old one out.",
        err=True,
    )
