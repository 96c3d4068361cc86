"""The second way put together: letters to whom Telegram does not reach, and the page that their links open."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web

from bot.approval.desk import Desk
from bot.assembly.board_page import board_url
from bot.channels.base import Channel, SecondFactor, Sources
from bot.channels.email import EmailChannel, MailServer, Security, Sender
from bot.model.clock import Clock
from bot.model.outcome import Notice
from bot.model.person import Agency
from bot.settings import Settings
from bot.settings.email import Email
from bot.store.database import Database, Tx
from bot.store.key_file import load_key
from bot.web.signoff import SignoffParts, add_routes
from bot.web.signoff.parts import nobody_told, nothing_drawn


def mail_server(mail: Email) -> MailServer:
    """The mail server that the settings name."""
    encrypted = Security.STARTTLS if mail.starttls else Security.NONE
    return MailServer(
        host=mail.host,
        port=mail.port,
        security=Security.TLS if mail.implicit_tls else encrypted,
        username=mail.username,
        password=mail.password.get_secret_value() if mail.password else None,
        timeout=mail.timeout,
        ca=mail.ca,
    )


def add_second_way(
    application: web.Application,
    settings: Settings,
    *,
    database: Database,
    clock: Clock,
    sources: Sources,
    desk: Callable[[Tx], Awaitable[Desk]],
    agency: Callable[[], Agency],
    before: Sequence[Channel],
    second_factor: SecondFactor,
    carry_out: Callable[[str], Awaitable[None]],
    picture: Callable[[str, str], Awaitable[bytes | None]] = nothing_drawn,
    tell: Callable[[Tx, str, Notice], Awaitable[None]] = nobody_told,
) -> EmailChannel:
    """Add the page to ``application`` and return the channel, which sends nothing before it runs.

    Args:
        application: where the page is added.
        settings: with a mail server in ``email``.
        database: the store.
        clock: tells the instants that are stored and shown.
        sources: read what letters and the page show, and who is who.
        desk: what acts are measured against, as it stands in a transaction.
        agency: who signs.
        before: the channels that people are reached by first.
        second_factor: judges the codes.
        carry_out: carries out a stored act, by its key, and returns when it is decided.
        picture: draws the curve of an incident for the page, as SVG.
        tell: writes a notice to whom it names.
    """
    mail, base_url = settings.email, settings.http.base_url
    key = load_key(settings.data_dir / "signoff.key")
    channel = EmailChannel(
        mail_server(mail),
        Sender.of(mail.sender_name, mail.sender_address, base_url, key),
        database,
        clock,
        sources,
        before=before,
        second_factor=second_factor,
    )
    parts = SignoffParts(
        database=database,
        clock=clock,
        desk=desk,
        card=sources.card,
        agency=agency,
        key=key,
        enrolled=second_factor.enrolled,
        carry_out=carry_out,
        letter_written=channel.wake,
        secure=base_url.startswith("https://"),
        picture=picture,
        papers=sources.papers,
        verify=None if board_url(settings) is None else second_factor.verify,
        tell=tell,
    )
    add_routes(application, parts)
    return channel
