"""Reason codes: every decision says why (DESIGN §1.10). Their wording for people lives in the locale catalogues."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why something happened or did not. The value is the key of the sentence in the catalogues: ``reason.<value>``."""

    # An act was carried out.
    ACKNOWLEDGED = "acknowledged"
    APPROVED = "approved"
    APPROVED_DRILL = "approved_drill"
    EDITED = "edited"
    RETURNED = "returned"
    PLAYBOOK_CHOSEN = "playbook_chosen"
    DISMISSED = "dismissed"
    CLOSED = "closed"
    FACT_CONFIRMED = "fact_confirmed"
    FACT_CONFIRMED_TEXT_KEPT = "fact_confirmed_text_kept"
    DELIVERY_CONFIRMED = "delivery_confirmed"
    DELIVERY_REQUEUED = "delivery_requeued"
    SHOWN = "shown"
    LISTED = "listed"
    HELPED = "helped"

    # The person is asked something before anything happens.
    ASK_APPROVAL = "ask_approval"
    ASK_EDIT = "ask_edit"
    ASK_RETURN = "ask_return"
    ASK_PLAYBOOK = "ask_playbook"
    ASK_FALSE_ALARM = "ask_false_alarm"

    # An act was refused; nothing changed.
    NOT_ENROLLED = "not_enrolled"
    NO_RIGHT_TO_APPROVE = "no_right_to_approve"
    NO_RIGHT_TO_ACT = "no_right_to_act"
    ORGANISATION_UNREADABLE = "organisation_unreadable"
    UNKNOWN_INCIDENT = "unknown_incident"
    INCIDENT_NOT_OPEN = "incident_not_open"
    STALE_VERSION = "stale_version"
    WRONG_DIGEST = "wrong_digest"
    ALREADY_APPROVED = "already_approved"
    ALREADY_ACKNOWLEDGED = "already_acknowledged"
    ALREADY_PUBLISHED = "already_published"
    NOT_APPROVABLE = "not_approvable"
    REQUIRED_FACT_MISSING = "required_fact_missing"
    GAP_IN_TEXT = "gap_in_text"
    LAST_EDITOR_AT_LEVEL_4 = "last_editor_at_level_4"
    TEXT_EMPTY = "text_empty"
    TEXT_TOO_LONG = "text_too_long"
    TEXT_UNCHANGED = "text_unchanged"
    REASON_MISSING = "reason_missing"
    UNKNOWN_PLAYBOOK = "unknown_playbook"
    SAME_PLAYBOOK = "same_playbook"
    UNKNOWN_FACT = "unknown_fact"
    WRONG_APPROVAL_CODE = "wrong_approval_code"
    DELIVERY_ALREADY_SETTLED = "delivery_already_settled"
    ALREADY_IN_PUBLIC = "already_in_public"
    FORGED_BUTTON = "forged_button"
    BUTTON_OUT_OF_DATE = "button_out_of_date"
    UNKNOWN_COMMAND = "unknown_command"
    USAGE = "usage"
    REPLY_TO_WHAT = "reply_to_what"
    ANONYMOUS_SENDER = "anonymous_sender"

    # What a sign-off link refuses.
    LINK_USED = "link_used"
    LINK_REPLACED = "link_replaced"
    LINK_EXPIRED = "link_expired"
    LINK_ADDRESS_CHANGED = "link_address_changed"
    LINK_OPENED_ELSEWHERE = "link_opened_elsewhere"
    LINK_FORGED = "link_forged"
    SECOND_FACTOR_NOT_ENROLLED = "second_factor_not_enrolled"
    SECOND_FACTOR_MISSING = "second_factor_missing"
    SECOND_FACTOR_WRONG = "second_factor_wrong"
    SECOND_FACTOR_LOCKED = "second_factor_locked"

    ACT_FAILED = "act_failed"

    # People and units: enrolment, the duty roster, conflict of interest.
    ENROLLED = "enrolled"
    ALREADY_ENROLLED = "already_enrolled"
    REBINDING_ASKED = "rebinding_asked"
    REBOUND = "rebound"
    LEFT = "left"
    ROSTER_SHOWN = "roster_shown"
    SWAP_ASKED = "swap_asked"
    SWAPPED = "swapped"
    DUTY_TAKEN = "duty_taken"
    ABSENCE_NOTED = "absence_noted"
    REQUEST_DECLINED = "request_declined"
    ACCUSED_NOTED = "accused_noted"
    CONFLICT_OF_INTEREST = "conflict_of_interest"
    OTHER_UNIT = "other_unit"
    CODE_UNKNOWN = "code_unknown"
    CODE_USED = "code_used"
    CODE_EXPIRED = "code_expired"
    CODE_FOR_ANOTHER = "code_for_another"
    ACCOUNT_OF_ANOTHER = "account_of_another"
    NO_SUCH_REQUEST = "no_such_request"
    REQUEST_EXPIRED = "request_expired"
    SECOND_PERSON_NEEDED = "second_person_needed"
    NOT_ASKED_OF_YOU = "not_asked_of_you"
    NO_ROSTER = "no_roster"
    NO_SHIFT_TO_SWAP = "no_shift_to_swap"
    UNKNOWN_PERSON = "unknown_person"
    UNKNOWN_UNIT = "unknown_unit"
    DAY_UNCLEAR = "day_unclear"
    # Clocks and promised hours.
    IMPACT_DETERMINED = "impact_determined"
    IMPACT_ALREADY_DETERMINED = "impact_already_determined"
    DRAFTED_ANEW = "drafted_anew"
    DRAFTED_ANEW_PROMISE_PAST = "drafted_anew_promise_past"
    PROMISE_PAST = "promise_past"
    WORDS_OF_A_PERSON = "words_of_a_person"

    # Why a publication did not take place or is in doubt.
    DRILL_NEVER_PUBLISHES = "drill_never_publishes"
    BYTES_DIFFER = "bytes_differ"
    DELIVERY_IN_DOUBT = "delivery_in_doubt"


