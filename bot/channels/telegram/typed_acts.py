"""What each typed verb asks for: from an incident's name and the words after it to a typed command."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from types import MappingProxyType

from bot.channels.telegram import typed_words
from bot.channels.telegram.typed_rumours import rumour
from bot.model.commands import (
    AbsentFrom,
    Acknowledge,
    AgreeJointly,
    ApproveByCode,
    AskApproval,
    AskAuthorisation,
    AskAuthorise,
    AskBoard,
    AskEdit,
    AskFalseAlarm,
    AskFollowUp,
    AskLevel,
    AskLintReason,
    AskMore,
    AskMute,
    AskPlaybook,
    AskRefuse,
    AskRelease,
    AskReport,
    AskRewording,
    Authorise,
    ChoosePlaybook,
    CloseIncident,
    Command,
    ConfirmFactor,
    ContentCheck,
    DecideRequest,
    DraftRefusal,
    Edit,
    EndBoards,
    EndSilence,
    Enrol,
    EnrolFactor,
    ExplainLint,
    FalseAlarm,
    FollowUp,
    HandOver,
    Help,
    HoldJointly,
    Invalid,
    Leave,
    LegalCheck,
    ListIncidents,
    ListSilences,
    ListTopics,
    MakeSilence,
    MarkAccused,
    MarkImpact,
    Merge,
    Mute,
    PreviewTopic,
    Refuse,
    ReleaseByCode,
    ReleaseHeld,
    ReleaseStop,
    Reopen,
    Report,
    Return,
    RevokeAuthorisation,
    SetLevel,
    SetSensitivity,
    ShowCopies,
    ShowCurve,
    ShowDiff,
    ShowDocument,
    ShowLint,
    ShowRoster,
    ShowSilence,
    Split,
    StopPublishing,
    Submit,
    SwapDuty,
    TakeDuty,
    TrySilence,
    Unmute,
    VouchFactor,
)
from bot.model.plain_latin import plain_latin
from bot.model.reasons import Reason

_LIFT = ("bỏ", "bo")
_SURE = ("đúng", "dung")

FACTOR_DIGITS = 6
"""A one-time code: digits, more of them than an approval code has."""


def _approve(ref: str, tail: str, seen: int) -> Command:
    if not tail:
        return AskApproval(ref)
    *code, last = tail.split()
    if code and len(last) == FACTOR_DIGITS and last.isascii() and last.isdecimal():
        return ApproveByCode(ref, "".join(code), last)
    return ApproveByCode(ref, "".join([*code, last]))


def _edit(ref: str, tail: str, seen: int) -> Command:
    return Edit(ref, seen, tail) if tail else AskEdit(ref, seen)


def _release(ref: str, tail: str, seen: int) -> Command:
    return ReleaseByCode(ref, "".join(tail.split())) if tail else AskRelease(ref)


def _refuse(ref: str, tail: str, seen: int) -> Command:
    """``/tuchoi 7K2 b reason``: the letter of the ground, then why."""
    ground, _, reason = tail.partition(" ")
    return Refuse(ref, ground, reason) if reason.strip() else AskRefuse(ref, seen)


def _authorise(ref: str, tail: str, seen: int) -> Command:
    """``/uyquyen 7K2 pho 12/GUQ-UBND đến 18h00 25/11/2026``; without a name Keng offers some."""
    person, _, terms = tail.partition(" ")
    return Authorise(ref, person, terms) if terms.strip() else AskAuthorise(ref, person.lower())


def _follow_up(kind: str) -> Callable[[str, str, int], Command]:
    def follow(ref: str, tail: str, _seen: int) -> Command:
        return FollowUp(ref, kind, tail) if tail else AskFollowUp(ref, kind)

    return follow


def _checks_anyway(tail: str) -> bool:
    """``/soat 7K2 vẫn soát``: the answer to the question that was asked."""
    return plain_latin(tail.strip()) == "van soat"


def _level(ref: str, tail: str, seen: int) -> Command:
    level, _, reason = tail.partition(" ")
    if not level:
        return AskLevel(ref)
    return SetLevel(ref, int(level), reason) if level in {"1", "2", "3", "4"} else Invalid(Reason.USAGE.value)


def _diff(ref: str, tail: str, seen: int) -> Command:
    numbers = [int(n) for n in tail.split() if n.isascii() and n.isdecimal() and len(n) < 6]
    if len(numbers) != len(tail.split()) or len(numbers) > 2:
        return Invalid(Reason.USAGE.value)
    return ShowDiff(ref, *sorted(numbers))


def _document(ref: str, tail: str, seen: int) -> Command:
    """``/vanban 7K2``, ``/vanban 7K2 2``, ``/vanban 7K2 pdf``."""
    words = tail.lower().split()
    numbers = [int(w) for w in words if w.isascii() and w.isdecimal() and len(w) < 6]
    if len(numbers) > 1 or len(words) - len(numbers) != words.count("pdf") or words.count("pdf") > 1:
        return Invalid(Reason.USAGE.value)
    return ShowDocument(ref, numbers[0] if numbers else None, pdf="pdf" in words)


def _hand_over(ref: str, tail: str, seen: int) -> Command:
    """``/chuyen 7K2 so-y-te reason`` asks first; ``/chuyen 7K2 so-y-te đúng: reason`` does not."""
    unit, _, said = tail.partition(" ")
    sure, reason = _sure(said)
    return HandOver(ref, unit, reason, asks=not sure) if unit else Invalid(Reason.USAGE.value)


def _close(ref: str, tail: str, seen: int) -> Command:
    sure, reason = _sure(tail)
    return CloseIncident(ref, reason, asks=not sure)


def _impact(ref: str, tail: str, seen: int) -> Command:
    sure, why = _sure(tail)
    return MarkImpact(ref, why, asks=not sure)


def _merge(ref: str, tail: str, seen: int) -> Command:
    """``/gop 7K2 9Z9``, ``/gop 7K2 vào 9Z9``; ``/gop 7K2 9Z9 đúng`` asks nothing."""
    *before, last = tail.split() or [""]
    sure = bool(before) and _sure(last)[0]
    into = before[-1] if sure else last
    return Merge(ref, into, asks=not sure) if into else Invalid(Reason.USAGE.value)


def _sure(tail: str) -> tuple[bool, str]:
    """Whether *đúng* stands there by itself or with a colon, and what follows; *đúng là tin cũ* is a mere reason."""
    head, colon, rest = tail.partition(":")
    sure = unicodedata.normalize("NFC", head.strip()).lower() in _SURE
    return (True, rest.strip() if colon else "") if sure else (False, tail)


def _factor(rest: str) -> Command:
    """A code of six digits confirms one's own enrolment; anything else is a pairing code that somebody read out."""
    typed = "".join(rest.split())
    if not typed:
        return EnrolFactor()
    return ConfirmFactor(typed) if typed.isascii() and typed.isdecimal() else VouchFactor(typed)


