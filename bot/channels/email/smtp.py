"""Handing one letter to the mail server, and what its answer means, classified once."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from enum import Enum

import aiosmtplib

from bot.channels.email.wire import WIRE


class Security(Enum):
    """How the line to the mail server is protected."""

    STARTTLS = "starttls"
    """Begun in the clear, protected before anything is said; refused when the server does not offer it."""
    TLS = "tls"
    """Protected from the first byte (``smtps://``)."""
    NONE = "none"
    """For a server on this machine only."""


class NotMailed(Exception):
    """The letter did not certainly arrive at the server; the message is for the administrator."""


class NotSent(NotMailed):
    """The server did not take it: it was not there, was busy, or asks to try later (4xx)."""


class AddressBusy(NotSent):
    """The server does not take letters for this one mailbox at the moment (4xx to the recipient)."""


class Misconfigured(NotSent):
    """It will not take anything from us until somebody mends the settings: credentials, certificate, sender."""


class InDoubt(NotMailed):
    """The line broke after the letter had been said and before the answer: it may be on its way."""


class LetterRefused(NotMailed):
    """The server will not carry this letter, whoever it is for (5xx after the content)."""


class AddressRefused(NotMailed):
    """There is no such mailbox, for good (5xx to the recipient)."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where letters are handed in. ``timeout`` is in seconds; ``ca`` are certificates (PEM) to trust as well."""

    host: str
    port: int
    security: Security
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout: float = 20.0
    ca: str | None = None

    async def send(self, letter: EmailMessage) -> str:
        """Hand one letter in; returns the server's words of acceptance, which are no proof that anybody reads it.

        Raises:
            NotMailed: one of its kinds says what may be done next.
        """
        sender, recipient = letter["From"].addresses[0].addr_spec, letter["To"].addresses[0].addr_spec
        return await self.send_bytes(letter.as_bytes(policy=WIRE), sender, recipient)

    async def send_bytes(self, letter: bytes, sender: str, recipient: str) -> str:
        """Hand in a letter as it stands, for one recipient; what cannot be delivered goes back to ``sender``.

        Raises:
            NotMailed: one of its kinds says what may be done next.
        """
        client = await self._connected()
        try:
            return await self._hand_in(client, letter, sender, recipient)
        finally:
            client.close()  # what was accepted is accepted, whether or not the server hears a QUIT

    async def probe(self) -> None:
        """Come as far as handing in would: connect, protect the line, log in. Nothing is sent.

        Raises:
            NotMailed: why nothing could be handed in now.
        """
        (await self._connected()).close()

    async def _connected(self) -> aiosmtplib.SMTP:
        client = aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            timeout=self.timeout,
            use_tls=self.security is Security.TLS,
            start_tls=self.security is Security.STARTTLS,
            tls_context=self._trust(),
        )
        try:
            await client.connect()
            if self.username is not None:
                await client.login(self.username, self.password or "")
        except (aiosmtplib.SMTPAuthenticationError, aiosmtplib.SMTPNotSupported, ssl.SSLError) as error:
            client.close()
            raise Misconfigured(_words(error)) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            client.close()
            certificate = isinstance(error.__cause__, ssl.SSLError)
            no_starttls = type(error) is aiosmtplib.SMTPException  # the library's only use of the bare class here
            raise (Misconfigured if certificate or no_starttls else NotSent)(_words(error)) from error
        return client

    async def _hand_in(self, client: aiosmtplib.SMTP, letter: bytes, sender: str, recipient: str) -> str:
        try:
            await client.mail(sender)
            await client.rcpt(recipient)
        except aiosmtplib.SMTPRecipientRefused as error:
            raise (AddressRefused if error.code >= 500 else AddressBusy)(_words(error)) from error
        except aiosmtplib.SMTPSenderRefused as error:
            raise (Misconfigured if error.code >= 500 else NotSent)(_words(error)) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise NotSent(_words(error)) from error
        try:
            return (await client.data(letter)).message
        except aiosmtplib.SMTPDataError as error:
            raise (LetterRefused if error.code >= 500 else NotSent)(_words(error)) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise InDoubt(_words(error)) from error

    def _trust(self) -> ssl.SSLContext | None:
        if self.security is Security.NONE:
            return None
        context = ssl.create_default_context()
        if self.ca:
            context.load_verify_locations(cadata=self.ca)
        return context


def _words(error: BaseException) -> str:
    """The server's words on one short line; never the credentials, which no error of the library carries."""
    said = " ".join(str(getattr(error, "message", "") or error).split())[:200]
    code = getattr(error, "code", None)
    return f"{type(error).__name__}: {code} {said}" if code else f"{type(error).__name__}: {said}"
