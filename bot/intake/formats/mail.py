"""Letters as alerts, for vendors that only send mail (Brandwatch among them) and for colleagues without a program.

Subject and text are the title and summary; ``patterns`` find counts and places in them. From whom a letter is, is
checked and not kept (:mod:`~bot.intake.formats.mail_senders`): neither names nor addresses go into what is stored.
"""

from __future__ import annotations

import email
import email.policy
import hashlib
import re
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any

import regex

from bot.intake.body import parse
from bot.intake.formats.arrival import Arrival, Misunderstood, NotMail, Understood
from bot.intake.formats.fields import Fields, http_url, short_id
from bot.intake.formats.hypertext import words_of
from bot.intake.formats.mail_senders import Admission
from bot.intake.formats.native import read_as_native
from bot.intake.formats.port import Format, Headers

FIELDS = (
    *("title", "summary", "status", "first_seen", "observed", "baseline", "factor", "negative", "positive", "reach"),
    *("topic", "place", "severity_hint", "window_minutes", "matter"),
)
"""What a group of a pattern may be named; ``matter`` is what later letters about the same have in common."""

LONGEST_TEXT = 100_000
LONGEST_HEADER = 2_000
LONGEST_BLOCK = 200_000
MOST_LINKS = 20
SECONDS = 0.5
"""How long one pattern may search one letter: a careless expression must not stop the door."""

_LINK = regex.compile(r"https?://[^\s<>\"'\])]+")
_NO_SOURCE = ("unsubscribe", "optout", "opt-out", "preferences", "huy-dang-ky", "mailto", "/track/", "privacy")


def mail(senders: Sequence[str], verified_by: str | None = None, patterns: Sequence[str] = ()) -> Format:
    """The format; who may write, which server's word on a signature counts, what is looked for in a letter."""
    admission = Admission.of(senders, verified_by)
    expressions = tuple(compiled(pattern) for pattern in patterns)

    def items(body: bytes, _headers: Headers) -> Sequence[Any]:
        if body.lstrip()[:1] == b"{":  # as a letter of ours is kept
            return [admission.decided_anew(parse(body))]
        return [_letter(body, admission)]

    def read(value: Any, arrival: Arrival) -> Understood:
        return _read(value, arrival, expressions)

    return Format("mail", items, read, ("message/rfc822",))


@lru_cache(maxsize=256)
def compiled(pattern: str) -> Any:
    """The expression.

    Raises:
        ValueError: it is none.
    """
    try:
        return regex.compile(pattern, regex.MULTILINE | regex.IGNORECASE)
    except regex.error as error:
        raise ValueError(f"no regular expression: {error}") from None


def _letter(body: bytes, admission: Admission) -> dict[str, Any]:
    """What is kept of a letter: no person, and whether its sender is one who may write."""
    try:
        message = email.message_from_bytes(_with_short_headers(body), policy=email.policy.default)
        if not isinstance(message, EmailMessage) or not (message.get("From") or message.get("Subject")):
            raise NotMail("neither From nor Subject: not a letter")
        stated = str(message.get("Message-ID", "")).strip("<> \r\n")[:512]
        message_id = stated or f"sha256:{hashlib.sha256(body).hexdigest()}"
        return {
            "message_id": message_id,
            "date": _date(str(message.get("Date", ""))),
            "subject": str(message.get("Subject", "")).strip(),
            "text": _text_of(message)[:LONGEST_TEXT],
            **admission.of_letter(message, message_id),
        }
    except NotMail:
        raise
    except Exception as error:  # the standard library meets odd letters with odd errors
        raise NotMail(f"cannot be taken apart: {type(error).__name__}") from None


