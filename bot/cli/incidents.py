"""``keng incidents list|show``."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from bot.cli.reading import AsJson, Config, from_store, print_json

app = typer.Typer(no_args_is_help=True, help="Look at incidents.")


@app.command("list", epilog="Example:  keng incidents list --json")
def list_(config: Config = None, as_json: AsJson = False) -> None:
    """List all incidents, newest first."""
    from bot.store import incidents, statements

    async def read(tx: Any, _settings: Any) -> list[dict[str, Any]]:
        return [_line(i, await statements.current(tx, i.id)) for i in await incidents.listing(tx)]

    for line in from_store(config, read):
        if as_json:
            print_json(line)
        else:
            statement = line["statement"] or {}
            typer.echo(
                f"{line['code']}  level {line['level']}  {line['state']:<10} {line['playbook']:<24} "
                f"v{statement.get('version', '-')} {statement.get('state', '-'):<10} {line['title'][:60]}"
            )


@app.command(epilog="Example:  keng incidents show 7K2")
def show(
    ref: Annotated[str, typer.Argument(help="The incident's code or id.")],
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Show one incident whole: alerts, versions, facts, deliveries, deadlines, curve and timeline; it is recorded."""
    from bot.cli.curve_lines import curve_json, curve_lines
    from bot.cli.on_record import a_look
    from bot.model.audit import AuditEvent
    from bot.model.statement_templates import FULL_VI
    from bot.store import alerts, audit, deadlines, deliveries, incidents, statements

    async def read(tx: Any, _settings: Any) -> dict[str, Any] | None:
        incident = await incidents.find(tx, ref)
        if incident is None:
            return None
        versions = await statements.versions(tx, incident.id)
        return _line(incident, versions[-1] if versions else None) | {
            "event_at": incident.event_at,
            "alert_received_at": incident.alert_received_at,
            "accepted_at": incident.accepted_at,
            "impact_determined_at": incident.impact_determined_at,
            "alert_list": [
                {"id": s.alert.id, "title": s.alert.title, "received_at": s.alert.received_at, "reason": s.reason}
                for s in await alerts.of_incident(tx, incident.id, limit=max(incident.growth.alerts, 1))
            ],
            "versions": [asdict(v) | {"texts": dict(v.texts)} for v in versions],
            "facts": [asdict(f) for f in (await statements.facts_of(tx, incident.id)).values()],
            "deadlines": [asdict(d) for d in (await deadlines.of_incident(tx, incident.id)).values()],
            "deliveries": [asdict(d) for d in await deliveries.of_incident(tx, incident.id)],
            "curve": await curve_json(tx, incident.id),
            "timeline": [
                {"seq": e.seq, **asdict(e.event), "details": dict(e.event.details)}
                async for e in audit.entries(tx, incident.id)
            ],
        }

    def looked(found: dict[str, Any] | None) -> AuditEvent | None:
        if found is None:
            return None
        last = found["statement"] or {"version": None, "sha256": None}
        seen = {"versions": len(found["versions"]), "sha256": last["sha256"]}
        return a_look("show_incident", found["id"], last["version"], **seen)

    found = from_store(config, read, looked)
    if found is None:
        typer.echo(f"{ref}: no incident has this code or id; `keng incidents list` names them", err=True)
        raise typer.Exit(1)
    if as_json:
        print_json(found)
        return
    typer.echo(f"{found['code']}  {found['title']}\nlevel {found['level']}, {found['state']}, {found['playbook']}")
    for line in curve_lines(found["curve"]):
        typer.echo(line)
    for entry in found["timeline"]:
        outcome = entry["details"].get("outcome") or entry["details"].get("why", "")
        typer.echo(f"  {entry['at']:%Y-%m-%d %H:%M:%S}Z  {entry['actor']:<14} {entry['act']:<18} {outcome}")
    for version in found["versions"]:
        typer.echo(f"\nv{version['version']} {version['kind']} {version['state']} {version['sha256']}")
        for key in sorted(version["texts"], key=lambda k: (k != FULL_VI, k)):
            typer.echo(f"{version['texts'][key]}" if key == FULL_VI else f"-- {key}\n{version['texts'][key]}")


def _line(incident: Any, statement: Any) -> dict[str, Any]:
    return {
        "id": incident.id,
        "code": incident.code,
        "state": incident.state.value,
        "level": incident.level,
        "playbook": incident.playbook,
        "title": incident.title,
        "alerts": incident.growth.alerts,
        "opened_at": incident.opened_at,
        "drill": incident.drill,
        "statement": None
        if statement is None
        else {"version": statement.version, "state": statement.state.value, "sha256": statement.sha256},
    }
