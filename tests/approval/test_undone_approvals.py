"""Approved words that wait for a second person: who says no to them, and who hears that an approval is void."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from bot.approval.card import read_card
from bot.channels.telegram.render_card import keyboard
from bot.channels.telegram.render_people import notice
from bot.model import commands as c
from bot.model.outcome import DUTY_ROOM, Outcome
from bot.model.person import Assignment, Role
from bot.model.reasons import Reason
from bot.model.statement import StatementState
from tests.approval.conftest import Office
from tests.approval.factors import enrol
from tests.approval.office import CHU, KHACH, PHAT, PHO, TRUC, organisation, person
from tests.approval.steps import approve, states

Open = Callable[..., Awaitable[Office]]


@pytest.fixture
async def office(open_office: Open) -> Office:
    """The head approved version 1 at level 4; a second person is asked to let it go."""
    office = await open_office(level=4)
    app = await enrol(office, CHU)
    assert (await office.does(TRUC, c.ContentCheck("7K2", 1))).reason is Reason.CONTENT_CHECKED
    assert await approve(office, CHU, app) is Reason.APPROVED_AWAITS_SECOND
    return office


def told(outcome: Outcome) -> list[tuple[str, str]]:
    return [(n.to, n.words) for n in outcome.notices]


async def test_who_edits_approved_words_undoes_the_approval_and_the_approver_and_the_room_hear_of_it(
    office: Office,
) -> None:
    edited = await office.does(TRUC, c.Edit("7K2", 1, "ok anh"))
    assert edited.reason is Reason.EDITED
    assert told(edited) == [(DUTY_ROOM, "approval_undone"), (f"p{CHU}", "approval_undone")]
    said = notice("vi", edited.notices[1], lambda *_: "").plain
    assert "bản 1 do Phạm Văn Chủ duyệt CHƯA được công bố" in said
    assert "Trần Thị Trực đã sửa nội dung sau khi duyệt. Bản hiện tại là bản 2" in said
    assert "Trần Thị Trực edited the text" in notice("en", edited.notices[1], lambda *_: "").plain


async def test_who_undoes_their_own_approval_knows_it_and_the_room_is_told(office: Office) -> None:
    edited = await office.does(CHU, c.Edit("7K2", 1, "Bản khác."))
    assert told(edited) == [(DUTY_ROOM, "approval_undone")]


async def test_a_level_that_voids_an_approval_is_told_to_whoever_gave_it(office: Office) -> None:
    lowered = await office.does(PHO, c.SetLevel("7K2", 3, "đã cứu được mọi người"))
    assert lowered.reason is Reason.LEVEL_SET_APPROVAL_VOID
    undone = next(n for n in lowered.notices if n.to == f"p{CHU}")
    assert "Lê Thị Phó đã đổi mức vụ việc sau khi duyệt" in notice("vi", undone, lambda *_: "").plain


async def test_words_that_nobody_approved_are_edited_without_such_a_word(open_office: Open) -> None:
    office = await open_office(level=4)
    assert told(await office.does(TRUC, c.Edit("7K2", 1, "Bản khác."))) == []


@pytest.mark.parametrize("who", [PHAT, PHO, TRUC, CHU])
async def test_whoever_may_let_words_go_may_return_them_instead_with_a_reason(office: Office, who: int) -> None:
    assert (await office.does(who, c.AskReturn("7K2", 1))).reason is Reason.ASK_RETURN
    assert (await office.does(who, c.Return("7K2", " ", 1))).reason is Reason.REASON_MISSING
    returned = await office.does(who, c.Return("7K2", "Sai tên xưởng", 1))
    assert (returned.reason, returned.values["why"]) == (Reason.RETURNED, "Sai tên xưởng")
    assert await states(office) == [StatementState.VOIDED, StatementState.RETURNED]
    assert (await office.current()).reason == "Sai tên xưởng"
    assert await office.queued() == []
    heard = [(DUTY_ROOM, "returned_due"), *([] if who == CHU else [(f"p{CHU}", "approval_undone")])]
    assert told(returned) == heard
    current = await office.current()
    again = await office.does(PHO, c.Release("7K2", current.version, current.sha256[:8]))
    assert again.reason is Reason.NOT_AWAITING_RELEASE, "nobody lets go what was returned"


async def test_strangers_and_lawyers_return_nothing(office: Office) -> None:
    luat = person(201, "Đinh Thị Luật", Assignment(Role.LEGAL))
    office.people = organisation(luat)
    assert (await office.does(KHACH, c.Return("7K2", "không", 1))).reason is Reason.NOT_ENROLLED
    assert (await office.does(201, c.Return("7K2", "không", 1))).reason is Reason.NO_RIGHT_TO_APPROVE
    assert (await office.current()).state is StatementState.APPROVED


async def test_words_that_were_let_go_are_returned_by_nobody(office: Office) -> None:
    current = await office.current()
    assert (await office.does(PHO, c.Release("7K2", 1, current.sha256[:8]))).reason is Reason.RELEASED
    assert (await office.does(PHAT, c.Return("7K2", "muộn", 1))).reason is Reason.ALREADY_APPROVED


async def test_the_card_offers_it_beside_the_release(office: Office) -> None:
    async with office.database.read() as tx:
        view = await read_card(tx, office.desk, office.incident_id)
    assert view is not None
    labels = [[key["text"] for key in row] for row in keyboard(view, "vi", lambda *_: "")]
    assert labels[:2] == [["Cho công bố"], ["Sửa", "Trả lại"]]
