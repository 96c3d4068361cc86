"""``keng people factor``: a link by letter and a code by voice, for whoever enrols a device without Telegram."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.reading import Config, in_store

if TYPE_CHECKING:
    from bot.model.factor_link import FactorLink
    from bot.model.person import Person


def factor(
    person_id: Annotated[str, typer.Argument(metavar="ID", help="The person's id in people.yaml.")],
    config: Config = None,
    with_: Annotated[
        list[str] | None, typer.Option("--with", metavar="ID", help="A colleague who is asked to vouch, by letter.")
    ] = None,
    void: Annotated[bool, typer.Option("--void", help="Take the device away instead: it counts no more.")] = False,
) -> None:
    """Let somebody without Telegram enrol a second factor: a link goes by letter, the code you tell them by voice.

    Both are good for two hours and once; earlier links of the person are good no longer. The device counts when a
    colleague has vouched that it is they.
    """
    if void and with_:
        raise typer.BadParameter("--void sends no letters")
    if void:
        _void(config, person_id)
    else:
        _send(config, person_id, with_ or [])


def _send(config: Path | None, person_id: str, colleague_ids: Sequence[str]) -> None:
    """Write the letters, and print the code that is told by voice."""
    from bot.approval import factor_links
    from bot.approval.sealing import load_seal
    from bot.cli.operator import note, operator_name, present
    from bot.data import Data
    from bot.settings import load_settings
    from bot.store import people

    settings, now, operator = load_settings(config), present(), operator_name()
    if settings.email.smtp is None:
        raise _refused("no mail server is set (email.smtp): without letters no page asks for codes; in Telegram: /totp")
    organisation = Data.load(settings).organisation.current()
    key = settings.data_dir / "secrets.key"
    if not key.exists():  # one that is made here, as another user or beside another database, would open nothing
        raise _refused(f"{key}: is not there; start Keng once with this data_dir, then run this where it runs")
    try:
        seal = load_seal(key)
    except ValueError as error:
        raise _refused(str(error)) from error

    async def write(tx: Any, _settings: Any) -> tuple[Person, FactorLink] | str:
        enrolled, ids = await people.enrolled(tx, organisation), (person_id, *colleague_ids)
        found = [enrolled.person(one) for one in ids]
        why = _hindrance(ids, found, now)
        if why is not None:
            return why
        owner, *colleagues = [one for one in found if one is not None]
        link = await factor_links.issue(tx, owner, colleagues, operator, now)
        asked = [one.id for one in colleagues]
        await note(tx, "invite_factor", now, person=owner.id, link=link.id, colleagues=asked)
        return owner, link

    done = in_store(config, write)
    if isinstance(done, str):
        raise _refused(done)
    owner, link = done
    typer.echo(
        f"A letter with a link goes to {link.address} as soon as Keng runs; it opens once, until "
        f"{link.expires_at:%Y-%m-%d %H:%M} UTC. Tell {owner.name} this code yourself, in person or on the telephone, "
        "never in writing:",
        err=True,
    )
    typer.echo(factor_links.spoken_code(seal, link))
    if colleague_ids:
        typer.echo(f"Asked by letter to vouch: {', '.join(colleague_ids)}.", err=True)
    else:
        typer.echo("A colleague must vouch: on Telegram with /totp, or from a letter: --with ID sends one.", err=True)


def _void(config: Path | None, person_id: str) -> None:
    """Take a device away at once; whoever holds it proves nothing any more."""
    from bot.approval import factor_links
    from bot.cli.operator import note, present
    from bot.data import Data
    from bot.settings import load_settings

    now = present()

    async def write(tx: Any, _settings: Any) -> bool:
        had_one = await factor_links.take_away(tx, person_id, now)
        await note(tx, "void_factor", now, person=person_id, had_one=had_one)
        return had_one

    had_one = in_store(config, write)
    if not had_one and Data.load(load_settings(config)).organisation.current().person(person_id) is None:
        raise _refused(_nobody(person_id))  # a slip of the pen: somebody else's device still counts
    typer.echo(f"{person_id}: the second factor counts no more" if had_one else f"{person_id}: had no second factor")


def _hindrance(ids: Sequence[str], found: Sequence[Person | None], now: datetime) -> str | None:
    """Why no letters are written."""
    from bot.approval import authority

    for person_id, person in zip(ids, found, strict=True):
        if person is None:
            return _nobody(person_id)
        if person.email is None:
            return f"{person_id}: has no email in people.yaml; on Telegram: /totp"
        if authority.handles_matters(person, now) is not None:
            return f"{person_id}: holds no role today in which incidents are handled"
    if len(set(ids)) != len(ids):
        return "nobody vouches for themselves, and a colleague is asked once"
    return None


def _nobody(person_id: str) -> str:
    return f"{person_id}: nobody in people.yaml has this id; `keng people list` names them"


def _refused(why: str) -> typer.Exit:
    typer.echo(why, err=True)
    return typer.Exit(1)
