"""The promises themselves: what must be true after every step, whatever anybody did.

Each method is one promise of DESIGN §1 (or of the decree behind it). It compares what the tables said before a step
with what they say after it and with what people really did and saw, and raises :class:`Broken` in words.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.approval.promises.approvals import Approvals
from tests.approval.promises.by_link import ByLink
from tests.approval.promises.course import Course
from tests.approval.promises.devices import Devices
from tests.approval.promises.on_record import OnTheRecord
from tests.approval.promises.own_matters import OwnMatters
from tests.approval.promises.publications import Publications
from tests.approval.promises.step import Broken, Step


@dataclass
class Promises(OnTheRecord, Approvals, Publications, Course, ByLink, OwnMatters, Devices):
    """Everything that was promised, with what has to be remembered to check it."""

    def kept(self, step: Step) -> None:
        """Every promise, after one step.

        Raises:
            Broken: one was not kept.
        """
        if self.faults:
            raise Broken(self.faults[0])
        self.the_chain_is_whole(step)
        self.every_act_is_on_the_record(step)
        self.what_is_refused_changes_nothing(step)
        self.words_never_change(step)
        self.approval_is_a_lawful_act_upon_exact_words(step)
        self.nobody_approves_what_they_were_not_shown(step)
        self.only_approved_bytes_went_out()
        self.no_code_counts_twice(step)
        self.no_device_counts_without_a_colleague(step)
        self.nobody_enrols_or_vouches_off_the_record(step)
        self.one_version_lives_at_a_time(step)
        self.states_move_along_their_tables(step)
        self.every_change_of_state_has_its_row(step)
        self.legal_clocks_start_by_human_acts(step)
        self.drills_stay_drills(step)
        self.what_was_sent_is_in_public_for_ever(step)
        self.two_persons_release_a_stop(step)
        self.only_the_head_authorises(step)
        self.a_second_person_lets_go(step)
        self.levels_fall_only_by_a_person_with_a_reason(step)
        self.what_runs_is_followed(step)
        self.no_mute_outlives_a_rise_to_level_3(step)
        self.nobody_is_woken_for_what_is_done(step)
        self.accepted_alerts_stay(step)
        self.whoever_is_accused_stays_accused(step)
        self.only_a_head_outside_takes_an_accusation_back(step)
        self.nobody_makes_an_end_of_their_own_matter(step)
        self.what_the_accused_approved_does_not_wait_to_leave(step)
        self.a_merged_matter_comes_back_with_whoever_is_accused(step)
        self.a_unit_leaves_a_joint_case_only_by_whoever_handles_it(step)
        self.links_stand_for_what_they_were_made_for(step)
        self.an_act_by_link_is_of_the_browser_that_opened_it(step)


__all__ = ["Broken", "Promises", "Step"]
