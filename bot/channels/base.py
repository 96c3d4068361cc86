"""The port every channel implements, and the things a channel is handed to do its work.

A channel turns what people do into :class:`bot.model.commands.Act` and what was committed into something to look at.
It decides nothing: whether an act is lawful is decided where the story is told.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.model.card import CardView
from bot.model.commands import Act
from bot.model.delivery import DeliveryKey
from bot.model.incident import Incident
from bot.model.notice import Notice
from bot.model.outcome import Notice as RoomNotice
from bot.model.outcome import Outcome
from bot.model.paper import PaperSource
from bot.model.person import Organisation, Person
from bot.model.reach import Gap
from bot.model.reasons import Reason
from bot.model.task import Tasks
from bot.model.telling import Telling
from bot.store.database import Tx

CardSource = Callable[[Tx, str], Coroutine[Any, Any, CardView | None]]
"""Reads the card of an incident (by id) from committed state; waits for nothing but the store."""

OrganisationSource = Callable[[], Organisation]
"""The organisation as its file says at this moment."""

PeopleSource = Callable[[Tx, datetime], Awaitable[Organisation]]
"""The organisation as its file and the record say, in a transaction, at an instant."""

PictureSource = Callable[[str, str], Awaitable[bytes | None]]
"""Draws the picture of an incident (by id) in a language, as PNG; None where there is nothing to draw."""

LawyerAwaited = Callable[[Tx, Incident], Awaitable[bool]]
"""True while the current words of an incident wait for a legal check that somebody in the role ``legal`` may make."""


TaskSource = Callable[[Tx, Incident], Awaitable[Tasks]]
"""Tells what the current words of an incident ask of each person."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What a channel shows and to whom, as committed and in force when it asks. Nothing is left to a default."""

    card: CardSource
    organisation: OrganisationSource
    people: PeopleSource
    lawyer_awaited: LawyerAwaited
    tasks: TaskSource
    papers: PaperSource
    picture: PictureSource | None
    """None where no pictures are sent."""


ActHandler = Callable[[str, str], Awaitable[None]]
"""Called with (channel name, key) once an act is durable; starts the workflow that carries it out, once per key."""


class SecondFactor(Protocol):
    """Proof, beside the channel itself, that it is the person who acts: a one-time code from their own device."""

    async def enrolled(self, tx: Tx, person_id: str) -> bool:
        """True when the person has a device enrolled."""
        ...

    async def verify(self, tx: Tx, person_id: str, code: str, at: datetime) -> Reason | None:
        """Use a code up in this transaction; why it does not count (wrong, used before), None when it does."""
        ...


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can do.

    ``buttons``: an answer by one press. ``edits``: what was said can be changed where it stands. ``files``: pictures
    and documents go along. ``length``: characters of the longest text it carries whole.
    """

    buttons: bool
    edits: bool
    files: bool
    length: int


class Channel(Protocol):
    """One way to talk with officials. Methods with a ``tx`` only write to the store; the words go out later."""

    name: str
    capabilities: Capabilities

    async def gap(self, tx: Tx, person: Person, now: datetime) -> Gap | None:
        """Why this channel does not reach the person at the moment; None when nothing speaks against it."""
        ...

    async def take(self, tx: Tx, key: str) -> Act | None:
        """Read the received act named ``key`` and mark it done in this transaction; None when it was done before."""
        ...

    async def reply(self, tx: Tx, act: Act, outcome: Outcome) -> None:
        """Write what the person is told, durably, in the transaction of the decision.

        A ``reading`` of the outcome is written down when all the texts have arrived; the sign-off page needs none.
        """
        ...

    async def respond(self, act: Act, outcome: Outcome) -> None:
        """After the commit: a quick, cosmetic answer (a toast). Best effort, never raises."""
        ...

    async def address(self, tx: Tx, incident: Incident) -> None:
        """Note who is to see this incident's card."""
        ...

    async def ask_whether_it_appeared(self, tx: Tx, delivery: DeliveryKey) -> None:
        """Ask people to look whether a doubtful publication is there."""
        ...

    async def offer_follow_ups(self, tx: Tx, delivery: DeliveryKey) -> None:
        """Words are in public now: offer what may come next (an update, a correction), beside the card."""
        ...

    async def unreachable(self, tx: Tx, people: Sequence[Person]) -> frozenset[str]:
        """Ids of those among ``people`` whom this channel cannot reach now: no address, or known not to get through."""
        ...

    async def notify(self, tx: Tx, person: Person, notice: Notice) -> None:
        """Tell one person, once for each key of a notice; an urgent notice brings the incident's card along."""
        ...

    async def notify_room(self, tx: Tx, notice: Notice) -> None:
        """Tell the duty room, once for each key of a notice; nothing where the channel has no such room."""
        ...

    async def tell(self, tx: Tx, person: Person | None, telling: Telling) -> None:
        """Tell one person, or with None the duty room, once for each key; nothing where nothing is to be shown with it.

        Without a duty room everybody who handles incidents is told in its stead.
        """
        ...

    async def tell_room(self, tx: Tx, key: str, notice: RoomNotice) -> None:
        """Tell the reader whom a notice names, beside any card, once for each key; nothing where there is no chat."""
        ...

    async def lacking_pictures(self, tx: Tx, wanted: Mapping[str, int]) -> Sequence[str]:
        """Ids of incidents whose card is on show somewhere without the picture of this number; none without files."""
        ...

    async def illustrate(self, tx: Tx, incident: Incident, number: int) -> None:
        """Bring the picture of this number beside each card on show, once, in the place of an earlier one."""
        ...

    def wake(self) -> None:
        """Something was committed that people should see."""
        ...


@dataclass(frozen=True, slots=True)
class ChannelHealth:
    """Whether a channel can be heard and spoken to; ``detail`` says what is wrong."""

    ok: bool
    detail: str


class RunningChannel(Channel, Protocol):
    """A channel as the process runs it."""

    async def run(self) -> None:
        """Hear and speak until cancelled."""
        ...

    async def undone(self) -> list[tuple[str, str]]:
        """Channel and key of every act that was received and not carried out."""
        ...

    def health(self) -> ChannelHealth:
        """How it stands now."""
        ...
