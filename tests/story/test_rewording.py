"""A machine says a draft more plainly: asked by a person, used only where it says the same, waited for by nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.drafting.rephrasing import WordingUnavailable
from bot.model import commands as c
from bot.model.outcome import Notice
from bot.model.reasons import Reason
from bot.model.statement import Author, StatementVersion
from bot.store import audit, statements
from tests.approval.office import PHAT, TRUC, desk
from tests.village import Village, village

__all__ = ["village"]

Answer = Callable[[str], str]


class Machine:
    """Answers what the test wants, when it wants."""

    name = "nhỏ-1"

    def __init__(self, answer: Answer) -> None:
        self.answer, self.may_answer, self.asked = answer, asyncio.Event(), 0

    async def rephrase(self, draft: str, lang: str) -> str:
        self.asked += 1
        await self.may_answer.wait()
        return self.answer(draft)


@pytest.fixture
def helped(village: Village) -> Callable[[Answer], Machine]:
    """Give the village a machine; it answers at once unless its event is cleared."""

    def with_machine(answer: Answer) -> Machine:
        machine = Machine(answer)
        machine.may_answer.set()
        village.story.parts = replace(
            village.story.parts,
            wording=machine,
            desk=lambda: replace(desk(village.clock.now(), outlets=("newsroom", "square")), rewords=True),
        )
        return machine

    return with_machine


async def current(village: Village, incident_id: str) -> StatementVersion:
    async with village.database.read() as tx:
        found = await statements.current(tx, incident_id)
    assert found is not None
    return found


async def told(village: Village) -> Notice:
    """What the person who asked is told."""
    await village.until(lambda: any(key.startswith("reword:") for key in village.room.asked))
    (notice,) = [notice for key, notice in village.room.asked.items() if key.startswith("reword:")]
    return notice


def plainer(draft: str) -> str:
    return draft.replace("đang", "hiện đang", 1)


async def test_what_says_the_same_becomes_the_draft_of_whoever_asked(
    village: Village, helped: Callable[[Answer], Machine]
) -> None:
    helped(plainer)
    incident_id = await village.alert()
    before = await current(village, incident_id)
    assert (await village.does(TRUC, c.AskRewording(incident_id))).reason is Reason.REWORDING_ASKED
    notice = await told(village)
    after = await current(village, incident_id)
    assert after.full_vi == plainer(before.full_vi) != before.full_vi
    assert (after.version, after.author, after.approved_by) == (before.version + 1, Author.PERSON, None)
    assert (notice.to, notice.words, notice.values["version"]) == ("p101", "reworded", str(after.version))
    async with village.database.read() as tx:
        entries = [entry.event async for entry in audit.entries(tx, incident_id)]
    (taken,) = [event for event in entries if event.act == "take_rewording"]
    assert (taken.actor, taken.version, taken.details["asked_model"]) == ("p101", after.version, "nhỏ-1")
    assert taken.details["sha256"] == after.sha256


@pytest.mark.parametrize(
    ("answer", "words", "word"),
    [
        (lambda draft: draft.replace("đang", "đã", 1), "rewording_turned", "đang"),
        (lambda draft: draft.replace("đang", "có 43 người đang", 1), "rewording_new_number", "43"),
        (lambda _: "Mọi việc đã ổn.", "rewording_shape", ""),
    ],
)
async def test_what_does_not_is_thrown_away_and_the_word_is_named(
    village: Village, helped: Callable[[Answer], Machine], answer: Answer, words: str, word: str
) -> None:
    helped(answer)
    incident_id = await village.alert()
    before = await current(village, incident_id)
    await village.does(TRUC, c.AskRewording(incident_id))
    notice = await told(village)
    assert (notice.words, notice.values["word"]) == (words, word)
    assert await current(village, incident_id) == before


async def test_a_machine_that_fails_changes_nothing_and_is_named(
    village: Village, helped: Callable[[Answer], Machine]
) -> None:
    def away(_draft: str) -> str:
        raise WordingUnavailable("HTTP 503")

    helped(away)
    incident_id = await village.alert()
    before = await current(village, incident_id)
    await village.does(TRUC, c.AskRewording(incident_id))
    notice = await told(village)
    assert (notice.words, notice.values["why"]) == ("rewording_unavailable", "HTTP 503")
    assert await current(village, incident_id) == before


async def test_nothing_waits_for_it_and_what_was_approved_meanwhile_stays_approved(
    village: Village, helped: Callable[[Answer], Machine]
) -> None:
    machine = helped(plainer)
    machine.may_answer.clear()
    incident_id = await village.alert()
    for _ in range(2):
        assert (await village.does(TRUC, c.AskRewording(incident_id))).reason is Reason.REWORDING_ASKED
    assert (await village.approve(incident_id)).reason is Reason.APPROVED
    await village.settled(incident_id, newsroom="sent", square="sent")
    published = await current(village, incident_id)
    machine.may_answer.set()
    assert (await told(village)).words == "rewording_too_late"
    assert await current(village, incident_id) == published
    assert machine.asked == 1, "the same version is asked about once"


async def test_a_stranger_and_an_office_without_a_machine_are_refused(
    village: Village, helped: Callable[[Answer], Machine]
) -> None:
    incident_id = await village.alert()
    assert (await village.does(TRUC, c.AskRewording(incident_id))).reason is Reason.WORDING_OFF
    machine = helped(plainer)
    assert (await village.does(999, c.AskRewording(incident_id))).reason is Reason.NOT_ENROLLED
    assert (await village.does(PHAT, c.AskRewording(incident_id))).reason is Reason.REWORDING_ASKED
    await told(village)
    assert machine.asked == 1
