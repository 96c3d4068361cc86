"""The gates between a draft and the public: who must have seen it, and that nothing slips past them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.approval import publication
from bot.approval.gate_file import load_gates
from bot.approval.release import queue
from bot.approval.tasks import tasks_of
from bot.channels.telegram.render_dialog import sentence
from bot.model import commands as c
from bot.model.delivery import DeliveryKey
from bot.model.gate import GateKind
from bot.model.person import Assignment, Role, Unit
from bot.model.reasons import Reason
from bot.model.statement import StatementState, StatementVersion
from bot.model.task import Task
from bot.playbooks import default_playbooks_folder
from bot.store import deliveries, incidents
from tests.approval.conftest import Office
from tests.approval.factors import enrol
from tests.approval.office import CHU, KHACH, PHAT, PHO, TRUC, organisation, person
from tests.approval.steps import approve

Open = Callable[..., Awaitable[Office]]

TOPICS = {"investigation", "minors", "health_data", "land", "corruption", "data_breach", "foreign_nationals"}


async def release(office: Office, who: int) -> Reason:
    current = await office.current()
    return (await office.does(who, c.Release(office.incident_id, current.version, current.sha256[:8]))).reason


async def check(office: Office, who: int = TRUC) -> Reason:
    """Somebody who neither wrote the words nor will approve them has read them."""
    version = (await office.current()).version
    return (await office.does(who, c.ContentCheck(office.incident_id, version, sure=True))).reason


async def claim(office: Office, version: int) -> StatementVersion | Reason:
    async with office.database.write() as tx:
        return await publication.claim(tx, office.desk, DeliveryKey(office.incident_id, version, "newsroom", 1))


def test_the_shipped_matrix_is_the_offices_policy() -> None:
    matrix, grounds = load_gates(default_playbooks_folder() / "law")
    assert {gate.kind for gate in matrix.standing(3, ())} == {GateKind.JOINT_TEXT}
    assert {gate.kind for gate in matrix.standing(4, ())} == {
        GateKind.LAST_EDITOR,
        GateKind.CONTENT_CHECK,
        GateKind.SECOND_FACTOR,
        GateKind.SECOND_PERSON,
        GateKind.JOINT_TEXT,
    }
    for topic in TOPICS:
        assert GateKind.LEGAL_CHECK in {gate.kind for gate in matrix.standing(1, (topic,))}, topic
    assert [ground.id for ground in grounds] == ["a", "b", "c"]


# Level 4: a second factor and a second person.


async def test_at_level_4_a_code_is_asked_for_and_then_a_second_person_lets_the_words_go(open_office: Open) -> None:
    office = await open_office(level=4)
    app = await enrol(office, PHAT)
    assert await approve(office) is Reason.CONTENT_CHECK_MISSING
    assert await check(office) is Reason.CONTENT_CHECKED
    assert await approve(office) is Reason.ASK_CODE
    assert (await office.current()).state is StatementState.DRAFT
    assert await approve(office, PHAT, app) is Reason.APPROVED_AWAITS_SECOND
    assert await office.queued() == []
    assert await release(office, PHAT) is Reason.SAME_PERSON
    assert await release(office, KHACH) is Reason.NOT_ENROLLED
    assert await release(office, TRUC) is Reason.RELEASED
    assert await office.queued() == ["newsroom"]
    assert isinstance(await claim(office, 1), StatementVersion)
    assert await release(office, PHO) is Reason.NOT_AWAITING_RELEASE


async def test_who_may_approve_is_asked_once_before_a_check_takes_the_approval_from_them(open_office: Open) -> None:
    office = await open_office(level=4)
    await enrol(office, PHAT)
    refused = await office.does(PHAT, c.AskApproval("7K2", 1))
    assert refused.reason is Reason.CONTENT_CHECK_MISSING
    assert "chờ người KHÁC soát nội dung (/soat 7K2). Anh/chị đừng tự soát" in sentence("vi", refused, PHAT)
    asked = await office.does(PHAT, c.ContentCheck("7K2", 1))
    assert (asked.reason, asked.version) == (Reason.ASK_CHECK, 1)
    assert (await office.does(PHAT, c.AskApproval("7K2", 1))).reason is Reason.CONTENT_CHECK_MISSING, (
        "nothing was signed"
    )
    assert (await office.does(TRUC, c.ContentCheck("7K2", 1))).reason is Reason.CONTENT_CHECKED, (
        "who may not is not asked"
    )
    assert (await office.does(PHAT, c.AskApproval("7K2", 1))).reason is Reason.ASK_APPROVAL
    assert (await office.does(CHU, c.ContentCheck("7K2", 1))).reason is not Reason.ASK_CHECK, (
        "it would cost nothing now"
    )


async def test_who_checks_all_the_same_does_not_approve(open_office: Open) -> None:
    office = await open_office(level=4)
    await enrol(office, PHAT)
    assert (await office.does(PHAT, c.ContentCheck("7K2", 1, sure=True))).reason is Reason.CONTENT_CHECKED
    assert (await office.does(PHAT, c.AskApproval("7K2", 1))).reason is Reason.CHECKER_MAY_NOT_APPROVE
    async with office.database.read() as tx:
        asked = (await tasks_of(tx, office.desk, await office.incident())).asked
    assert asked.get("p102") is not Task.APPROVE, "no letter asks for what would be refused"
    assert asked["p104"] is Task.APPROVE


async def test_a_writer_who_cannot_approve_the_words_anyway_is_not_asked_but_refused(open_office: Open) -> None:
    office = await open_office(level=4)
    await office.does(PHAT, c.Edit(office.incident_id, 1, "Bản của chính người phát ngôn."))
    checked = await office.does(PHAT, c.ContentCheck("7K2", 2))
    assert checked.reason is Reason.LAST_EDITOR_MAY_NOT_CHECK


async def test_before_a_legal_check_the_head_is_asked_too(open_office: Open) -> None:
    office = await open_office(playbook="food-poisoning")
    assert (await office.does(CHU, c.LegalCheck("7K2", 1))).reason is Reason.ASK_CHECK
    assert (await office.does(PHO, c.LegalCheck("7K2", 1))).reason is Reason.LEGAL_CHECKED, "a deputy does not approve"


async def test_at_level_4_nobody_without_a_second_factor_approves(open_office: Open) -> None:
    office = await open_office(level=4)
    await check(office)
    asked = await office.does(PHAT, c.AskApproval(office.incident_id, 1))
    assert asked.reason is Reason.SECOND_FACTOR_NOT_ENROLLED
    current = await office.current()
    pressed = c.Approve(office.incident_id, 1, current.sha256[:8], "123456")
    assert (await office.does(PHAT, pressed)).reason is Reason.SECOND_FACTOR_NOT_ENROLLED


async def test_a_code_that_approved_once_approves_nothing_else(open_office: Open) -> None:
    office = await open_office(level=4)
    app = await enrol(office, PHAT)
    await check(office)
    assert await approve(office, PHAT, app) is Reason.APPROVED_AWAITS_SECOND
    await office.does(PHO, c.Edit(office.incident_id, 1, "Bản khác."))
    await check(office)
    assert await approve(office, PHAT, app) is Reason.SECOND_FACTOR_USED
    assert (await office.current()).state is StatementState.DRAFT


async def test_a_refused_approval_uses_no_code_up(open_office: Open) -> None:
    office = await open_office(level=4)
    app = await enrol(office, PHAT)
    await office.does(PHAT, c.Edit(office.incident_id, 1, "Bản của chính người phát ngôn."))
    assert await approve(office, PHAT, app) is Reason.LAST_EDITOR_AT_LEVEL_4
    await office.does(PHO, c.Edit(office.incident_id, 2, "Bản của phó."))
    assert await approve(office, PHAT, app) is Reason.CONTENT_CHECK_MISSING
    await check(office)
    assert await approve(office, PHAT, app) is Reason.APPROVED_AWAITS_SECOND


async def test_at_level_4_a_text_beside_it_makes_nobody_else_the_editor_of_the_full_one(open_office: Open) -> None:
    office = await open_office(level=4)
    app = await enrol(office, PHAT)
    await office.does(PHAT, c.Edit(office.incident_id, 1, "Bản của chính người phát ngôn."))
    await office.does(TRUC, c.WriteText(office.incident_id, "ngan", "Bài ngắn của người trực."))
    current = await office.current()
    assert (current.full_vi, current.created_by) == ("Bản của chính người phát ngôn.", "p101")
    for who in (PHAT, TRUC):
        await office.does(who, c.ShowTexts(office.incident_id, "het"))
        assert await check(office, who) is Reason.LAST_EDITOR_MAY_NOT_CHECK
    assert await approve(office, PHAT, app) is Reason.LAST_EDITOR_AT_LEVEL_4
    await office.does(PHO, c.DropText(office.incident_id, "ngan"))
    assert await approve(office, PHAT, app) is Reason.LAST_EDITOR_AT_LEVEL_4, "nor does taking it away again"


async def test_a_second_account_of_the_same_person_is_still_the_same_person(open_office: Open) -> None:
    office = await open_office(level=4)
    app = await enrol(office, PHAT)
    await check(office)
    assert await approve(office, PHAT, app) is Reason.APPROVED_AWAITS_SECOND
    moved = replace(person(PHAT, "Nguyễn Văn Phát", Assignment(Role.REGULAR)), telegram_id=777)
    office.people = organisation(moved)
    assert await release(office, 777) is Reason.SAME_PERSON


async def test_the_second_person_lets_go_only_the_words_they_saw(open_office: Open) -> None:
    office = await open_office(level=4)
    app = await enrol(office, PHAT)
    await check(office)
    seen = await office.current()
    await approve(office, PHAT, app)
    await office.does(TRUC, c.Edit(office.incident_id, 1, "Sửa sau khi duyệt."))
    late = await office.does(PHO, c.Release(office.incident_id, 1, seen.sha256[:8]))
    assert late.reason is Reason.STALE_VERSION
    assert await release(office, PHO) is Reason.NOT_AWAITING_RELEASE
    assert await office.queued() == []


async def test_a_typed_release_takes_the_code_of_exactly_this_version(open_office: Open) -> None:
    office = await open_office(level=4)
    app = await enrol(office, PHAT)
    await check(office)
    await approve(office, PHAT, app)
    asked = await office.does(PHO, c.AskRelease("7K2"))
    assert (asked.reason, asked.values["by"]) == (Reason.ASK_RELEASE, "Nguyễn Văn Phát")
    wrong = await office.does(PHO, c.ReleaseByCode("7K2", "2AAAA"))
    assert (wrong.reason, wrong.values["verb"]) == (Reason.WRONG_APPROVAL_CODE, "congbo")
    typed = await office.does(PHO, c.ReleaseByCode("7K2", asked.values["approval_code"]))
    assert typed.reason is Reason.RELEASED


# Races.


async def test_a_level_raised_between_approval_and_publication_voids_the_approval(office: Office) -> None:
    words = (await office.current()).full_vi
    assert await approve(office) is Reason.APPROVED
    async with office.database.write() as tx:
        incident = await office.incident()
        await incidents.grow(tx, incident.id, incident.growth, 4)
    assert await claim(office, 1) is Reason.CONTENT_CHECK_MISSING
    current = await office.current()
    assert (current.version, current.state, current.full_vi) == (2, StatementState.DRAFT, words)
    assert await office.queued() == []


async def test_a_level_raised_when_one_copy_is_out_holds_no_other_copy_back(office: Office) -> None:
    office.outlets = ("newsroom", "telegram_channel")
    await approve(office)
    first = DeliveryKey(office.incident_id, 1, "newsroom", 1)
    async with office.database.write() as tx:
        assert isinstance(await publication.claim(tx, office.desk, first), StatementVersion)
        ending = publication.Ending(publication.Ended.SENT, "x")
        await publication.settle(tx, first, ending, office.now)
        incident = await office.incident()
        await incidents.grow(tx, incident.id, incident.growth, 4)
        second = DeliveryKey(office.incident_id, 1, "telegram_channel", 1)
        assert isinstance(await publication.claim(tx, office.desk, second), StatementVersion)


async def test_a_level_raised_while_one_copy_is_in_doubt_voids_nothing_until_somebody_has_looked(
    office: Office,
) -> None:
    office.outlets = ("newsroom", "telegram_channel")
    await approve(office)
    async with office.database.write() as tx:
        first = DeliveryKey(office.incident_id, 1, "telegram_channel", 1)
        assert isinstance(await publication.claim(tx, office.desk, first), StatementVersion)
        incident = await office.incident()
        await incidents.grow(tx, incident.id, incident.growth, 4)
    assert await claim(office, 1) is Reason.CONTENT_CHECK_MISSING
    assert (await office.current()).state is StatementState.APPROVED
    assert await office.queued() == ["newsroom"], "it waits for the answer"
    await office.does(TRUC, c.AnswerDelivery("7K2", 1, "telegram_channel", 1, appeared=False))
    assert await claim(office, 1) is Reason.CONTENT_CHECK_MISSING
    assert (await office.current()).state is StatementState.DRAFT, "nothing is out: the words need the new gates"


async def test_a_second_person_cannot_let_go_what_was_queued_before_the_level_rose(office: Office) -> None:
    await approve(office)
    async with office.database.write() as tx:
        incident = await office.incident()
        await incidents.grow(tx, incident.id, incident.growth, 4)
    assert await release(office, TRUC) is Reason.NOT_AWAITING_RELEASE
    assert await claim(office, 1) is Reason.CONTENT_CHECK_MISSING
    assert (await office.current()).state is StatementState.DRAFT


async def test_words_queued_past_the_second_person_are_stopped_where_publication_happens(open_office: Open) -> None:
    office = await open_office(level=4)
    app = await enrol(office, PHAT)
    await check(office)
    await approve(office, PHAT, app)
    async with office.database.write() as tx:
        await queue(tx, office.desk, await office.incident(), 1)
    assert await claim(office, 1) is Reason.SECOND_PERSON_MISSING
    async with office.database.read() as tx:
        assert [d.state for d in await deliveries.of_incident(tx, office.incident_id)] == ["failed"]


async def test_a_text_changed_by_one_invisible_character_is_another_text(office: Office) -> None:
    seen = await office.current()
    await office.does(PHO, c.Edit(office.incident_id, 1, seen.full_vi + "\u200b."))
    changed = (await office.current()).full_vi
    assert changed != seen.full_vi
    late = await office.does(PHAT, c.Approve(office.incident_id, 1, seen.sha256[:8]))
    assert late.reason is Reason.STALE_VERSION
    sly = await office.does(PHAT, c.Approve(office.incident_id, 2, seen.sha256[:8]))
    assert sly.reason is Reason.WRONG_DIGEST


# Legal check, content check, joint text.


async def test_a_listed_topic_needs_a_legal_check_by_somebody_else(open_office: Open) -> None:
    office = await open_office(playbook="food-poisoning")
    assert await approve(office) is Reason.LEGAL_CHECK_MISSING
    assert (await office.does(TRUC, c.LegalCheck("7K2", 1))).reason is Reason.NO_RIGHT_TO_CHECK
    assert (await office.does(KHACH, c.LegalCheck("7K2", 1))).reason is Reason.NOT_ENROLLED
    assert (await office.does(PHO, c.LegalCheck("7K2", 1))).reason is Reason.LEGAL_CHECKED
    assert (await office.does(CHU, c.LegalCheck("7K2", 1))).reason is Reason.ALREADY_CHECKED
    assert await approve(office) is Reason.APPROVED


async def test_whoever_made_the_only_legal_check_does_not_approve(open_office: Open) -> None:
    office = await open_office(playbook="food-poisoning")
    await office.does(CHU, c.LegalCheck("7K2", 1, sure=True))
    assert await approve(office, CHU) is Reason.CHECKER_MAY_NOT_APPROVE
    assert await approve(office, PHAT) is Reason.APPROVED


async def test_an_edit_leaves_every_check_behind(open_office: Open) -> None:
    office = await open_office(playbook="food-poisoning")
    await office.does(PHO, c.LegalCheck("7K2", 1))
    await office.does(TRUC, c.Edit(office.incident_id, 1, "Bản khác."))
    assert await approve(office) is Reason.LEGAL_CHECK_MISSING
    assert (await office.does(PHO, c.LegalCheck("7K2", 1))).reason is Reason.STALE_VERSION
    assert (await office.does(PHO, c.LegalCheck("7K2", 2))).reason is Reason.LEGAL_CHECKED
    assert await approve(office) is Reason.APPROVED


async def test_another_playbook_after_the_approval_cannot_slip_past_the_lawyer(office: Office) -> None:
    await approve(office)
    async with office.database.write() as tx:
        await incidents.choose_playbook(tx, office.incident_id, "food-poisoning", 3, f"p{TRUC}")
    assert await claim(office, 1) is Reason.LEGAL_CHECK_MISSING


async def test_a_check_that_no_gate_asks_for_is_refused(office: Office) -> None:
    assert (await office.does(PHO, c.LegalCheck("7K2", 1))).reason is Reason.GATE_NOT_NEEDED
    assert (await office.does(PHO, c.ContentCheck("7K2", 1))).reason is Reason.GATE_NOT_NEEDED
    assert (await office.does(PHO, c.AgreeJointly("7K2", 1))).reason is Reason.GATE_NOT_NEEDED


# Drafter, checker and approver are three persons where policy says so.


async def test_at_level_4_the_content_is_checked_by_another_than_drafter_and_approver(open_office: Open) -> None:
    office = await open_office(level=4)
    await enrol(office, CHU)
    await office.does(PHO, c.Edit(office.incident_id, 1, "Bản của phó."))
    assert await approve(office) is Reason.CONTENT_CHECK_MISSING
    assert await check(office, PHO) is Reason.LAST_EDITOR_MAY_NOT_CHECK
    assert await check(office, KHACH) is Reason.NOT_ENROLLED
    assert await check(office, PHAT) is Reason.CONTENT_CHECKED
    assert await approve(office, PHAT) is Reason.CHECKER_MAY_NOT_APPROVE
    assert await approve(office, CHU) is Reason.ASK_CODE, "everything but the head's own code is there"


async def test_up_to_level_3_one_persons_word_is_enough_until_an_office_asks_for_more(office: Office) -> None:
    assert await check(office) is Reason.GATE_NOT_NEEDED
    everywhere = tuple(replace(g, from_level=1) for g in office.gates.gates if g.kind is GateKind.CONTENT_CHECK)
    office.gates = replace(office.gates, gates=everywhere)
    await office.does(PHO, c.Edit(office.incident_id, 1, "Bản của phó."))
    assert await approve(office) is Reason.CONTENT_CHECK_MISSING
    assert await check(office, PHAT) is Reason.CONTENT_CHECKED
    assert await approve(office, PHAT) is Reason.CHECKER_MAY_NOT_APPROVE
    assert await approve(office, CHU) is Reason.APPROVED


async def test_two_units_that_hold_a_case_agree_to_one_text(office: Office) -> None:
    health = replace(person(555, "Đỗ Thị Y", Assignment(Role.REGULAR)), unit="so-y-te")
    office.people = replace(organisation(health), units=(Unit("so-y-te", "Sở Y tế", "Department of Health"),))
    assert (await office.does(TRUC, c.HoldJointly("7K2", "so-ma"))).reason is Reason.UNKNOWN_UNIT
    assert (await office.does(TRUC, c.HoldJointly("7K2", "so-y-te"))).reason is Reason.HELD_JOINTLY
    assert (await office.does(TRUC, c.HoldJointly("7K2", "so-y-te"))).reason is Reason.ALREADY_HELD
    current = await office.current()
    refused = await office.does(PHAT, c.Approve(office.incident_id, 1, current.sha256[:8]))
    assert (refused.reason, refused.values["gaps"]) == (Reason.JOINT_TEXT_MISSING, "Sở Y tế")
    assert (await office.does(PHAT, c.AgreeJointly("7K2", 1))).reason is Reason.NOT_A_HOLDING_UNIT
    assert (await office.does(555, c.AgreeJointly("7K2", 1))).reason is Reason.AGREED_JOINTLY
    assert await approve(office) is Reason.APPROVED


async def test_a_unit_that_joins_after_the_approval_is_asked_before_the_words_leave(office: Office) -> None:
    office.people = replace(office.people, units=(Unit("so-y-te", "Sở Y tế", "Department of Health"),))
    await approve(office)
    await office.does(TRUC, c.HoldJointly("7K2", "so-y-te"))
    assert await claim(office, 1) is Reason.JOINT_TEXT_MISSING


@pytest.mark.parametrize("command", [c.ContentCheck, c.LegalCheck, c.AgreeJointly])
async def test_nothing_is_signed_on_a_closed_incident(office: Office, command: Callable[..., c.Command]) -> None:
    await office.does(TRUC, c.CloseIncident("7K2", "xong"))
    assert (await office.does(PHO, command("7K2", 1))).reason is Reason.INCIDENT_NOT_OPEN
