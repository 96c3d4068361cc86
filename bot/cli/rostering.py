"""``keng people roster``: the duties to come, as lines, JSON or a calendar."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import typer

from bot.cli.reading import print_json
from bot.model.person import Organisation


def show(organisation: Organisation, now: datetime, weeks: int, *, ics: bool, as_json: bool) -> int:
    """Print the roster; the exit code is 1 when there is none, or when somewhere nobody is on duty."""
    rota = organisation.roster.rota
    if rota is None:
        typer.echo("there is no roster.yaml in the organisation's folder", err=True)
        return 1
    shifts = organisation.roster.shifts(now, now + timedelta(weeks=weeks), organisation.may_be_on_duty)
    if ics:
        from bot.approval.roster_calendar import as_icalendar

        typer.echo(as_icalendar(organisation, shifts, now), nl=False)
    for shift in () if ics else shifts:
        person = organisation.person(shift.person) if shift.person else None
        if as_json:
            print_json(
                {
                    "start": shift.start,
                    "end": shift.end,
                    "person": shift.person,
                    "reason": shift.reason.value,
                    "rostered": shift.rostered,
                    "holiday": shift.holiday,
                }
            )
        else:
            start, end = (instant.astimezone(ZoneInfo(rota.zone)) for instant in (shift.start, shift.end))
            name = person.name if person else "NOBODY"
            holiday = f"  {shift.holiday}" if shift.holiday else ""
            typer.echo(f"{start:%a %Y-%m-%d %H:%M} - {end:%a %Y-%m-%d %H:%M}  {name:<24} {shift.reason.value}{holiday}")
    return 0 if all(shift.person for shift in shifts) else 1
