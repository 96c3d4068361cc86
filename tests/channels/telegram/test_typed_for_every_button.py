"""After an outage every press is gone: whatever a button does can be typed, or it only leads to what can."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pytest

from bot.channels.telegram import menu, presses
from bot.channels.telegram.buttons import Action, Button, delivery_arg, sure_arg
from bot.channels.telegram.menu import MENU
from bot.channels.telegram.render import MESSAGE_LIMIT
from bot.channels.telegram.render_dialog import helped
from bot.model import commands as c
from bot.model.outcome import Outcome
from bot.model.person import Role
from bot.model.reasons import Reason
from tests.channels.telegram.incoming import INCIDENT

TYPED: Mapping[Action, tuple[str, type]] = MappingProxyType(
    {
        Action.ACKNOWLEDGE: ("/tiepnhan 7K2", c.Acknowledge),
        Action.ASK_APPROVAL: ("/duyet 7K2", c.AskApproval),
        Action.APPROVE: ("/duyet 7K2 M3X7Q", c.ApproveByCode),
        Action.ASK_EDIT: ("/sua 7K2", c.AskEdit),
        Action.ASK_RETURN: ("/tra 7K2 sai địa danh", c.Return),
        Action.ASK_PLAYBOOK: ("/camnang 7K2", c.AskPlaybook),
        Action.CHOOSE_PLAYBOOK: ("/camnang 7K2 food-poisoning", c.ChoosePlaybook),
        Action.ASK_FALSE_ALARM: ("/baogia 7K2", c.AskFalseAlarm),
        Action.FALSE_ALARM: ("/baogia 7K2 tin cũ", c.FalseAlarm),
        Action.DELIVERY_YES: ("/dadang 7K2 có", c.AnswerDoubt),
        Action.DELIVERY_NO: ("/dadang 7K2 không", c.AnswerDoubt),
        Action.ASK_RELEASE: ("/congbo 7K2", c.AskRelease),
        Action.RELEASE: ("/congbo 7K2 M3X7Q", c.ReleaseByCode),
        Action.CONTENT_CHECK: ("/soat 7K2", c.ContentCheck),
        Action.LEGAL_CHECK: ("/phaply 7K2", c.LegalCheck),
        Action.CONTENT_CHECK_SURE: ("/soat 7K2 vẫn soát", c.ContentCheck),
        Action.LEGAL_CHECK_SURE: ("/phaply 7K2 van soat", c.LegalCheck),
        Action.AGREE_JOINTLY: ("/thongnhat 7K2", c.AgreeJointly),
        Action.ASK_LEVEL: ("/muc 7K2", c.AskLevel),
        Action.LEVEL: ("/muc 7K2 4 có người chết", c.SetLevel),
        Action.ASK_MUTE: ("/tatnhac 7K2", c.AskMute),
        Action.MUTE: ("/tatnhac 7K2 1h", c.Mute),
        Action.DIFF: ("/sosanh 7K2", c.ShowDiff),
        Action.ASK_FACT: ("/hoi 7K2 place", c.AskFact),
        Action.CONFIRM_HELD: ("/dulieu 7K2 place phường Bến Nứa", c.ConfirmFact),
        Action.ASK_SPLIT: ("/tach 7K2", c.Split),
        Action.FOLLOW_UP: ("/capnhat 7K2", c.AskFollowUp),
        Action.MORE: ("/khac 7K2", c.AskMore),
        Action.SUBMIT: ("/trinh 7K2", c.Submit),
        Action.ASK_REFUSE: ("/tuchoi 7K2", c.AskRefuse),
        Action.REFUSE_GROUND: ("/tuchoi 7K2 b đang điều tra", c.Refuse),
        Action.ASK_AUTHORISATION: ("/xinuyquyen 7K2", c.AskAuthorisation),
        Action.ASK_AUTHORISE: ("/uyquyen 7K2 pho", c.AskAuthorise),
        Action.AGREE: ("/dongy M3X7", c.DecideRequest),
        Action.DECLINE: ("/khongdongy M3X7", c.DecideRequest),
        Action.MARK_IMPACT: ("/tacdong 7K2", c.MarkImpact),
        Action.SURE: ("/gop 7K2 9Z9 đúng", c.Merge),
        Action.SHOW_LINT: ("/soatloi 7K2", c.ShowLint),
        Action.ASK_LINT_REASON: ("/lydo 7K2", c.AskLintReason),
        Action.ASK_UNITS: ("/hoi 7K2 đơn vị", c.AskUnits),
        Action.ASK_TEXTS: ("/bienthe 7K2", c.AskTexts),
        Action.ADD_TEXT: ("/bienthe 7K2 loa", c.AddText),
        Action.ASK_TEXT_WORDS: ("/bienthe 7K2 loa Bà con chú ý.", c.WriteText),
        Action.DROP_TEXT: ("/bienthe 7K2 bỏ loa", c.DropText),
        Action.SHOW_TEXTS: ("/xem 7K2 hết", c.ShowTexts),
        Action.DRAFT_REFUSAL: ("/tbtuchoi 7K2", c.DraftRefusal),
    }
)
"""What is typed in a button's stead, and what it asks for: the button's act, or the one that its question leads to."""

ONLY_LEADS_ELSEWHERE: Mapping[Action, str] = MappingProxyType(
    {
        Action.CANCEL: "a question that nobody answers changes nothing",
        Action.ALL_PLAYBOOKS: "a longer list to choose from: /camnang 7K2 ID takes any playbook, offered or not",
    }
)


def test_every_button_has_a_typed_form_or_says_why_it_needs_none() -> None:
    assert not TYPED.keys() & ONLY_LEADS_ELSEWHERE.keys()
    assert [a for a in Action if a not in TYPED and a not in ONLY_LEADS_ELSEWHERE] == []


@pytest.mark.parametrize("action", list(TYPED), ids=lambda action: action.name)
def test_what_is_typed_asks_for_what_the_button_does_or_leads_to(action: Action) -> None:
    typed, wanted = TYPED[action]
    read = menu.read(typed)
    assert read is not None
    assert read.verb in MENU or action in (Action.AGREE, Action.DECLINE), "offered in the menu, or told with its code"
    command = menu.meaning(read, seen=2)
    assert type(command) is wanted
    argument = delivery_arg("newsroom", 1) if action in (Action.DELIVERY_YES, Action.DELIVERY_NO) else "b"
    if action is Action.SURE:
        argument = sure_arg("0123abcd", 7)
    pressed = presses.meaning(Button(action, INCIDENT, 2, argument), c.Merge("7K2", "9Z9", asks=True))
    two_steps_in_one = {
        c.Approve: c.ApproveByCode,
        c.Release: c.ReleaseByCode,
        c.AskReturn: c.Return,
        c.AskLevelReason: c.SetLevel,
        c.AskRefuseReason: c.Refuse,
        c.AskTextWords: c.WriteText,
        c.ConfirmHeldFact: c.ConfirmFact,
        c.AnswerDelivery: c.AnswerDoubt,
    }
    assert wanted in (type(pressed), two_steps_in_one.get(type(pressed)))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_help_names_what_is_typed_in_one_message(lang: str) -> None:
    everything = Outcome(Reason.HELPED, values={"roles": " ".join(role.value for role in Role)})
    told = helped(lang, everything, 101).plain
    assert [typed for typed in MENU if f"/{typed} " not in told] == []
    assert len(told) <= MESSAGE_LIMIT


@pytest.mark.parametrize(
    ("said", "named", "version", "there"),
    [
        ("có", "", None, True),
        ("co", "", None, True),
        ("Rồi.", "", None, True),
        ("đã đăng", "", None, True),
        ("không", "", None, False),
        ("KHÔNG CÓ", "", None, False),
        ("chưa có", "", None, False),
        ("chua", "", None, False),
        ("kênh Telegram có", "kênh Telegram", None, True),
        ("telegram_channel chua dang", "telegram_channel", None, False),
        ("newsroom bản 2 không", "newsroom", 2, False),
        ("ban 12 co", "", 12, True),
    ],
)
def test_people_say_in_many_ways_that_they_looked(said: str, named: str, version: int | None, there: bool) -> None:
    read = menu.read(f"/dadang 7K2 {said}")
    assert read is not None
    assert menu.meaning(read) == c.AnswerDoubt("7K2", named, there, version)


@pytest.mark.parametrize("said", ["", "có lẽ", "newsroom", "không biết", "có?"])
def test_what_is_no_clear_answer_is_none(said: str) -> None:
    read = menu.read(f"/dadang 7K2 {said}")
    assert read is not None
    assert isinstance(menu.meaning(read), c.Invalid)
