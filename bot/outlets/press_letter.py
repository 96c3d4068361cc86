"""The letter to one newsroom: the approved variant as plain text and nothing else, under a head for machines."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy

from bot.channels.email.render import one_line
from bot.channels.email.wire import WIRE
from bot.model.outlet_letter import OutletLetter
from bot.model.paper import Paper
from bot.model.statement import canonical, text_sha256
from bot.outlets.base import Publication

SUBJECT_LENGTH = 150
_POLICY = EmailPolicy(max_line_length=78, raise_on_defect=False)

SIGNED = (b"from", b"to", b"subject", b"date", b"message-id", b"list-id", b"list-unsubscribe", b"content-type")
"""Head fields under the DKIM signature, those that a reader sees and those that lists are known by."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What is alike in every letter: who writes, where answers go, how to be taken off the list."""

    sender: Address
    reply_to: str | None = None
    unsubscribe: str | None = None


def new_token() -> str:
    """A name for one copy: 32 hexadecimal digits that nobody can work out.

    Whoever knows it can make the copy look as if it had come back. The incident's id and the addresses of newsrooms are
    public, so that nothing made of these would do.
    """
    return secrets.token_hex(16)


def message_id(token: str, domain: str) -> str:
    """The Message-ID of one copy."""
    return f"<keng.{token}@{domain}>"


def press_letter(
    publication: Publication, text: str, copy: OutletLetter, before: str | None, head: Letterhead, paper: Paper | None
) -> EmailMessage:
    """The letter that brings ``text`` to the address of ``copy``.

    One copy always makes one head, so that a letter sent twice is known as the same one. A version that follows upon
    another is threaded below ``before``, the Message-ID of what the same address got of that one.
    """
    version = publication.version
    letter = EmailMessage(policy=_POLICY)
    letter["From"] = head.sender
    letter["To"] = Address(addr_spec=copy.address)
    if head.reply_to:
        letter["Reply-To"] = Address(addr_spec=head.reply_to)
    letter["Subject"] = one_line(text.split("\n", 1)[0], SUBJECT_LENGTH)
    letter["Date"] = version.approved_at or version.created_at
    letter["Message-ID"] = copy.message_id
    if before is not None:
        letter["In-Reply-To"] = before
        letter["References"] = before
    letter["List-Id"] = f"<press.{head.sender.domain}>"
    if head.unsubscribe:
        letter["List-Unsubscribe"] = f"<{head.unsubscribe}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter["X-Auto-Response-Suppress"] = "All"
    letter["Keng-SHA256"] = text_sha256(text)
    letter.set_content(canonical(text), charset="utf-8", cte="quoted-printable")
    if paper is not None:
        kind, _, subtype = paper.media_type.partition("/")
        letter.add_attachment(paper.data, maintype=kind, subtype=subtype, filename=paper.name)
    return letter


def on_the_wire(letter: EmailMessage) -> bytes:
    """The letter's bytes as a mail server takes them."""
    return letter.as_bytes(policy=WIRE)


@dataclass(frozen=True, slots=True)
class DkimKey:
    """What our letters are signed with (RFC 6376); ``key`` is the RSA key as PEM."""

    domain: str
    selector: str
    key: bytes

    def signed(self, raw: bytes) -> bytes:
        """The letter with its signature before it."""
        import dkim

        present = {line.partition(b":")[0].lower() for line in raw.partition(b"\r\n\r\n")[0].split(b"\r\n")}
        fields = [name for name in SIGNED if name in present]
        signature = dkim.sign(
            raw, self.selector.encode(), self.domain.encode(), self.key, include_headers=fields, canonicalize=_RELAXED
        )
        return bytes(signature) + raw


_RELAXED = (b"relaxed", b"relaxed")
"""Blanks may change on the way, as mail programs do to them; words may not."""
