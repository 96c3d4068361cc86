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
    APPROVED_AWAITS_SECOND = "approved_awaits_second"
    RELEASED = "released"
    RELEASED_DRILL = "released_drill"
    CONTENT_CHECKED = "content_checked"
    LEGAL_CHECKED = "legal_checked"
    AGREED_JOINTLY = "agreed_jointly"
    HELD_JOINTLY = "held_jointly"
    FACTOR_BEGUN = "factor_begun"
    FACTOR_VOUCHED = "factor_vouched"
    FACTOR_ACTIVE = "factor_active"
    STOPPED = "stopped"
    STOP_RELEASE_BEGUN = "stop_release_begun"
    STOP_RELEASED = "stop_released"
    REPORTED = "reported"
    REPORTED_DRILL = "reported_drill"
    SUBMITTED = "submitted"
    REFUSED = "refused"
    AUTHORISATION_ASKED = "authorisation_asked"
    AUTHORISED = "authorised"
    AUTHORISATION_REVOKED = "authorisation_revoked"
    FOLLOW_UP_WRITTEN = "follow_up_written"
    LEVEL_SET = "level_set"
    LEVEL_SET_APPROVAL_VOID = "level_set_approval_void"
    MUTED = "muted"
    UNMUTED = "unmuted"
    DIFF_SHOWN = "diff_shown"
    HANDED_OVER = "handed_over"
    MERGED = "merged"
    SPLIT = "split"
    REOPENED = "reopened"
    SHOWN = "shown"
    LISTED = "listed"
    HELPED = "helped"

    # The person is asked something before anything happens.
    ASK_APPROVAL = "ask_approval"
    ASK_REPORT = "ask_report"
    ASK_EDIT = "ask_edit"
    ASK_RETURN = "ask_return"
    ASK_PLAYBOOK = "ask_playbook"
    ASK_FALSE_ALARM = "ask_false_alarm"
    ASK_RELEASE = "ask_release"
    ASK_CODE = "ask_code"
    ASK_LEVEL = "ask_level"
    ASK_LEVEL_REASON = "ask_level_reason"
    ASK_MUTE = "ask_mute"
    ASK_FACT = "ask_fact"
    ASK_FACT_VALUE = "ask_fact_value"
    ASK_FACT_CONFIRMED = "ask_fact_confirmed"
    ASK_SPLIT = "ask_split"
    ASK_FOLLOW_UP = "ask_follow_up"
    ASK_RETRACTION = "ask_retraction"
    ASK_MORE = "ask_more"
    ASK_REFUSE = "ask_refuse"
    ASK_REFUSE_REASON = "ask_refuse_reason"
    ASK_AUTHORISE = "ask_authorise"

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

    # A gate was in the way.
    CONTENT_CHECK_MISSING = "content_check_missing"
    LEGAL_CHECK_MISSING = "legal_check_missing"
    JOINT_TEXT_MISSING = "joint_text_missing"
    CHECKER_MAY_NOT_APPROVE = "checker_may_not_approve"
    SECOND_FACTOR_NOT_ENROLLED = "second_factor_not_enrolled"
    SECOND_FACTOR_MISSING = "second_factor_missing"
    SECOND_FACTOR_WRONG = "second_factor_wrong"
    SECOND_FACTOR_USED = "second_factor_used"
    SECOND_FACTOR_LOCKED = "second_factor_locked"
    SECOND_FACTOR_UNREADABLE = "second_factor_unreadable"
    CLOCK_SET_BACK = "clock_set_back"
    NO_ENROLMENT = "no_enrolment"
    NOBODY_VOUCHED = "nobody_vouched"
    UNKNOWN_PAIRING = "unknown_pairing"
    SELF_VOUCHED = "self_vouched"
    GATE_NOT_NEEDED = "gate_not_needed"
    NO_RIGHT_TO_CHECK = "no_right_to_check"
    LAST_EDITOR_MAY_NOT_CHECK = "last_editor_may_not_check"
    ALREADY_CHECKED = "already_checked"
    NOT_AWAITING_RELEASE = "not_awaiting_release"
    SAME_PERSON = "same_person"
    NO_RIGHT_TO_RELEASE = "no_right_to_release"
    NOT_A_HOLDING_UNIT = "not_a_holding_unit"
    ALREADY_HELD = "already_held"

    ALREADY_STOPPED = "already_stopped"
    NOT_STOPPED = "not_stopped"
    SECOND_RELEASE_NEEDED = "second_release_needed"
    PUBLISHING_STOPPED = "publishing_stopped"

    ALREADY_SUBMITTED = "already_submitted"
    UNKNOWN_GROUND = "unknown_ground"
    NO_HEAD = "no_head"
    NO_SUCH_DELEGATE = "no_such_delegate"
    ALREADY_SPEAKS = "already_speaks"
    DOCUMENT_MISSING = "document_missing"
    END_MISSING = "end_missing"
    NO_AUTHORISATION = "no_authorisation"
    ONLY_THE_HEAD_AUTHORISES = "only_the_head_authorises"

    NOTHING_PUBLISHED = "nothing_published"
    FOLLOW_UP_UNDER_WAY = "follow_up_under_way"
    ALREADY_RETRACTED = "already_retracted"

    NO_SUCH_LEVEL = "no_such_level"
    SAME_LEVEL = "same_level"
    MUTE_NEEDS_AN_END = "mute_needs_an_end"
    NOTHING_TO_COMPARE = "nothing_to_compare"
    FACT_IS_CONFIRMED = "fact_is_confirmed"
    FACT_CHANGED = "fact_changed"
    WORDS_ARE_LEAVING = "words_are_leaving"
    CANNOT_MERGE = "cannot_merge"
    CANNOT_SPLIT = "cannot_split"
    CANNOT_REOPEN = "cannot_reopen"

    ACT_FAILED = "act_failed"

    MARKED_SECRET = "marked_secret"  # noqa: S105 - a reason code
    REPORT_NOT_UNDERSTOOD = "report_not_understood"

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
    # Silences and planned events.
    SILENCES_LISTED = "silences_listed"
    SILENCE_SHOWN = "silence_shown"
    SILENCE_PREVIEWED = "silence_previewed"
    SILENCE_MADE = "silence_made"
    SILENCE_ASKED = "silence_asked"
    SILENCE_AGREED = "silence_agreed"
    SILENCE_DECLINED = "silence_declined"
    SILENCE_ENDED = "silence_ended"
    HELD_RELEASED = "held_released"
    SILENCE_UNCLEAR = "silence_unclear"
    SILENCE_MATCHES_ALL = "silence_matches_all"
    SILENCE_NEEDS_AN_END = "silence_needs_an_end"
    SILENCE_IN_THE_PAST = "silence_in_the_past"
    SILENCE_TOO_LONG = "silence_too_long"
    SILENCE_TOO_FAR_AHEAD = "silence_too_far_ahead"
    SILENCE_NEEDS_A_REASON = "silence_needs_a_reason"
    UNKNOWN_SILENCE = "unknown_silence"
    SILENCE_NOT_IN_FORCE = "silence_not_in_force"
    NOTHING_HELD = "nothing_held"
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
    SECOND_PERSON_MISSING = "second_person_missing"
    LEVEL_CHANGED = "level_changed"


