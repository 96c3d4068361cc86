"""What a person writes after a statement was published: a heading and a reference are put before their words."""

from __future__ import annotations

from datetime import datetime

from babel.dates import format_datetime

from bot.drafting.context import Earlier
from bot.locale import LOCAL
from bot.model.person import Agency
from bot.model.playbook import Bilingual, Playbook
from bot.model.statement import StatementKind, canonical
from bot.playbooks.templates import render


def follow_up(
    kind: StatementKind,
    playbook: Playbook,
    agency: Agency,
    earlier: Earlier,
    said: str,
    number: int,
    issued_at: datetime,
) -> str:
    """The Vietnamese full text of the statement with this ``number``, in which ``said`` are the person's own words.

    Whoever copied the earlier text to change it copied its heading as well: that line is left out, for the new one has
    a heading of its own.
    """
    heading, reference = _phrases(kind, playbook)
    values = {
        "number": str(number),
        "issued_at": _at(issued_at, playbook),
        "earlier_number": str(earlier.number),
        "earlier_at": _at(earlier.published_at, playbook),
        "agency": agency.name_vi,
    }
    body = _without_heading(said, earlier.text)
    return canonical("\n\n".join([render(heading.vi, **values), render(reference.vi, **values), body]))


def _phrases(kind: StatementKind, playbook: Playbook) -> tuple[Bilingual, Bilingual]:
    phrases, shared = playbook.phrases, playbook.statements.phrases
    return {
        StatementKind.UPDATE: (phrases.update_heading, phrases.update_of),
        StatementKind.CORRECTION: (phrases.correction_heading, phrases.correction_of),
        StatementKind.SUPERSESSION: (phrases.supersession_heading, phrases.supersession_of),
        StatementKind.CLOSING: (shared.closing_heading, shared.closing_of),
    }[kind]


def _without_heading(said: str, earlier: str) -> str:
    first, _, rest = said.partition("\n")
    return rest.lstrip("\n") if rest.strip() and first.strip() == earlier.partition("\n")[0].strip() else said


def _at(instant: datetime, playbook: Playbook) -> str:
    return format_datetime(instant, playbook.phrases.instant.vi, tzinfo=LOCAL, locale="vi")