def _false_alarm(ref: str, tail: str, seen: int) -> Command:
    return FalseAlarm(ref, tail) if tail else AskFalseAlarm(ref)


def _playbook(ref: str, tail: str, seen: int) -> Command:
    return ChoosePlaybook(ref, tail.lower()) if tail else AskPlaybook(ref)


def _accused(ref: str, tail: str, seen: int) -> Command:
    """``/phananh 7K2 so-y-te``; ``/phananh 7K2 bỏ so-y-te``."""
    unit, lift = _lifted(tail)
    return MarkAccused(ref, unit, lift=lift) if unit else Invalid(Reason.USAGE.value)


def _jointly(ref: str, tail: str, seen: int) -> Command:
    """``/chung 7K2 so-y-te``; ``/chung 7K2 bỏ so-y-te``."""
    unit, lift = _lifted(tail)
    return HoldJointly(ref, unit, lift=lift) if unit else Invalid(Reason.USAGE.value)


def _lifted(tail: str) -> tuple[str, bool]:
    """A unit, and whether *bỏ* stands before it. *Bộ* does not: that is how the names of some units begin."""
    first, _, rest = tail.partition(" ")
    lift = unicodedata.normalize("NFC", first).lower() in _LIFT and bool(rest.strip())
    return (rest.strip(), True) if lift else (tail.strip(), False)


def _duty(rest: str) -> Command:
    """``/truc``; ``/truc nhan [day]``; ``/truc doi day colleague``; ``/truc vang day [day] [why]``."""
    words = rest.split()
    if not words:
        return ShowRoster()
    verb, said = plain_latin(words[0]), words[1:]
    if verb == "nhan" and len(said) <= 1:
        return TakeDuty(*said)
    if verb == "doi" and len(said) >= 2:
        return SwapDuty(said[0], " ".join(said[1:]))
    if verb == "vang" and said:
        until = said[1] if len(said) > 1 and said[1][0].isdigit() else ""
        return AbsentFrom(said[0], until, " ".join(said[2 if until else 1 :]))
    return Invalid(Reason.USAGE.value)


def _board(rest: str) -> Command:
    """``/bang``; ``/bang dong`` ends what is open."""
    if not rest.strip():
        return AskBoard()
    return EndBoards() if plain_latin(rest.strip()) == "dong" else Invalid(Reason.USAGE.value)


