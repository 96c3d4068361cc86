"""``keng self-test``: do the ways out work, tried for real and named one by one: store, Telegram, mail, outlets."""

from __future__ import annotations

import asyncio
import tempfile
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.cli.telegram_trial import telegram
from bot.cli.trying import Tried, attempt
from bot.model.clock import SystemClock
from bot.model.playbook import Bilingual

if TYPE_CHECKING:
    from bot.model.person import Agency
    from bot.settings import Settings


def run(config: Path | None, mail_to: str | None, *, as_json: bool) -> int:
    """Try everything that the settings name; the exit code of the command."""
    from bot.cli.reading import print_json
    from bot.settings import check_ways_out, load_settings

    settings = load_settings(config)
    check_ways_out(settings)
    tried = asyncio.run(_try(settings, mail_to))
    for one in tried:
        if as_json:
            print_json({"name": one.name, "ok": one.ok, "detail": one.detail})
        else:
            typer.echo(f"{ {True: 'ok', False: 'FAILED', None: 'off'}[one.ok]:<7} {one.name:<22} {one.detail}")
    return 1 if any(one.ok is False for one in tried) else 0


async def _try(settings: Settings, mail_to: str | None) -> list[Tried]:
    return [
        await _store(settings),
        *await telegram(settings),
        *await _mail(settings, mail_to),
        *await _outlets(settings),
    ]


async def _store(settings: Settings) -> Tried:
    from bot.cli.reading import has_store
    from bot.store import incidents
    from bot.store.database import Database, StoreUnavailable

    if not has_store(settings):
        return Tried("store", None, "no database yet; the first start makes it")
    database = Database(settings.resolved_database_url)

    async def read() -> str:
        async with database.read() as tx:
            return f"{len(await incidents.open_incidents(tx))} open incidents"

    try:
        return await attempt("store", read, StoreUnavailable)
    finally:
        await database.close()


async def _mail(settings: Settings, mail_to: str | None) -> list[Tried]:
    from bot.assembly.second_way import mail_server
    from bot.channels.email.smtp import NotMailed

    mail = settings.email
    if mail.smtp is None:
        return [Tried("email", None if mail_to is None else False, "no email.smtp")]
    server = mail_server(mail)

    async def log_in() -> str:
        await server.probe()
        return f"{mail.host}:{mail.port} lets us in"

    tried = [await attempt("email", log_in, NotMailed)]
    if mail_to is not None and tried[0].ok:
        letter = _letter(Address(mail.sender_name or "Kẻng", addr_spec=mail.sender_address), mail_to)
        tried.append(await attempt(f"email to {mail_to}", lambda: server.send(letter), NotMailed))
    return tried


async def _outlets(settings: Settings) -> list[Tried]:
    """Each outlet as far as it can be tried without publishing: nobody in public reads a word of it."""
    from bot.assembly.publishing import cap_office, receiver
    from bot.assembly.second_way import mail_server
    from bot.channels.email.smtp import NotMailed
    from bot.drafting.documents.pdf import converter
    from bot.intake.fetching.fetcher import FetchFailed
    from bot.outlets.base import NotDelivered
    from bot.outlets.cap import CapOutlet
    from bot.outlets.webhook import WebhookOutlet

    chosen, tried = settings.outlets, list[Tried]()
    if chosen.email_list is not None:
        server, count = mail_server(settings.email), len(chosen.email_list.recipients)

        async def press() -> str:
            await server.probe()
            return f"{settings.email.host} lets us in; {count} addresses, nobody was written to"

        tried.append(await attempt("outlets.email_list", press, NotMailed))
        if chosen.email_list.bounces is not None:
            tried.append(await attempt("outlets.bounces", lambda: _return_mailbox(settings), FetchFailed))
    if chosen.email_list is not None and chosen.email_list.attach == "pdf":
        program = converter()
        tried.append(Tried("outlets.attach", program is not None, program or "LibreOffice (soffice) is not installed"))
    if chosen.webhook is not None:
        portal = WebhookOutlet(receiver(chosen.webhook), SystemClock(), lambda: agency_of(settings), None)
        tried.append(await attempt("outlets.webhook", portal.probe, NotDelivered))
    if chosen.cap is not None and chosen.cap.folder is not None:
        folder = CapOutlet(
            chosen.cap.folder, lambda: cap_office(settings, agency_of(settings)), lambda _: Bilingual("", "")
        )
        tried.append(await attempt("outlets.cap", folder.probe, NotDelivered))
    if chosen.static_export is not None:
        place = chosen.static_export.folder.absolute()
        tried.append(await attempt("outlets.static_export", lambda: _beside(place), NotDelivered))
    return tried


async def _beside(folder: Path) -> str:
    """Whether the copy of the newsroom can be made beside its folder, and take its place.

    Raises:
        NotDelivered: it cannot.
    """
    from bot.outlets.base import NotDelivered

    try:
        with tempfile.TemporaryDirectory(prefix=".keng-self-test-", dir=folder.parent):
            return f"{folder.parent} can be written by this user"
    except OSError as error:
        raise NotDelivered(
            f"{folder.parent}: {error.strerror}: it is written anew beside {folder.name}", None
        ) from error


async def _return_mailbox(settings: Settings) -> str:
    """Whether the mailbox that letters come back to can be opened; no letter in it is marked."""
    from bot.intake.fetching.fetcher import FetchFailed

    chosen = settings.outlets.email_list.bounces if settings.outlets.email_list else None
    if chosen is not None and chosen.folder is not None:
        if not chosen.folder.exists():
            raise FetchFailed(f"{chosen.folder} is not there")
        return f"{chosen.folder} is there"
    if chosen is None or chosen.imap is None:
        return "none"
    from bot.assembly.feeds import mailbox_server
    from bot.intake.fetching.imap import opened

    async with opened(mailbox_server(chosen.imap)):
        return f"{chosen.imap.host} lets us in"


def agency_of(settings: Settings) -> Agency:
    """The agency that signs."""
    from bot.cli.statements import organisation_of

    agency: Agency = organisation_of(settings).agency
    return agency


def _letter(sender: Address, to: str) -> EmailMessage:
    """A letter that nobody takes for an incident."""
    from email.utils import format_datetime, make_msgid

    from bot.cli.operator import present
    from bot.locale import text

    letter = EmailMessage()
    letter["From"] = sender
    letter["To"] = Address(addr_spec=to)
    letter["Subject"] = text("vi", "mail.self_test.subject")
    letter["Date"] = format_datetime(present())
    letter["Message-ID"] = make_msgid(domain=sender.domain)
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(text("vi", "mail.self_test.body"), charset="utf-8", cte="quoted-printable")
    return letter
