"""Words with a blocking hit go nowhere, whoever presses; what is warned of stays with a reason, on the record."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.approval import acts
from bot.approval.card import read_card
from bot.approval.typed_codes import code_of
from bot.drafting.lint import LintRules
from bot.model import commands as c
from bot.model.gate import Gate, GateKind, GateMatrix
from bot.model.outcome import Outcome
from bot.model.person import Role
from bot.model.reasons import Reason
from bot.model.statement import StatementState, canonical
from bot.store import lint_reasons
from tests.approval.conftest import Office
from tests.approval.linted import BLOCKED, CLEAN, FULL, WARNED
from tests.approval.office import CHU, KHACH, NIGHT, PHAT, PHO, SEAL, TRUC, act
from tests.approval.steps import approve
from tests.drafting.lint.judging import shipped_rules

RULES = shipped_rules()


@pytest.fixture
def linted(office: Office) -> Office:
    office.lint = RULES
    return office


async def writes(office: Office, text: str) -> int:
    assert (await office.does(PHO, c.Edit("7K2", (await office.current()).version, text))).reason is Reason.EDITED
    return (await office.current()).version


async def tries_everything(office: Office, version: int) -> set[Reason]:
    current = await office.current()
    digest = current.sha256[:8]
    outcomes = [
        await office.does(PHAT, c.AskApproval("7K2", version)),
        await office.does(PHAT, c.Approve("7K2", version, digest)),
        await office.does(CHU, c.Approve("7K2", version, digest)),
        await office.does(PHAT, c.ApproveByCode("7K2", code_of(SEAL, current))),
        await office.does(TRUC, c.Submit("7K2", version)),
    ]
    return {outcome.reason for outcome in outcomes}


async def test_a_blocking_hit_refuses_whoever_tries_and_says_where(linted: Office) -> None:
    version = await writes(linted, BLOCKED)
    assert await tries_everything(linted, version) == {Reason.LINT_BLOCKED}
    refused = await linted.does(PHAT, c.Approve("7K2", version, (await linted.current()).sha256[:8]))
    assert refused.refused
    assert refused.values["rules"].startswith("SPECULATION")
    assert refused.values["first"].startswith("“Nhiều khả")
    assert refused.values["first"].endswith(f"”: {refused.hits[0].message.vi}"), (
        "the words, and what is wrong with them"
    )
    assert refused.hits[0].sentence.startswith("Nhiều khả\u200b năng")
    assert (await linted.current()).state is StatementState.DRAFT
    assert await linted.queued() == []


async def test_whoever_wrote_them_is_told_at_once_how_many_errors_are_left(linted: Office) -> None:
    edited = await linted.does(PHO, c.Edit("7K2", 1, BLOCKED))
    refused = await linted.does(PHO, c.Submit("7K2", 2))
    assert (edited.reason, refused.reason) == (Reason.EDITED, Reason.LINT_BLOCKED)
    assert edited.values["lines_vi"] == f"Còn {len(refused.hits)} lỗi phải sửa: /soatloi 7K2"


async def test_no_reason_lifts_a_blocking_hit(linted: Office) -> None:
    version = await writes(linted, BLOCKED)
    for who in (PHO, PHAT, CHU):
        assert (await linted.does(who, c.ExplainLint("7K2", "Đã cân nhắc kỹ", version))).reason is (
            Reason.NOTHING_TO_EXPLAIN
        )
    assert await tries_everything(linted, version) == {Reason.LINT_BLOCKED}


async def test_clean_words_pass_everywhere(linted: Office) -> None:
    version = await writes(linted, CLEAN)
    assert (await linted.does(TRUC, c.Submit("7K2", version))).reason is Reason.SUBMITTED
    assert await approve(linted) is Reason.APPROVED


async def test_the_templates_own_words_pass(linted: Office) -> None:
    await linted.does(TRUC, c.ConfirmFact("7K2", "place", "phường Sông Thượng"))
    shown = await linted.does(TRUC, c.ShowLint("7K2"))
    assert shown.reason is Reason.LINT_CLEAN


async def test_a_content_check_signs_no_words_that_are_blocked(linted: Office) -> None:
    linted.gates = GateMatrix("test", (Gate(GateKind.CONTENT_CHECK, 1, by=frozenset({Role.DEPUTY, Role.DUTY})),))
    version = await writes(linted, BLOCKED)
    assert (await linted.does(TRUC, c.ContentCheck("7K2", version))).reason is Reason.LINT_BLOCKED
    version = await writes(linted, CLEAN)
    assert (await linted.does(TRUC, c.ContentCheck("7K2", version))).reason is Reason.CONTENT_CHECKED


async def test_a_warning_asks_for_a_reason_and_keeps_it_with_the_name(linted: Office) -> None:
    version = await writes(linted, WARNED)
    digest = (await linted.current()).sha256[:8]
    asked = await linted.does(PHAT, c.AskApproval("7K2", version))
    assert (asked.reason, asked.refused) == (Reason.ASK_LINT_REASON, False)
    assert [hit.rule for hit in asked.hits] == ["MINIMISE"]
    assert (await linted.does(PHAT, c.Approve("7K2", version, digest))).reason is Reason.LINT_UNEXPLAINED
    assert (await linted.does(TRUC, c.Submit("7K2", version))).reason is Reason.LINT_UNEXPLAINED
    for empty in ("", "  ", "...", "\u200b"):
        assert (await linted.does(PHO, c.ExplainLint("7K2", empty, version))).reason is Reason.REASON_MISSING
    given = await linted.does(PHO, c.ExplainLint("7K2", "Lời của bệnh viện, trích nguyên văn", version))
    assert (given.reason, given.values["rules"]) == (Reason.LINT_EXPLAINED, "MINIMISE")
    assert (await linted.does(PHAT, c.AskApproval("7K2", version))).reason is Reason.ASK_APPROVAL
    assert await approve(linted) is Reason.APPROVED
    async with linted.database.read() as tx:
        (kept,) = await lint_reasons.of_version(tx, linted.incident_id, version, (await linted.current()).sha256)
    assert (kept.rule, kept.by, kept.reason) == ("MINIMISE", f"p{PHO}", "Lời của bệnh viện, trích nguyên văn")


async def test_the_record_says_who_kept_what_and_why(linted: Office) -> None:
    version = await writes(linted, WARNED)
    given = await linted.does(PHO, c.ExplainLint("7K2", "Trích nguyên văn", version))
    said = act(PHO, c.ExplainLint("7K2", "Trích nguyên văn", version))
    event = acts.audit_event(said, linted.desk.who(said.actor), given, NIGHT)
    assert (event.act, event.actor, event.version) == ("explain_lint", f"p{PHO}", version)
    assert event.details["rules"] == "MINIMISE"
    assert event.details["why"] == "Trích nguyên văn"
    assert event.details["sha256"] == (await linted.current()).sha256


async def test_a_reason_dies_with_the_words_it_was_given_for(linted: Office) -> None:
    await linted.does(PHO, c.ExplainLint("7K2", "Trích nguyên văn", await writes(linted, WARNED)))
    version = await writes(linted, WARNED + " Xin cảm ơn.")
    assert (await linted.does(PHAT, c.AskApproval("7K2", version))).reason is Reason.ASK_LINT_REASON
    stale = await linted.does(PHO, c.ExplainLint("7K2", "Trích nguyên văn", version - 1))
    assert stale.reason is Reason.STALE_VERSION


async def test_words_under_a_mark_of_secrecy_are_not_even_kept(linted: Office) -> None:
    before = (await linted.current()).version
    refused = await linted.does(PHO, c.Edit("7K2", before, "Theo văn bản TỐI\u200b MẬT số 7, lực lượng như sau."))
    assert refused.reason is Reason.MARKED_SECRET
    assert (await linted.current()).version == before


@pytest.mark.parametrize(
    "command",
    [
        c.Edit("7K2", 1, "TỐI MẬT\n\nKế hoạch di dời ngày mai."),
        c.WriteText("7K2", "ngan", "TỐI MẬT: kế hoạch di dời ngày mai."),
        c.ConfirmFact("7K2", "1", "TỐI MẬT: kế hoạch di dời"),
        c.AnswerFact("7K2", "1", "kế hoạch di dời; nguồn: văn bản TỐI MẬT"),
        c.NoteRumour("7K2", "TỐI MẬT: kế hoạch di dời"),
        c.Edit("7K2", 9, "TỐI MẬT: kế hoạch di dời, gõ trên một thẻ cũ"),
        c.Edit("7K2", 1, "TỐI MẬT: kế hoạch di dời" + " và di dời" * 400),
        c.FollowUp("7K2", "update", "TỐI MẬT: kế hoạch di dời khi chưa công bố gì"),
    ],
)
async def test_they_are_not_kept_in_the_record_either_from_which_nothing_is_removed(
    linted: Office, command: c.Command
) -> None:
    said = act(PHO, command)
    async with linted.database.write() as tx:
        refused = await acts.perform(tx, linted.desk, said)
    assert refused.reason is Reason.MARKED_SECRET
    event = acts.audit_event(said, linted.desk.who(said.actor), refused, NIGHT)
    assert event.details["outcome"] == "marked_secret", "that it happened is on the record"
    assert "di dời" not in repr(event)


async def test_a_refusal_to_the_press_gives_no_secret_away(linted: Office) -> None:
    version = (await linted.current()).version
    refused = await linted.does(PHAT, c.Refuse("7K2", "a", "TỐI MẬT: kế hoạch di dời", version))
    assert refused.reason is Reason.MARKED_SECRET
    assert (await linted.current()).state is StatementState.DRAFT


async def test_a_stranger_neither_sees_nor_explains(linted: Office) -> None:
    version = await writes(linted, WARNED)
    commands = (c.ShowLint("7K2"), c.AskLintReason("7K2", version), c.ExplainLint("7K2", "lý do", version))
    for command in commands:
        assert (await linted.does(KHACH, command)).reason is Reason.NOT_ENROLLED


async def test_everything_is_shown_on_demand_the_gravest_first(linted: Office) -> None:
    await writes(linted, FULL.format(said="Sự cố không đáng lo. Nhiều khả năng do xả trộm."))
    shown: Outcome = await linted.does(TRUC, c.ShowLint("7K2"))
    assert shown.reason is Reason.LINT_SHOWN
    assert [hit.blocks for hit in shown.hits] == sorted((h.blocks for h in shown.hits), reverse=True)
    assert {"SPECULATION", "MINIMISE"} <= {hit.rule for hit in shown.hits}


async def test_the_card_carries_the_hits_while_words_wait(linted: Office) -> None:
    version = await writes(linted, WARNED)
    async with linted.database.read() as tx:
        view = await read_card(tx, linted.desk, linted.incident_id)
    assert view is not None
    assert [hit.rule for hit in view.linted.unexplained] == ["MINIMISE"]
    await linted.does(PHO, c.ExplainLint("7K2", "Trích nguyên văn", version))
    await approve(linted)
    async with linted.database.read() as tx:
        view = await read_card(tx, linted.desk, linted.incident_id)
    assert view is not None
    assert view.linted.hits == ()


async def test_rules_are_those_of_the_day_the_incident_was_opened(linted: Office) -> None:
    old_law = FULL.format(said="Tỉnh thực hiện Nghị định 09/2017/NĐ-CP.")
    version = await writes(linted, old_law)
    refused = await linted.does(PHAT, c.Approve("7K2", version, (await linted.current()).sha256[:8]))
    assert (refused.reason, refused.values["rules"]) == (Reason.LINT_BLOCKED, "OLD_LAW")
    before = tuple(rule for rule in RULES.rules if rule.id == "OLD_LAW")
    linted.lint = LintRules("before", tuple(_from(rule, 2027) for rule in before))
    assert await approve(linted) is Reason.APPROVED


def _from(rule, year: int):
    from dataclasses import replace
    from datetime import date

    return replace(rule, valid_from=date(year, 1, 1))


async def test_a_number_stands_once_its_fact_is_confirmed(linted: Office) -> None:
    text = canonical(FULL.format(said="12 người bị thương."))
    version = await writes(linted, text)
    refused = await linted.does(PHAT, c.AskApproval("7K2", version))
    assert (refused.reason, refused.values["rules"]) == (Reason.LINT_BLOCKED, "CASUALTY_UNSOURCED")
    slot = linted.desk.playbooks[(await linted.incident()).playbook].facts[0].id
    await linted.does(PHO, c.ConfirmFact("7K2", slot, "12 người"))
    await writes(linted, text.replace("12 người bị thương.", "Đến 2h00, 12 người bị thương."))
    assert await approve(linted) is Reason.APPROVED


async def test_an_hour_that_passes_turns_into_a_warning_and_forbids_nothing(linted: Office) -> None:
    version = await writes(linted, CLEAN)
    linted.now = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    asked = await linted.does(PHAT, c.AskApproval("7K2", version))
    assert (asked.reason, [hit.rule for hit in asked.hits]) == (Reason.ASK_LINT_REASON, ["UPDATE_PAST"])
    await linted.does(PHO, c.ExplainLint("7K2", "Giờ mới đã báo ở đường dây nóng", version))
    assert await approve(linted) is Reason.APPROVED
