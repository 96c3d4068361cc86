"""The typed code: of exactly one version, nothing that a drafter can arrange, and patient with a tired thumb."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from itertools import count

import pytest

from bot.approval.sealing import Seal
from bot.approval.typed_codes import PAUSE, TRIES, code_of
from bot.model import commands as c
from bot.model.ids import CODE_ALPHABET
from bot.model.reasons import Reason
from bot.model.statement import version_sha256
from bot.model.statement_templates import FULL_VI
from tests.approval.conftest import Office
from tests.approval.office import CHU, PHAT, PHO, SEAL, TRUC

Open = Callable[..., Awaitable[Office]]


async def code(office: Office) -> str:
    return code_of(SEAL, await office.current())


async def types(office: Office, typed: str, who: int = PHAT) -> Reason:
    return (await office.does(who, c.ApproveByCode("7K2", typed))).reason


async def test_a_typed_code_approves_its_own_version_and_dies_with_it(office: Office) -> None:
    dead = await code(office)
    await office.does(PHO, c.Edit(office.incident_id, 1, "Bản khác."))
    assert await types(office, dead) is Reason.WRONG_APPROVAL_CODE
    assert await types(office, await code(office)) is Reason.APPROVED


async def test_the_question_shows_the_code_that_approves(office: Office) -> None:
    asked = await office.does(PHAT, c.AskApproval("7K2"))
    assert await types(office, asked.values["approval_code"]) is Reason.APPROVED


async def test_two_texts_that_a_drafter_chose_for_their_hashes_have_codes_of_their_own(office: Office) -> None:
    """What a drafter can try out at home: texts whose hashes begin alike."""
    seen: dict[str, str] = {}
    for number in count():
        text = f"Tỉnh đang xác minh, lần {number}."
        start = version_sha256({FULL_VI: text})[:4]
        if start in seen:
            break
        seen[start] = text
    await office.does(TRUC, c.Edit(office.incident_id, 1, seen[start]))
    harmless = await office.does(PHAT, c.AskApproval("7K2"))
    await office.does(TRUC, c.Edit(office.incident_id, 2, text))
    late = await office.does(PHAT, c.ApproveByCode("7K2", harmless.values["approval_code"]))
    assert late.reason is Reason.WRONG_APPROVAL_CODE
    assert await types(office, start) is Reason.WRONG_APPROVAL_CODE


async def test_the_same_words_have_another_code_as_another_version(office: Office) -> None:
    words, first = (await office.current()).full_vi, await code(office)
    await office.does(PHO, c.Edit(office.incident_id, 1, "Bản khác."))
    await office.does(PHO, c.Edit(office.incident_id, 2, words))
    assert (await office.current()).full_vi == words
    assert await code(office) != first


async def test_the_same_words_have_another_code_in_another_matter_and_in_another_installation(
    open_office: Open,
) -> None:
    one, other = await open_office(), await open_office(id="other", code="9Z9")
    same = await one.current()
    assert same.full_vi == (await other.current()).full_vi
    assert len({await code(one), await code(other), code_of(Seal(b"t" * 32), same)}) == 3


@pytest.mark.parametrize("typed", ["{0}", " {1} ", "{2}"])
async def test_a_code_may_be_typed_in_small_letters_and_in_pieces(office: Office, typed: str) -> None:
    right = await code(office)
    forms = (right.lower(), f"{right[:2]} {right[2:]}", f"#{right}")
    assert await types(office, typed.format(*forms)) is Reason.APPROVED


async def test_a_code_is_five_signs_that_are_not_mistaken_for_others_nor_for_a_one_time_code(office: Office) -> None:
    shown = await code(office)
    assert (len(shown), set(shown) <= set(CODE_ALPHABET), shown.isdecimal()) == (5, True, False)


@pytest.mark.parametrize("typed", ["", "é" * 5, "\ud800", "0" * 5000, "%s%s"])
async def test_whatever_is_typed_as_a_code_is_refused_and_nothing_breaks(office: Office, typed: str) -> None:
    assert await types(office, typed) is Reason.WRONG_APPROVAL_CODE


# Wrong codes.


async def wrongly(office: Office, times: int, who: int = PHAT) -> None:
    for _ in range(times):
        assert await types(office, "2AAAA", who) is Reason.WRONG_APPROVAL_CODE


async def test_after_three_wrong_codes_even_the_right_one_waits_a_minute(office: Office) -> None:
    await wrongly(office, TRIES)
    assert await types(office, await code(office)) is Reason.TOO_MANY_WRONG_CODES
    office.later(seconds=PAUSE.total_seconds() - 1)
    assert await types(office, await code(office)) is Reason.TOO_MANY_WRONG_CODES
    office.later(seconds=1)
    assert await types(office, await code(office)) is Reason.APPROVED


async def test_whoever_looks_at_the_words_again_need_not_wait(office: Office) -> None:
    await wrongly(office, TRIES)
    refused = await office.does(PHAT, c.ApproveByCode("7K2", "2AAAA"))
    assert (refused.values["verb"], refused.values["code"]) == ("duyet", "7K2")
    asked = await office.does(PHAT, c.AskApproval("7K2"))
    assert await types(office, asked.values["approval_code"]) is Reason.APPROVED


async def test_a_press_is_not_held_up_by_wrong_codes(office: Office) -> None:
    await wrongly(office, TRIES)
    current = await office.current()
    pressed = await office.does(PHAT, c.Approve(office.incident_id, 1, current.sha256[:8]))
    assert pressed.reason is Reason.APPROVED


async def test_wrong_codes_of_one_person_hold_nobody_else_up(office: Office) -> None:
    await wrongly(office, TRIES)
    assert await types(office, await code(office), CHU) is Reason.APPROVED


async def test_wrong_codes_for_words_that_are_gone_do_not_count_for_those_that_came(office: Office) -> None:
    await wrongly(office, TRIES)
    await office.does(PHO, c.Edit(office.incident_id, 1, "Bản khác."))
    assert await types(office, await code(office)) is Reason.APPROVED


async def test_a_wrong_code_now_and_then_holds_nobody_up(office: Office) -> None:
    for _ in range(TRIES + 1):
        await wrongly(office, 1)
        office.later(minutes=2)
    assert await types(office, await code(office)) is Reason.APPROVED


async def test_who_may_not_approve_learns_that_and_not_whether_the_code_was_right(office: Office) -> None:
    for typed in (await code(office), "2AAAA"):
        assert await types(office, typed, TRUC) is Reason.NO_RIGHT_TO_APPROVE
