"""``keng silences list|show|preview|add|end|release``: what holds alerts back, until when, and what it holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.operator import note, operator_name, present
from bot.cli.reading import AsJson, Config, from_store, in_store, print_json
from bot.cli.silence_lines import line_of, preview_json, print_preview, readable

if TYPE_CHECKING:
    from bot.approval.silence_preview import Preview
    from bot.model.silence import Silence, SilenceDraft

app = typer.Typer(no_args_is_help=True, help="Silences and planned events: alerts that are held back, with an end.")

Words = Annotated[list[str] | None, typer.Option("--word", help="A phrase in title or summary; several: any of them.")]
Places = Annotated[list[str] | None, typer.Option("--place", help="A unit's id or a place's name.")]
PlaybookIds = Annotated[list[str] | None, typer.Option("--playbook", help="The playbook that fits the alert.")]
Feeds = Annotated[list[str] | None, typer.Option("--feed", help="The feed that brought it.")]
Hosts = Annotated[list[str] | None, typer.Option("--host", help="Where its sources lie, such as facebook.com.")]
Unless = Annotated[list[str] | None, typer.Option("--unless", help="A phrase that lets an alert through.")]
Ref = Annotated[str, typer.Argument(metavar="CODE", help="The silence's code or id.")]

SHOWN = 100_000
"""Alerts that ``show`` writes out."""


@app.command("list", epilog="Example:  keng silences list --json")
def list_(config: Config = None, as_json: AsJson = False) -> None:
    """List all silences, the latest first, with how many alerts each holds."""
    from bot.store import silenced_alerts, silences

    async def read(tx: Any, _settings: Any) -> list[dict[str, Any]]:
        counts = await silenced_alerts.counts(tx)
        return [line_of(silence, counts.get(silence.id, 0)) for silence in await silences.listing(tx)]

    for line in from_store(config, read):
        if as_json:
            print_json(line)
        else:
            typer.echo(
                f"{line['code']}  {line['standing']:<9} {line['starts_at']:%Y-%m-%d %H:%M}Z to "
                f"{line['ends_at']:%Y-%m-%d %H:%M}Z  holds {line['held']:<5} {line['author']:<12} "
                f"{readable(line['matcher'])}  {line['reason']}"
            )


@app.command(epilog="Example:  keng silences show 7KQ")
def show(ref: Ref, config: Config = None, as_json: AsJson = False) -> None:
    """Show one silence and every alert that it holds or held (of more than 100,000 the latest)."""
    from bot.store import silenced_alerts, silences

    async def read(tx: Any, _settings: Any) -> dict[str, Any] | None:
        silence = await silences.find(tx, ref)
        if silence is None:
            return None
        held = await silenced_alerts.held(tx, silence.id, SHOWN)
        number = await silenced_alerts.number_held(tx, silence.id)
        all_of_them = await silenced_alerts.number_held(tx, silence.id, let_go_too=True)
        return line_of(silence, number) | {
            "not_shown": all_of_them - len(held),
            "alerts": [
                {
                    "id": one.stored.alert.id,
                    "at": one.at,
                    "feed": one.stored.alert.feed,
                    "title": one.stored.alert.title,
                    "outcome": one.stored.outcome.value,
                    "reason": one.stored.reason,
                    "incident": one.stored.incident_id,
                    "released_at": one.released_at,
                    "released_by": one.released_by,
                }
                for one in held
            ],
        }

    found = from_store(config, read)
    if found is None:
        raise _unknown(ref)
    if as_json:
        print_json(found)
        return
    typer.echo(
        f"{found['code']}  {found['standing']}  {readable(found['matcher'])}\n{found['author']}: {found['reason']}"
    )
    for one in found["alerts"]:
        state = "held" if one["released_at"] is None else f"let go by {one['released_by']}"
        typer.echo(f"  {one['at']:%Y-%m-%d %H:%M:%S}Z  {one['id']}  {one['feed']:<12} {state:<10} {one['title'][:80]}")
    if found["not_shown"]:
        typer.echo(f"  and {found['not_shown']} older ones")


@app.command(epilog='Example:  keng silences preview --word "đua ghe" --place "phường Bến Nứa"')
def preview(
    word: Words = None,
    place: Places = None,
    playbook: PlaybookIds = None,
    feed: Feeds = None,
    host: Hosts = None,
    unless: Unless = None,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Show which alerts and cases of the last week a silence would have held back; nothing is made."""
    now = present()
    organisation, policy = _office(config)
    _check_names(config, playbook, feed)
    matcher = _matcher(organisation, now, word, place, playbook, feed, host, unless)
    if matcher.is_empty:
        raise _refused("a silence must name a word, place, playbook, feed or host: nobody can silence everything", 2)

    async def read(tx: Any, _settings: Any) -> Preview:
        from bot.approval.silence_preview import preview as look

        return await look(tx, matcher, organisation, policy, now)

    print_preview(from_store(config, read), as_json=as_json)


