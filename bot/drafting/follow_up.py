"""What follows a published statement: an update, a correction, a retraction, a replacement; each names the former."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from babel.dates import format_datetime

from bot.drafting.blocks import SHOWN_IN
from bot.model.person import Agency
from bot.model.playbook import Bilingual, Phrases
from bot.model.statement import StatementKind, canonical
from bot.playbooks.templates import render


@dataclass(frozen=True, slots=True)
class Earlier:
    """The statement that is followed: its number among the published ones, when it was published, its words."""

    number: int
    published_at: datetime
    text: str


def follow_up(
    kind: StatementKind, phrases: Phrases, agency: Agency, earlier: Earlier, said: str, number: int, issued_at: datetime
) -> str:
    """The Vietnamese full text of the statement with this ``number``.

    ``said`` is the new text, for a retraction its reason. Whoever copied the earlier text to change it copied its
    heading as well: that line is left out, for the new one has a heading of its own.
    """
    heading, reference = _phrases(kind, phrases)
    values = {
        "number": str(number),
        "issued_at": _at(issued_at, phrases),
        "earlier_number": str(earlier.number),
        "earlier_at": _at(earlier.published_at, phrases),
        "agency": agency.name_vi,
    }
    body = said if kind is StatementKind.RETRACTION else _without_heading(said, earlier.text)
    paragraphs = [render(heading.vi, **values), render(reference.vi, **values), body]
    if kind is StatementKind.RETRACTION:
        contact = {"desk": agency.press_contact_vi, "phone": agency.press_phone, "url": agency.channel_url}
        paragraphs[-1] = render(phrases.retraction_reason.vi, reason=said)
        paragraphs.append(render(phrases.contact.vi, **contact))
    return canonical("\n\n".join(paragraphs))


def _phrases(kind: StatementKind, phrases: Phrases) -> tuple[Bilingual, Bilingual]:
    return {
        StatementKind.UPDATE: (phrases.update_heading, phrases.update_of),
        StatementKind.CORRECTION: (phrases.correction_heading, phrases.correction_of),
        StatementKind.RETRACTION: (phrases.retraction_heading, phrases.retraction_of),
        StatementKind.SUPERSESSION: (phrases.supersession_heading, phrases.supersession_of),
    }[kind]


def _without_heading(said: str, earlier: str) -> str:
    first, _, rest = said.partition("\n")
    return rest.lstrip("\n") if rest.strip() and first.strip() == earlier.partition("\n")[0].strip() else said


def _at(instant: datetime, phrases: Phrases) -> str:
    return format_datetime(instant, phrases.instant.vi, tzinfo=SHOWN_IN, locale="vi")
