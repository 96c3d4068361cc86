"""Guards of the product taken out one by one: a check that notices none of them missing would be worth nothing.

Each breakage is what a careless change might do. The machine must then find a broken promise.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from tests.approval.promises.breakages import course, leaving, rights, second_way, words

Breakage = Callable[[], AbstractContextManager[Any]]

BREAKAGES: tuple[Breakage, ...] = (
    words.nobody_asks_the_linter,
    rights.nobody_asks_who_approves,
    rights.roles_never_end,
    rights.a_unit_speaks_for_another,
    rights.whoever_is_accused_approves,
    rights.whoever_is_accused_checks,
    rights.whoever_is_accused_makes_an_end_of_it,
    rights.what_the_accused_approved_stands,
    words.the_hash_is_not_compared,
    words.a_stale_card_approves_what_stands_now,
    words.an_edit_leaves_the_approval_standing,
    leaving.drills_are_published,
    leaving.the_stop_is_not_looked_at,
    leaving.one_person_releases_the_stop,
    rights.a_code_is_not_used_up,
    rights.any_code_counts,
    rights.a_device_counts_without_a_colleague,
    rights.whoever_has_the_letter_enrols,
    words.the_last_editor_approves_at_level_4,
    leaving.nobody_else_lets_go_at_level_4,
    leaving.whoever_approved_lets_go,
    words.the_lawyer_is_not_waited_for,
    leaving.the_gates_are_not_looked_at_again_before_words_leave,
    leaving.a_delivery_is_not_claimed,
    leaving.a_doubtful_delivery_is_repeated,
    course.ended_incidents_take_acts,
    course.being_overdue_approves,
    course.an_alert_starts_the_legal_clock,
    course.a_merger_forgets_the_clocks,
    course.nobody_follows_words_that_wait,
    course.what_is_done_is_not_read_again,
    course.some_acts_are_not_recorded,
    course.a_row_of_the_record_is_changed,
    leaving.words_in_public_are_touched,
    rights.anybody_authorises,
    words.texts_are_approved_unseen,
    course.a_refused_act_leaves_something_behind,
    course.drills_and_real_alerts_are_mixed,
    words.anybody_signs_for_the_law,
    leaving.other_bytes_are_published,
    second_way.a_link_may_decide_again,
    second_way.a_link_counts_after_its_end,
    second_way.no_code_is_asked_for_on_the_page,
    second_way.a_link_lets_two_browsers_in,
)
"""``course.a_step_is_taken_twice`` is not among them: the outbox tells each key once, so nobody would be told twice."""

__all__ = ["BREAKAGES", "Breakage"]
