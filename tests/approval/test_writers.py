"""Whose words a version carries: at level 4 nobody approves or checks their own, whoever touched them since."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.model import commands as c
from bot.model.reasons import Reason
from bot.model.statement import Author
from tests.approval.conftest import Office
from tests.approval.office import CHU, PHAT, PHO, TRUC
from tests.approval.steps import approve, publish, with_alerts

Open = Callable[..., Awaitable[Office]]

OWN = "Tỉnh đã đóng trạm nước lúc 20 giờ.\n\nBà con dùng nước xe bồn tại nhà văn hóa."
PLAINER = "Trạm nước đã đóng từ 20 giờ.\n\nXe bồn cấp nước cho bà con tại nhà văn hóa."


@pytest.fixture
async def grave(open_office: Open) -> Office:
    return await open_office(level=4)


async def edits(office: Office, who: int, text: str) -> None:
    version = (await office.current()).version
    assert (await office.does(who, c.Edit(office.incident_id, version, text))).reason is Reason.EDITED


async def rephrased_for(office: Office, who: int, text: str) -> None:
    """A machine's answer arrives, at the asking of ``who``."""
    version = (await office.current()).version
    taken = await office.does(who, c.TakeRewording(office.incident_id, version, text, "nhỏ-1"))
    assert taken.reason is Reason.REWORDED


async def may_approve(office: Office, who: int) -> bool:
    return await approve(office, who) is not Reason.LAST_EDITOR_AT_LEVEL_4


async def test_a_machine_at_a_colleagues_asking_does_not_launder_a_spokespersons_own_words(grave: Office) -> None:
    await edits(grave, PHAT, OWN)
    await rephrased_for(grave, TRUC, PLAINER)
    assert (await grave.current()).full_vi == PLAINER
    assert not await may_approve(grave, PHAT)
    for who in (PHAT, TRUC):
        checked = await grave.does(who, c.ContentCheck("7K2", (await grave.current()).version))
        assert checked.reason is Reason.LAST_EDITOR_MAY_NOT_CHECK
    assert await may_approve(grave, CHU), "who wrote none of it"


@pytest.mark.parametrize(
    ("read", "typed"),
    [("lúc", "lú\u0441"), ("hóa", "hoá"), ("đóng", "đó\u034fng"), ("20", "２０")],
)
async def test_nor_does_a_colleague_who_types_the_same_with_other_signs(grave: Office, read: str, typed: str) -> None:
    """A Cyrillic letter, another place for the tone, a filler, wide digits: nobody sees that anything changed."""
    await edits(grave, PHAT, OWN)
    await edits(grave, TRUC, OWN.replace(read, typed).replace("trạm", "trạ\u043c").replace("tại", "tạ\u0456"))
    assert not await may_approve(grave, PHAT)


@pytest.mark.parametrize(
    "anew",
    [
        OWN.replace("giờ.\n\nBà", "giờ; bà"),
        OWN.replace("nước xe bồn tại", "nước xe bồn. Tại").replace("đóng trạm nước", "đóng trạm nước."),
        OWN.replace("20 giờ.", "20 giờ, mong bà con thông cảm.").replace("Bà con dùng", "Từ nay bà con dùng"),
    ],
)
async def test_nor_does_a_colleague_who_joins_or_parts_sentences_or_adds_to_them(grave: Office, anew: str) -> None:
    await edits(grave, PHAT, OWN)
    await edits(grave, TRUC, anew)
    assert not await may_approve(grave, PHAT)
    assert await may_approve(grave, CHU)


async def test_nor_does_one_machine_after_the_other_nor_an_edit_in_between(grave: Office) -> None:
    await edits(grave, PHAT, OWN)
    await rephrased_for(grave, TRUC, PLAINER)
    await rephrased_for(grave, PHO, PLAINER.replace("đã đóng", "đóng cửa"))
    await edits(grave, TRUC, PLAINER.replace("đã đóng", "đóng cửa") + "\n\nXin cảm ơn bà con.")
    assert not await may_approve(grave, PHAT)


async def test_who_lets_a_machine_rephrase_is_an_editor(grave: Office) -> None:
    await rephrased_for(grave, PHAT, (await grave.current()).full_vi.replace("đang", "hiện đang", 1))
    assert not await may_approve(grave, PHAT)
    assert await may_approve(grave, CHU)


@pytest.mark.parametrize(
    "touched",
    [
        OWN + "\n\nXin cảm ơn bà con.",
        OWN.replace("\n\n", "\n\n\n"),
        OWN.replace("trạm nước lúc", "TRẠM NƯỚC, lúc"),
        "Xin chào bà con.\n\n" + OWN.partition("\n\n")[2],
    ],
)
async def test_a_colleagues_touch_does_not_make_a_spokespersons_words_a_colleagues(grave: Office, touched: str) -> None:
    await edits(grave, PHAT, OWN)
    await edits(grave, TRUC, touched)
    assert not await may_approve(grave, PHAT)


