"""Every stage by one act, drafted from the facts as they stand: update, correction, closing, refusal."""

from __future__ import annotations

import pytest

from bot.drafting import find_gaps
from bot.model import commands as c
from bot.model.reasons import Reason
from bot.model.statement import Author, StatementKind, StatementState
from tests.approval.conftest import Office
from tests.approval.office import KHACH, PHAT, PHO, TRUC
from tests.approval.steps import approve, publish, states


@pytest.fixture
def slots(office: Office) -> tuple[str, str]:
    """Two facts of the office's playbook."""
    facts = office.desk.playbooks["water-contamination"].facts
    return facts[0].id, facts[1].id


async def test_an_update_is_drafted_with_one_press_and_says_what_changed(
    office: Office, slots: tuple[str, str]
) -> None:
    count, words = slots
    await office.does(TRUC, c.ConfirmFact("7K2", count, "12"))
    await publish(office)
    office.later(hours=2)
    # What is in public is not changed by a fact: it is noted for the next statement.
    noted = await office.does(TRUC, c.ConfirmFact("7K2", count, "30"))
    assert noted.reason is Reason.FACT_NOTED_FOR_LATER
    assert (await office.current()).version == 2
    await office.does(TRUC, c.ConfirmFact("7K2", words, "đã dừng cấp nước"))
    drafted = await office.does(PHO, c.AskFollowUp("7K2", "update"))
    assert drafted.reason is Reason.FOLLOW_UP_DRAFTED
    new = await office.current()
    assert (new.kind, new.refers_to, new.author) == (StatementKind.UPDATE, new.version - 1, Author.TEMPLATE)
    assert new.full_vi.startswith("CẬP NHẬT THÔNG TIN (số 2)")
    assert "Nội dung thay đổi so với thông tin số 1: " in new.full_vi
    assert "30" in new.full_vi.split("thay đổi so với")[1].split("12")[0]
    assert "Nội dung mới được xác minh so với thông tin số 1: " in new.full_vi
    assert await approve(office) is Reason.APPROVED


async def test_a_draft_of_an_update_is_refreshed_as_an_update(office: Office, slots: tuple[str, str]) -> None:
    await publish(office)
    await office.does(PHO, c.AskFollowUp("7K2", "update"))
    await office.does(TRUC, c.ConfirmFact("7K2", slots[0], "30"))
    current = await office.current()
    assert (current.kind, current.refers_to) == (StatementKind.UPDATE, 1)
    assert "Nội dung mới được xác minh so với thông tin số 1" in current.full_vi
    assert (await office.does(TRUC, c.DraftAnew("7K2"))).reason is Reason.DRAFTED_ANEW
    assert (await office.current()).kind is StatementKind.UPDATE


async def test_a_correction_is_drafted_where_a_published_fact_is_otherwise_now(
    office: Office, slots: tuple[str, str]
) -> None:
    await office.does(TRUC, c.ConfirmFact("7K2", slots[0], "12"))
    await publish(office)
    assert (await office.does(PHO, c.AskFollowUp("7K2", "correction"))).reason is Reason.ASK_FOLLOW_UP
    await office.does(TRUC, c.ConfirmFact("7K2", slots[0], "21"))
    assert (await office.does(PHO, c.AskFollowUp("7K2", "correction"))).reason is Reason.FOLLOW_UP_DRAFTED
    text = (await office.current()).full_vi
    assert text.startswith("ĐÍNH CHÍNH (số 2)")
    assert "thông tin số 1 nêu “" in text
    assert find_gaps(text) == ()
    await publish(office)
    assert (await states(office))[1] is StatementState.CORRECTED


async def test_a_closing_leaves_the_one_before_in_public_and_promises_nothing_more(office: Office) -> None:
    await publish(office)
    office.later(hours=5)
    assert (await office.does(PHO, c.AskFollowUp("7K2", "closing"))).reason is Reason.FOLLOW_UP_DRAFTED
    closing = await office.current()
    assert closing.full_vi.startswith("THÔNG TIN KẾT THÚC VỤ VIỆC (số 2)")
    assert closing.promises_at is None
    await publish(office)
    assert await states(office) == [StatementState.PUBLISHED, StatementState.PUBLISHED]
    from bot.approval.clocks import clocks_of, policy_of, read_standing
    from bot.model.policy import Leg

    async with office.database.read() as tx:
        incident = await office.incident()
        clocks = clocks_of(await policy_of(tx, office.desk, incident), await read_standing(tx, office.desk, incident))
    assert Leg.NEXT_UPDATE not in {clock.rule for clock in clocks}