def _silence(rest: str) -> Command:
    """``/imlang``; ``/imlang xem|bo|mo K7Q``; ``/imlang thu|tao từ: …; nơi: …; đến: …; lý do: …``."""
    verb, *tail = rest.split(None, 1)[:2] or [""]
    if not verb:
        return ListSilences()
    about = _ABOUT_SILENCES.get(plain_latin(verb))
    return about(tail[0].strip()) if about is not None and tail else Invalid(Reason.SILENCE_UNCLEAR.value)


def _sensitivity(rest: str) -> Command:
    """``/donhay``; ``/donhay 12``; ``/donhay 12 it``: a topic by its number or by the code of its matter."""
    topic, _, chosen = rest.strip().partition(" ")
    if not topic:
        return ListTopics()
    return SetSensitivity(topic, plain_latin(chosen.strip())) if chosen.strip() else PreviewTopic(topic)


_ABOUT_SILENCES: Mapping[str, Callable[[str], Command]] = MappingProxyType(
    {"thu": TrySilence, "tao": MakeSilence, "xem": ShowSilence, "bo": EndSilence, "mo": ReleaseHeld}
)


PLAIN: Mapping[str, Command] = MappingProxyType({"ds": ListIncidents(), "help": Help(), "trogiup": Help()})

ABOUT_ONE: Mapping[str, Callable[[str, str, int], Command]] = MappingProxyType(
    {
        "duyet": _approve,
        "tra": lambda ref, tail, _: Return(ref, tail),
        "sua": _edit,
        "tiepnhan": lambda ref, _tail, _seen: Acknowledge(ref),
        "baogia": _false_alarm,
        "camnang": _playbook,
        "dulieu": typed_words.fact,
        "dong": _close,
        "tacdong": _impact,
        "soanlai": typed_words.anew,
        "soat": lambda ref, tail, seen: ContentCheck(ref, seen, sure=_checks_anyway(tail)),
        "phaply": lambda ref, tail, seen: LegalCheck(ref, seen, sure=_checks_anyway(tail)),
        "thongnhat": lambda ref, _tail, seen: AgreeJointly(ref, seen),
        "chung": _jointly,
        "congbo": _release,
        "muc": _level,
        "tatnhac": lambda ref, tail, _: Mute(ref, tail) if tail else AskMute(ref),
        "batnhac": lambda ref, _tail, _seen: Unmute(ref),
        "sosanh": _diff,
        "soatloi": lambda ref, _tail, _seen: ShowLint(ref),
        "lydo": lambda ref, tail, seen: ExplainLint(ref, tail, seen) if tail else AskLintReason(ref, seen),
        "vanban": _document,
        "noidang": lambda ref, _tail, _seen: ShowCopies(ref),
        "dadang": typed_words.appeared,
        "hoi": typed_words.question,
        "chuyen": _hand_over,
        "gop": _merge,
        "tach": lambda ref, tail, _: Split(ref, tail),
        "molai": lambda ref, tail, _: Reopen(ref, tail),
        "capnhat": _follow_up("update"),
        "dinhchinh": _follow_up("correction"),
        "thaythe": _follow_up("supersession"),
        "thuhoi": _follow_up("retraction"),
        "ketthuc": _follow_up("closing"),
        "tbtuchoi": lambda ref, _tail, _seen: DraftRefusal(ref),
        "khac": lambda ref, _tail, _seen: AskMore(ref),
        "trinh": lambda ref, _tail, seen: Submit(ref, seen),
        "tuchoi": _refuse,
        "xinuyquyen": lambda ref, _tail, _seen: AskAuthorisation(ref),
        "uyquyen": _authorise,
        "thuuyquyen": lambda ref, tail, _: RevokeAuthorisation(ref, tail) if tail else Invalid(Reason.USAGE.value),
        "duongcong": lambda ref, _tail, _seen: ShowCurve(ref),
        "xem": typed_words.see,
        "bienthe": typed_words.text,
        "tindon": rumour,
        "dienlai": lambda ref, _tail, _seen: AskRewording(ref),
        "phananh": _accused,
    }
)

OF_PEOPLE: Mapping[str, Callable[[str], Command]] = MappingProxyType(
    {
        "start": lambda rest: Enrol(rest) if rest else Help(),
        "roi": lambda _rest: Leave(),
        "truc": _duty,
        "bang": _board,
        "totp": _factor,
        "dungcongbo": StopPublishing,
        "imlang": _silence,
        "donhay": _sensitivity,
        "mocongbo": lambda _rest: ReleaseStop(),
        "baodong": lambda rest: Report(rest) if rest else AskReport(),
        "dongy": lambda rest: DecideRequest(rest, agree=True) if rest else Invalid(Reason.USAGE.value),
        "khongdongy": lambda rest: DecideRequest(rest, agree=False) if rest else Invalid(Reason.USAGE.value),
    }
)
"""Commands that name no incident, by what follows the verb."""
