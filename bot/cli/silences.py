"""``keng silences list|show|preview|add|end|release``: what holds alerts back, until when, and what it holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.people import note, operator_name, present
from bot.cli.reading import AsJson, Config, from_store, in_store, print_json

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


@app.command("list", epilog="Example:  keng silences list --json")
def list_(config: Config = None, as_json: AsJson = False) -> None:
    """List all silences, the latest first, with how many alerts each holds."""
    from bot.store import silences

    async def read(tx: Any, _settings: Any) -> list[dict[str, Any]]:
        counts = await silences.counts(tx)
        return [_line(silence, counts.get(silence.id, 0)) for silence in await silences.listing(tx)]

    for line in from_store(config, read):
        if as_json:
            print_json(line)
        else:
            typer.echo(
                f"{line['code']}  {line['standing']:<9} {line['starts_at']:%Y-%m-%d %H:%M}Z to "
                f"{line['ends_at']:%Y-%m-%d %H:%M}Z  holds {line['held']:<5} {line['author']:<12} "
                f"{_readable(line['matcher'])}  {line['reason']}"
            )


@app.command(epilog="Example:  keng silences show 7KQ")
def show(ref: Ref, config: Config = None, as_json: AsJson = False) -> None:
    """Show one silence and every alert that it holds or held."""
    from bot.store import silences

    async def read(tx: Any, _settings: Any) -> dict[str, Any] | None:
        silence = await silences.find(tx, ref)
        if silence is None:
            return None
        held = await silences.held(tx, silence.id, limit=100_000)
        return _line(silence, sum(one.released_at is None for one in held)) | {
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
            ]
        }

    found = from_store(config, read)
    if found is None:
        raise _unknown(ref)
    if as_json:
        print_json(found)
        return
    typer.echo(
        f"{found['code']}  {found['standing']}  {_readable(found['matcher'])}\n{found['author']}: {found['reason']}"
    )
    for one in found["alerts"]:
        state = "held" if one["released_at"] is None else f"let go by {one['released_by']}"
        typer.echo(f"  {one['at']:%Y-%m-%d %H:%M:%S}Z  {one['id']}  {one['feed']:<12} {state:<10} {one['title'][:80]}")


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
    matcher = _matcher(organisation, now, word, place, playbook, feed, host, unless)
    if matcher.is_empty:
        raise _refused("a silence must name a word, place, playbook, feed or host: nobody can silence everything", 2)

    async def read(tx: Any, _settings: Any) -> Preview:
        from bot.approval.silence_preview import preview as look

        return await look(tx, matcher, organisation, policy, now)

    _print_preview(from_store(config, read), as_json=as_json)


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
        await note(tx, "make_silence", operator_name(), now, **details, **times, wide=wide, alerts=found.alerts)
        return silence, found

    silence, found = in_store(config, write)
    if as_json:
        print_json(_line(silence, 0) | {"preview": _preview_json(found)})
        return
    _print_preview(found, as_json=False)
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
            await note(tx, "end_silence", operator_name(), now, silence=silence.code)
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
    from bot.approval.silences import still_open
    from bot.store import silences

    now = present()

    async def write(tx: Any, _settings: Any) -> int | None:
        silence = await silences.find(tx, ref)
        if silence is None:
            return None
        wanted = alert or [one.stored.alert.id for one in still_open(await silences.held(tx, silence.id), now)]
        count = await silences.release(tx, silence.id, wanted, operator_name(), now)
        await note(tx, "release_held", operator_name(), now, silence=silence.code, count=count)
        return count

    count = in_store(config, write)
    if count is None:
        raise _unknown(ref)
    typer.echo(f"{ref}: {count} alerts let go")
    raise typer.Exit(0 if count else 1)


def _office(config: Path | None) -> tuple[Any, Any]:
    """The organisation with what the record knows, and what its policy allows silences."""
    from bot.cli.people import with_record
    from bot.data import Data
    from bot.settings import load_settings

    data = Data.load(load_settings(config))
    return with_record(config, data.organisation.current()), data.policy.current().silences


def _matcher(organisation: Any, now: Any, *parts: list[str] | None) -> Any:
    from bot.approval.silence_words import matcher_of

    names = ("words", "places", "playbooks", "feeds", "hosts", "unless")
    return matcher_of(organisation, now, **{name: tuple(part or ()) for name, part in zip(names, parts, strict=True)})


def _readable(matcher: dict[str, Any]) -> str:
    """A matcher on one line: ``words: đua ghe, bơi chải; places: ben-nua; unless (words: lật ghe)``."""
    parts = [f"{name}: {', '.join(value)}" for name, value in matcher.items() if name != "unless"]
    return "; ".join([*parts, *(f"unless ({_readable(branch)})" for branch in matcher.get("unless", ()))])


def _line(silence: Silence, held: int) -> dict[str, Any]:
    from bot.model.silence import SilenceState

    now = present()
    standing = silence.state.value
    if silence.state is SilenceState.AGREED:
        standing = "over" if now >= silence.ends_at else "in force" if now >= silence.starts_at else "to come"
    return {
        "id": silence.id,
        "code": silence.code,
        "kind": silence.kind.value,
        "standing": standing,
        "matcher": silence.matcher.to_json(),
        "starts_at": silence.starts_at,
        "ends_at": silence.ends_at,
        "reason": silence.reason,
        "author": silence.author,
        "made_at": silence.made_at,
        "wide": silence.why_wide.value if silence.why_wide else None,
        "agreed_by": silence.agreed_by,
        "ended_by": silence.ended_by,
        "held": held,
    }


def _preview_json(found: Preview) -> dict[str, Any]:
    return {
        "alerts": found.alerts,
        "cases": found.cases,
        "let_through": found.through,
        "estimated": found.estimated,
        "wide": found.wide.value if found.wide else None,
        "titles": list(found.titles),
    }


def _print_preview(found: Preview, *, as_json: bool) -> None:
    if as_json:
        print_json(_preview_json(found))
        return
    about = "about " if found.estimated else ""
    typer.echo(
        f"last week: {about}{found.alerts} alerts held, {found.cases} cases not opened, "
        f"{found.through} let through because they are grave",
        err=True,
    )
    for title in found.titles:
        typer.echo(f"  {title}", err=True)
    if found.wide is not None:
        typer.echo(f"  wide ({found.wide.value}): a second person must agree", err=True)


def _unknown(ref: str) -> typer.Exit:
    return _refused(f"{ref}: no silence has this code or id; `keng silences list` names them", 1)


def _refused(message: str, code: int) -> typer.Exit:
    typer.echo(message, err=True)
    return typer.Exit(code)