async def test_a_refusal_is_drafted_on_its_ground_and_goes_the_way_of_any_statement(office: Office) -> None:
    assert (await office.does(TRUC, c.DraftRefusal("7K2"))).reason is Reason.NOT_REFUSED
    await office.does(PHAT, c.Refuse("7K2", "b", "Công an đang điều tra"))
    assert (await office.does(KHACH, c.DraftRefusal("7K2"))).reason is Reason.NOT_ENROLLED
    assert (await office.does(TRUC, c.DraftRefusal("7K2"))).reason is Reason.REFUSAL_DRAFTED
    current = await office.current()
    assert (current.kind, current.state) == (StatementKind.REFUSAL, StatementState.DRAFT)
    assert "quy định tại điểm b khoản 2 Điều 31 Luật Báo chí năm 2025" in current.full_vi
    assert "Lý do: Công an đang điều tra." in current.full_vi
    await publish(office)
    assert (await states(office))[-1] is StatementState.PUBLISHED


async def test_words_whose_approval_is_void_keep_the_ground_and_the_reason_that_belong_to_them(office: Office) -> None:
    await office.does(PHAT, c.Refuse("7K2", "b", "Công an đang điều tra"))
    await office.does(TRUC, c.DraftRefusal("7K2"))
    approved = await office.current()
    assert approved.reason is not None
    assert await approve(office) is Reason.APPROVED
    assert (await office.does(TRUC, c.SetLevel("7K2", 4))).reason is Reason.LEVEL_SET_APPROVAL_VOID
    again = await office.current()
    assert (again.version, again.state, again.texts) == (3, StatementState.DRAFT, approved.texts)
    assert (again.reason, again.promises_at) == (approved.reason, approved.promises_at)
    assert (await office.does(TRUC, c.AddText("7K2", "en"))).reason is Reason.TEXT_ADDED
    assert "Reason: Công an đang điều tra" in (await office.current()).texts["en/full"], "a text made from it says it"


async def test_a_case_opened_again_keeps_the_reason_of_a_retraction_that_had_not_left(office: Office) -> None:
    await publish(office)
    await office.does(PHO, c.FollowUp("7K2", "retraction", "Nhầm địa bàn"))
    await office.does(PHAT, c.Approve("7K2", 2, (await office.current()).sha256[:8]))
    await office.does(TRUC, c.CloseIncident("7K2", "xong"))
    await office.does(PHO, c.Reopen("7K2", "đóng nhầm"))
    again = await office.current()
    assert (again.version, again.state, again.reason) == (3, StatementState.DRAFT, "Nhầm địa bàn")


async def test_an_edit_of_a_refusal_keeps_its_ground(office: Office) -> None:
    await office.does(PHAT, c.Refuse("7K2", "b", "Công an đang điều tra"))
    await office.does(TRUC, c.DraftRefusal("7K2"))
    ground = (await office.current()).reason
    edited = await office.does(PHO, c.Edit("7K2", 2, (await office.current()).full_vi + "\n\nTrân trọng."))
    assert edited.reason is Reason.EDITED
    assert (await office.current()).reason == ground is not None


async def test_a_refusal_that_is_given_up_becomes_a_first_statement_again(office: Office) -> None:
    await office.does(PHAT, c.Refuse("7K2", "b", "Công an đang điều tra"))
    await office.does(TRUC, c.DraftRefusal("7K2"))
    assert (await office.does(TRUC, c.DraftAnew("7K2"))).reason is Reason.WORDS_OF_A_PERSON
    await office.does(TRUC, c.DraftAnew("7K2", discard=True))
    current = await office.current()
    assert (current.kind, current.full_vi.startswith("THÔNG TIN BAN ĐẦU (số 1)")) == (StatementKind.INITIAL, True)


async def test_a_retraction_carries_its_reason_whatever_its_letters(office: Office) -> None:
    await publish(office)
    await office.does(PHO, c.FollowUp("7K2", "retraction", "Nhầm <b>{{ 7*7 }}</b> địa bàn"))
    assert "Lý do: Nhầm <b>{{ 7*7 }}</b> địa bàn." in (await office.current()).full_vi


@pytest.mark.parametrize("kind", ["refusal", "initial", "xyz"])
async def test_no_other_kind_follows(office: Office, kind: str) -> None:
    await publish(office)
    assert (await office.does(PHO, c.AskFollowUp("7K2", kind))).refused
    assert (await office.does(PHO, c.FollowUp("7K2", kind, "x"))).refused
