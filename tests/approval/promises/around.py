"""What is around the story: the phones of the office as a list, outlets that remember what they heard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from bot.channels.base import Capabilities
from bot.model.commands import Act
from bot.model.delivery import DeliveryKey
from bot.model.incident import Incident
from bot.model.notice import Notice
from bot.model.outcome import Notice as RoomNotice
from bot.model.outcome import Outcome
from bot.model.person import Person
from bot.model.reach import Gap, Unreached
from bot.model.telling import Telling
from bot.outlets.base import DeliveryInDoubt, NotDelivered, Publication
from bot.outlets.newsroom import NewsroomOutlet
from bot.store import readings
from bot.store.database import Tx
from index import Candidate, Match, MatchReason, Query, Reading
from tests.approval.promises.durable import Killed

if TYPE_CHECKING:
    from tests.approval.promises.world import World

CAPABLE = Capabilities(buttons=True, edits=True, files=True, length=4096)

MATTERS = {
    "water-contamination": "Nước máy phường Sông Thượng có mùi dầu",
    "food-poisoning": "Công nhân khu Mỏ Bạc nhập viện sau bữa trưa",
    "service-outage": "Cổng dịch vụ công Thượng Giang sập cả buổi sáng",
    "school-incident": "Phụ huynh trường Suối Ngọc phản ánh bữa bán trú",
}


class OneWordATopic:
    """A meaning in which every matter is sure: matching is not what is tested here."""

    def read(self, query: Query) -> Reading:
        number, playbook = next((n, p) for n, (p, t) in enumerate(MATTERS.items()) if t == query.title)
        vector = np.zeros(len(MATTERS), dtype=np.float32)
        vector[number] = 1.0
        candidates = (Candidate(playbook, 0.97, ("tên",)),)
        match = Match(playbook, 0.97, candidates, MatchReason.CLEAR_MATCH)
        terms = dict.fromkeys(query.title.lower().split(), 5.0)
        return Reading(match, vector, "play", {playbook: 0.97}, 0.01, terms)


@dataclass
class Room:
    """Every phone of the office."""

    world: World
    name: str = "telegram"
    capabilities: Capabilities = CAPABLE

    async def take(self, tx: Tx, key: str) -> Act | None:
        return self.world.inbox.get(key)

    async def reply(self, tx: Tx, act: Act, outcome: Outcome) -> None:
        if outcome.reading is not None:  # what is shown arrives at once
            await readings.note(tx, outcome.reading, self.world.now)

    async def respond(self, act: Act, outcome: Outcome) -> None:
        pass

    async def address(self, tx: Tx, incident: Incident) -> None:
        pass

    async def ask_whether_it_appeared(self, tx: Tx, delivery: DeliveryKey) -> None:
        self.world.asked_about.append(delivery)

    async def gap(self, tx: Tx, person: Person, now: datetime) -> Gap | None:
        return Gap(self.name, Unreached.REFUSED) if person.id in self.world.away else None

    async def unreachable(self, tx: Tx, people: Sequence[Person]) -> frozenset[str]:
        return frozenset(self.world.away)

    async def notify(self, tx: Tx, person: Person, notice: Notice) -> None:
        if (notice.key, person.id) not in self.world.told_keys:  # the outbox tells each key once
            self.world.told_keys.add((notice.key, person.id))
            self.world.told.append((person.id, notice))

    async def notify_room(self, tx: Tx, notice: Notice) -> None:
        pass

    async def lacking_pictures(self, tx: Tx, wanted: Mapping[str, int]) -> Sequence[str]:
        return ()

    async def illustrate(self, tx: Tx, incident: Incident, number: int) -> None:
        pass

    async def offer_follow_ups(self, tx: Tx, delivery: DeliveryKey) -> None:
        pass

    async def tell(self, tx: Tx, person: Person | None, telling: Telling) -> None:
        pass

    async def tell_room(self, tx: Tx, key: str, notice: RoomNotice) -> None:
        pass

    def wake(self) -> None:
        pass


@dataclass(frozen=True)
class Heard:
    """One call of one outlet, with the words that it was given."""

    key: tuple[str, int, str]
    publication: Publication
    at: datetime


@dataclass
class RecordingOutlet:
    """Hears what the public would, and has the troubles that the play hands it."""

    world: World
    name: str
    repeatable: bool
    inner: NewsroomOutlet | None = None

    async def publish(self, publication: Publication) -> str:
        world = self.world
        trouble = world.troubles.pop(self.name, "none")
        if trouble == "killed before":
            raise Killed
        if trouble == "not sent":
            raise NotDelivered("429", retry_after=30)
        if trouble == "never":
            raise NotDelivered("gone", retry_after=None)
        if trouble == "lost before":
            raise DeliveryInDoubt("timeout")
        key = (publication.incident.id, publication.version.version, self.name)
        heard = Heard(key, publication, world.clock.now())
        world.heard.append(heard)
        world.on_heard(heard)
        if trouble == "killed after":
            raise Killed
        if trouble == "lost after":
            raise DeliveryInDoubt("timeout")
        if self.inner is not None:
            return await self.inner.publish(publication)
        return f"{self.name}/{publication.incident.id}/{publication.version.version}"
