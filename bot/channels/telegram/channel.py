"""The Telegram channel: the port of :mod:`bot.channels.base`, put together from its incoming and outgoing halves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from aiohttp import web

from bot.channels.base import ActHandler, Capabilities, ChannelHealth, Sources
from bot.channels.telegram.announcements import Announcements
from bot.channels.telegram.cards import Cards
from bot.channels.telegram.chats import Chats, person_key
from bot.channels.telegram.client import TelegramClient
from bot.channels.telegram.decode import Origin
from bot.channels.telegram.digests import DIGEST_FROM, Digests
from bot.channels.telegram.errors import TelegramError
from bot.channels.telegram.inbox import CHANNEL, Inbox, Receiver, key_of
from bot.channels.telegram.menu import publish_menu
from bot.channels.telegram.messages import Messages
from bot.channels.telegram.notices import Notices
from bot.channels.telegram.outbox import Outbox
from bot.channels.telegram.pacing import CARD_SECONDS
from bot.channels.telegram.pictures import Pictures
from bot.channels.telegram.polling import Polling, Sleep, backoff
from bot.channels.telegram.render import MESSAGE_LIMIT
from bot.channels.telegram.replies import Replies
from bot.channels.telegram.webhook import Webhook
from bot.locale import text
from bot.model.clock import Clock
from bot.model.commands import Act, Help, Invalid
from bot.model.delivery import DeliveryKey
from bot.model.incident import Incident
from bot.model.notice import Notice
from bot.model.outcome import Notice as RoomNotice
from bot.model.outcome import Outcome
from bot.model.person import Person
from bot.model.playbook import Bilingual
from bot.model.reach import Gap, Unreached
from bot.model.telling import Telling
from bot.store import telegram_chats, telegram_inbox
from bot.store.database import Database, Tx

log = structlog.get_logger(__name__)

WEBHOOK_PATH = "/telegram"
"""Where Telegram pushes to in webhook mode, below the public address."""

MOVE_AFTER = timedelta(minutes=1)
"""Away for this long, Telegram no longer counts as reaching anybody; shorter gaps are daily life."""


class TelegramChannel:
    """Talks with officials on Telegram. Methods with a ``tx`` only write to the store."""

    name = CHANNEL
    capabilities = Capabilities(buttons=True, edits=True, files=True, length=MESSAGE_LIMIT)

    def __init__(
        self,
        client: TelegramClient,
        database: Database,
        clock: Clock,
        sources: Sources,
        *,
        playbook_names: Mapping[str, Bilingual],
        button_key: bytes,
        duty_chat: int | None,
        on_act: ActHandler,
        open_sealed: Callable[[str], str] = str,
        webhook_url: str | None = None,
        webhook_secret: str | None = None,
        sleep: Sleep = asyncio.sleep,
        seconds: Callable[[], float] | None = None,
        card_seconds: float = CARD_SECONDS,
        digest_from: int = DIGEST_FROM,
    ) -> None:
        """Put the halves together; nothing runs or is sent yet.

        Args:
            client: the bot.
            database: the store.
            clock: tells the instants that are stored and shown.
            sources: read what is shown, and who is who.
            playbook_names: every playbook's name by id: what the chooser shows, and what a button may name.
            button_key: signs the buttons (:func:`bot.store.key_file.load_key`).
            duty_chat: the chat of the duty room, if there is one.
            on_act: is told of every act that was received and stored.
            open_sealed: opens a secret that an outcome carries sealed, when it is sent.
            webhook_url: where Telegram shall push to; polling when None.
            webhook_secret: what it must show there.
            sleep: waits; handed in for tests.
            seconds: a steady count of seconds by which calls are paced; the machine's when left out.
            card_seconds: the shortest time between two edits of one card.
            digest_from: so many notices that wait for one chat are told in one message.

        Raises:
            ValueError: a webhook address without its secret.
        """
        if webhook_url is not None and not webhook_secret:
            raise ValueError("a webhook needs its secret")
        self.client = client
        self._database = database
        self._clock = clock
        self._sleep = sleep
        self._receiver = Receiver(database, clock, on_act)
        self._intake: Polling | Webhook
        if webhook_url is None:
            self._intake = Polling(client, self._receiver, clock, sleep=sleep)
        else:
            self._intake = Webhook(
                client, self._receiver, clock, url=webhook_url, secret=webhook_secret or "", sleep=sleep
            )
        self._chats = Chats(sources.organisation, duty_chat, sources.lawyer_awaited)
        self._inbox = Inbox(
            clock,
            client.bot_id,
            button_key,
            self._chats,
            playbooks=lambda: tuple(playbook_names),
            on_cancel=self._cancelled,
        )
        self._outbox = Outbox(
            database,
            clock,
            self._chats,
            Cards(client, database, sources.card, self._chats, button_key),
            Messages(client, open_sealed=open_sealed, papers=sources.papers, picture=sources.picture),
            intake_fails=lambda: self._intake.health.failures > 0,
            sleep=sleep,
            seconds=seconds,
            card_seconds=card_seconds,
            digests=Digests(clock, self._chats, digest_from),
        )
        self._notices = Notices(clock, self._chats, button_key)
        self._replies = Replies(
            client, database, clock, self._inbox, self._chats, sources.card, playbook_names, button_key
        )
        self._announcements = Announcements(clock, self._chats, button_key)
        self._pictures = None if sources.picture is None else Pictures(clock, self._chats)

    # The port.

    async def gap(self, tx: Tx, person: Person, now: datetime) -> Gap | None:
        """Why a card does not reach the person, or a press of theirs us, at the moment."""
        if person.telegram_id is None:
            return Gap(self.name, Unreached.NO_ADDRESS)
        chat = await telegram_chats.by_key(tx, person_key(person))
        if chat is not None and not chat.reachable:
            return Gap(self.name, Unreached.REFUSED)
        since = self._outbox.away_since
        if since is not None and now - since >= MOVE_AFTER:
            return Gap(self.name, Unreached.AWAY, since)
        return None

    async def take(self, tx: Tx, key: str) -> Act | None:
        """Read the received act named ``key`` and mark it done in this transaction; None when there is none."""
        return await self._inbox.take(tx, key)

    async def reply(self, tx: Tx, act: Act, outcome: Outcome) -> None:
        """Write what the person is told, durably, in the transaction of the decision."""
        await self._announcements.follow(tx, outcome)
        await self._replies.reply(tx, act, outcome)
        await self._announcements.announce(tx, act, outcome)
        if outcome.was_marked:  # what must not be kept is not kept as it came, either
            await self._inbox.forget(tx, act.key)
        elif isinstance(act.command, Invalid | Help) and not await self._inbox.was_pressed(tx, act.key):
            await self._inbox.forget(tx, act.key)  # nobody looked whether a secret is in words that say nothing to us

    async def respond(self, act: Act, outcome: Outcome) -> None:
        """After the commit: the toast for a press. Best effort, never raises."""
        if await self._replies.respond(act, outcome):
            self.wake()

    async def address(self, tx: Tx, incident: Incident) -> None:
        """Note that the duty room and everybody who may speak or stand in is to see this incident's card."""
        await self._chats.address(tx, incident, self._clock.now())

    async def ask_whether_it_appeared(self, tx: Tx, delivery: DeliveryKey) -> None:
        """Ask everybody who sees the card to look whether a doubtful publication is there."""
        await self._replies.ask_whether_it_appeared(tx, delivery)

    async def offer_follow_ups(self, tx: Tx, delivery: DeliveryKey) -> None:
        """Tell the duty room that words are in public, with buttons for what may follow."""
        await self._replies.offer_follow_ups(tx, delivery)

    async def unreachable(self, tx: Tx, people: Sequence[Person]) -> frozenset[str]:
        """Ids of those who have no chat with the bot, or blocked it."""
        return await self._notices.unreachable(tx, people)

    async def notify(self, tx: Tx, person: Person, notice: Notice) -> None:
        """Write a message into a person's own chat; an urgent one posts the card below it."""
        await self._notices.notify(tx, person, notice)

    async def notify_room(self, tx: Tx, notice: Notice) -> None:
        """Write a message into the duty room, where there is one."""
        await self._notices.notify_room(tx, notice)

    async def tell(self, tx: Tx, person: Person | None, telling: Telling) -> None:
        """Write a message into a person's own chat, or with None into the duty room."""
        await self._notices.tell(tx, person, telling)

    async def tell_room(self, tx: Tx, key: str, notice: RoomNotice) -> None:
        """Write a message about no incident into the duty room, where there is one."""
        await self._announcements.tell(tx, key, notice)

    async def lacking_pictures(self, tx: Tx, wanted: Mapping[str, int]) -> Sequence[str]:
        """Ids of incidents that have a card on show without the picture wanted."""
        return () if self._pictures is None else await self._pictures.lacking(tx, wanted)

    async def illustrate(self, tx: Tx, incident: Incident, number: int) -> None:
        """Queue the picture for each chat that shows the card."""
        if self._pictures is not None:
            await self._pictures.illustrate(tx, incident, number)

    def wake(self) -> None:
        """Something was committed that people should see."""
        self._outbox.wake()

    # The process around it.

    async def undone(self) -> list[tuple[str, str]]:
        """Acts that were received and not carried out, as (channel, key)."""
        async with self._database.read() as tx:
            return [(self.name, key_of(update_id)) for update_id in await telegram_inbox.undone(tx)]

    def add_routes(self, application: web.Application) -> None:
        """Open the webhook, where there is one."""
        if isinstance(self._intake, Webhook):
            application.router.add_post(WEBHOOK_PATH, self._intake.handle)

    def health(self) -> ChannelHealth:
        """Whether Telegram can be heard and spoken to."""
        heard = self._intake.health
        if not heard.ok(self._clock.now()):
            return ChannelHealth(False, heard.last_error or "no answer from Telegram yet")
        trouble = self._outbox.trouble
        return ChannelHealth(trouble is None, trouble or "")

    async def run(self) -> None:
        """Hear and speak until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._outbox.run())
            group.create_task(self._publish_menu())
            if isinstance(self._intake, Polling):
                group.create_task(self._intake.run())
            else:
                group.create_task(self._intake.register())

    async def close(self) -> None:
        """Close all connections."""
        await self.client.close()

    async def _publish_menu(self) -> None:
        failures = 0
        while True:
            try:
                await publish_menu(self.client, lambda lang, command: text(lang, f"command.{command}"))
            except TelegramError as error:
                failures += 1
                log.info("telegram_menu_not_set", error=type(error).__name__)
                await self._sleep(backoff(failures))
            else:
                return

    async def _cancelled(self, tx: Tx, origin: Origin) -> None:
        await self._replies.cancelled(tx, origin)
