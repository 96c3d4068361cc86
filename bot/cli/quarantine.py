"""``keng quarantine list|show|retry|expire``."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.operator import note
from bot.cli.reading import AsJson, Config, from_store, has_store, in_store, print_json
from bot.settings import load_settings

app = typer.Typer(no_args_is_help=True, help="Look at what could not be understood, and have it read again.")

Ids = Annotated[list[str] | None, typer.Argument(metavar="ID…", help="Ids from the list.")]
OfFeed = Annotated[str | None, typer.Option("--feed", "-f", help="Only what came through this feed.")]
TURN_SECONDS = 0.3
"""So long may one transaction take: intake and acts wait for it, and have their turn before the next."""


@app.command("list", epilog="Example:  keng quarantine list --feed giamsat")
def list_(config: Config = None, feed: OfFeed = None, as_json: AsJson = False, limit: int = 100) -> None:
    """List what waits in quarantine, newest first, with the reason."""
    from bot.store import quarantine

    async def read(tx: Any, _settings: Any) -> tuple[list[Any], dict[str, int]]:
        return await quarantine.waiting(tx, feed, limit), await quarantine.counts(tx)

    items, counts = from_store(config, read) if has_store(load_settings(config)) else ([], {})
    for item in items:
        if as_json:
            print_json({"id": item.id, "feed": item.feed, "received_at": item.received_at, "reason": item.reason})
        else:
            typer.echo(f"{item.id}  {item.received_at:%Y-%m-%d %H:%M:%S}Z  {item.feed:<12} {item.reason}")
    waiting = counts.get(feed, 0) if feed else sum(counts.values())
    if waiting > len(items):
        typer.echo(f"{len(items)} of {waiting}; --limit shows more", err=True)


@app.command(epilog="Example:  keng quarantine show 019ab3…")
def show(
    item_id: Annotated[str, typer.Argument(help="The id from the list.")],
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Print one item as it is kept: without private persons."""
    from bot.store import quarantine

    async def read(tx: Any, _settings: Any) -> Any:
        return await quarantine.get(tx, item_id)

    item = from_store(config, read)
    if item is None:
        typer.echo(f"{item_id}: not in quarantine", err=True)
        raise typer.Exit(1)
    kept = item.raw.decode("utf-8", "replace")
    if as_json:
        line = {"id": item.id, "feed": item.feed, "received_at": item.received_at, "reason": item.reason}
        print_json({**line, "state": item.state.value, "alert": item.alert_id, "kept": kept})
        return
    became = f"; it became alert {item.alert_id}" if item.alert_id else ""
    typer.echo(f"{item.feed}  {item.received_at.isoformat()}  {item.state.value}{became}\n{item.reason}\n", err=True)
    typer.echo(kept)


@app.command(epilog="Example:  keng quarantine retry --feed giamsat      (after its mapping was mended)")
def retry(
    ids: Ids = None,
    feed: OfFeed = None,
    everything: Annotated[bool, typer.Option("--all", help="All that waits.")] = False,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Read items again as keng.yaml says now; what is understood becomes an alert and leaves the quarantine."""
    from bot.assembly.feeds import feed_configs
    from bot.intake.retrying import UNDERSTOOD
    from bot.intake.retrying import retry as read_again

    configs = feed_configs(load_settings(config))

    async def read(tx: Any, item: Any, now: datetime) -> Any:
        if item.feed in configs:
            return await read_again(tx, configs[item.feed], item, now)
        typer.echo(f"{item.id}: there is no feed {item.feed} in the settings any more", err=True)
        return None

    total, understood = 0, 0
    for came_to in _in_turns(config, _chosen(config, ids, feed, everything), "retry_quarantine", read, _in_short):
        for item_id, results in came_to.items():
            total += len(results)
            understood += sum(result.outcome in UNDERSTOOD for result in results)
            for result in results:
                _print_result(item_id, result, as_json)
    typer.echo(f"{understood} of {total} understood; a running Keng acts on them within seconds", err=True)
    raise typer.Exit(0 if understood == total else 1)


def _print_result(item_id: str, result: Any, as_json: bool) -> None:
    """One line on what one item, or one of several in it, came to."""
    from bot.intake.retrying import UNDERSTOOD

    alert = result.id if result.outcome in UNDERSTOOD else None
    waits_as = result.id if result.outcome.value == "quarantined" else None
    if as_json:
        found = {"id": item_id, "outcome": result.outcome.value, "alert": alert, "reason": result.reason}
        print_json({**found, "waits_as": waits_as})
        return
    where = f"  alert {alert}" if alert else f"  waits as {waits_as}" if waits_as not in (None, item_id) else ""
    typer.echo(f"{item_id}  {result.outcome.value:<12} {result.reason}{where}")


@app.command(epilog="Example:  keng quarantine expire 019ab3…")
def expire(
    ids: Ids = None,
    feed: OfFeed = None,
    everything: Annotated[bool, typer.Option("--all", help="All that waits.")] = False,
    config: Config = None,
) -> None:
    """Forget what was sent, for good; that it came, when and why it was not understood stays on the record."""
    from bot.store import quarantine

    async def forget(tx: Any, item: Any, now: datetime) -> Any:
        return await quarantine.expire(tx, item.id, now) or None

    chosen = _chosen(config, ids, feed, everything)
    turns = _in_turns(config, chosen, "expire_quarantine", forget, lambda _done: "expired")
    typer.echo(f"{sum(len(done) for done in turns)} expired", err=True)


def _chosen(config: Path | None, ids: list[str] | None, feed: str | None, everything: bool) -> list[str]:
    """The items that were named; oldest first, as they came."""
    from bot.store import quarantine

    if ids:
        return ids
    if feed is None and not everything:
        typer.echo("name items by their ids, a feed with --feed, or --all", err=True)
        raise typer.Exit(2)

    async def read(tx: Any, _settings: Any) -> list[str]:
        return await quarantine.ids_of_waiting(tx, feed)

    return from_store(config, read) if has_store(load_settings(config)) else []


def _in_turns(
    config: Path | None,
    ids: list[str],
    act: str,
    one: Callable[[Any, Any, datetime], Awaitable[Any]],
    named: Callable[[Any], str],
) -> Iterator[dict[str, Any]]:
    """Do one thing to each item that still waits, some of them a transaction, each on the record with what came of it.

    Yields:
        By id what ``one`` returned where that was not None, of each transaction once it is committed.
    """
    from bot.model.clock import SystemClock
    from bot.store import quarantine

    looked_at = 0

    async def work(tx: Any, _settings: Any) -> tuple[int, dict[str, Any]]:
        began, now, done = time.monotonic(), SystemClock().now(), {}
        for count, item_id in enumerate(ids[looked_at:], start=1):  # noqa: B007 - how far it came
            item = await quarantine.get(tx, item_id)
            if item is None or item.state is not quarantine.QuarantineState.WAITING:
                typer.echo(f"{item_id}: does not wait in quarantine", err=True)
            elif (came_to := await one(tx, item, now)) is not None:
                done[item_id] = came_to
            if time.monotonic() - began > TURN_SECONDS:
                break
        if done:
            await note(tx, act, now, items={item_id: named(result) for item_id, result in done.items()})
        return count, done

    while looked_at < len(ids):
        count, done = in_store(config, work)
        looked_at += count
        yield done


def _in_short(results: Any) -> str:
    """What became of one item: ``accepted``; of a body with several in it ``2 accepted, 1 quarantined``."""
    counts = Counter(result.outcome.value for result in results)
    return next(iter(counts)) if len(results) == 1 else ", ".join(f"{n} {outcome}" for outcome, n in counts.items())