async def test_words_that_were_taken_out_and_put_in_again_by_a_colleague_are_still_whose_they_were(
    grave: Office,
) -> None:
    await edits(grave, PHAT, OWN)
    await edits(grave, TRUC, "Tạm thời chưa có thông tin gì thêm.")
    assert await may_approve(grave, PHAT), "nothing of theirs stands"
    await edits(grave, TRUC, OWN)
    assert not await may_approve(grave, PHAT)


async def test_whoever_wrote_what_no_longer_stands_may_approve_at_level_4(grave: Office) -> None:
    await edits(grave, PHAT, OWN)
    await edits(grave, TRUC, "Nội dung hoàn toàn khác của người trực.")
    assert await may_approve(grave, PHAT)


async def test_words_of_the_playbook_are_nobodys_whoever_edits_around_them(grave: Office) -> None:
    first = (await grave.current()).full_vi
    await edits(grave, PHAT, OWN)
    await edits(grave, TRUC, first + "\n\nXin cảm ơn bà con.")
    assert await may_approve(grave, PHAT)


async def test_a_fact_that_somebody_filled_in_stays_theirs_through_a_colleagues_edit(grave: Office) -> None:
    slot = next(s for s in grave.desk.playbooks["water-contamination"].facts if s.type == "text")
    await grave.does(PHAT, c.ConfirmFact(grave.incident_id, slot.id, "đã dừng cấp nước từ trạm số 3"))
    drafted = (await grave.current()).full_vi
    assert "đã dừng cấp nước từ trạm số 3" in drafted
    await edits(grave, TRUC, drafted + "\n\nXin cảm ơn bà con.")
    assert not await may_approve(grave, PHAT)
    assert await may_approve(grave, CHU)


async def test_words_moved_into_another_text_of_the_version_stay_whose_they_are(grave: Office) -> None:
    await edits(grave, PHAT, OWN)
    await edits(grave, TRUC, "Nội dung hoàn toàn khác của người trực.")
    await grave.does(TRUC, c.WriteText("7K2", "ngan", OWN.partition("\n\n")[0]))
    await grave.does(PHAT, c.ShowTexts("7K2", "het"))
    assert not await may_approve(grave, PHAT)


async def test_up_to_level_3_nothing_of_this_stands_in_the_way(office: Office) -> None:
    await edits(office, PHAT, OWN)
    await rephrased_for(office, TRUC, PLAINER)
    assert await approve(office, PHAT) is Reason.APPROVED


async def test_which_version_a_machine_read_is_kept(grave: Office) -> None:
    await edits(grave, PHAT, OWN)
    await rephrased_for(grave, TRUC, PLAINER)
    current = await grave.current()
    assert (current.author, current.created_by, current.rephrases) == (Author.PERSON, "p101", 2)


# What a confirmed fact brings into a draft that somebody else asked for.

HELD = "đã dừng cấp nước từ trạm số 3"


async def vouches(office: Office, who: int, slot: str = "supply_status") -> Reason:
    return (await office.does(who, c.ConfirmFact(office.incident_id, slot, HELD))).reason


async def is_of_who_vouched(office: Office) -> None:
    """The draft says the fact, and whoever confirmed it neither checks nor approves it."""
    current = await office.current()
    assert (HELD in current.full_vi, current.created_by == "p102") == (True, False)
    checked = await office.does(PHAT, c.ContentCheck(office.incident_id, current.version))
    assert checked.reason is Reason.LAST_EDITOR_MAY_NOT_CHECK
    assert not await may_approve(office, PHAT)
    assert await may_approve(office, CHU)


async def test_a_fact_that_a_typed_text_held_back_is_of_who_confirmed_it_once_it_is_drafted(grave: Office) -> None:
    await edits(grave, TRUC, OWN)
    assert await vouches(grave, PHAT) is Reason.FACT_CONFIRMED_TEXT_KEPT
    assert (await grave.does(PHAT, c.DraftAnew("7K2", discard=True))).reason is Reason.DRAFTED_ANEW
    await is_of_who_vouched(grave)


async def test_nor_is_it_a_colleagues_who_touched_the_text_once_more_in_between(grave: Office) -> None:
    await edits(grave, TRUC, OWN)
    await vouches(grave, PHAT)
    await edits(grave, TRUC, OWN + "\n\nXin cảm ơn bà con.")
    await grave.does(PHAT, c.DraftAnew("7K2", discard=True))
    await is_of_who_vouched(grave)


async def test_nor_a_colleagues_who_chose_another_playbook_that_says_it_otherwise(grave: Office) -> None:
    await vouches(grave, PHAT, "test_result")
    before = (await grave.current()).full_vi
    assert (await grave.does(TRUC, c.ChoosePlaybook("7K2", "animal-disease"))).reason is Reason.PLAYBOOK_CHOSEN
    after = (await grave.current()).full_vi
    said, again = ({line for line in text.splitlines() if HELD in line} for text in (before, after))
    assert said
    assert not said & again
    await is_of_who_vouched(grave)


