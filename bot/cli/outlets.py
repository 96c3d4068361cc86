"""``keng outlets list|show``: where approved words go, and how far each copy got."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from bot.cli.reading import AsJson, Config, from_store, print_json

app = typer.Typer(no_args_is_help=True, help="Look at where approved words go.")

STATES = ("queued", "sent", "failed", "unknown", "withdrawn")


@app.command("list", epilog="Example:  keng outlets list --json")
def list_(config: Config = None, as_json: AsJson = False) -> None:
    """Name every outlet, whether it is on, how many copies are in each state, and how many letters."""
    from bot.store import deliveries, outlet_letters

    async def read(tx: Any, settings: Any) -> list[dict[str, Any]]:
        tallies, on = await deliveries.tallies(tx), switched_on(settings)
        letters = await outlet_letters.totals(tx)
        names = sorted({*on, *(outlet for outlet, _ in tallies)})
        return [
            {
                "outlet": name,
                "on": name in on,
                "where": on.get(name, ""),
                "copies": {state: tallies[name, state] for state in STATES if (name, state) in tallies},
                "letters": letters.get(name, {}),
            }
            for name in names
        ]

    for line in from_store(config, read):
        if as_json:
            print_json(line)
        else:
            copies = ", ".join(f"{state} {number}" for state, number in line["copies"].items()) or "nothing yet"
            if line["letters"]:
                said = ", ".join(f"{state} {number}" for state, number in sorted(line["letters"].items()))
                copies = f"{copies}; letters: {said}"
            typer.echo(f"{line['outlet']:<18} {'on' if line['on'] else 'off':<4} {line['where']:<40} {copies}")


@app.command(epilog="Example:  keng outlets show 7K2")
def show(
    ref: Annotated[str, typer.Argument(help="The incident's code or id.")],
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Show where each copy of an incident's words is, address by address for the press list."""
    from bot.store import deliveries, incidents, outlet_letters

    async def read(tx: Any, _settings: Any) -> list[dict[str, Any]] | None:
        incident = await incidents.find(tx, ref)
        if incident is None:
            return None
        found = []
        for copy in await deliveries.of_incident(tx, incident.id):
            letters = await outlet_letters.of_version(tx, incident.id, copy.version, copy.outlet)
            found.append(
                {
                    "version": copy.version,
                    "outlet": copy.outlet,
                    "state": copy.state.value,
                    "attempts": copy.attempts,
                    "updated_at": copy.updated_at,
                    "reference": copy.reference,
                    "error": copy.error,
                    "letters": [
                        {"address": one.address, "state": one.state.value, "at": one.updated_at, "error": one.error}
                        for one in letters
                    ],
                }
            )
        return found

    copies = from_store(config, read)
    if copies is None:
        typer.echo(f"{ref}: no incident has this code or id; `keng incidents list` names them", err=True)
        raise typer.Exit(1)
    for copy in copies:
        if as_json:
            print_json(copy)
            continue
        said = copy["reference"] or copy["error"] or ""
        typer.echo(f"v{copy['version']} {copy['outlet']:<18} {copy['state']:<10} try {copy['attempts']}  {said[:80]}")
        for one in copy["letters"]:
            typer.echo(f"     {one['state']:<8} {one['address']:<40} {(one['error'] or '')[:60]}")


def switched_on(settings: Any) -> dict[str, str]:
    """The outlets of the settings, each with where it leads; secrets are never among it."""
    chosen, on = settings.outlets, {}
    if chosen.newsroom is not None:
        on["newsroom"] = f"{settings.http.base_url}/newsroom"
    if chosen.telegram_channel is not None and (settings.telegram.public_channel or settings.simulator):
        on["telegram_channel"] = str(settings.telegram.public_channel or "simulator")
    if chosen.email_list is not None:
        on["email_list"] = f"{len(chosen.email_list.recipients)} addresses by {settings.email.host}"
    if chosen.webhook is not None:
        on["webhook"] = chosen.webhook.url.partition("?")[0]
    if chosen.cap is not None and chosen.cap.folder is not None:
        on["cap"] = str(chosen.cap.folder)
    return on
