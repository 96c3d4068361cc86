"""``keng self-test``: do the ways out work, tried for real and named one by one: store, Telegram, mail."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Tried:
    """One thing that was tried: ``ok`` is None where it is not set up, ``detail`` what was found."""

    name: str
    ok: bool | None
    detail: str


def run(config: Path | None, mail_to: str | None, *, as_json: bool) -> int:
    """Try everything that the settings name; the exit code of the command."""
    from bot.cli.reading import print_json
    from bot.settings import load_settings

    settings = load_settings(config)
    tried = asyncio.run(_try(settings, mail_to))
    for one in tried:
        if as_json:
            print_json({"name": one.name, "ok": one.ok, "detail": one.detail})
        else:
            typer.echo(f"{ {True: 'ok', False: 'FAILED', None: 'off'}[one.ok]:<7} {one.name:<22} {one.detail}")
    return 1 if any(one.ok is False for one in tried) else 0


async def _try(settings: Settings, mail_to: str | None) -> list[Tried]:
    return [await _store(settings), *await _telegram(settings), *await _mail(settings, mail_to)]


async def _attempt(name: str, what: Callable[[], Awaitable[str]], *expected: type[Exception]) -> Tried:
    try:
        return Tried(name, True, await what())
    except expected as error:
        return Tried(name, False, str(error) or type(error).__name__)


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
        return await _attempt("store", read, StoreUnavailable)
    finally:
        await database.close()


async def _telegram(settings: Settings) -> list[Tried]:
    from bot.channels.telegram import TelegramClient
    from bot.channels.telegram.errors import TelegramError

    telegram = settings.telegram
    if telegram.token is None:
        return [Tried("telegram", None, "no telegram.token")]
    client = TelegramClient(telegram.token.get_secret_value(), telegram.api_base, proxy=telegram.proxy)

    async def who() -> str:
        return f"the bot is @{(await client.start()).username}"

    def chat(number: int | str) -> Callable[[], Awaitable[str]]:
        async def look() -> str:
            found = await client.call("getChat", {"chat_id": number})
            return str(found.get("title") or found.get("username") or number)

        return look

    named = {"telegram.duty_chat": telegram.duty_chat, "telegram.public_channel": telegram.public_channel}
    try:
        tried = [await _attempt("telegram", who, TelegramError)]
        if tried[0].ok:
            tried += [await _attempt(key, chat(number), TelegramError) for key, number in named.items() if number]
        return tried
    finally:
        await client.close()


async def _mail(settings: Settings, mail_to: str | None) -> list[Tried]:
    from bot.channels.email.smtp import NotMailed
    from bot.second_way import mail_server

    mail = settings.email
    if mail.smtp is None:
        return [Tried("email", None if mail_to is None else False, "no email.smtp")]
    server = mail_server(mail)

    async def log_in() -> str:
        await server.probe()
        return f"{mail.host}:{mail.port} lets us in"

    tried = [await _attempt("email", log_in, NotMailed)]
    if mail_to is not None and tried[0].ok:
        letter = _letter(Address(mail.sender_name or "Kẻng", addr_spec=mail.sender_address), mail_to)
        tried.append(await _attempt(f"email to {mail_to}", lambda: server.send(letter), NotMailed))
    return tried


def _letter(sender: Address, to: str) -> EmailMessage:
    """A letter that nobody takes for an incident."""
    from email.utils import format_datetime, make_msgid

    from bot.cli.people import present
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
