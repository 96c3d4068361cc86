"""The desk as it stands: the hour, the data in force, the people, for whoever asks in the middle of a transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from bot.approval.card import read_card
from bot.approval.checkers import is_lawyer_awaited
from bot.approval.desk import Desk
from bot.approval.sealing import Seal
from bot.approval.tasks import tasks_of
from bot.assembly.board_page import board_url
from bot.channels.base import PictureSource, Sources
from bot.data import Data
from bot.model.card import CardView
from bot.model.clock import Clock
from bot.model.incident import Incident
from bot.model.paper import PaperSource
from bot.model.person import Agency, Organisation
from bot.model.task import Tasks
from bot.settings import Settings
from bot.store.database import Tx
from bot.store.people import enrolled


class CurrentDesk:
    """Answers from the data in force at the moment of asking; it keeps nothing of its own."""

    def __init__(
        self,
        settings: Settings,
        data: Callable[[], Data],
        clock: Clock,
        seal: Seal,
        outlets: Callable[[], Collection[str]],
    ) -> None:
        """``data`` gives what is in force, ``outlets`` the names of where approved words go."""
        self._data = data
        self._clock = clock
        self._seal = seal
        self._outlets = outlets
        self._rewords = settings.wording.endpoint is not None
        self._mails = settings.email.smtp is not None
        self._board_url = board_url(settings)
        http = settings.http
        self._site = http.base_url if http.public_url is not None or http.loopback else None

    def __call__(self) -> Desk:
        """The desk at this moment."""
        data = self._data()
        return Desk(
            now=self._clock.now(),
            organisation=data.organisation.current(),
            playbooks=data.playbooks,
            law=data.law,
            outlets=tuple(self._outlets()),
            office=data.policy.current(),
            gates=data.gates,
            grounds=data.grounds,
            lint=data.lint,
            rewords=self._rewords,
            mails=self._mails,
            seal=self._seal,
            board_url=self._board_url,
            site=self._site,
        )

    async def seated(self, tx: Tx) -> Desk:
        """The desk as it stands in a transaction."""
        return await self().seated(tx)

    async def people(self, tx: Tx, at: datetime) -> Organisation:
        """The people as they stand in a transaction."""
        return await enrolled(tx, self.organisation(), at)

    async def card(self, tx: Tx, incident_id: str) -> CardView | None:
        """The card of an incident from committed state."""
        return await read_card(tx, self(), incident_id)

    async def lawyer_awaited(self, tx: Tx, incident: Incident) -> bool:
        """True while the current words of an incident wait for a lawyer."""
        return await is_lawyer_awaited(tx, self(), incident)

    async def tasks(self, tx: Tx, incident: Incident) -> Tasks:
        """What the current words of an incident ask of each person."""
        return await tasks_of(tx, self(), incident)

    def sources(self, papers: PaperSource, picture: PictureSource) -> Sources:
        """What the channels show and whom, with the documents and the pictures (PNG) of a matter."""
        return Sources(
            card=self.card,
            organisation=self.organisation,
            people=self.people,
            lawyer_awaited=self.lawyer_awaited,
            tasks=self.tasks,
            papers=papers,
            picture=picture,
        )

    def organisation(self) -> Organisation:
        """The people and units of the files, as last read."""
        return self._data().organisation.current()

    def agency(self) -> Agency:
        """Who signs."""
        return self.organisation().agency
