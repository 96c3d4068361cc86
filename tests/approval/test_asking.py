"""Facts by question and answer: kept with who and when, unconfirmed until somebody confirms exactly that value."""

from __future__ import annotations

from bot.approval.asking import check_of
from bot.channels.telegram.render_dialog import ask_for_words
from bot.model import commands as c
from bot.model.fact import FactState
from bot.model.reasons import Reason
from bot.store import statements
from tests.approval.conftest import Office
from tests.approval.office import KHACH, PHO, TRUC


def text_slot(office: Office) -> str:
    return next(s.id for s in office.desk.playbooks["water-contamination"].facts if s.type == "text")


async def test_an_answer_is_kept_unconfirmed_and_no_draft_carries_it(office: Office) -> None:
    slot = text_slot(office)
    asked = await office.does(TRUC, c.AskFact("7K2", slot))
    assert (asked.reason, asked.values["question"].endswith("?")) == (Reason.ASK_FACT_VALUE, True)
    noted = await office.does(TRUC, c.AnswerFact("7K2", slot, "đã dừng cấp"))
    assert noted.reason is Reason.ASK_FACT_CONFIRMED
    async with office.database.read() as tx:
        fact = (await statements.facts_of(tx, office.incident_id))[slot]
    assert (fact.state, fact.value, fact.by, fact.at) == (FactState.UNCONFIRMED, "đã dừng cấp", "p101", office.now)
    assert (await office.current()).version == 1


async def test_confirming_takes_exactly_the_value_that_was_shown(office: Office) -> None:
    slot = text_slot(office)
    noted = await office.does(TRUC, c.AnswerFact("7K2", slot, "đã dừng cấp"))
    await office.does(PHO, c.AnswerFact("7K2", slot, "chưa dừng cấp"))
    stale = await office.does(TRUC, c.ConfirmHeldFact("7K2", slot, int(noted.values["check"])))
    assert stale.reason is Reason.FACT_CHANGED
    async with office.database.read() as tx:
        held = (await statements.facts_of(tx, office.incident_id))[slot]
    done = await office.does(TRUC, c.ConfirmHeldFact("7K2", slot, check_of(held)))
    assert done.reason is Reason.FACT_CONFIRMED
    assert "chưa dừng cấp" in (await office.current()).full_vi


async def test_hearsay_does_not_push_a_confirmed_fact_aside(office: Office) -> None:
    slot = text_slot(office)
    await office.does(TRUC, c.ConfirmFact("7K2", slot, "đã dừng cấp"))
    refused = await office.does(PHO, c.AnswerFact("7K2", slot, "nghe nói chưa"))
    assert (refused.reason, refused.values["value"]) == (Reason.FACT_IS_CONFIRMED, "đã dừng cấp")


async def test_an_unconfirmed_place_is_not_put_into_the_words(office: Office) -> None:
    await office.does(TRUC, c.AnswerFact("7K2", "place", "xã Nghe Đồn"))
    await office.does(TRUC, c.ChoosePlaybook("7K2", "epidemic"))
    assert "Nghe Đồn" not in (await office.current()).full_vi


async def test_only_open_facts_are_offered(office: Office) -> None:
    slot = text_slot(office)
    before = (await office.does(TRUC, c.AskFact("7K2"))).values["slots"]
    assert slot in before
    await office.does(TRUC, c.ConfirmFact("7K2", slot, "x"))
    assert slot not in (await office.does(TRUC, c.AskFact("7K2"))).values["slots"]


async def test_unknown_slots_empty_answers_and_strangers_are_refused(office: Office) -> None:
    assert (await office.does(TRUC, c.AskFact("7K2", "khong-co"))).reason is Reason.UNKNOWN_FACT
    assert (await office.does(TRUC, c.AnswerFact("7K2", "place", "  "))).reason is Reason.TEXT_EMPTY
    assert (await office.does(TRUC, c.AnswerFact("7K2", "place", "x" * 201))).reason is Reason.TEXT_TOO_LONG
    assert (await office.does(KHACH, c.AnswerFact("7K2", "place", "x"))).reason is Reason.NOT_ENROLLED


async def test_where_it_happened_is_asked_for_as_a_question_with_an_example_that_fits(office: Office) -> None:
    asked = await office.does(TRUC, c.AskFact("7K2", "place"))
    assert (asked.reason, asked.values["example"]) == (Reason.ASK_FACT_VALUE, "place")
    assert asked.values["question"] == "Việc xảy ra ở đâu (tên địa điểm, xã hoặc phường)?"
    assert asked.values["question_en"].endswith("?")
    shown = ask_for_words("vi", asked, (TRUC, "Trần Thị Trực"), None).plain
    assert "ví dụ: phường Bến Nứa; nguồn: UBND phường; đến 14h10" in shown