class Grouping(StrEnum):
    """Why an alert joined an incident or opened one."""

    SAME_SOURCE_ID = "same_source_id"
    SAME_PAGE = "same_page"
    SAME_WORDS = "same_words"
    SAME_MEANING = "same_meaning"
    NOTHING_OPEN = "nothing_open"
    OTHER_MATTER = "other_matter"
    OTHER_PLACE = "other_place"
    TOO_LONG_AGO = "too_long_ago"
    DRILLS_APART = "drills_apart"


class Escalation(StrEnum):
    """Why somebody was told that time is running, or why a step told nobody."""

    REMINDER = "reminder"
    REMINDER_SUPERSEDED = "reminder_superseded"
    OVERDUE = "overdue"
    BEFORE_QUIET_HOURS = "before_quiet_hours"
    HOLDER_UNREACHABLE = "holder_unreachable"
    NOBODY_REACHABLE = "nobody_reachable"
    NOBODY_IN_ROLE = "nobody_in_role"
    PERSON_UNREACHABLE = "person_unreachable"
    NOBODY_LEFT = "nobody_left"


REFUSALS = frozenset(
    {
        Reason.NOT_ENROLLED,
        Reason.NO_RIGHT_TO_APPROVE,
        Reason.NO_RIGHT_TO_ACT,
        Reason.ORGANISATION_UNREADABLE,
        Reason.UNKNOWN_INCIDENT,
        Reason.INCIDENT_NOT_OPEN,
        Reason.STALE_VERSION,
        Reason.WRONG_DIGEST,
        Reason.ALREADY_APPROVED,
        Reason.ALREADY_ACKNOWLEDGED,
        Reason.ALREADY_PUBLISHED,
        Reason.NOT_APPROVABLE,
        Reason.REQUIRED_FACT_MISSING,
        Reason.GAP_IN_TEXT,
        Reason.LAST_EDITOR_AT_LEVEL_4,
        Reason.TEXT_EMPTY,
        Reason.TEXT_TOO_LONG,
        Reason.TEXT_UNCHANGED,
        Reason.REASON_MISSING,
        Reason.UNKNOWN_PLAYBOOK,
        Reason.SAME_PLAYBOOK,
        Reason.UNKNOWN_FACT,
        Reason.WRONG_APPROVAL_CODE,
        Reason.DELIVERY_ALREADY_SETTLED,
        Reason.ALREADY_IN_PUBLIC,
        Reason.FORGED_BUTTON,
        Reason.BUTTON_OUT_OF_DATE,
        Reason.UNKNOWN_COMMAND,
        Reason.USAGE,
        Reason.REPLY_TO_WHAT,
        Reason.ANONYMOUS_SENDER,
        Reason.LINK_USED,
        Reason.LINK_REPLACED,
        Reason.LINK_EXPIRED,
        Reason.LINK_ADDRESS_CHANGED,
        Reason.LINK_OPENED_ELSEWHERE,
        Reason.LINK_FORGED,
        Reason.SECOND_FACTOR_NOT_ENROLLED,
        Reason.SECOND_FACTOR_MISSING,
        Reason.SECOND_FACTOR_WRONG,
        Reason.SECOND_FACTOR_LOCKED,
        Reason.ACT_FAILED,
        Reason.ALREADY_ENROLLED,
        Reason.CONFLICT_OF_INTEREST,
        Reason.OTHER_UNIT,
        Reason.CODE_UNKNOWN,
        Reason.CODE_USED,
        Reason.CODE_EXPIRED,
        Reason.CODE_FOR_ANOTHER,
        Reason.ACCOUNT_OF_ANOTHER,
        Reason.NO_SUCH_REQUEST,
        Reason.REQUEST_EXPIRED,
        Reason.SECOND_PERSON_NEEDED,
        Reason.NOT_ASKED_OF_YOU,
        Reason.NO_ROSTER,
        Reason.NO_SHIFT_TO_SWAP,
        Reason.UNKNOWN_PERSON,
        Reason.UNKNOWN_UNIT,
        Reason.DAY_UNCLEAR,
        Reason.IMPACT_ALREADY_DETERMINED,
        Reason.PROMISE_PAST,
        Reason.WORDS_OF_A_PERSON,
    }
)
"""Reasons that mean: nothing was done. They are written into the audit log and told as an alert, not a toast."""
