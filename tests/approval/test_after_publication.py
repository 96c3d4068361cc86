"""After publication: nothing in public is changed; a new version names the one before, both keep their addresses."""

from __future__ import annotations

import pytest

from bot.model import commands as c
from bot.model.reasons import Reason
from bot.model.statement import StatementKind, StatementState
from bot.store import statements
from tests.approval.conftest import Office
from tests.approval.office import KHACH, PHO, TRUC
from tests.approval.steps import approve, publish, states


@pytest.mark.parametrize(
    ("kind", "heading", "afterwards"),
    [
        ("update", "CẬP NHẬT THÔNG TIN (số 2) – 02h30 ngày 23/11/2026", StatementState.PUBLISHED),
        ("correction", "ĐÍNH CHÍNH (số 2) – 02h30 ngày 23/11/2026", StatementState.CORRECTED),
        ("supersession", "THÔNG TIN THAY THẾ (số 2) – 02h30 ngày 23/11/2026", StatementState.SUPERSEDED),
        ("retraction", "THU HỒI THÔNG TIN (số 2) – 02h30 ngày 23/11/2026", StatementState.RETRACTED),
    ],
)
async def test_what_follows_names_the_first_and_marks_it_when_it_is_published(
    office: Office, kind: str, heading: str, afterwards: StatementState
) -> None:
    await publish(office)
    first = await office.current()
    office.later(minutes=30)
    written = await office.does(PHO, c.FollowUp("7K2", kind, "Nội dung sau."))
    assert written.reason is Reason.FOLLOW_UP_WRITTEN
    new = await office.current()
    assert (new.kind, new.refers_to, new.state) == (StatementKind(kind), 1, StatementState.DRAFT)
    assert new.full_vi.split("\n")[0] == heading
    assert "thông tin số 1 công bố lúc 02h00 ngày 23/11/2026" in new.full_vi
    assert "Nội dung sau." in new.full_vi
    assert await states(office) == [StatementState.PUBLISHED, StatementState.DRAFT], "nothing changes before it is out"
    office.later(minutes=5)
    assert await publish(office) == 2
    assert await states(office) == [afterwards, StatementState.PUBLISHED]
    async with office.database.read() as tx:
        kept = await statements.get_version(tx, office.incident_id, 1)
    assert kept is not None
    assert (kept.full_vi, kept.sha256, kept.published_at) == (first.full_vi, first.sha256, first.published_at)


async def test_a_correction_copied_from_the_first_text_has_one_heading(office: Office) -> None:
    await publish(office)
    copied = (await office.current()).full_vi.replace("Nước", "NƯỚC")
    await office.does(PHO, c.FollowUp("7K2", "correction", copied))
    text = (await office.current()).full_vi
    assert text.count("THÔNG TIN BAN ĐẦU") == 0
    assert text.startswith("ĐÍNH CHÍNH (số 2)")


async def test_an_edited_correction_is_still_a_correction_of_the_same(office: Office) -> None:
    await publish(office)
    await office.does(PHO, c.FollowUp("7K2", "correction", "Lần đầu."))
    await office.does(TRUC, c.Edit("7K2", 2, "ĐÍNH CHÍNH\n\nLần hai."))
    current = await office.current()
    assert (current.version, current.kind, current.refers_to) == (3, StatementKind.CORRECTION, 1)
    await publish(office)
    assert await states(office) == [StatementState.CORRECTED, StatementState.VOIDED, StatementState.PUBLISHED]


async def test_no_template_overwrites_a_follow_up(office: Office) -> None:
    await publish(office)
    await office.does(PHO, c.FollowUp("7K2", "correction", "Lần đầu."))
    assert (await office.does(TRUC, c.ChoosePlaybook("7K2", "epidemic"))).reason is Reason.ALREADY_IN_PUBLIC
    slot = next(s for s in office.desk.playbooks["water-contamination"].facts if s.type == "text")
    kept = await office.does(TRUC, c.ConfirmFact("7K2", slot.id, "đã dừng cấp"))
    assert kept.reason is Reason.FACT_CONFIRMED_TEXT_KEPT


async def test_nothing_follows_what_was_never_published(office: Office) -> None:
    assert (await office.does(PHO, c.FollowUp("7K2", "correction", "x"))).reason is Reason.NOTHING_PUBLISHED
    assert (await office.does(PHO, c.AskFollowUp("7K2", "update"))).reason is Reason.NOTHING_PUBLISHED
    assert (await office.does(KHACH, c.FollowUp("7K2", "correction", "x"))).reason is Reason.NOT_ENROLLED


async def test_one_follow_up_at_a_time(office: Office) -> None:
    await publish(office)
    await office.does(PHO, c.FollowUp("7K2", "update", "Một."))
    assert (await office.does(TRUC, c.FollowUp("7K2", "retraction", "Hai."))).reason is Reason.FOLLOW_UP_UNDER_WAY


async def test_a_series_goes_on_and_each_names_the_one_before(office: Office) -> None:
    await publish(office)
    for number, kind in enumerate(("update", "correction", "supersession"), start=2):
        office.later(hours=1)
        await office.does(PHO, c.FollowUp("7K2", kind, f"Lần {number}."))
        current = await office.current()
        assert (current.refers_to, f"(số {number})" in current.full_vi) == (number - 1, True)
        await publish(office)
    assert await states(office) == [
        StatementState.PUBLISHED,
        StatementState.CORRECTED,
        StatementState.SUPERSEDED,
        StatementState.PUBLISHED,
    ]


async def test_what_was_taken_back_is_not_corrected_but_may_be_followed_by_something_new(office: Office) -> None:
    await publish(office)
    await office.does(PHO, c.FollowUp("7K2", "retraction", "Nhầm địa bàn."))
    await publish(office)
    async with office.database.read() as tx:
        assert (await statements.get_version(tx, office.incident_id, 1)).state is StatementState.RETRACTED
    assert (await office.does(PHO, c.FollowUp("7K2", "update", "Thông tin mới."))).reason is Reason.FOLLOW_UP_WRITTEN


async def test_a_reply_to_a_question_about_older_words_is_stale(office: Office) -> None:
    await publish(office)
    asked = await office.does(PHO, c.AskFollowUp("7K2", "correction"))
    assert asked.version == 1
    await office.does(TRUC, c.FollowUp("7K2", "update", "Một."))
    await publish(office)
    late = await office.does(PHO, c.FollowUp("7K2", "correction", "Muộn.", version=1))
    assert late.reason is Reason.STALE_VERSION


async def test_a_correction_of_a_listed_topic_needs_its_legal_check_again(office: Office) -> None:
    await publish(office)
    from bot.store import incidents

    async with office.database.write() as tx:
        await incidents.choose_playbook(tx, office.incident_id, "food-poisoning", 3, "p101")
    await office.does(TRUC, c.FollowUp("7K2", "correction", "Sửa số liệu."))
    assert await approve(office) is Reason.LEGAL_CHECK_MISSING