@app.command(epilog='Example:  keng silences add --word "đua ghe" --place ben-nua --for 4h --reason "Lễ hội"')
def add(
    reason: Annotated[str, typer.Option(help="Why; people read it.")],
    word: Words = None,
    place: Places = None,
    playbook: PlaybookIds = None,
    feed: Feeds = None,
    host: Hosts = None,
    unless: Unless = None,
    until: Annotated[str, typer.Option(help='Its end: "18h 27/11", "2026-11-27T18:00+07:00".')] = "",
    for_: Annotated[str, typer.Option("--for", help='How long: "4h", "3d".')] = "",
    from_: Annotated[str, typer.Option("--from", help="Its begin, written like the end; default now.")] = "",
    planned: Annotated[bool, typer.Option("--planned", help="A planned event: it may last longer.")] = False,
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Make a silence or announce a planned event. A wide one waits until a person in the chat agrees."""
    from bot.approval.silence_preview import preview as look
    from bot.approval.silence_words import Unclear, read_draft
    from bot.approval.silences import fault_in, made_of
    from bot.model.silence import SilenceKind, SilenceState

    now = present()
    organisation, policy = _office(config)
    _check_names(config, playbook, feed)
    times = {"from": from_, "until": until, "for": for_}
    typed = "\n".join(f"{key}: {value}" for key, value in times.items() if value)
    read = read_draft(typed, organisation, now)
    if isinstance(read, Unclear):
        raise _refused(f"{read.what}: no time that can be read", 2)
    draft: SilenceDraft = replace(
        read,
        matcher=_matcher(organisation, now, word, place, playbook, feed, host, unless),
        reason=" ".join(reason.split())[:300],
        kind=SilenceKind.PLANNED if planned else SilenceKind.SILENCE,
    )
    fault = fault_in(draft, policy, now)
    if fault is not None:
        from bot.locale import text

        days = f"{(policy.longest_planned if planned else policy.longest).total_seconds() / 86400:g}"
        raise _refused(text("en", f"reason.{fault.value}", days=days), 1)

    async def write(tx: Any, _settings: Any) -> tuple[Silence, Preview]:
        found = await look(tx, draft.matcher, organisation, policy, now)
        silence = await made_of(tx, draft, found, operator_name(), now)
        details = {"silence": silence.code, "what": silence.matcher.to_json(), "why": silence.reason}
        times = {"starts_at": silence.starts_at.isoformat(), "ends_at": silence.ends_at.isoformat()}
        wide = found.wide.value if found.wide else ""
        await note(tx, "make_silence", now, **details, **times, wide=wide, alerts=found.alerts)
        return silence, found

    silence, found = in_store(config, write)
    if as_json:
        print_json(line_of(silence, 0) | {"preview": preview_json(found)})
        return
    print_preview(found, as_json=False)
    typer.echo(silence.code)
    if silence.state is SilenceState.ASKED:
        typer.echo("It is wide: it holds nothing until a person in the chat agrees, within a day.", err=True)


@app.command(epilog="Example:  keng silences end 7KQ")
def end(ref: Ref, config: Config = None) -> None:
    """End a silence now, or take one back that waits for a second person."""
    from bot.store import silences

    now = present()

    async def write(tx: Any, _settings: Any) -> bool | None:
        silence = await silences.find(tx, ref)
        if silence is None:
            return None
        done = await silences.end(tx, silence.id, operator_name(), now)
        if done:
            await note(tx, "end_silence", now, silence=silence.code)
        return done

    ended = in_store(config, write)
    if ended is None:
        raise _unknown(ref)
    if not ended:
        raise _refused(f"{ref}: it is over already", 1)
    typer.echo(f"{ref}: ended")


@app.command(epilog="Example:  keng silences release 7KQ")
def release(
    ref: Ref,
    alert: Annotated[list[str] | None, typer.Option("--alert", help="Only this alert, by its id.")] = None,
    config: Config = None,
) -> None:
    """Let alerts go that a silence holds: those of matters still open, or the ones named. They open their cases."""
    from bot.approval.silences import let_go
    from bot.store import silenced_alerts, silences

    now = present()

    async def write(tx: Any, _settings: Any) -> int | None:
        silence = await silences.find(tx, ref)
        if silence is None:
            return None
        if alert:
            count = await silenced_alerts.release(tx, silence.id, alert, operator_name(), now)
        else:
            count = await let_go(tx, silence, operator_name(), now)
        if count:
            await note(tx, "release_held", now, silence=silence.code, count=count)
        return count

    total = 0
    while count := in_store(config, write):  # a portion a transaction, until nothing is left
        total += count
    if count is None:
        raise _unknown(ref)
    typer.echo(f"{ref}: {total} alerts let go")
    raise typer.Exit(0 if total else 1)


def _office(config: Path | None) -> tuple[Any, Any]:
    """The organisation with what the record knows, and what its policy allows silences."""
    from bot.cli.people import with_record
    from bot.data import Data
    from bot.settings import load_settings

    data = Data.load(load_settings(config))
    return with_record(config, data.organisation.current()), data.policy.current().silences


def _check_names(config: Path | None, playbooks: list[str] | None, feeds: list[str] | None) -> None:
    """A playbook or feed that is not there fits no alert: a slip of the pen, better said at once."""
    from bot.data import data_folder
    from bot.playbooks import load_playbooks
    from bot.settings import load_settings

    settings = load_settings(config)
    for name in feeds or ():
        if name not in settings.feeds:
            raise _refused(f"{name}: no such feed in the settings; there are {', '.join(sorted(settings.feeds))}", 2)
    known = load_playbooks(data_folder(settings)) if playbooks else {}
    for name in playbooks or ():
        if name not in known:
            raise _refused(f"{name}: no such playbook; `keng playbooks list` names them", 2)


def _matcher(organisation: Any, now: Any, *parts: list[str] | None) -> Any:
    from bot.approval.silence_words import matcher_of

    names = ("words", "places", "playbooks", "feeds", "hosts", "unless")
    return matcher_of(organisation, now, **{name: tuple(part or ()) for name, part in zip(names, parts, strict=True)})


def _unknown(ref: str) -> typer.Exit:
    return _refused(f"{ref}: no silence has this code or id; `keng silences list` names them", 1)


def _refused(message: str, code: int) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(code)
