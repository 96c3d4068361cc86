"""Only words that arrive alike everywhere can be approved, and only lawful states of them can leave."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.approval import acts
from bot.approval.card import read_card
from bot.approval.publication import publication_fault
from bot.model import commands as c
from bot.model.reasons import Reason
from bot.model.statement import StatementState
from tests.approval.conftest import Office
from tests.approval.office import CHU, PHAT, act

ODD = "Nước an toàn \u202egnôhk\u202c để uống.\x07\tHết\u2028bài a\u0333"


async def test_what_telegram_would_drop_or_change_is_not_approved_either(office: Office) -> None:
    await office.does(PHAT, c.Edit(office.incident_id, 1, ODD))
    assert (await office.current()).full_vi == "Nước an toàn gnôhk để uống.  Hết\nbài a"


async def test_what_telegram_would_trim_is_not_approved(office: Office) -> None:
    await office.does(PHAT, c.Edit(office.incident_id, 1, "\u00a0 Dòng một \n dòng hai\u3000\n\n"))
    text = (await office.current()).full_vi
    assert text == text.strip()


@pytest.mark.parametrize("state", [StatementState.SUPERSEDED, StatementState.CORRECTED, StatementState.RETRACTED])
async def test_words_that_were_withdrawn_go_to_no_further_outlet(office: Office, state: StatementState) -> None:
    approved = replace(await office.current(), state=state, approved_by="p102")
    assert publication_fault(await office.incident(), approved) is Reason.NOT_APPROVABLE


async def test_a_playbook_that_was_removed_stops_approval_and_not_the_desk(
    open_office: Callable[..., Awaitable[Office]],
) -> None:
    office = await open_office()
    bare = replace(
        office.desk, playbooks={k: v for k, v in office.desk.playbooks.items() if k != "water-contamination"}
    )

    async def does(command: c.Command) -> Reason:
        async with office.database.write() as tx:
            return (await acts.perform(tx, bare, act(CHU, command))).reason

    current = await office.current()
    assert await does(c.AskApproval(office.incident_id)) is Reason.UNKNOWN_PLAYBOOK
    assert await does(c.Approve(office.incident_id, 1, current.sha256[:8])) is Reason.UNKNOWN_PLAYBOOK
    assert await does(c.ConfirmFact(office.incident_id, "place", "x")) is Reason.UNKNOWN_PLAYBOOK
    async with office.database.read() as tx:
        assert await read_card(tx, bare, office.incident_id) is not None
    assert await does(c.ChoosePlaybook(office.incident_id, "epidemic")) is Reason.PLAYBOOK_CHOSEN
