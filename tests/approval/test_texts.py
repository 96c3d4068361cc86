"""Further texts of a version: one hash over all, nothing approved that was not shown whole, none beside other words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.approval import acts, publication
from bot.approval.text_names import ALL, text_key
from bot.approval.typed_codes import code_of
from bot.model import commands as c
from bot.model.delivery import DeliveryKey
from bot.model.policy import OfficePolicy
from bot.model.reasons import Reason
from bot.model.statement import Author, StatementState, StatementVersion, version_sha256
from bot.model.statement_templates import FULL_VI, TEXT_KEYS
from bot.outlets.base import Publication
from bot.store import statements
from tests.approval.conftest import Office
from tests.approval.office import KHACH, PHAT, PHO, SEAL, TRUC
from tests.approval.steps import approve


async def test_a_version_carries_the_full_text_alone_until_somebody_asks(office: Office) -> None:
    assert set((await office.current()).texts) == {FULL_VI}
    assert await approve(office) is Reason.APPROVED, "the simple way stays one question long"


async def test_a_text_is_added_from_the_same_facts_and_makes_a_new_version_under_one_hash(office: Office) -> None:
    slot = office.desk.playbooks["water-contamination"].facts[0].id
    await office.does(TRUC, c.ConfirmFact("7K2", slot, "4321"))
    before = await office.current()
    added = await office.does(PHO, c.AddText("7K2", "ngan"))
    assert (added.reason, added.values["texts"]) == (Reason.TEXT_ADDED, "vi/short")
    after = await office.current()
    assert (after.version, set(after.texts)) == (before.version + 1, {FULL_VI, "vi/short"})
    assert after.sha256 == version_sha256(after.texts) != before.sha256
    assert all("4321" in text for text in after.texts.values())
    assert (after.author, after.created_by) == (Author.TEMPLATE, before.created_by), "whoever asks has written nothing"
    await office.does(PHO, c.AddText("7K2", "loa"))
    assert set((await office.current()).texts) == {FULL_VI, "vi/short", "vi/loudspeaker"}


async def test_a_fact_confirmed_later_is_in_every_text(office: Office) -> None:
    for name in ("en", "ngan", "noi", "loa", "en-ngan"):
        await office.does(PHO, c.AddText("7K2", name))
    slot = office.desk.playbooks["water-contamination"].facts[0].id
    await office.does(TRUC, c.ConfirmFact("7K2", slot, "4321"))
    current = await office.current()
    assert tuple(k for k in TEXT_KEYS if k in current.texts) == TEXT_KEYS
    assert all("4321" in text for text in current.texts.values())


async def test_an_edit_of_the_full_text_drops_the_others_and_says_so(office: Office) -> None:
    await office.does(PHO, c.AddText("7K2", "loa"))
    current = await office.current()
    edited = await office.does(TRUC, c.Edit("7K2", current.version, "Bản viết tay."))
    assert (edited.reason, edited.values["dropped"]) == (Reason.EDITED_TEXTS_DROPPED, "bản loa truyền thanh")
    assert dict((await office.current()).texts) == {FULL_VI: "Bản viết tay."}
    await office.does(PHO, c.AddText("7K2", "loa"))
    again = await office.current()
    assert again.full_vi == "Bản viết tay.", "asking for a text back changes nothing of the full one"
    assert again.author is Author.PERSON
    assert "Kính thưa bà con" in again.texts["vi/loudspeaker"]


async def test_a_text_written_by_hand_leaves_the_others_and_no_refresh_throws_it_away(office: Office) -> None:
    await office.does(PHO, c.AddText("7K2", "ngan"))
    before = await office.current()
    done = await office.does(PHO, c.WriteText("7K2", "ngan", "Bài ngắn viết tay."))
    assert done.reason is Reason.TEXT_WRITTEN
    after = await office.current()
    assert after.texts == {**before.texts, "vi/short": "Bài ngắn viết tay."}
    assert (after.author, after.created_by) == (Author.PERSON, "p103")
    slot = office.desk.playbooks["water-contamination"].facts[0].id
    assert (await office.does(TRUC, c.ConfirmFact("7K2", slot, "9"))).reason is Reason.FACT_CONFIRMED_TEXT_KEPT
    assert (await office.does(TRUC, c.DraftAnew("7K2"))).reason is Reason.WORDS_OF_A_PERSON


@pytest.mark.parametrize(
    ("key", "text", "why"),
    [
        ("ngan", "x" * 601, Reason.TEXT_FORM_TOO_LONG),
        ("loa", "chữ " * 161, Reason.TEXT_FORM_TOO_LONG),
        ("ngan", "\u202e \u2028", Reason.TEXT_EMPTY),
        ("full", "Không được", Reason.UNKNOWN_TEXT),
        ("het", "Không được", Reason.UNKNOWN_TEXT),
        ("klingon", "x", Reason.UNKNOWN_TEXT),
    ],
)
async def test_what_no_text_can_be_is_refused(office: Office, key: str, text: str, why: Reason) -> None:
    assert (await office.does(PHO, c.WriteText("7K2", key, text))).reason is why
    assert (await office.current()).version == 1


async def test_three_persons(office: Office) -> None:
    for command in (
        c.AskTexts("7K2"),
        c.AddText("7K2", "ngan"),
        c.WriteText("7K2", "ngan", "x"),
        c.DropText("7K2", "ngan"),
        c.ShowTexts("7K2", "het"),
        c.AskTextWords("7K2", "ngan"),
    ):
        assert (await office.does(KHACH, command)).reason is Reason.NOT_ENROLLED
    assert (await office.does(TRUC, c.AddText("7K2", "ngan"))).reason is Reason.TEXT_ADDED
    assert (await office.does(TRUC, c.DropText("7K2", "ngan"))).reason is Reason.TEXT_DROPPED
    assert (await office.does(TRUC, c.DropText("7K2", "ngan"))).reason is Reason.NO_SUCH_TEXT_THERE


# Nothing is approved that the approver did not see whole.


async def test_a_typed_code_does_not_approve_texts_that_were_never_shown(office: Office) -> None:
    await office.does(PHO, c.AddText("7K2", "ngan"))
    code = code_of(SEAL, await office.current())
    for command in (
        c.ApproveByCode("7K2", code),
        c.Approve("7K2", 2, (await office.current()).sha256[:8]),
    ):
        assert (await office.does(PHAT, command)).reason is Reason.TEXTS_NOT_SHOWN
    assert (await office.current()).state is StatementState.DRAFT
    assert (await office.does(PHAT, c.ShowTexts("7K2", "ngan"))).reason is Reason.TEXTS_SHOWN
    assert (await office.does(PHAT, c.ApproveByCode("7K2", code))).reason is Reason.TEXTS_NOT_SHOWN, "one is not all"
    await office.does(PHAT, c.ShowTexts("7K2", "het"))
    assert (await office.does(PHAT, c.ApproveByCode("7K2", code))).reason is Reason.APPROVED


async def test_the_question_shows_every_text_and_what_one_saw_does_not_count_for_another(office: Office) -> None:
    await office.does(PHO, c.AddText("7K2", "ngan"))
    asked = await office.does(PHAT, c.AskApproval("7K2"))
    assert (asked.reason, asked.values["texts"]) == (Reason.ASK_APPROVAL, "vi/short")
    from tests.approval.office import CHU

    assert await approve(office, CHU) is Reason.TEXTS_NOT_SHOWN
    assert await approve(office) is Reason.APPROVED


async def test_a_text_that_was_asked_for_and_has_not_arrived_was_not_read(office: Office) -> None:
    await office.does(PHO, c.AddText("7K2", "ngan"))
    office.arrives = False
    await office.does(PHAT, c.AskApproval("7K2"))
    await office.does(PHAT, c.ShowTexts("7K2", "het"))
    assert await approve(office) is Reason.TEXTS_NOT_SHOWN
    office.arrives = True
    await office.does(PHAT, c.ShowTexts("7K2", "het"))
    assert await approve(office) is Reason.APPROVED


async def test_a_text_added_after_the_question_voids_what_was_seen(office: Office) -> None:
    await office.does(PHO, c.AddText("7K2", "ngan"))
    await office.does(PHAT, c.AskApproval("7K2"))
    await office.does(PHO, c.AddText("7K2", "en"))
    assert await approve(office) is Reason.TEXTS_NOT_SHOWN


async def test_a_check_is_of_every_text(office: Office) -> None:
    from tests.approval.office import CHU

    async with office.database.write() as tx:
        from bot.store import incidents

        await incidents.choose_playbook(tx, office.incident_id, "food-poisoning", 3, "p101")
    await office.does(TRUC, c.AddText("7K2", "ngan"))
    version = (await office.current()).version
    assert (await office.does(CHU, c.LegalCheck("7K2", version, sure=True))).reason is Reason.TEXTS_NOT_SHOWN
    await office.does(CHU, c.ShowTexts("7K2", "het"))
    assert (await office.does(CHU, c.LegalCheck("7K2", version, sure=True))).reason is Reason.LEGAL_CHECKED


async def test_the_sign_off_page_shows_every_text_so_an_approval_there_counts(office: Office) -> None:
    await office.does(PHO, c.AddText("7K2", "ngan"))
    current = await office.current()
    command = c.Approve("7K2", current.version, current.sha256[:8])
    signed = c.Act("mail:1", c.Actor("email", 0, f"p{PHAT}"), command)
    async with office.database.write() as tx:
        assert (await acts.perform(tx, office.desk, signed)).reason is Reason.APPROVED


async def test_an_approval_that_is_void_gives_all_its_texts_back(office: Office) -> None:
    await office.does(PHO, c.AddText("7K2", "loa"))
    await office.does(PHAT, c.AskApproval("7K2"))
    assert await approve(office) is Reason.APPROVED
    current = await office.current()
    await office.does(TRUC, c.SetLevel("7K2", 4))
    key = DeliveryKey(office.incident_id, current.version, "newsroom", 1)
    async with office.database.write() as tx:
        assert not isinstance(await publication.claim(tx, office.desk, key), StatementVersion)
    assert (await office.current()).texts == current.texts


# What an office uses, and what an outlet carries.


async def test_an_office_names_the_texts_that_every_draft_carries(office: Office) -> None:
    desk = replace(office.desk, office=OfficePolicy(texts=("vi/short", "vi/loudspeaker")))
    incident = await office.incident()
    from bot.approval import versions
    from bot.model.statement import StatementKind

    async with office.database.write() as tx:
        made = await versions.draft(tx, desk, incident, by="system", kind=StatementKind.INITIAL)
    assert set(made.texts) == {FULL_VI, "vi/short", "vi/loudspeaker"}


async def test_an_outlet_carries_one_text_of_the_version_and_no_words_of_its_own(office: Office) -> None:
    await office.does(PHO, c.AddText("7K2", "ngan"))
    async with office.database.read() as tx:
        current = await statements.current(tx, office.incident_id)
    assert current is not None
    leaving = Publication(await office.incident(), current)
    assert leaving.fitting("vi/loudspeaker", "vi/short") == "vi/short"
    assert leaving.fitting("vi/full", "vi/short", at_most=len(current.full_vi) - 1) == "vi/short"
    assert leaving.fitting("vi/full", "vi/short", at_most=3) == FULL_VI


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("Ngắn", "vi/short"),
        ("vi/short", "vi/short"),
        ("LOA", "vi/loudspeaker"),
        ("tiếng Anh", "en/full"),
        ("en-ngan", "en/short"),
        ("nói", "vi/spoken"),
        ("hết", ALL),
        ("", None),
        ("../../etc", None),
    ],
)
def test_texts_are_named_as_people_name_them(said: str, key: str | None) -> None:
    assert text_key(said) == key


async def test_vietnamese_words_left_in_the_english_text_are_named_when_it_is_added_and_before_the_approval(
    office: Office,
) -> None:
    slot = office.desk.playbooks["water-contamination"].facts[0].id
    await office.does(TRUC, c.ConfirmFact("7K2", slot, "ngừng cấp từ tổ 3"))
    added = await office.does(PHO, c.AddText("7K2", "en"))
    assert "“ngừng cấp từ tổ" in added.values["vietnamese"]
    assert added.values["english_text"] == "en"
    asked = await office.does(PHAT, c.AskApproval("7K2", (await office.current()).version))
    assert "“ngừng cấp từ tổ" in asked.values["vietnamese"]
    written = await office.does(TRUC, c.WriteText("7K2", "en", "The supply is stopped. Nguyễn Văn Phát, Spokesperson."))
    assert written.reason is Reason.TEXT_WRITTEN
    assert "vietnamese" not in written.values, "names of persons stay"


async def test_no_vietnamese_title_stands_in_the_english_text(office: Office) -> None:
    await office.does(PHO, c.AddText("7K2", "en"))
    assert (
        (await office.current())
        .texts["en/full"]
        .endswith("Nguyễn Văn Phát, Spokesperson, People's Committee of Thuong Giang province")
    )
    people = tuple(replace(p, title_en="Chief of Office") for p in office.people.people)
    office.people = replace(office.people, people=people)
    await office.does(PHO, c.AddText("7K2", "ngan"))
    assert "Nguyễn Văn Phát, Chief of Office, " in (await office.current()).texts["en/full"]
