"""Ten thousand steps of a machine that does whatever people, feeds, power and clocks may do; after each, every promise.

The long run, and every guard taken out in turn: ``python -m tests.bench.promises`` (docs/figures.md has the results).
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.approval.promises.breakages import BREAKAGES, Breakage, leaving, rights, second_way, words
from tests.approval.promises.machine import Office, office_of_its_own
from tests.approval.promises.play import play
from tests.approval.promises.promises import Broken

STEPS, SEED = 10_000, 20261126
MOST_STEPS = 40_000
"""It plays on while something rare has not come about: another command in the menu is another course of luck."""

HAPPENED = (
    ("published", "level 3", 20),
    ("published", "level 4", 5),
    ("published", "correction", 1),
    ("published", "retraction", 1),
    ("published", "update", 5),
    ("AddText", "text_added", 20),
    ("WriteText", "text_written", 5),
    ("Approve", "approved", 50),
    ("ApproveByCode", "approved", 5),
    ("Approve", "approved_drill", 2),
    ("Approve", "approved_awaits_second", 10),
    ("Release", "released", 5),
    ("StopPublishing", "stopped", 10),
    ("ReleaseStop", "stop_released", 10),
    ("Authorise", "authorised", 5),
    ("Merge", "merged", 3),
    ("Split", "split", 2),
    ("Reopen", "reopened", 5),
    ("AnswerDelivery", "delivery_confirmed", 3),
    ("AnswerDelivery", "delivery_requeued", 3),
    ("void_approval", "", 3),
    ("remind", "", 50),
    ("escalate", "", 50),
    ("killed", "", 20),
    ("restart", "", 50),
    ("clock set back", "", 20),
    ("Approve by letter", "approved", 5),
    ("Approve by letter", "link_expired", 1),
    ("Approve by letter", "link_replaced", 1),
    ("Approve by letter", "link_used", 1),
    ("a link", "was looked at", 50),
    ("a link", "was opened", 50),
    ("a link", "was shut", 20),
    ("a link", "was asked for", 5),
    ("a device by letter", "counts", 5),
    ("a device by letter", "stayed shut", 5),
)
"""What must have come about, and how often at the least: where nothing is published no promise is tried."""

REFUSED = (
    "not_enrolled",
    "no_right_to_approve",
    "other_unit",
    "conflict_of_interest",
    "stale_version",
    "wrong_digest",
    "already_approved",
    "already_published",
    "incident_not_open",
    "publishing_stopped",
    "legal_check_missing",
    "joint_text_missing",
    "checker_may_not_approve",
    "last_editor_at_level_4",
    "second_factor_wrong",
    "second_factor_used",
    "gap_in_text",
    "lint_blocked",
    "texts_not_shown",
)
"""Every reason for which an approval is refused was given."""

GUARDS: tuple[Breakage, ...] = (
    rights.nobody_asks_who_approves,
    words.nobody_asks_the_linter,
    words.the_hash_is_not_compared,
    words.an_edit_leaves_the_approval_standing,
    leaving.drills_are_published,
    leaving.the_stop_is_not_looked_at,
    rights.a_code_is_not_used_up,
    leaving.nobody_else_lets_go_at_level_4,
    leaving.a_doubtful_delivery_is_repeated,
    words.texts_are_approved_unseen,
    second_way.a_link_counts_after_its_end,
)
"""Those that hold the promises up; the others are taken out by ``python -m tests.bench.promises --break all``."""


@pytest.fixture(scope="module")
def office() -> Iterator[type[Office]]:
    with office_of_its_own() as opened:
        yield opened


def rare(office: type[Office]) -> list[tuple[str, str, int]]:
    """What has not yet come about often enough, with how often it has."""
    return [(what, how, office.tally[what, how]) for what, how, least in HAPPENED if office.tally[what, how] < least]


@pytest.mark.timeout(2400)
def test_whatever_anybody_does_no_promise_is_broken(office: type[Office]) -> None:
    office.tally.clear()
    begun, batch = office.steps, 0
    while office.steps - begun < STEPS or (rare(office) and office.steps - begun < MOST_STEPS):
        play(office, SEED + batch, shrink=True)
        batch += 1
    assert not rare(office), "too rare for the promises to have been tried"
    for reason in REFUSED:
        given = sum(times for (what, how), times in office.tally.items() if how == reason and "Approv" in what)
        assert given > 0, f"no approval was ever refused with {reason}"


def test_every_guard_that_the_bench_takes_out_is_there() -> None:
    for breakage in BREAKAGES:
        with breakage():
            pass


@pytest.mark.timeout(600)
@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: str(guard.__name__))
def test_a_guard_that_is_missing_is_noticed(office: type[Office], guard: Breakage) -> None:
    with guard(), pytest.raises(Broken):
        for batch in range(15):
            play(office, SEED + batch, shrink=False)