class Grouping(StrEnum):
    """Why an alert joined an incident or opened one."""

    SAME_SOURCE_ID = "same_source_id"
    SAME_PAGE = "same_page"
    SAME_WORDS = "same_words"
    SAME_NAMES = "same_names"
    SAME_DETAILS = "same_details"
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
    SOURCE_CANCELLED = "source_cancelled"


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
        Reason.CONTENT_CHECK_MISSING,
        Reason.LEGAL_CHECK_MISSING,
        Reason.JOINT_TEXT_MISSING,
        Reason.CHECKER_MAY_NOT_APPROVE,
        Reason.SECOND_FACTOR_NOT_ENROLLED,
        Reason.SECOND_FACTOR_MISSING,
        Reason.SECOND_FACTOR_WRONG,
        Reason.SECOND_FACTOR_USED,
        Reason.SECOND_FACTOR_LOCKED,
        Reason.SECOND_FACTOR_UNREADABLE,
        Reason.CLOCK_SET_BACK,
        Reason.NO_ENROLMENT,
        Reason.NOBODY_VOUCHED,
        Reason.UNKNOWN_PAIRING,
        Reason.SELF_VOUCHED,
        Reason.GATE_NOT_NEEDED,
        Reason.NO_RIGHT_TO_CHECK,
        Reason.LAST_EDITOR_MAY_NOT_CHECK,
        Reason.ALREADY_CHECKED,
        Reason.NOT_AWAITING_RELEASE,
        Reason.SAME_PERSON,
        Reason.NO_RIGHT_TO_RELEASE,
        Reason.NOT_A_HOLDING_UNIT,
        Reason.ALREADY_HELD,
        Reason.ALREADY_STOPPED,
        Reason.NOT_STOPPED,
        Reason.SECOND_RELEASE_NEEDED,
        Reason.PUBLISHING_STOPPED,
        Reason.ALREADY_SUBMITTED,
        Reason.UNKNOWN_GROUND,
        Reason.NO_HEAD,
        Reason.NO_SUCH_DELEGATE,
        Reason.ALREADY_SPEAKS,
        Reason.DOCUMENT_MISSING,
        Reason.END_MISSING,
        Reason.NO_AUTHORISATION,
        Reason.ONLY_THE_HEAD_AUTHORISES,
        Reason.NOTHING_PUBLISHED,
        Reason.FOLLOW_UP_UNDER_WAY,
        Reason.ALREADY_RETRACTED,
        Reason.NO_SUCH_LEVEL,
        Reason.SAME_LEVEL,
        Reason.MUTE_NEEDS_AN_END,
        Reason.NOTHING_TO_COMPARE,
        Reason.FACT_IS_CONFIRMED,
        Reason.FACT_CHANGED,
        Reason.WORDS_ARE_LEAVING,
        Reason.CANNOT_MERGE,
        Reason.CANNOT_SPLIT,
        Reason.CANNOT_REOPEN,
        Reason.ACT_FAILED,
        Reason.MARKED_SECRET,
        Reason.REPORT_NOT_UNDERSTOOD,
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
        Reason.SILENCE_UNCLEAR,
        Reason.SILENCE_MATCHES_ALL,
        Reason.SILENCE_NEEDS_AN_END,
        Reason.SILENCE_IN_THE_PAST,
        Reason.SILENCE_TOO_LONG,
        Reason.SILENCE_TOO_FAR_AHEAD,
        Reason.SILENCE_NEEDS_A_REASON,
        Reason.UNKNOWN_SILENCE,
        Reason.SILENCE_NOT_IN_FORCE,
        Reason.NOTHING_HELD,
        Reason.IMPACT_ALREADY_DETERMINED,
        Reason.PROMISE_PAST,
        Reason.WORDS_OF_A_PERSON,
    }
)
"""Reasons that mean: nothing was done. They are written into the audit log and told as an alert, not a toast."""
