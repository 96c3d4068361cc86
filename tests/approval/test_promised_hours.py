"""A statement promises when more will be said: words whose hour is past are not approved as they are, and nobody is
surprised by other words in their place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.approval.card import read_card
from bot.approval.typed_codes import code_of
from bot.model import commands as c
from bot.model.reasons import Reason
from bot.model.statement import StatementState
from tests.approval.conftest import Office
from tests.approval.office import CHU, KHACH, NIGHT, PHAT, PHO, SEAL, TRUC
from tests.approval.steps import approve

PROMISED = "06h00 ngày 23/11/2026"
"""Four hours after the night shift's alert at 02:00."""


async def test_a_draft_promises_the_hour_of_its_level(office: Office) -> None:
    current = await office.current()
    assert PROMISED in current.full_vi
    assert current.promises_at is not None
    assert (current.promises_at - NIGHT).total_seconds() == 4 * 3600


async def test_a_draft_whose_hour_is_past_is_refused_and_nothing_changes(office: Office) -> None:
    office.later(hours=4)
    current = await office.current()
    outcome = await office.does(PHAT, c.Approve(office.incident_id, 1, current.sha256[:8]))
    assert (outcome.reason, outcome.refused) == (Reason.PROMISE_PAST, True)
    assert outcome.values["promised"] == PROMISED
    assert (await office.current()).version == 1
    by_code = await office.does(PHAT, c.ApproveByCode("7K2", code_of(SEAL, current)))
    assert by_code.reason is Reason.PROMISE_PAST


async def test_a_minute_before_the_promised_hour_the_draft_may_still_be_approved(office: Office) -> None:
    office.later(hours=3, minutes=59)
    assert await approve(office) is Reason.APPROVED


async def test_who_asks_to_approve_it_gets_a_new_draft_to_read_first(office: Office) -> None:
    office.later(hours=5)
    asked = await office.does(PHAT, c.AskApproval(office.incident_id, 1))
    assert asked.reason is Reason.DRAFTED_ANEW_PROMISE_PAST
    assert (asked.values["instead_of"], asked.values["version"], asked.values["promised"]) == ("1", "2", PROMISED)
    current = await office.current()
    assert (current.version, current.state) == (2, StatementState.DRAFT)
    assert "11h00 ngày 23/11/2026" in current.full_vi
    assert (await office.does(PHAT, c.AskApproval(office.incident_id, 2))).reason is Reason.ASK_APPROVAL
    assert await approve(office) is Reason.APPROVED


async def test_somebody_who_may_not_approve_does_not_get_it_drafted_by_asking(office: Office) -> None:
    office.later(hours=5)
    for who in (PHO, KHACH):
        assert (await office.does(who, c.AskApproval(office.incident_id, 1))).refused
    assert (await office.current()).version == 1


async def test_a_person_may_ask_for_the_draft_anew_at_any_time(office: Office) -> None:
    assert (await office.does(KHACH, c.DraftAnew("7K2"))).reason is Reason.NOT_ENROLLED
    office.later(hours=1)
    assert (await office.does(TRUC, c.DraftAnew("7K2"))).reason is Reason.DRAFTED_ANEW
    assert "07h00 ngày 23/11/2026" in (await office.current()).full_vi


async def test_a_persons_own_words_are_never_replaced(office: Office) -> None:
    await office.does(PHO, c.Edit(office.incident_id, 1, "Bản của phó."))
    assert (await office.does(PHAT, c.DraftAnew("7K2"))).reason is Reason.WORDS_OF_A_PERSON
    assert (await office.current()).full_vi == "Bản của phó."


async def test_a_persons_words_with_a_past_hour_are_shown_with_a_warning_and_may_be_approved(office: Office) -> None:
    kept = (await office.current()).full_vi + "\n\nXin cảm ơn."
    await office.does(PHO, c.Edit(office.incident_id, 1, kept))
    office.later(hours=5)
    asked = await office.does(PHAT, c.AskApproval(office.incident_id, 2))
    assert (asked.reason, asked.values["promise_past"]) == (Reason.ASK_APPROVAL, PROMISED)
    assert await approve(office) is Reason.APPROVED


async def test_a_person_who_took_the_hour_out_promises_nothing(office: Office) -> None:
    await office.does(PHO, c.Edit(office.incident_id, 1, "Tỉnh sẽ thông tin khi có kết quả."))
    assert (await office.current()).promises_at is None


async def test_the_card_says_that_the_hour_is_past(office: Office) -> None:
    office.later(hours=5)
    async with office.database.read() as tx:
        view = await read_card(tx, office.desk, office.incident_id)
    assert view is not None
    assert view.promise_past == (await office.current()).promises_at


async def test_at_level_4_a_new_draft_does_not_make_the_last_editor_an_approver(
    open_office: Callable[..., Awaitable[Office]],
) -> None:
    office = await open_office(level=4)
    await office.does(PHAT, c.ConfirmFact(office.incident_id, "place", "phường Bến Nứa"))
    office.later(hours=5)
    await office.does(PHAT, c.DraftAnew("7K2"))
    assert await approve(office, PHAT) is Reason.LAST_EDITOR_AT_LEVEL_4
    await office.does(TRUC, c.ContentCheck("7K2", (await office.current()).version))
    assert await approve(office, CHU) is Reason.ASK_CODE  # nothing else stands between the head and these words
