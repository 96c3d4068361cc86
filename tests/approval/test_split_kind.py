"""Nobody said that a matter which is split off is of its parent's kind: nothing is approved until somebody does."""

from __future__ import annotations

import pytest

from bot.approval.card import read_card
from bot.channels.telegram.render_card import card, keyboard
from bot.channels.telegram.render_dialog import sentence
from bot.grouping import absorb, pack
from bot.model import commands as c
from bot.model.incident import SPLIT_OFF, Incident
from bot.model.outcome import Outcome
from bot.model.reasons import Reason
from bot.model.statement import StatementState
from bot.store import alerts, sketches, statements
from tests.approval.conftest import Office
from tests.approval.office import KHACH, PHAT, PLAYBOOKS, TRUC
from tests.approval.steps import approve, incident, with_alerts
from tests.grouping.readings import heard

WATER, CHEMICAL, FIRE = "water-contamination", "industrial-accident", "fire-explosion"


async def split(office: Office) -> tuple[Outcome, Incident, Office]:
    """The last of three alerts is another matter; the office that looks at that one."""
    done = await office.does(TRUC, c.Split("7K2", "3"))
    assert done.reason is Reason.SPLIT
    made = await incident(office, done.values["new"])
    office.incident_id = made.id
    return done, made, office


async def read(office: Office, *playbooks: str, sure: float = 0.9) -> None:
    """What matching said of each alert when it came, as grouping keeps it."""
    async with office.database.write() as tx:
        kept = None
        for stored, playbook in zip(await alerts.of_incident(tx, office.incident_id), playbooks, strict=True):
            kept = absorb(kept, heard(stored.alert, playbook, sure=sure))
        assert kept is not None
        await sketches.put(tx, office.incident_id, kept.sketch.to_json(), pack(kept.vectors))


@pytest.fixture
async def lorry(office: Office) -> Office:
    await with_alerts(office, office.incident_id, "Nước có mùi", "Nước đục", "Xe chở hóa chất lật")
    return office


async def buttons(office: Office) -> list[str]:
    async with office.database.read() as tx:
        view = await read_card(tx, office.desk, office.incident_id)
    assert view is not None
    return [key["text"] for row in keyboard(view, "vi", lambda *_: "x") for key in row]


async def test_nothing_is_approved_before_a_person_chose_the_playbook(lorry: Office) -> None:
    done, made, office = await split(lorry)
    assert (made.playbook, made.match_reason, made.playbook_chosen_by) == (WATER, SPLIT_OFF, None)
    said = sentence("vi", done, 0)
    assert said == (
        f"Đã tách 1 cảnh báo của vụ việc 7K2 thành vụ việc {made.code}. Cẩm nang và dự thảo của {made.code} "
        f"lấy theo 7K2, có thể KHÔNG đúng. Xin chọn lại hoặc xác nhận: /camnang {made.code}."
    )
    assert (await office.does(PHAT, c.AskApproval(made.id))).reason is Reason.PLAYBOOK_NOT_CHOSEN
    assert await approve(office) is Reason.PLAYBOOK_NOT_CHOSEN
    assert "Duyệt" not in await buttons(office)
    assert "Cẩm nang khác" in await buttons(office)
    async with office.database.read() as tx:
        view = await read_card(tx, office.desk, made.id)
    assert view is not None
    plain = card(view, "vi", lambda *_: "x").plain
    assert f"có thể KHÔNG đúng: {PLAYBOOKS[WATER].name.vi}" in plain
    assert "/duyet" not in plain


async def test_another_playbook_drafts_anew_and_may_be_approved(lorry: Office) -> None:
    _, made, office = await split(lorry)
    assert (await office.does(KHACH, c.ChoosePlaybook(made.id, CHEMICAL))).reason is Reason.NOT_ENROLLED
    assert (await office.does(TRUC, c.ChoosePlaybook(made.id, CHEMICAL))).reason is Reason.PLAYBOOK_CHOSEN
    current = await office.current()
    assert (current.version, current.playbook) == (2, CHEMICAL)
    assert await approve(office) is not Reason.PLAYBOOK_NOT_CHOSEN
    assert "Duyệt" in await buttons(office)


async def test_the_playbook_that_was_taken_over_can_be_confirmed_and_no_words_are_lost(lorry: Office) -> None:
    _, made, office = await split(lorry)
    assert WATER in (await office.does(TRUC, c.AskPlaybook(made.id))).values["playbooks"].split()
    await office.does(TRUC, c.Edit(made.id, 1, "Lời người trực viết."))
    assert await approve(office) is Reason.PLAYBOOK_NOT_CHOSEN
    confirmed = await office.does(TRUC, c.ChoosePlaybook(made.id, WATER))
    assert confirmed.reason is Reason.PLAYBOOK_CONFIRMED
    assert (await office.current()).full_vi == "Lời người trực viết."
    assert (await office.does(TRUC, c.ChoosePlaybook(made.id, FIRE))).reason is Reason.PLAYBOOK_CHOSEN


async def test_what_matching_said_of_its_own_alerts_is_drafted_from_and_still_confirmed(lorry: Office) -> None:
    await read(lorry, WATER, WATER, CHEMICAL)
    done, made, office = await split(lorry)
    assert (made.playbook, made.candidates[0].playbook, made.candidates[0].confidence) == (CHEMICAL, CHEMICAL, 0.9)
    assert (await office.current()).playbook == CHEMICAL
    assert "lấy theo nội dung các cảnh báo đã tách" in sentence("vi", done, 0)
    assert await approve(office) is Reason.PLAYBOOK_NOT_CHOSEN
    assert (await office.does(TRUC, c.ChoosePlaybook(made.id, CHEMICAL))).reason is Reason.PLAYBOOK_CONFIRMED
    assert await approve(office) is not Reason.PLAYBOOK_NOT_CHOSEN


async def test_a_match_that_is_not_clear_is_offered_beside_what_is_taken_over(lorry: Office) -> None:
    await read(lorry, WATER, WATER, CHEMICAL, sure=0.4)
    _, made, _ = await split(lorry)
    assert [one.playbook for one in made.candidates] == [WATER, CHEMICAL]
    assert made.playbook == WATER


async def test_what_a_regrouping_wrote_down_for_a_playbook_counts_as_no_match(lorry: Office) -> None:
    await read(lorry, WATER, WATER, CHEMICAL)
    _, made, office = await split(lorry)
    await office.does(TRUC, c.Merge(made.code, "7K2"))
    done = await office.does(TRUC, c.Split("7K2", "3"))
    again = await incident(office, done.values["new"])
    assert (again.playbook, [one.playbook for one in again.candidates]) == (WATER, [WATER])


async def test_what_a_person_chose_for_the_first_matter_is_nobodys_choice_for_the_second(lorry: Office) -> None:
    await lorry.does(TRUC, c.ChoosePlaybook("7K2", FIRE))
    _, made, office = await split(lorry)
    assert (made.playbook, made.playbook_is_provisional) == (FIRE, True)
    assert await approve(office) is Reason.PLAYBOOK_NOT_CHOSEN
    async with office.database.read() as tx:
        current = await statements.current(tx, made.id)
    assert current is not None
    assert current.state is StatementState.DRAFT
