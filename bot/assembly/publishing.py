"""The outlets put together from the settings: where approved words go, and what reads the letters that come back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from email.headerregistry import Address

from bot.assembly.feeds import mailbox_server
from bot.assembly.second_way import mail_server
from bot.intake.feeds import FeedConfig
from bot.intake.fetching.fetcher import Fetcher
from bot.intake.formats.port import Headers
from bot.intake.tallies import Tallies
from bot.model.clock import Clock
from bot.model.outcome import DUTY_ROOM, Notice
from bot.model.outlet_letter import OutletLetter
from bot.model.paper import PaperFormat, PaperSource
from bot.model.person import Agency
from bot.model.playbook import Bilingual
from bot.outlets.base import Outlet
from bot.outlets.bounces import BounceDesk
from bot.outlets.cap import CapOutlet
from bot.outlets.cap_message import CapOffice
from bot.outlets.email_list import EmailListOutlet, PressList
from bot.outlets.newsroom import NewsroomOutlet
from bot.outlets.press_letter import DkimKey, Letterhead
from bot.outlets.webhook import Receiver, WebhookOutlet
from bot.settings import Settings
from bot.settings.outlets import EmailListSettings, WebhookSettings
from bot.store import incidents
from bot.store.database import Database, Tx

RETURNED = "outlet:email_list"
"""Under this name the place in the return mailbox is remembered, as feeds remember theirs."""

TellRoom = Callable[[Tx, str, Notice], Awaitable[None]]


def outlets_of(
    settings: Settings,
    *,
    database: Database,
    clock: Clock,
    agency: Callable[[], Agency],
    playbook_name: Callable[[str], Bilingual],
    papers: PaperSource,
) -> dict[str, Outlet]:
    """Every outlet that the settings switch on and that needs no channel of ours, by name."""
    chosen, found = settings.outlets, dict[str, Outlet]()
    if chosen.newsroom is not None:
        found["newsroom"] = NewsroomOutlet()
    if chosen.email_list is not None:
        found["email_list"] = email_list(settings, chosen.email_list, agency(), database, clock, papers)
    if chosen.webhook is not None:
        found["webhook"] = WebhookOutlet(receiver(chosen.webhook), clock, agency, newsroom_address(settings))
    if chosen.cap is not None and chosen.cap.folder is not None:
        found["cap"] = CapOutlet(chosen.cap.folder, lambda: cap_office(settings, agency()), playbook_name)
    return found


def email_list(
    settings: Settings,
    chosen: EmailListSettings,
    agency: Agency,
    database: Database,
    clock: Clock,
    papers: PaperSource,
) -> EmailListOutlet:
    """The press list of the settings."""
    mail_settings = settings.email
    sender = Address(agency.name_vi, addr_spec=chosen.sender or mail_settings.sender_address)
    signing = chosen.dkim
    return EmailListOutlet(
        mail_server(mail_settings),
        Letterhead(sender, chosen.reply_to, chosen.unsubscribe),
        PressList(
            chosen.recipients,
            chosen.text,
            PaperFormat(chosen.attach) if chosen.attach else None,
            chosen.bounces.address if chosen.bounces else None,
            chosen.bounces.verp if chosen.bounces else False,
        ),
        database,
        clock,
        papers,
        DkimKey(signing.domain, signing.selector, signing.key.get_secret_value().encode()) if signing else None,
    )


def receiver(chosen: WebhookSettings) -> Receiver:
    """The portal of the settings."""
    return Receiver(
        url=chosen.url,
        secret=chosen.secret.get_secret_value(),
        repeatable=chosen.repeatable,
        timeout=chosen.timeout,
        error_field=chosen.error_field,
        reference_field=chosen.reference_field,
        ca=chosen.ca,
    )


def cap_office(settings: Settings, agency: Agency) -> CapOffice:
    """Who sends CAP drafts; without settings of its own the office is known by its mail address."""
    chosen = settings.outlets.cap
    return CapOffice(
        sender=chosen.sender if chosen else (settings.email.sender_address or "keng"),
        area=chosen.area if chosen else agency.name_vi,
        agency=agency,
        status=chosen.status.capitalize() if chosen else "Draft",
        web=newsroom_address(settings),
    )


def newsroom_address(settings: Settings) -> str | None:
    """Where our own pages are; None where they are off."""
    return f"{settings.http.base_url}/newsroom" if settings.outlets.newsroom is not None else None


class ReturnedLetters:
    """The return mailbox's door: it takes letters as the intake does, and makes no alerts of them."""

    def __init__(self, database: Database, clock: Clock, tell_room: TellRoom) -> None:
        """``tell_room`` tells the duty room, in a transaction, once for each key."""
        self.database = database
        self.clock = clock
        self.tallies = Tallies()
        self._tell_room = tell_room
        self._desk = BounceDesk(database, clock, self._tell)

    async def take_in(self, name: str, feed: FeedConfig, body: bytes, headers: Headers, webhook_id: str | None) -> bool:
        """Take one letter."""
        return await self._desk.take(body)

    async def _tell(self, tx: Tx, copy: OutletLetter, why: str) -> None:
        incident = await incidents.get(tx, copy.incident_id)
        values = {
            "code": incident.code if incident else "",
            "version": str(copy.version),
            "address": copy.address,
            "why": why,
        }
        await self._tell_room(tx, f"bounce:{copy.token}", Notice(DUTY_ROOM, "bounced", values))


def return_mailbox(settings: Settings, door: ReturnedLetters) -> Fetcher | None:
    """What empties the return mailbox; None where the settings name none."""
    chosen = settings.outlets.email_list.bounces if settings.outlets.email_list else None
    if chosen is None:
        return None
    from bot.intake.fetching.imap import ImapFetcher
    from bot.intake.fetching.mailbox import FolderFetcher

    config = FeedConfig()  # of a feed only the fetchers ask for one; the door makes no alerts
    if chosen.folder is not None:
        return FolderFetcher(RETURNED, chosen.folder, chosen.every, config, door)
    if chosen.imap is None:
        return None
    return ImapFetcher(RETURNED, mailbox_server(chosen.imap), chosen.every, config, door)
