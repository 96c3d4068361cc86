"""Hand over, merge, split, open again: the alerts and the words go where people say, and nothing in public is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.grouping import absorb, pack
from bot.model import commands as c
from bot.model.incident import IncidentState
from bot.model.outcome import DUTY_ROOM
from bot.model.person import Assignment, Role, Unit
from bot.model.reasons import Reason
from bot.model.statement import StatementState
from bot.store import alerts, sketches, statements
from tests.approval.conftest import Office
from tests.approval.office import CHU, KHACH, PHAT, PHO, TRUC, organisation, person
from tests.approval.steps import another, approve, incident, publish, titles, vectors, with_alerts
from tests.grouping.readings import direction, heard


async def with_sketch(office: Office, *degrees: int) -> None:
    """What grouping keeps of the incident, with one vector for each of its alerts."""
    async with office.database.write() as tx:
        kept = None
        for stored, angle in zip(await alerts.of_incident(tx, office.incident_id), degrees, strict=True):
            kept = absorb(kept, heard(stored.alert, "water-contamination", direction(angle)))
        assert kept is not None
        await sketches.put(tx, office.incident_id, kept.sketch.to_json(), pack(kept.vectors))


# Handing over.


async def test_a_case_is_handed_over_to_a_unit_with_a_reason_and_its_people_are_told(office: Office) -> None:
    health = replace(person(555, "Đỗ Thị Y", Assignment(Role.DUTY)), unit="so-y-te")
    office.people = replace(organisation(health), units=(Unit("so-y-te", "Sở Y tế", "Department of Health"),))
    assert (await office.does(TRUC, c.HandOver("7K2", "so-ma", "lý do"))).reason is Reason.UNKNOWN_UNIT
    assert (await office.does(TRUC, c.HandOver("7K2", "so-y-te", " "))).reason is Reason.REASON_MISSING
    assert (await office.does(KHACH, c.HandOver("7K2", "so-y-te", "x"))).reason is Reason.NOT_ENROLLED
    done = await office.does(TRUC, c.HandOver("7K2", "so-y-te", "Thuộc ngành y tế"))
    assert done.reason is Reason.HANDED_OVER
    assert [notice.to for notice in done.notices] == [DUTY_ROOM, "p555"]
    found = await office.incident()
    assert (found.state, found.handed_to) == (IncidentState.HANDED_OVER, "so-y-te")
    assert (await office.current()).state is StatementState.VOIDED


async def test_whom_a_hand_over_does_not_reach_is_named_so_that_somebody_rings(office: Office) -> None:
    told = replace(person(555, "Đỗ Thị Y", Assignment(Role.DUTY)), unit="so-y-te")
    blocked = replace(person(556, "Hồ Văn Chặn", Assignment(Role.REGULAR)), unit="so-y-te")
    mail = replace(person(557, "Vũ Thị Thư", Assignment(Role.HEAD)), unit="so-y-te", telegram_id=None, email="t@x.vn")
    office.people = replace(organisation(told, blocked, mail), units=(Unit("so-y-te", "Sở Y tế", "Health"),))
    office.blocked = {"p556"}
    done = await office.does(TRUC, c.HandOver("7K2", "so-y-te", "Thuộc ngành y tế"))
    assert done.reason is Reason.HANDED_OVER
    assert "Hồ Văn Chặn" in done.values["lines_vi"]
    assert "Vũ Thị Thư" in done.values["lines_vi"]
    assert "Đỗ Thị Y" not in done.values["lines_vi"]
    assert "gọi điện" in done.values["lines_vi"]
    assert done.values["unreached"] == "p556, p557"


async def test_no_unit_is_given_a_matter_that_is_about_itself(office: Office) -> None:
    health = Unit("so-y-te", "Sở Y tế", "Department of Health")
    office.people = replace(office.people, units=(health, Unit("bv", "Bệnh viện", "Hospital", parent="so-y-te")))
    await office.does(CHU, c.MarkAccused("7K2", "so-y-te"))
    for below in ("so-y-te", "bv"):
        refused = await office.does(TRUC, c.HandOver("7K2", below, "Thuộc ngành y tế"))
        assert refused.reason is Reason.TAKER_IS_ACCUSED
    assert (await office.incident()).is_open


async def test_a_hand_over_to_a_unit_of_whom_nobody_is_known_says_so(office: Office) -> None:
    office.people = replace(office.people, units=(Unit("so-y-te", "Sở Y tế", "Department of Health"),))
    done = await office.does(TRUC, c.HandOver("7K2", "so-y-te", "Thuộc ngành y tế"))
    assert (done.reason, [n.to for n in done.notices]) == (Reason.HANDED_OVER, [DUTY_ROOM])
    assert "chưa báo được cho ai" in done.values["lines_vi"]


async def test_an_approval_races_a_hand_over_and_only_one_of_them_counts(office: Office) -> None:
    office.people = replace(office.people, units=(Unit("so-y-te", "Sở Y tế", "Department of Health"),))
    await office.does(TRUC, c.HandOver("7K2", "so-y-te", "Thuộc ngành y tế"))
    assert await approve(office) is Reason.INCIDENT_NOT_OPEN
    assert await office.queued() == []


# Merging.


async def test_two_incidents_become_one_with_all_alerts_and_the_higher_level(office: Office) -> None:
    other = await another(office, level=4)
    await with_alerts(office, office.incident_id, "Một", "Hai")
    await with_alerts(office, other.id, "Ba")
    merged = await office.does(TRUC, c.Merge("9Z9", "7K2"))
    assert (merged.reason, merged.values["other"]) == (Reason.MERGED, "7K2")
    assert sorted(await titles(office, office.incident_id)) == ["Ba", "Hai", "Một"]
    kept = await office.incident()
    assert (kept.level, kept.growth.alerts, kept.growth.volume.observed) == (4, 3, 200)
    gone = await incident(office, other.id)
    assert (gone.state, gone.merged_into) == (IncidentState.MERGED, office.incident_id)


async def test_what_cannot_be_one_matter_is_not_merged(office: Office) -> None:
    drill = await another(office, drill=True)
    assert (await office.does(TRUC, c.Merge("7K2", "7K2"))).reason is Reason.CANNOT_MERGE
    assert (await office.does(TRUC, c.Merge("7K2", drill.code))).reason is Reason.CANNOT_MERGE
    assert (await office.does(TRUC, c.Merge("7K2", "ZZZ"))).reason is Reason.UNKNOWN_INCIDENT
    assert (await office.does(KHACH, c.Merge("7K2", "9Z9"))).reason is Reason.NOT_ENROLLED


async def test_approved_words_of_a_merged_incident_never_leave(office: Office) -> None:
    await another(office)
    await approve(office)
    assert (await office.does(TRUC, c.Merge("7K2", "9Z9"))).reason is Reason.MERGED
    assert await office.queued() == []
    assert (await office.current()).state is StatementState.VOIDED


async def test_words_in_public_stay_in_public_when_their_incident_is_merged(office: Office) -> None:
    await another(office)
    await publish(office)
    assert (await office.does(TRUC, c.Merge("7K2", "9Z9"))).reason is Reason.MERGED
    assert (await office.current()).state is StatementState.PUBLISHED


async def test_a_unit_that_is_accused_is_accused_in_what_its_matter_became(office: Office) -> None:
    units = (Unit("so-y-te", "Sở Y tế", "Department of Health"),)
    health = replace(person(555, "Đỗ Thị Y", Assignment(Role.REGULAR)), unit="so-y-te")
    office.people = replace(organisation(health), units=units)
    other = await another(office)
    await office.does(CHU, c.MarkAccused("7K2", "so-y-te"))
    assert (await office.does(TRUC, c.Merge("7K2", other.code))).reason is Reason.MERGED
    refused = await office.does(555, c.AskApproval(other.id, 1))
    assert refused.reason is Reason.CONFLICT_OF_INTEREST
    await with_alerts(office, other.id, "Một", "Hai")
    apart = await office.does(TRUC, c.Split(other.id, "2"))
    assert (await office.does(555, c.AskApproval(apart.values["new"], 1))).reason is Reason.CONFLICT_OF_INTEREST


async def test_a_unit_that_holds_the_case_too_agrees_to_the_words_of_what_it_became(office: Office) -> None:
    office.people = replace(organisation(), units=(Unit("so-y-te", "Sở Y tế", "Department of Health"),))
    other = await another(office)
    await office.does(TRUC, c.HoldJointly("7K2", "so-y-te"))
    assert (await office.does(TRUC, c.Merge("7K2", other.code))).reason is Reason.MERGED
    assert (await office.does(PHAT, c.AskApproval(other.id, 1))).reason is Reason.JOINT_TEXT_MISSING


# Splitting.


async def test_chosen_alerts_open_an_incident_of_their_own(office: Office) -> None:
    await with_alerts(office, office.incident_id, "Nước có mùi", "Nước đục", "Cháy chợ")
    listed = await office.does(TRUC, c.Split("7K2"))
    assert (listed.reason, listed.values["alerts"].splitlines()[2]) == (Reason.ASK_SPLIT, "3. Cháy chợ")
    done = await office.does(TRUC, c.Split("7K2", "3"))
    assert done.reason is Reason.SPLIT
    made = await incident(office, done.values["new"])
    assert (made.title, made.state, made.split_from) == ("Cháy chợ", IncidentState.NEW, office.incident_id)
    assert await titles(office, made.id) == ["Cháy chợ"]
    assert await titles(office, office.incident_id) == ["Nước có mùi", "Nước đục"]
    assert (await office.incident()).growth.alerts == 2
    assert done.also == (made.id,), "its card is to be shown"
    async with office.database.read() as tx:
        assert await statements.current(tx, made.id) is not None


async def test_numbers_count_for_the_list_that_was_shown_and_no_other(office: Office) -> None:
    await with_alerts(office, office.incident_id, "A", "B", "C", "D")
    listed = await office.does(TRUC, c.Split("7K2"))
    await office.does(PHO, c.Split("7K2", "1"))
    late = await office.does(TRUC, c.Split("7K2", "2", listed.values["arg"]))
    assert (late.reason, late.values["alerts"]) == (Reason.ASK_SPLIT_AGAIN, "1. B\n2. C\n3. D")
    assert await titles(office, office.incident_id) == ["B", "C", "D"], "nothing was moved"
    done = await office.does(TRUC, c.Split("7K2", "1", late.values["arg"]))
    assert await titles(office, done.values["new"]) == ["B"]


async def test_an_alert_that_came_since_makes_no_list_stale(office: Office) -> None:
    await with_alerts(office, office.incident_id, "A", "B")
    listed = await office.does(TRUC, c.Split("7K2"))
    await with_alerts(office, office.incident_id, "C")
    unseen = await office.does(TRUC, c.Split("7K2", "1, 3", listed.values["arg"]))
    assert (unseen.reason, unseen.values["alerts"]) == (Reason.ASK_SPLIT_AGAIN, "3. C"), "3 was in no list"
    assert (await office.does(TRUC, c.Split("7K2", "2", listed.values["arg"]))).reason is Reason.SPLIT
    assert await titles(office, office.incident_id) == ["A", "C"]


async def test_the_answer_names_what_was_moved_and_how_to_take_it_back(office: Office) -> None:
    await with_alerts(office, office.incident_id, "A", "B\nb", "C")
    done = await office.does(TRUC, c.Split("7K2", "2"))
    other = done.values["other"]
    assert done.values["lines_vi"].splitlines() == ["B b", f"Nếu nhầm, gộp lại: /gop {other} 7K2"]
    assert done.values["lines_en"].splitlines()[0] == "B b"
    assert (await office.does(TRUC, c.Merge(other, "7K2"))).reason is Reason.MERGED
    assert await titles(office, office.incident_id) == ["A", "B\nb", "C"]


async def test_of_many_the_answer_names_the_first(office: Office) -> None:
    await with_alerts(office, office.incident_id, *(f"Số {n}" for n in range(1, 14)))
    done = await office.does(TRUC, c.Split("7K2", " ".join(str(n) for n in range(1, 13))))
    assert done.values["lines_vi"].splitlines()[9:11] == ["Số 10", "… và 2 cảnh báo khác"]


async def test_a_long_list_is_shown_in_parts_and_says_how_many_there_are(office: Office) -> None:
    await with_alerts(office, office.incident_id, *(f"Số {n}" for n in range(1, 24)))
    first = await office.does(TRUC, c.Split("7K2"))
    assert first.values["alerts"].splitlines()[-1] == "20. Số 20"
    assert "1–20 trong số 23" in first.values["lines_vi"]
    assert "/tach 7K2 từ 21" in first.values["lines_vi"]
    rest = await office.does(TRUC, c.Split("7K2", "từ 21", first.values["arg"]))
    assert rest.values["alerts"] == "21. Số 21\n22. Số 22\n23. Số 23"
    done = await office.does(TRUC, c.Split("7K2", "22", rest.values["arg"]))
    assert await titles(office, done.values["new"]) == ["Số 22"]
    assert (await office.does(TRUC, c.Split("7K2", "tu 99"))).values["alerts"].startswith("1. Số 1\n")


@pytest.mark.parametrize(("typed", "moved"), [("2-4", "BCD"), ("2 và 4", "BD"), ("1, 3 – 4", "ACD"), ("số 3.", "C")])
async def test_numbers_are_read_as_people_write_them(office: Office, typed: str, moved: str) -> None:
    await with_alerts(office, office.incident_id, *"ABCDE")
    done = await office.does(TRUC, c.Split("7K2", typed))
    assert await titles(office, done.values["new"]) == list(moved)


@pytest.mark.parametrize("numbers", ["1,2", "9", "không số", "0", "1-9999999", "2-1"])
async def test_at_least_one_alert_goes_and_one_stays(office: Office, numbers: str) -> None:
    await with_alerts(office, office.incident_id, "Một", "Hai")
    assert (await office.does(TRUC, c.Split("7K2", numbers))).reason is Reason.CANNOT_SPLIT
    assert len(await titles(office, office.incident_id)) == 2


async def test_what_joins_next_is_told_by_meaning_too_wherever_its_alerts_went(office: Office) -> None:
    names = ("Nước có mùi", "Nước đục", "Cháy chợ")
    await with_alerts(office, office.incident_id, *names)
    await with_sketch(office, 0, 10, 90)
    done = await office.does(TRUC, c.Split("7K2", "3"))
    assert [await vectors(office, ref) for ref in (office.incident_id, done.values["new"])] == [
        [direction(0).tolist(), direction(10).tolist()],
        [direction(90).tolist()],
    ]
    await office.does(TRUC, c.Merge(done.values["new"], "7K2"))
    assert await vectors(office, office.incident_id) == [direction(degrees).tolist() for degrees in (0, 10, 90)]


# Opening again.


async def test_a_closed_case_is_opened_again_with_a_reason(office: Office) -> None:
    await office.does(TRUC, c.CloseIncident("7K2", "xong"))
    assert (await office.does(PHO, c.Reopen("7K2", " "))).reason is Reason.REASON_MISSING
    assert (await office.does(KHACH, c.Reopen("7K2", "x"))).reason is Reason.NOT_ENROLLED
    assert (await office.does(PHO, c.Reopen("7K2", "Có tình tiết mới"))).reason is Reason.REOPENED
    assert (await office.incident()).state is IncidentState.ACCEPTED
    assert await approve(office) is Reason.APPROVED
    assert (await office.does(PHO, c.Reopen("7K2", "nữa"))).reason is Reason.CANNOT_REOPEN


async def test_a_dismissed_case_has_a_draft_again_and_no_old_approval(office: Office) -> None:
    await approve(office)
    await office.does(TRUC, c.FalseAlarm("7K2"))
    await office.does(PHAT, c.Reopen("7K2", "Không phải báo động giả"))
    current = await office.current()
    assert (current.version, current.state) == (2, StatementState.DRAFT)
    assert await office.queued() == []


async def test_a_case_opened_again_gets_another_code_when_its_own_was_given_away(office: Office) -> None:
    await office.does(TRUC, c.CloseIncident("7K2", "xong"))
    await another(office, code="7K2")
    done = await office.does(PHO, c.Reopen(office.incident_id, "mới"))
    assert done.reason is Reason.REOPENED
    assert done.values["code"] != "7K2"


async def test_after_publication_a_closed_case_opens_as_one_that_is_being_answered(office: Office) -> None:
    await publish(office)
    await office.does(TRUC, c.CloseIncident("7K2", "xong"))
    await office.does(PHO, c.Reopen("7K2", "cần đính chính"))
    assert (await office.incident()).state is IncidentState.RESPONDING
    assert (await office.does(PHO, c.FollowUp("7K2", "correction", "Sửa."))).reason is Reason.FOLLOW_UP_WRITTEN


async def test_words_in_public_of_a_case_that_was_merged_can_still_be_corrected(office: Office) -> None:
    other = await another(office)
    await with_alerts(office, office.incident_id, "Một", "Hai")
    await publish(office)
    merged = await office.does(TRUC, c.Merge("7K2", other.code))
    assert "/molai 7K2" in merged.values["lines_vi"]
    assert (await office.does(PHO, c.FollowUp("7K2", "correction", "Sửa."))).reason is Reason.OPEN_IT_FIRST
    assert (await office.does(PHO, c.Reopen("7K2", "Cần đính chính"))).reason is Reason.REOPENED
    assert (await office.does(PHO, c.FollowUp("7K2", "correction", "Sửa."))).reason is Reason.FOLLOW_UP_WRITTEN
    assert await approve(office) is Reason.APPROVED


async def test_the_matter_of_a_merged_case_stays_where_it_went(office: Office) -> None:
    third, other = await another(office, code="4T4"), await another(office)
    await with_alerts(office, office.incident_id, "Một", "Hai")
    await with_sketch(office, 0, 10)
    await publish(office)
    await office.does(TRUC, c.Merge("7K2", other.code))
    await office.does(PHO, c.Reopen("7K2", "Cần đính chính"))
    async with office.database.read() as tx:
        assert await alerts.of_incident(tx, office.incident_id) == []
        looked_at = {incident for incident, _, _ in await sketches.of_open(tx, drill=False)}
    assert office.incident_id not in looked_at, "new alerts of the matter join the case that it went to"
    assert (await office.does(TRUC, c.Merge("7K2", third.code))).reason is Reason.CANNOT_MERGE
    assert (await office.does(TRUC, c.Merge("7K2", other.code))).reason is Reason.MERGED


async def test_a_merged_case_that_published_nothing_stays_ended(office: Office) -> None:
    await another(office)
    await office.does(TRUC, c.Merge("7K2", "9Z9"))
    assert (await office.does(PHO, c.Reopen("7K2", "mở lại"))).reason is Reason.CANNOT_REOPEN_MERGED


async def test_a_publication_that_ends_late_opens_no_closed_case(office: Office) -> None:
    from bot.approval import publication
    from bot.model.delivery import DeliveryKey

    await approve(office)
    key = DeliveryKey(office.incident_id, 1, "newsroom", 1)
    async with office.database.write() as tx:
        await publication.claim(tx, office.desk, key)
    await office.does(TRUC, c.CloseIncident("7K2", "xong"))
    async with office.database.write() as tx:
        await publication.settle(tx, key, publication.Ending(publication.Ended.SENT, "x"), office.now)
    assert (await office.incident()).state is IncidentState.CLOSED


async def in_doubt(office: Office) -> None:
    """Words were approved, one outlet never answered, and nobody has looked yet."""
    from bot.approval import publication
    from bot.model.delivery import DeliveryKey

    await approve(office)
    async with office.database.write() as tx:
        key = DeliveryKey(office.incident_id, 1, "newsroom", 1)
        assert not isinstance(await publication.claim(tx, office.desk, key), Reason)


async def test_words_that_may_be_in_public_stand_when_their_case_is_opened_again(office: Office) -> None:
    await in_doubt(office)
    await office.does(TRUC, c.CloseIncident("7K2", "xong"))
    assert (await office.does(PHO, c.Reopen("7K2", "đóng nhầm"))).reason is Reason.REOPENED
    assert [(v.version, v.state) for v in [await office.current()]] == [(1, StatementState.APPROVED)]
    seen = await office.does(TRUC, c.AnswerDelivery("7K2", 1, "newsroom", 1, appeared=True))
    assert seen.reason is Reason.DELIVERY_CONFIRMED
    assert (await office.current()).state is StatementState.PUBLISHED, "the record says what the public has read"


async def test_an_approval_whose_words_never_began_to_leave_is_void_when_the_case_is_opened_again(
    office: Office,
) -> None:
    await approve(office)
    await office.does(TRUC, c.CloseIncident("7K2", "xong"))
    await office.does(PHO, c.Reopen("7K2", "đóng nhầm"))
    assert (await office.current()).state is StatementState.DRAFT
    assert await office.queued() == []
