"""Every word of one paper, before any layout: from an incident, a version and the office's form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.drafting.documents.form import OfficeForm, without_academic_titles
from bot.locale import LOCAL, text
from bot.model.incident import Incident
from bot.model.person import Person
from bot.model.statement import PUBLIC, StatementKind, StatementState, StatementVersion, canonical, text_sha256

FULL = "vi/full"
_ROOM = " " * 8
"""Room for what the clerk writes by hand."""

_MARKS = {
    StatementState.VOIDED: "voided",
    StatementState.REFUSED: "voided",
    StatementState.CORRECTED: "corrected",
    StatementState.RETRACTED: "retracted",
    StatementState.SUPERSEDED: "superseded",
}


@dataclass(frozen=True, slots=True)
class Content:
    """What is printed. ``mark`` is empty for words that were approved and still stand; ``body`` is the exact text.

    A press release has its ``kind`` above the text. A công văn has none: it has an ``addressee``, and what it is about
    stands below its number (NĐ 30/2020, Annex I, part II, nos. 5 and 9, and model 1.5 of Annex III).
    """

    parent: str
    agency: str
    nation: str
    motto: str
    number: str
    place_and_date: str
    kind: str
    subject: str
    addressee: str
    body: str
    recipients_label: str
    recipients: tuple[str, ...]
    capacity: tuple[str, ...]
    name: str
    contact: str
    mark: str
    seal_line: str
    statement: str
    version: int
    sha256: str
    text_sha256: str
    size: int
    made_for: datetime
    approved: bool

    @property
    def title(self) -> str:
        """What a program calls the file."""
        return f"{self.kind or text('vi', 'paper.letter')} – {self.subject}"

    @property
    def paragraphs(self) -> list[str]:
        """The text, one paragraph a line."""
        return self.body.split("\n")


def content_of(incident: Incident, version: StatementVersion, form: OfficeForm, approver: Person | None) -> Content:
    """The words of the paper of one version. ``approver`` is who approved it; nobody while it is a draft.

    Whoever approves for a department signs no paper of the agency: unless the form says how, the place is left open.
    """
    approved = version.state is StatementState.APPROVED or version.state in PUBLIC
    signer = form.signer(version.approved_by) if approved else None
    signs = approver if approved and approver is not None and (signer or approver.is_of_the_agency) else None
    title = signs.title.partition(",")[0].upper() if signs else text("vi", "paper.signer_here")
    body = canonical(version.texts[FULL])
    letter = is_letter(version)
    if letter:  # the answer to one press agency; "như trên" is whom it is addressed to
        symbol = form.letter_symbol or text("vi", "paper.letter_symbol_here")
        copies = (text("vi", "paper.as_above"), *form.letter_recipients)
    else:
        symbol = form.symbol or text("vi", "paper.symbol_here")
        copies = form.recipients or (text("vi", "paper.press"),)
    recipients = [f"- {one.rstrip(';.')};" for one in copies]
    recipients.append(text("vi", "paper.filed", unit=f", {form.filing}" if form.filing else ""))
    return Content(
        parent=form.parent.upper(),
        agency=form.agency.upper(),
        nation=text("vi", "paper.nation"),
        motto=text("vi", "paper.motto"),
        number=text("vi", "paper.number", room=_ROOM, symbol=symbol),
        place_and_date=_place_and_date(form.place, version.approved_at if approved else None, version.created_at),
        kind="" if letter else text("vi", "paper.kind"),
        subject=text("vi", f"paper.subject.{version.kind.value}"),
        addressee=text("vi", "paper.addressee") if letter else "",
        body=body,
        recipients_label=text("vi", "paper.recipients"),
        recipients=tuple(recipients),
        capacity=signer.lines if signer else (title,),
        name=without_academic_titles(signs.name) if signs else "",
        contact=form.contact,
        mark=_mark(incident, version, approved=approved),
        seal_line=text("vi", "paper.hash", version=str(version.version), sha256=version.sha256),
        statement=f"{incident.id}-{version.version}",
        version=version.version,
        sha256=version.sha256,
        text_sha256=text_sha256(body),
        size=form.size,
        made_for=version.approved_at or version.created_at,
        approved=approved,
    )


def is_letter(version: StatementVersion) -> bool:
    """True for a công văn. Who refuses information answers those who asked; a release informs everybody."""
    return version.kind is StatementKind.REFUSAL


def _mark(incident: Incident, version: StatementVersion, *, approved: bool) -> str:
    if incident.drill:  # whatever its state: a drill's paper must never pass for a real one
        return text("vi", "paper.mark.drill")
    key = _MARKS.get(version.state)
    if key is None and not approved:
        key = "draft"
    return text("vi", f"paper.mark.{key}") if key else ""


def _place_and_date(place: str, signed_at: datetime | None, drafted_at: datetime) -> str:
    """``Thượng Giang, ngày 05 tháng 02 năm 2026``: days below 10, months 1 and 2 with a zero (Annex I, no. 4).

    The date is that of signing; before, day and month stay empty.
    """
    at = (signed_at or drafted_at).astimezone(LOCAL)
    day, month = (f"{at.day:02d}", f"{at.month:02d}" if at.month < 3 else str(at.month)) if signed_at else ("    ",) * 2
    return text("vi", "paper.date", place=place or "……………", day=day, month=month, year=str(at.year))
