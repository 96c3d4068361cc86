"""Rumour cards: unverified until a person labels with evidence and a verifier; nothing unverified is denied."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from bot.model import commands as c
from bot.model.reasons import Reason
from bot.model.rumour import Answer, Impact, Label, Rumour, answer_to
from bot.model.unit import Unit
from bot.store import rumours
from tests.approval.conftest import Office
from tests.approval.office import KHACH, PHAT, TRUC, organisation

CLAIM = "Nước máy có độc, đã có người chết"


@pytest.fixture
async def office_(office: Office) -> Office:
    units = (
        Unit("so-y-te", "Sở Y tế", "Department of Health", aliases=("SYT",)),
        Unit("nuoc", "Công ty nước", "Water"),
    )
    office.people = replace(organisation(), units=units)
    return office


async def only(office: Office) -> Rumour:
    async with office.database.read() as tx:
        (found,) = await rumours.of_incident(tx, office.incident_id)
    return found


def label(evidence: str = "Phiếu xét nghiệm 12/KQ", verifier: str = "Sở Y tế", as_: str = "false") -> c.LabelRumour:
    return c.LabelRumour("7K2", 1, as_, evidence, verifier)


async def test_a_claim_is_unverified_until_a_person_says_otherwise(office_: Office) -> None:
    noted = await office_.does(TRUC, c.NoteRumour("7K2", CLAIM))
    assert (noted.reason, noted.values["number"]) == (Reason.RUMOUR_NOTED, "1")
    assert (await only(office_)).label is Label.UNVERIFIED


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (label(evidence=" "), Reason.EVIDENCE_MISSING),
        (label(verifier="\u200b"), Reason.EVIDENCE_MISSING),
        (label(verifier="Sở Không Có"), Reason.UNKNOWN_VERIFIER),
        (label(evidence="x" * 501), Reason.TEXT_TOO_LONG),
        (c.LabelRumour("7K2", 2, "fake", "x", "Sở Y tế"), Reason.NO_SUCH_RUMOUR),
    ],
)
async def test_a_label_needs_evidence_and_a_verifier_whom_the_office_knows(
    office_: Office, command: c.LabelRumour, why: Reason
) -> None:
    await office_.does(TRUC, c.NoteRumour("7K2", CLAIM))
    assert (await office_.does(TRUC, command)).reason is why
    assert (await only(office_)).label is Label.UNVERIFIED


@pytest.mark.parametrize("verifier", ["Sở Y tế", "so y te", "syt", "Nguyễn Văn Phát"])
async def test_a_label_keeps_evidence_verifier_and_who_set_it(office_: Office, verifier: str) -> None:
    await office_.does(TRUC, c.NoteRumour("7K2", CLAIM))
    done = await office_.does(PHAT, label(verifier=verifier))
    assert (done.reason, done.values["label"]) == (Reason.RUMOUR_LABELLED, "tin sai sự thật")
    kept = await only(office_)
    assert (kept.label, kept.evidence, kept.labelled_by) == (Label.FALSE, "Phiếu xét nghiệm 12/KQ", "p102")
    assert kept.verifier in ("Sở Y tế", "Nguyễn Văn Phát")


async def test_the_example_that_keng_gives_is_taken_where_the_unit_has_a_longer_name(office_: Office) -> None:
    units = (Unit("so-y-te", "Sở Y tế tỉnh Thượng Giang", "Department of Health"),)
    office_.people = replace(office_.people, units=units)
    await office_.does(TRUC, c.NoteRumour("7K2", CLAIM))
    assert (await office_.does(PHAT, label(verifier="Sở Y tế"))).reason is Reason.RUMOUR_LABELLED
    assert (await only(office_)).verifier == "Sở Y tế tỉnh Thượng Giang"
    unknown = await office_.does(PHAT, label(verifier="Sở Y té"))
    assert unknown.reason is Reason.RUMOUR_LABELLED, "diacritics do not count"
    unknown = await office_.does(PHAT, label(verifier="Sở Y tê tỉnh Thượg Giang"))
    assert (unknown.reason, unknown.values["near"]) == (Reason.UNKNOWN_VERIFIER, "so-y-te (Sở Y tế tỉnh Thượng Giang)")


async def test_whoever_is_accused_verifies_nothing_in_their_own_case(office_: Office) -> None:
    office_.people = replace(
        office_.people, accused=MappingProxyType({office_.incident_id: frozenset({"nuoc"})}), recorded=True
    )
    await office_.does(TRUC, c.NoteRumour("7K2", CLAIM))
    assert (await office_.does(PHAT, label(verifier="Công ty nước"))).reason is Reason.VERIFIER_IS_ACCUSED


async def test_the_answer_follows_from_the_impact_and_no_denial_from_an_unverified_claim(office_: Office) -> None:
    await office_.does(TRUC, c.NoteRumour("7K2", CLAIM))
    assert (await office_.does(TRUC, c.WeighRumour("7K2", 1, answer="correct"))).reason is Reason.IMPACT_FIRST
    await office_.does(TRUC, c.WeighRumour("7K2", 1, impact="high"))
    assert (await only(office_)).answer is Answer.INFORM
    assert (await office_.does(TRUC, c.WeighRumour("7K2", 1, answer="correct"))).reason is Reason.LABEL_FIRST
    await office_.does(PHAT, label())
    assert (await only(office_)).answer is Answer.CORRECT
    await office_.does(PHAT, c.WeighRumour("7K2", 1, answer="watch"))
    assert (await only(office_)).answer is Answer.WATCH
    await office_.does(PHAT, label(as_="authentic"))
    assert (await only(office_)).answer is Answer.INFORM, "what turned out to be true is not denied"


@pytest.mark.parametrize(
    ("impact", "label_", "answer"),
    [
        (Impact.LOW, Label.FAKE, Answer.WATCH),
        (Impact.MEDIUM, Label.FALSE, Answer.INFORM),
        (Impact.HIGH, Label.FAKE, Answer.CORRECT),
        (Impact.HIGH, Label.UNVERIFIED, Answer.INFORM),
        (Impact.HIGH, Label.AUTHENTIC, Answer.INFORM),
    ],
)
def test_what_an_impact_calls_for(impact: Impact, label_: Label, answer: Answer) -> None:
    assert answer_to(impact, label_) is answer


async def test_the_list_tells_everything_and_strangers_nothing(office_: Office) -> None:
    await office_.does(TRUC, c.NoteRumour("7K2", "<b>{{ 7*7 }}</b>\u202e đảo"))
    await office_.does(PHAT, label())
    listed = await office_.does(TRUC, c.ListRumours("7K2"))
    (line,) = listed.lines
    assert line.startswith("1. “<b>{{ 7*7 }}</b> đảo” – tin sai sự thật. Bằng chứng: Phiếu xét nghiệm 12/KQ")
    for command in (c.ListRumours("7K2"), c.NoteRumour("7K2", "x"), label(), c.WeighRumour("7K2", 1, "low")):
        assert (await office_.does(KHACH, command)).reason is Reason.NOT_ENROLLED


async def test_a_claim_is_one_line_of_some_length_and_there_are_not_too_many(office_: Office) -> None:
    assert (await office_.does(TRUC, c.NoteRumour("7K2", "\u200b"))).reason is Reason.TEXT_EMPTY
    assert (await office_.does(TRUC, c.NoteRumour("7K2", "x" * 10_000))).reason is Reason.TEXT_TOO_LONG
    for _ in range(30):
        await office_.does(TRUC, c.NoteRumour("7K2", CLAIM))
    assert (await office_.does(TRUC, c.NoteRumour("7K2", CLAIM))).reason is Reason.TOO_MANY_RUMOURS
