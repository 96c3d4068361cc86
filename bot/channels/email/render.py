"""The letter: plain text, so that nothing hides behind words. It carries no draft, only where to read it (ADR 0018).

Where the matter's topic is counted, its curve lies below the words as a picture, and is said in words (ADR 0030).
"""

from __future__ import annotations

from collections.abc import Iterator
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from unicodedata import category

from bot.locale import local_time, text
from bot.locale.phrases import clock_line
from bot.model.card import CardView
from bot.model.person import Agency, Person
from bot.model.reach import ASKED, DOUBT, REMINDED, Unreached
from bot.model.task import Task, Tasks
from bot.store.email_letters import QueuedLetter

TITLE_LENGTH = 120
"""Characters of the incident's title in a subject; mail programs show fewer."""

NAMED = 2
"""So many of those whom the words wait for are named; the others are counted."""

URGENT_FROM_LEVEL = 3
PICTURE_NAME = "dien-bien.png"

_NOTHING_ASKED = Tasks({})

POLICY = EmailPolicy(max_line_length=78, raise_on_defect=False)


def letter(
    queued: QueuedLetter,
    view: CardView,
    person: Person,
    agency: Agency,
    sender: Address,
    link: str,
    tasks: Tasks = _NOTHING_ASKED,
) -> EmailMessage:
    """The letter that brings one link to one person, and says what is asked of them; a duty officer does not approve.

    One ticket always makes one head, so that a second letter after a broken line is known as the first one's twin.
    """
    lang, ticket, incident = person.lang, queued.ticket, view.incident
    message = EmailMessage(policy=POLICY)
    message["From"] = sender
    message["To"] = Address(one_line(person.name), addr_spec=ticket.address)
    message["Subject"] = _subject(queued, view, tasks, lang)
    message["Date"] = ticket.issued_at
    message["Message-ID"] = f"<{ticket.id}@{sender.domain}>"
    message["References"] = f"<incident.{incident.id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if incident.level >= URGENT_FROM_LEVEL:
        message["Importance"] = "high"
    body = "\n".join(_body(queued, view, person, agency, link, tasks))
    message.set_content(body, charset="utf-8", cte="quoted-printable")
    return message


def illustrate(message: EmailMessage, picture: bytes) -> None:
    """Lay the curve (PNG) below the words. The words say the same: a reader may see no pictures, or not trust them."""
    message.add_attachment(picture, maintype="image", subtype="png", disposition="inline", filename=PICTURE_NAME)


def one_line(words: str, limit: int = 200) -> str:
    """Words of people as one line of visible characters: in a header, a line break would begin another header.

    Nor may anything be left that only looks like an encoded word (RFC 2047): the library would decode it on the way
    into the header, line breaks and all.
    """
    visible = "".join(c if not category(c).startswith(("C", "Z")) else " " for c in words)
    line = " ".join(visible.split()).replace("=?", "= ?")
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _subject(queued: QueuedLetter, view: CardView, tasks: Tasks, lang: str) -> str:
    incident = view.incident
    subject = text(
        lang,
        f"mail.subject.{_asked(queued, view, tasks)}",
        names=_deciders(tasks, lang),
        level=str(incident.level),
        code=incident.code,
        version=str(queued.ticket.version),
        title=one_line(incident.title, TITLE_LENGTH),
    )
    return f"{text(lang, 'mail.subject.drill')} {subject}" if incident.drill else subject


def _asked(queued: QueuedLetter, view: CardView, tasks: Tasks) -> str:
    """By which words the letter asks: the task of its reader, or whether a copy appeared."""
    if queued.cause == DOUBT:
        return DOUBT
    task = tasks.of(queued.ticket.person)
    return f"{task}.release" if task is Task.KNOW and view.awaits_second_person else task.value


def _deciders(tasks: Tasks, lang: str) -> str:
    """Whom the words wait for, in a few words."""
    names = [one_line(name) for name in tasks.deciders]
    if not names:
        return text(lang, "mail.deciders.none")
    first, second = names[0], names[1] if len(names) > 1 else ""
    key = "one" if len(names) == 1 else "two" if len(names) == NAMED else "more"
    return text(lang, f"mail.deciders.{key}", first=first, second=second, more=str(len(names) - NAMED))


def _body(
    queued: QueuedLetter, view: CardView, person: Person, agency: Agency, link: str, tasks: Tasks
) -> Iterator[str]:
    lang, incident, ticket = person.lang, view.incident, queued.ticket
    yield text(lang, "mail.greeting", name=one_line(person.name), title=one_line(person.title))
    yield ""
    if incident.drill:
        yield text(lang, "mail.drill")
        yield ""
    asked = _asked(queued, view, tasks)
    by = one_line(view.names.get(view.statement.approved_by or "", "")) if view.statement else ""
    names = _deciders(tasks, lang)
    yield text(lang, f"mail.asks.{asked}", version=str(ticket.version), names=names, by=by)
    if asked == Task.APPROVE:
        units = ", ".join(unit.in_(lang) for unit in view.silent_units)
        yield from (text(lang, f"signoff.cannot.{kind}_missing", gaps=units) for kind in view.open_checks)
    yield ""
    yield text(
        lang, "mail.heading", code=incident.code, level=str(incident.level), level_name=view.level_name.in_(lang)
    )
    yield one_line(incident.title, 400)
    for clock in view.clocks:
        yield "- " + clock_line(view, clock, lang)
    yield ""
    if view.curve is not None and queued.cause != DOUBT:
        yield text(lang, "mail.curve")
        if view.curve.why is not None:
            yield view.curve.why.in_(lang)
        yield view.curve.outlook.in_(lang)
        yield ""
    yield text(lang, f"mail.open.{asked.partition('.')[0]}")
    yield link
    yield ""
    yield text(lang, "mail.link", until=local_time(ticket.expires_at, lang))
    yield text(lang, "mail.silence")
    yield ""
    yield _why(queued, lang)
    yield text(lang, "mail.no_reply")
    yield ""
    yield "-- "
    yield text(lang, "mail.signature", agency=agency.name_vi if lang == "vi" else agency.name_en)


def _why(queued: QueuedLetter, lang: str) -> str:
    if queued.cause in (ASKED, DOUBT, REMINDED):
        return text(lang, f"mail.why.{queued.cause}")
    channel = text(lang, f"channel.{queued.channel}")
    if queued.cause == Unreached.AWAY.value and queued.cause_since is not None:
        return text(lang, "mail.why.away", channel=channel, since=local_time(queued.cause_since, lang))
    return text(lang, f"mail.why.{queued.cause}", channel=channel)
