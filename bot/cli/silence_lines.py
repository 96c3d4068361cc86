"""How ``keng silences`` writes a silence and a preview, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from bot.cli.operator import present
from bot.cli.reading import print_json

if TYPE_CHECKING:
    from bot.approval.silence_preview import Preview
    from bot.model.silence import Silence


def readable(matcher: dict[str, Any]) -> str:
    """A matcher on one line: ``words: đua ghe, bơi chải; places: ben-nua; unless (words: lật ghe)``."""
    parts = [f"{name}: {', '.join(value)}" for name, value in matcher.items() if name != "unless"]
    return "; ".join([*parts, *(f"unless ({readable(branch)})" for branch in matcher.get("unless", ()))])


def line_of(silence: Silence, held: int) -> dict[str, Any]:
    """A silence that holds ``held`` alerts, for programs."""
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


def preview_json(found: Preview) -> dict[str, Any]:
    """A preview for programs."""
    return {
        "alerts": found.alerts,
        "cases": found.cases,
        "let_through": found.through,
        "estimated": found.estimated,
        "wide": found.wide.value if found.wide else None,
        "titles": list(found.titles),
    }


def print_preview(found: Preview, *, as_json: bool) -> None:
    """Write a preview: for programs to standard output, for people beside it."""
    if as_json:
        print_json(preview_json(found))
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