async def test_what_another_playbook_has_no_place_for_makes_nobody_its_writer(grave: Office) -> None:
    await vouches(grave, PHAT)
    await grave.does(TRUC, c.ChoosePlaybook("7K2", "environmental-pollution"))
    assert HELD not in (await grave.current()).full_vi
    assert await may_approve(grave, PHAT)


async def test_nor_a_colleagues_whose_update_says_what_was_noted_after_publication(office: Office) -> None:
    await publish(office)
    await office.does(CHU, c.SetLevel("7K2", 4, "lan rộng"))
    assert await vouches(office, PHAT) is Reason.FACT_NOTED_FOR_LATER
    assert (await office.does(TRUC, c.AskFollowUp("7K2", "update"))).reason is Reason.FOLLOW_UP_DRAFTED
    await is_of_who_vouched(office)


async def test_nor_a_colleagues_who_merged_the_case_into_another(grave: Office, open_office: Open) -> None:
    other = await open_office(id="other", code="9Z9", level=4)
    await edits(other, TRUC, OWN)
    await vouches(other, PHAT)
    assert (await grave.does(TRUC, c.Merge(other.incident_id, "7K2"))).reason is Reason.MERGED
    await is_of_who_vouched(grave)


async def test_a_fact_that_is_in_public_may_be_said_again_by_whoever_confirmed_it(office: Office) -> None:
    await vouches(office, PHAT)
    await publish(office)
    await office.does(CHU, c.SetLevel("7K2", 4, "lan rộng"))
    office.later(hours=1)
    await office.does(TRUC, c.AskFollowUp("7K2", "update"))
    assert HELD in (await office.current()).full_vi
    assert await may_approve(office, PHAT)


async def test_words_in_public_that_never_said_a_fact_give_it_to_nobody(office: Office) -> None:
    await edits(office, TRUC, OWN)
    await vouches(office, PHAT)
    await edits(office, TRUC, OWN + "\n\nXin cảm ơn bà con.")
    await publish(office)
    await office.does(CHU, c.SetLevel("7K2", 4, "lan rộng"))
    await office.does(TRUC, c.AskFollowUp("7K2", "update"))
    await is_of_who_vouched(office)


# What an incident is split into, and what it is merged with.


async def split_off(office: Office) -> Office:
    """The second of its alerts becomes an incident of its own."""
    await with_alerts(office, office.incident_id, "Nước có mùi", "Cháy chợ")
    made = await office.does(TRUC, c.Split(office.incident_id, "2"))
    assert made.reason is Reason.SPLIT
    confirmed = await office.does(TRUC, c.ChoosePlaybook(made.also[0], "water-contamination"))
    assert confirmed.reason is Reason.PLAYBOOK_CONFIRMED
    return replace(office, incident_id=made.also[0])


async def test_words_typed_again_after_a_split_are_still_whose_they_were(grave: Office) -> None:
    await edits(grave, PHAT, OWN)
    other = await split_off(grave)
    assert (await other.incident()).level == 4
    assert await may_approve(other, PHAT), "the new draft is the playbook's"
    await edits(other, TRUC, OWN)
    assert not await may_approve(other, PHAT)
    assert await may_approve(other, CHU)


async def test_nor_are_they_anybody_elses_in_the_first_incident(grave: Office) -> None:
    other = await split_off(grave)
    await edits(other, PHAT, OWN)
    await edits(grave, TRUC, OWN)
    assert not await may_approve(grave, PHAT)


async def test_nor_when_a_machine_rephrases_what_was_typed_again(grave: Office) -> None:
    await edits(grave, PHAT, OWN)
    other = await split_off(grave)
    await edits(other, TRUC, OWN)
    version = (await other.current()).version
    await other.does(PHO, c.TakeRewording(other.incident_id, version, PLAINER, "nhỏ-1"))
    assert not await may_approve(other, PHAT)


async def test_nor_after_a_merger(grave: Office, open_office: Open) -> None:
    other = await open_office(id="other", code="9Z9", level=4)
    await edits(other, PHAT, OWN)
    assert (await grave.does(TRUC, c.Merge(other.incident_id, "7K2"))).reason is Reason.MERGED
    await edits(grave, TRUC, OWN)
    assert not await may_approve(grave, PHAT)


async def test_words_of_an_incident_that_has_nothing_to_do_with_it_are_not_looked_for(
    grave: Office, open_office: Open
) -> None:
    other = await open_office(id="other", code="9Z9", level=4)
    await edits(other, PHAT, OWN)
    await edits(grave, TRUC, OWN)
    assert await may_approve(grave, PHAT)
