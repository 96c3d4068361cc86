"""``keng topics list|show|preview|sensitivity|forget``: what is counted, and how easily it alerts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from bot.cli.operator import note, present
from bot.cli.reading import AsJson, Config, from_store, in_store, print_json

app = typer.Typer(no_args_is_help=True, help="Counted topics: what is counted, how easily each alerts.")

Number = Annotated[int, typer.Argument(help="The topic's number, as `keng topics list` shows it.")]


@app.command("list", epilog="Example:  keng topics list --json")
def list_(config: Config = None, as_json: AsJson = False) -> None:
    """List all topics with feed, bin length, sensitivity and the latest bin that was judged."""
    from bot.store import counts

    async def read(tx: Any, _settings: Any) -> list[dict[str, Any]]:
        return [_line(topic, stream) for topic, stream in await counts.all_topics(tx)]

    for line in from_store(config, read):
        if as_json:
            print_json(line)
        else:
            judged = f"{line['judged_until']:%Y-%m-%d %H:%M}Z" if line["judged_until"] else "not yet"
            typer.echo(
                f"{line['id']:>5}  {line['feed']:<12} {line['seconds']:>6}s  {line['sensitivity']:<9} "
                f"judged until {judged:<18} {line['name']}"
            )


@app.command(epilog="Example:  keng topics show 12")
def show(number: Number, config: Config = None, as_json: AsJson = False) -> None:
    """Show one topic: what the detector said of it in four weeks, what people made of that, and what is proposed."""
    from bot.curves.sensitivity import WEEKS, lately, proposal
    from bot.store import counts, curves

    async def read(tx: Any, _settings: Any) -> dict[str, Any] | None:
        topic = await counts.topic(tx, number)
        stream = None if topic is None else await counts.stream(tx, topic.stream_id)
        if topic is None or stream is None or counts.is_forgotten(topic):
            return None
        now = present()
        seen, proposed = await lately(tx, topic, now), await proposal(tx, topic, now)
        said = await curves.signals(tx, topic.id, int(now.timestamp()) - WEEKS * 7 * 86_400)
        return _line(topic, stream) | {
            "matters": seen.matters,
            "false_alarms": seen.false_alarms,
            "people_were_first": seen.unheard,
            "proposed": None if proposed is None else proposed[1].sensitivity.value,
            "signals": [
                {
                    "at": datetime.fromtimestamp(one.at, UTC),
                    "kind": one.kind,
                    "why": one.why,
                    "observed": round(one.observed, 1),
                    "expected": round(one.expected, 1),
                    "factor": round(one.factor, 2),
                    "score": round(one.score, 2),
                    "became": one.became,
                    "alert": one.alert_id,
                }
                for one in said
            ],
        }

    found = _known(from_store(config, read), number)
    if as_json:
        print_json(found)
        return
    typer.echo(f"{found['name']}  ({found['feed']}, bins of {found['seconds']} s, {found['sensitivity']})")
    typer.echo(
        f"four weeks: {found['matters']} matters, {found['false_alarms']} called false, "
        f"{found['people_were_first']} that people found first"
    )
    if found["proposed"]:
        typer.echo(f"proposed: keng topics sensitivity {number} {found['proposed']}")
    for one in found["signals"]:
        typer.echo(
            f"  {one['at']:%Y-%m-%d %H:%M}Z  {one['kind']:<16} {one['observed']:>9} of {one['expected']:<8} "
            f"score {one['score']:<6} {one['became']:<9} {one['why']}"
        )


@app.command(epilog="Example:  keng topics preview 12")
def preview(number: Number, config: Config = None, as_json: AsJson = False) -> None:
    """Show when each sensitivity would have alerted in the last four weeks, from the counts themselves."""
    from bot.curves.sensitivity import ORDER, would_have_alerted
    from bot.store import counts

    async def read(tx: Any, _settings: Any) -> dict[str, Any] | None:
        topic = await counts.topic(tx, number)
        stream = None if topic is None else await counts.stream(tx, topic.stream_id)
        if topic is None or stream is None or counts.is_forgotten(topic):
            return None
        would = await would_have_alerted(tx, topic, stream, present())
        times = (
            None
            if would is None
            else {one.value: [datetime.fromtimestamp(at, UTC) for at in would[one]] for one in ORDER}
        )
        return {"id": topic.id, "name": topic.name, "sensitivity": topic.sensitivity, "would_have_alerted": times}

    found = _known(from_store(config, read), number)
    if as_json:
        print_json(found)
        return
    if found["would_have_alerted"] is None:
        typer.echo(f"{found['name']}: less than a week of counts; come back later", err=True)
        raise typer.Exit(1)
    typer.echo(f"{found['name']}  (now: {found['sensitivity']})")
    for name, times in found["would_have_alerted"].items():
        typer.echo(f"  {name:<9} {len(times):>3} alerts  " + ", ".join(f"{at:%m-%d %H:%M}Z" for at in times))


@app.command(epilog="Example:  keng topics sensitivity 12 few")
def sensitivity(
    number: Number,
    choice: Annotated[str, typer.Argument(metavar="few|balanced|many", help="How easily it alerts from now on.")],
    config: Config = None,
) -> None:
    """Choose how easily a topic alerts, from the next bin on; it goes on the record."""
    from bot.detection.tuning import Sensitivity
    from bot.store import counts

    if choice not in list(Sensitivity):
        raise typer.BadParameter(f"{choice!r} is none of few, balanced, many", param_hint="few|balanced|many")

    async def write(tx: Any, _settings: Any) -> dict[str, Any] | None:
        topic = await counts.topic(tx, number)
        if topic is None or counts.is_forgotten(topic):
            return None
        await counts.set_sensitivity(tx, topic.id, choice)
        changed = {"topic": topic.name, "before": topic.sensitivity, "sensitivity": choice}
        await note(tx, "set_sensitivity", present(), **changed)
        return {"name": topic.name}

    found = _known(in_store(config, write), number)
    typer.echo(f"{found['name']}: {choice}")


@app.command(epilog="Example:  keng topics forget 12")
def forget(number: Number, config: Config = None) -> None:
    """Remove what was counted of a topic; its feed may count it anew, also with another bin length."""
    from bot.store import counts

    async def write(tx: Any, _settings: Any) -> dict[str, Any] | None:
        topic = await counts.topic(tx, number)
        if topic is None or counts.is_forgotten(topic):
            return None
        await counts.forget_topic(tx, topic.id)
        await note(tx, "forget_topic", present(), topic=topic.name)
        return {"name": topic.name}

    found = _known(in_store(config, write), number)
    typer.echo(f"{found['name']}: forgotten")


def _known(found: dict[str, Any] | None, number: int) -> dict[str, Any]:
    if found is None:
        typer.echo(f"{number}: no topic has this number; `keng topics list` names them", err=True)
        raise typer.Exit(1)
    return found


def _line(topic: Any, stream: Any) -> dict[str, Any]:
    judged = None if stream.closed is None else datetime.fromtimestamp(stream.closed + stream.seconds, UTC)
    return {
        "id": topic.id,
        "name": topic.name,
        "feed": stream.feed,
        "kind": stream.kind,
        "seconds": stream.seconds,
        "sensitivity": topic.sensitivity,
        "created_at": topic.created_at,
        "judged_until": judged,
    }
