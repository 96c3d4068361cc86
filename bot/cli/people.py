"""``keng people …``: who is who, inviting them, who would lead an alert, who is on duty."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.factor import factor
from bot.cli.operator import note, operator_name, present
from bot.cli.reading import AsJson, Config, from_store, has_store, in_store, print_json

app = typer.Typer(no_args_is_help=True, help="Look at and enrol the people; routing and the duty roster.")

AsOf = Annotated[str | None, typer.Option("--as-of", help="A day such as 2025-03-01 instead of today.")]


@app.callback()
def _people() -> None:
    """Look at and enrol the people; routing and the duty roster."""


@app.command("list", epilog="Example:  keng people list --json")
def list_(config: Config = None, as_json: AsJson = False, as_of: AsOf = None) -> None:
    """List the people, their roles and whether they can be reached."""
    now = _instant(as_of)
    organisation = enrolled(config)
    people = organisation.as_of(now).people if as_of else organisation.people
    wide = [max((len(getattr(p, name)) for p in people), default=0) for name in ("id", "name", "unit")]
    for person in people:
        line = {
            "id": person.id,
            "name": person.name,
            "unit": person.unit,
            "roles": sorted(role.value for role in person.roles(now)),
            "telegram_id": person.telegram_id,
            "reachable": person.reachable,
        }
        if as_json:
            print_json(line)
        else:
            roles = ", ".join(line["roles"]) or "-"
            ways = [w for w, there in (("Telegram", person.telegram_id), ("e-mail", person.email)) if there]
            reached = ", ".join(ways) or "NOT REACHABLE"
            typer.echo(
                f"{person.id:<{wide[0]}}  {person.name:<{wide[1]}}  {person.unit:<{wide[2]}}  {roles:<22}  {reached}"
            )


@app.command(epilog="Example:  keng people invite phat")
def invite(
    person_id: Annotated[str, typer.Argument(metavar="ID", help="The person's id in people.yaml.")],
    config: Config = None,
    additional: Annotated[bool, typer.Option("--also", help="One more account, beside those they have.")] = False,
    only_for: Annotated[int | None, typer.Option("--for", help="Only this Telegram account may use it.")] = None,
) -> None:
    """Make a one-time code, good for 24 hours; earlier ones of the person are good no longer."""
    from bot.model.enrolment import CODE_LASTS, EnrolmentCode, code_hash, new_code
    from bot.store import bindings, telegram_inbox

    person = _known(config, person_id)
    code, now, operator = new_code(), present(), operator_name()
    kept = EnrolmentCode(
        code_hash(code),
        person.id,
        operator,
        now,
        now + CODE_LASTS,
        additional,
        None if only_for is None else str(only_for),
    )

    async def write(tx: Any, _settings: Any) -> str | None:
        await bindings.add_code(tx, kept)
        await note(tx, "invite", now, person=person.id, additional=additional, only_for=only_for)
        return await telegram_inbox.state(tx, "identity")

    bot = in_store(config, write)
    typer.echo(f"For {person.name} alone, once, until {kept.expires_at:%Y-%m-%d %H:%M} UTC:", err=True)
    if bot:
        typer.echo(f"https://t.me/{bot}?start={code}")
    else:
        typer.echo(
            "Keng has not spoken with Telegram yet, so there is no link; the person types this to the bot:", err=True
        )
    typer.echo(f"/start {code}")


app.command(epilog="Example:  keng people factor phat --with pho")(factor)


@app.command(epilog="Example:  keng people release phat")
def release(
    person_id: Annotated[str, typer.Argument(metavar="ID", help="The person's id in people.yaml.")],
    config: Config = None,
) -> None:
    """Take every account away from a person at once: a lost phone, somebody who has left.

    Pages that they opened from a letter or a link are shut, too: the phone's browser may hold them.
    """
    from bot.channels.telegram.chats import DUTY, person_key
    from bot.model.factor_link import Ended
    from bot.store import bindings, board_links, factor_links, people, signoff, telegram_cards, telegram_chats

    now, operator = present(), operator_name()
    organisation = _organisation(config)

    async def write(tx: Any, _settings: Any) -> list[int] | None:
        person = (await people.enrolled(tx, organisation)).person(person_id)
        if person is None:
            return None
        for account in sorted(person.accounts):
            await bindings.release(tx, person.id, people.TELEGRAM, str(account), operator, now)
            await telegram_chats.end_at(tx, account, DUTY)  # a stolen phone sees nothing more change
        await telegram_cards.remove_cards(tx, person_key(person))
        await telegram_chats.drop_waiting(tx, person_key(person))
        await board_links.end_all(tx, person.id, now)
        await signoff.shut(tx, person.id)
        await factor_links.end_of(tx, person.id, Ended.REPLACED, now)
        await note(tx, "release_accounts", now, person=person.id, accounts=sorted(person.accounts))
        return sorted(person.accounts)

    released = in_store(config, write)
    if released is None:
        raise _nobody(config, person_id)
    typer.echo(f"{person_id}: {len(released)} accounts released" if released else f"{person_id}: had no account")


@app.command(epilog="Example:  keng people route --alert alert.json --playbook food-poisoning")
def route(
    alert: Annotated[Path, typer.Option("--alert", help="An alert in spike_alert/v1; - is standard input.")],
    config: Config = None,
    playbook: Annotated[str | None, typer.Option(help="The playbook; else the one that matches.")] = None,
    as_json: AsJson = False,
) -> None:
    """Explain step by step which unit leads an alert, which help, who approves and who is on duty."""
    from bot.cli import routing

    raise typer.Exit(routing.explain(config, alert, playbook, as_json=as_json))


@app.command(epilog='Example:  keng people place "xã Tân Hòa, huyện Đồi Thông"')
def place(
    name: Annotated[str, typer.Argument(help="A place as an alert would write it.")],
    config: Config = None,
    as_of: AsOf = None,
) -> None:
    """Show which unit is there for a place, by its name of today or of before a reform."""
    from bot.cli.routing import in_words
    from bot.model.alert import Location

    organisation = _organisation(config)
    found = organisation.places.resolve(Location(text=name), organisation.units, _instant(as_of))
    typer.echo(in_words(found))
    raise typer.Exit(0 if found.unit else 1)


@app.command(epilog="Example:  keng people roster --weeks 12 --ics > truc.ics")
def roster(
    config: Config = None,
    weeks: Annotated[int, typer.Option(min=1, max=104, help="How many weeks from now.")] = 8,
    ics: Annotated[bool, typer.Option("--ics", help="As iCalendar (RFC 5545), for calendars.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show who is on duty, with everything that was changed in chat; what is taken out as data is recorded."""
    from bot.cli import rostering
    from bot.cli.on_record import a_look, record
    from bot.settings import load_settings

    organisation = enrolled(config)
    if organisation.roster.rota is not None and (ics or as_json):
        record(load_settings(config), a_look("export_roster", format="ics" if ics else "json", weeks=weeks))
    raise typer.Exit(rostering.show(organisation, present(), weeks, ics=ics, as_json=as_json))


