"""What officials know better than matching is kept with who and when, and nothing is learned from it by itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from bot.approval import corrections
from bot.model import commands as c
from bot.model.alert import Alert, AlertOutcome
from bot.model.audit import AuditEntry
from bot.model.correction import Correction, CorrectionState, Matched, Verdict
from bot.model.incident import MatchedPlaybook
from bot.model.playbook import UNCLASSIFIED
from bot.model.reasons import Reason
from bot.store import alerts, audit
from bot.store import corrections as store
from tests.approval.conftest import Office
from tests.approval.office import KHACH, NIGHT, PHAT, PHO, TRUC

Open = Callable[..., Awaitable[Office]]

CANDIDATES = (MatchedPlaybook("water-contamination", 0.81), MatchedPlaybook("epidemic", 0.1))
TITLE, SUMMARY = "Nước máy  có mùi dầu", "Người dân không dám nấu ăn, xem https://example.vn/1"
AS_MATCHED = "Nước máy có mùi dầu. Người dân không dám nấu ăn, xem"


async def with_alert(office: Office) -> Office:
    """Give the incident the alert that opened it, and one that joined."""
    async with office.database.write() as tx:
        for alert_id, title, outcome in (
            ("a2", "Tin đến sau", AlertOutcome.JOINED),
            ("a1", TITLE, AlertOutcome.OPENED),
        ):
            await alerts.add(tx, Alert(alert_id, "default", title, NIGHT, summary=SUMMARY), b"{}", "0" * 64)
            await alerts.place(tx, alert_id, office.incident_id, outcome, "nothing_open", NIGHT)
    return office


@pytest.fixture
async def office(open_office: Open) -> Office:
    return await with_alert(await open_office(candidates=CANDIDATES, match_reason="clear_match"))


async def kept(office: Office) -> list[Correction]:
    async with office.database.read() as tx:
        return await store.of_incident(tx, office.incident_id)


async def proposed(office: Office) -> list[Correction]:
    async with office.database.read() as tx:
        return await store.proposals(tx)


async def recorded(office: Office) -> list[AuditEntry]:
    async with office.database.read() as tx:
        return [entry async for entry in audit.entries(tx)]


async def decide(office: Office, state: CorrectionState, **fields: str) -> bool:
    (waiting,) = await proposed(office)
    verdict = Verdict(state, office.now, f"p{PHAT}", **fields)
    person = office.people.person(f"p{PHAT}")
    assert person is not None
    async with office.database.write() as tx:
        return await corrections.settle(tx, person, waiting, verdict)


async def test_another_playbook_is_kept_with_who_and_when_and_what_matching_had_said(office: Office) -> None:
    office.later(minutes=7)
    assert (await office.does(PHO, c.ChoosePlaybook("7K2", "epidemic"))).reason is Reason.PLAYBOOK_CHOSEN
    (correction,) = await proposed(office)
    assert (correction.by, correction.at, correction.code) == (f"p{PHO}", office.now, "7K2")
    assert correction.matched == Matched("water-contamination", 0.81, "clear_match")
    assert (correction.chosen, correction.state, correction.drill) == ("epidemic", CorrectionState.PROPOSED, False)


async def test_the_text_kept_is_the_one_that_matching_read(office: Office) -> None:
    await office.does(PHO, c.ChoosePlaybook("7K2", "epidemic"))
    assert [correction.text for correction in await proposed(office)] == [AS_MATCHED]


async def test_a_playbook_given_where_none_fitted_is_kept_too(open_office: Open) -> None:
    office = await with_alert(await open_office(playbook=UNCLASSIFIED, match_reason="cannot_tell_apart"))
    await office.does(PHO, c.ChoosePlaybook("7K2", "epidemic"))
    (correction,) = await proposed(office)
    assert (correction.matched.playbook, correction.matched.reason) == (None, "cannot_tell_apart")


async def test_a_false_alarm_proposes_the_text_as_no_crisis_with_the_reason_given(office: Office) -> None:
    await office.does(TRUC, c.FalseAlarm("7K2", "quảng cáo  máy lọc nước"))
    (correction,) = await proposed(office)
    assert (correction.chosen, correction.by, correction.remark) == (None, f"p{TRUC}", "quảng cáo máy lọc nước")


async def test_the_last_choice_counts(office: Office) -> None:
    for playbook in ("epidemic", "food-poisoning"):
        await office.does(PHO, c.ChoosePlaybook("7K2", playbook))
    assert [correction.chosen for correction in await kept(office)] == ["food-poisoning"]
    await office.does(PHO, c.FalseAlarm("7K2"))
    assert [correction.chosen for correction in await kept(office)] == [None]


async def test_choosing_back_what_matching_had_said_leaves_nothing(office: Office) -> None:
    await office.does(PHO, c.ChoosePlaybook("7K2", "epidemic"))
    await office.does(PHO, c.ChoosePlaybook("7K2", "water-contamination"))
    assert await kept(office) == []


async def test_who_chose_first_is_kept_when_a_colleague_chooses_the_same(office: Office) -> None:
    await office.does(PHO, c.ChoosePlaybook("7K2", "epidemic"))
    await office.does(PHO, c.Edit("7K2", 2, "Bản nháp viết nhầm."))
    office.later(minutes=5)
    assert (await office.does(PHAT, c.ChoosePlaybook("7K2", "epidemic"))).reason is Reason.PLAYBOOK_CHOSEN
    assert [(correction.by, correction.at) for correction in await kept(office)] == [(f"p{PHO}", NIGHT)]


@pytest.mark.parametrize(
    ("who", "playbook"), [(KHACH, "epidemic"), (PHO, "no-such-playbook"), (PHO, "water-contamination")]
)
async def test_a_refused_choice_leaves_nothing(office: Office, who: int, playbook: str) -> None:
    assert (await office.does(who, c.ChoosePlaybook("7K2", playbook))).refused
    assert await kept(office) == []


async def test_the_correction_and_the_act_are_committed_together_or_not_at_all(office: Office) -> None:
    with pytest.raises(RuntimeError, match="power cut"):
        async with office.database.write() as tx:
            incident = await office.incident()
            by = office.people.person(f"p{PHO}")
            assert by is not None
            await corrections.playbook_chosen(tx, office.desk, incident, "epidemic", by)
            raise RuntimeError("power cut")
    assert await kept(office) == []


async def test_a_drill_is_kept_with_its_mark_and_teaches_nothing(open_office: Open) -> None:
    office = await with_alert(await open_office(drill=True, candidates=CANDIDATES))
    await office.does(PHO, c.ChoosePlaybook("7K2", "epidemic"))
    assert [correction.drill for correction in await kept(office)] == [True]
    assert await proposed(office) == []
    (correction,) = await kept(office)
    async with office.database.write() as tx:
        assert not await store.decide(tx, correction.id, Verdict(CorrectionState.ADDED, office.now, f"p{PHAT}"))


async def test_an_alert_without_letters_teaches_nothing(open_office: Open) -> None:
    office = await open_office(title="🔥🔥🔥 https://example.vn", playbook=UNCLASSIFIED, match_reason="no_letters")
    await office.does(PHO, c.ChoosePlaybook("7K2", "fire-explosion"))
    assert await kept(office) == []


async def test_a_decision_names_its_person_and_is_an_entry_of_the_record(office: Office) -> None:
    await office.does(PHO, c.ChoosePlaybook("7K2", "epidemic"))
    office.later(hours=3)
    assert await decide(office, CorrectionState.DECLINED, why="tin đồn sai")
    (correction,) = await kept(office)
    assert correction.verdict == Verdict(CorrectionState.DECLINED, office.now, f"p{PHAT}", "tin đồn sai")
    (entry,) = await recorded(office)
    assert (entry.event.act, entry.event.actor, entry.event.at) == ("decline_example", f"p{PHAT}", office.now)
    assert entry.event.incident_id == office.incident_id
    assert entry.event.details == {
        "correction": correction.id,
        "matched": "water-contamination",
        "chosen": "epidemic",
        "why": "tin đồn sai",
    }


async def test_a_proposal_is_decided_once(office: Office) -> None:
    await office.does(PHO, c.ChoosePlaybook("7K2", "epidemic"))
    (waiting,) = await proposed(office)
    assert await decide(office, CorrectionState.ADDED, style="social", example=AS_MATCHED)
    person = office.people.person(f"p{PHO}")
    assert person is not None
    async with office.database.write() as tx:
        late = Verdict(CorrectionState.DECLINED, office.now, person.id, "muộn")
        assert not await corrections.settle(tx, person, waiting, late)
    assert [correction.state for correction in await kept(office)] == [CorrectionState.ADDED]
    assert len(await recorded(office)) == 1


async def test_what_was_declined_is_not_proposed_again_by_the_same_choice(office: Office) -> None:
    await office.does(PHO, c.ChoosePlaybook("7K2", "epidemic"))
    await decide(office, CorrectionState.DECLINED, why="không rõ")
    await office.does(PHO, c.ChoosePlaybook("7K2", "food-poisoning"))
    assert [correction.chosen for correction in await proposed(office)] == ["food-poisoning"]
    await office.does(PHO, c.ChoosePlaybook("7K2", "epidemic"))
    assert await proposed(office) == []


async def test_a_choice_taken_back_after_the_decision_does_not_touch_the_decision(office: Office) -> None:
    await office.does(PHO, c.ChoosePlaybook("7K2", "epidemic"))
    await decide(office, CorrectionState.ADDED, style="news", example=AS_MATCHED)
    before = await kept(office)
    await office.does(PHO, c.ChoosePlaybook("7K2", "water-contamination"))
    assert [correction.state for correction in before] == [CorrectionState.ADDED]
    assert await kept(office) == before