def _read(value: Any, arrival: Arrival, expressions: Sequence[Any]) -> Understood:
    letter = Fields(value)
    subject, text = letter.words("subject"), letter.words("text") or ""
    if letter.raw("sender_known") is not True:
        raise Misunderstood(f"From: nobody at {letter.words('from_domain') or 'no domain'} is among mail.senders")
    if letter.raw("sender_verified") is not True:
        raise Misunderstood(f"From: the mail server does not confirm a signature of {letter.words('from_domain')}")
    found = _found(expressions, f"{subject or ''}\n{text}")
    title = found.get("title") or subject
    if not title:
        raise Misunderstood("Subject: the letter has none, and no pattern finds a title")
    links = [url for url in _LINK.findall(text) if not any(word in url.lower() for word in _NO_SOURCE)]
    message_id, matter = letter.words("message_id"), found.get("matter")
    return read_as_native(
        {
            "id": short_id(message_id) if message_id else None,
            "title": title,
            "summary": found.get("summary") or text,
            "status": found.get("status", "actual").lower(),
            "first_seen": found.get("first_seen") or letter.words("date"),
            "window_minutes": _digits(found, "window_minutes"),
            "volume": {name: _digits(found, name) for name in ("observed", "baseline", "factor")},
            "sentiment": {name: _share(found, name) for name in ("negative", "positive")},
            "reach": _digits(found, "reach"),
            "topics": [found["topic"]] if "topic" in found else None,
            "location": {"text": found.get("place")},
            "severity_hint": _digits(found, "severity_hint"),
            "sources": [{"url": http_url(url.rstrip(".,;"))} for url in dict.fromkeys(links[:MOST_LINKS])],
        },
        arrival,
        thread=short_id(matter) if matter else None,
    )


def _found(expressions: Sequence[Any], text: str) -> dict[str, str]:
    """What the named groups caught, the first expression first."""
    found: dict[str, str] = {}
    for expression in expressions:
        try:
            match = expression.search(text, timeout=SECONDS)
        except TimeoutError:
            raise Misunderstood(f"patterns: {expression.pattern[:80]} takes too long on this letter") from None
        for name, caught in (match.groupdict() if match else {}).items():
            if caught is not None and caught.strip():
                found.setdefault(name, caught.strip())
    return found


def _digits(found: Mapping[str, str], name: str) -> str | None:
    """A number without the marks that group thousands: ``1.234`` and ``1,234`` are 1234, ``6,2`` is 6.2."""
    said = found.get(name)
    if said is None:
        return None
    grouped = regex.fullmatch(r"\d{1,3}([.,]\d{3})+", said)
    return said.replace(".", "").replace(",", "") if grouped else said.replace(",", ".")


def _share(found: Mapping[str, str], name: str) -> float | None:
    """A share of 0 to 1 from ``71%``, ``71`` or ``0.71``."""
    said = _digits(found, name)
    try:
        number = float(said.rstrip("% ")) if said is not None else None
    except ValueError:
        raise Misunderstood(f"{name}: {said!r} is no share") from None
    return number / 100 if number is not None and (number > 1 or "%" in str(said)) else number


def _with_short_headers(body: bytes) -> bytes:
    """The letter with every header cut, those of its parts too: the standard library takes seconds for 20 kB of one."""
    first, *others = body.replace(b"\r\n", b"\n").split(b"\n\n")
    blocks = [_short(first)]
    for block in others:
        boundary = block.rfind(b"\n--")
        start = block.find(b"\n", boundary + 1) if boundary >= 0 or block.startswith(b"--") else -1
        blocks.append(block if start < 0 else block[:start] + b"\n" + _short(block[start + 1 :]))
    return b"\n\n".join(blocks)


def _short(headers: bytes) -> bytes:
    lines = re.split(rb"\n(?=[^ \t])", headers[:LONGEST_BLOCK])
    return b"\n".join(line[:LONGEST_HEADER] for line in lines)


def _date(text: str) -> str | None:
    try:
        return parsedate_to_datetime(text).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _text_of(message: EmailMessage) -> str:
    """The letter's words: its plain text, else what its HTML shows."""
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    try:
        content = str(part.get_content())
    except (LookupError, ValueError, AssertionError):
        payload = part.get_payload(decode=True)
        content = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    return words_of(content, links=True) if part.get_content_subtype() == "html" else content.strip()
