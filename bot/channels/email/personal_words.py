"""The words of a letter about its reader's own second factor: plain text, and never a code (ADR 0032)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage

from bot.channels.email.render import POLICY, one_line
from bot.locale import local_time, text
from bot.model.person import Agency, Person
from bot.store.personal_letters import PersonalLetter


def letter(
    one: PersonalLetter, reader: Person, agency: Agency, sender: Address, link: str, until: datetime | None
) -> EmailMessage:
    """The letter, with its link and how long that stands, or without either. One row always makes one head."""
    lang, told = reader.lang, {name: one_line(value) for name, value in one.told.items()}
    message = EmailMessage(policy=POLICY)
    message["From"] = sender
    message["To"] = Address(one_line(reader.name), addr_spec=one.address)
    message["Subject"] = text(lang, f"mail.subject.{one.words}", **told)
    message["Date"] = one.written_at
    message["Message-ID"] = f"<{one.id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    body = "\n".join(_body(one, reader, agency, link, until, told))
    message.set_content(body, charset="utf-8", cte="quoted-printable")
    return message


def _body(
    one: PersonalLetter, reader: Person, agency: Agency, link: str, until: datetime | None, told: dict[str, str]
) -> Iterator[str]:
    lang = reader.lang
    yield text(lang, "mail.greeting", name=one_line(reader.name), title=one_line(reader.title))
    yield ""
    yield text(lang, f"notice.{one.words}" if until is None else f"mail.asks.{one.words}", **told)
    yield ""
    if until is not None:
        yield text(lang, f"mail.open.{one.words}", **told)
        yield link
        yield ""
        yield text(lang, "mail.link", until=local_time(until, lang))
        yield text(lang, f"mail.care.{one.words}", **told)
        yield ""
    yield text(lang, "mail.no_reply")
    yield ""
    yield "-- "
    yield text(lang, "mail.signature", agency=agency.name_vi if lang == "vi" else agency.name_en)