def enrolled(config: Path | None) -> Any:
    """The organisation in use, with what the record knows."""
    return with_record(config, _organisation(config))


def with_record(config: Path | None, organisation: Any) -> Any:
    """The organisation with accounts, authorisations and changes of the roster; as it is before the first start."""
    from bot.settings import load_settings
    from bot.store import people

    if not has_store(load_settings(config)):
        return organisation

    async def read(tx: Any, _settings: Any) -> Any:
        return await people.enrolled(tx, organisation)

    return from_store(config, read)


def _organisation(config: Path | None) -> Any:
    from bot.data import Data
    from bot.settings import load_settings

    return Data.load(load_settings(config)).organisation.current()


def _known(config: Path | None, person_id: str) -> Any:
    person = _organisation(config).person(person_id)
    if person is None:
        raise _nobody(config, person_id)
    return person


def _nobody(config: Path | None, person_id: str) -> typer.Exit:
    from bot.data import organisation_folder
    from bot.settings import load_settings

    file = organisation_folder(load_settings(config)).absolute() / "people.yaml"
    typer.echo(f"{person_id}: nobody in {file} has this id; `keng people list` names them", err=True)
    return typer.Exit(1)


def _instant(as_of: str | None) -> datetime:
    """The beginning of the day that was given, or now."""
    from datetime import date

    from bot.approval.days import begins

    if as_of is None:
        return present()
    try:
        return begins(date.fromisoformat(as_of))
    except ValueError:
        raise typer.BadParameter(f"{as_of} is no day such as 2025-03-01") from None
