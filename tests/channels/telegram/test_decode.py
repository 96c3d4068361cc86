"""From what people write and press to typed commands; everything else is silence, never a fault."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.telegram.buttons import Action
from bot.channels.telegram.decode import (
    CHANNEL_BOT,
    GROUP_ANONYMOUS_BOT,
    decode,
    incident_to_edit,
    membership_of,
    migration_of,
    origin_of,
    reply_target,
)
from bot.model.commands import (
    DIGITS,
    AbsentFrom,
    Acknowledge,
    Act,
    Actor,
    Approve,
    ApproveByCode,
    AskApproval,
    AskEdit,
    AskFact,
    AskFalseAlarm,
    AskPlaybook,
    AskUnits,
    ChoosePlaybook,
    CloseIncident,
    Command,
    ConfirmFact,
    DecideRequest,
    DraftAnew,
    Edit,
    Enrol,
    FalseAlarm,
    Help,
    HoldJointly,
    Invalid,
    Leave,
    ListIncidents,
    MarkAccused,
    Return,
    ShowIncident,
    ShowRoster,
    SwapDuty,
    TakeDuty,
)
from bot.store.telegram_inbox import Shown, Target
from tests.channels.telegram.incoming import (
    BOT,
    COLLEAGUE,
    DUTY_ROOM,
    INCIDENT,
    OWNER,
    STRANGER,
    button,
    chat,
    context,
    press,
    reply,
    said,
    user,
)

CARD = Shown(Target.CARD, INCIDENT, 4)


def command_of(raw: dict[str, Any], **changes: Any) -> Command | None:
    act = decode(raw, context(**changes))
    return None if act is None else act.command


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("/duyet 7K2", AskApproval("7K2")),
        ("/duyet 7K2 4F7QA", ApproveByCode("7K2", "4F7QA")),
        ("/duyet  7k2   4f 7QA ", ApproveByCode("7k2", "4f7QA")),
        ("/duyệt 7K2", AskApproval("7K2")),
        ("/DUYET 7K2", AskApproval("7K2")),
        ("  /duyet\n7K2", AskApproval("7K2")),
        ("/tra 7K2 thiếu số người\nvà nơi xảy ra", Return("7K2", "thiếu số người\nvà nơi xảy ra")),
        ("/trả 7K2", Return("7K2", "")),
        ("/sua 7K2", AskEdit("7K2", 0)),
        ("/sửa 7K2\nDòng một\n\nDòng hai", Edit("7K2", 0, "Dòng một\n\nDòng hai")),
        ("/tiepnhan 7K2", Acknowledge("7K2")),
        ("/tiếpnhận 7K2", Acknowledge("7K2")),
        ("/baogia 7K2", AskFalseAlarm("7K2")),
        ("/baogia 7K2 tin cũ năm 2019", FalseAlarm("7K2", "tin cũ năm 2019")),
        ("/camnang 7K2", AskPlaybook("7K2")),
        ("/camnang 7K2 Food-Poisoning", ChoosePlaybook("7K2", "food-poisoning")),
        ("/dulieu 7K2 place xã Bình An, huyện Nam", ConfirmFact("7K2", "place", "xã Bình An, huyện Nam")),
        ("/dulieu 7K2", AskFact("7K2")),
        ("/dulieu 7K2 place", AskFact("7K2", "place")),
        ("/hoi 7K2 donvi", AskUnits("7K2")),
        ("/hoi 7K2 đơn vị 2", AskUnits("7K2", "2")),
        ("/soanlai 7K2", DraftAnew("7K2")),
        ("/soanlai 7K2 bỏ", DraftAnew("7K2", discard=True)),
        ("/soanlai 7K2 thôi", Invalid("usage", "soanlai")),
        ("/đóng 7K2 đã xong", CloseIncident("7K2", "đã xong", asks=True)),
        ("/dong 7K2 đúng: đã xong", CloseIncident("7K2", "đã xong")),
        ("/xem 7K2", ShowIncident("7K2")),
        ("/ds", ListIncidents()),
        ("/help", Help()),
        ("/start", Help()),
        ("/start 7K2M-4N5P", Enrol("7K2M-4N5P")),
        ("/rời", Leave()),
        ("/dongy 7K2", DecideRequest("7K2", agree=True)),
        ("/khongdongy 7K2", DecideRequest("7K2", agree=False)),
        ("/dongy", Invalid("usage", "dongy")),
        ("/truc", ShowRoster()),
        ("/trực nhận", TakeDuty()),
        ("/truc nhan 30/11", TakeDuty("30/11")),
        ("/truc doi 30/11 Vũ Thị Hạnh", SwapDuty("30/11", "Vũ Thị Hạnh")),
        ("/truc doi 30/11", Invalid("usage", "truc")),
        ("/truc vắng 1/12 3/12 đi công tác", AbsentFrom("1/12", "3/12", "đi công tác")),
        ("/truc vang 1/12 ốm", AbsentFrom("1/12", "", "ốm")),
        ("/truc xyz", Invalid("usage", "truc")),
        ("/phananh 7K2 so-y-te", MarkAccused("7K2", "so-y-te")),
        ("/phananh 7K2 Bộ Chỉ huy Quân sự", MarkAccused("7K2", "Bộ Chỉ huy Quân sự")),
        ("/chung 7K2 so-y-te", HoldJointly("7K2", "so-y-te")),
        ("/chung 7K2 Bộ Chỉ huy Quân sự", HoldJointly("7K2", "Bộ Chỉ huy Quân sự")),
        ("/chung 7K2 bỏ so-y-te", HoldJointly("7K2", "so-y-te", lift=True)),
        ("/chung 7K2 bo Sở Y tế", HoldJointly("7K2", "Sở Y tế", lift=True)),
        ("/chung 7K2", Invalid("usage", "chung")),
        ("/phananh 7K2 bỏ so-y-te", MarkAccused("7K2", "so-y-te", lift=True)),
        ("/phananh 7K2", Invalid("usage", "phananh")),
        ("/duyet", Invalid("usage", "duyet")),
        ("/xyz 7K2", Invalid("unknown_command")),
        ("chào anh chị", Invalid("unknown_command")),
        ("duyet 7K2", Invalid("unknown_command")),
        ("/duyet7K2", Invalid("unknown_command")),
        ("123456", Invalid("unknown_command", DIGITS)),
        ("123 456", Invalid("unknown_command", DIGITS)),
        ("1234567", Invalid("unknown_command")),
    ],
)
def test_typed_commands_in_a_private_chat(text: str, command: Command) -> None:
    assert command_of(said(text)) == command


def test_diacritics_typed_as_separate_marks_are_understood() -> None:
    assert command_of(said("/duye\u0323\u0302t 7K2")) == AskApproval("7K2")


def test_who_acts_is_the_user_id_and_the_key_is_the_updates() -> None:
    act = decode(said("/ds", where=DUTY_ROOM, who=COLLEAGUE), context(key="tg:9"))
    assert act == Act("tg:9", Actor("telegram", COLLEAGUE), ListIncidents())


def test_in_the_group_commands_may_name_the_bot_and_those_for_other_bots_are_theirs() -> None:
    assert command_of(said(f"/duyet@{BOT.username} 7K2", where=DUTY_ROOM)) == AskApproval("7K2")
    assert command_of(said(f"/duyet@{(BOT.username or '').upper()} 7K2", where=DUTY_ROOM)) == AskApproval("7K2")
    assert command_of(said("/duyet@another_bot 7K2", where=DUTY_ROOM)) is None


def test_talk_in_the_group_that_addresses_nobody_is_met_with_silence() -> None:
    assert command_of(said("ai đang trực vậy?", where=DUTY_ROOM)) is None
    assert command_of(said("/poll của bot khác", where=DUTY_ROOM)) is None
    assert command_of(reply("nhất trí", author=COLLEAGUE, where=DUTY_ROOM)) is None
    assert command_of(said(None, where=DUTY_ROOM, sticker={})) is None


def test_news_of_a_chat_is_no_talk_even_in_private() -> None:
    assert command_of(said(None, pinned_message={"message_id": 1})) is None
    assert command_of(said(None, photo=[{}])) == Invalid("unknown_command")


def test_a_reply_to_a_card_edits_the_version_that_the_card_showed() -> None:
    assert command_of(reply("Lời mới <5 & {{x}}", where=DUTY_ROOM), replied=CARD) == Edit(
        INCIDENT, 4, "Lời mới <5 & {{x}}"
    )


def test_a_reply_to_a_prompt_gives_what_it_asked_for() -> None:
    asked = Shown(Target.EDIT, INCIDENT, 4)
    assert command_of(reply("Lời mới"), replied=asked) == Edit(INCIDENT, 4, "Lời mới")
    asked = Shown(Target.RETURN, INCIDENT, 4)
    assert command_of(reply("thiếu số liệu"), replied=asked) == Return(INCIDENT, "thiếu số liệu", 4)


def test_a_reply_that_is_a_command_is_the_command() -> None:
    assert command_of(reply("/tra 7K2 sai tên"), replied=CARD) == Return("7K2", "sai tên")
    assert command_of(reply("/duyet"), replied=CARD) == AskApproval(INCIDENT)
    assert command_of(reply("/sua"), replied=CARD) == AskEdit(INCIDENT, 4)


def test_a_mistyped_command_under_a_card_never_becomes_the_statement() -> None:
    assert command_of(reply("/duyett 7K2", where=DUTY_ROOM), replied=CARD) == Invalid("unknown_command")


def test_a_reply_without_words_is_told_so_where_words_were_asked_for() -> None:
    assert command_of(reply(None, sticker={}), replied=CARD) == Invalid("text_empty")
    assert command_of(reply(None, sticker={}, where=DUTY_ROOM), replied=CARD) is None
    asked = Shown(Target.RETURN, INCIDENT, 4)
    assert command_of(reply(None, photo=[{}], where=DUTY_ROOM), replied=asked) == Invalid("text_empty")


def test_a_reply_to_a_message_of_ours_that_nobody_knows_is_answered() -> None:
    assert command_of(reply("Lời mới", where=DUTY_ROOM)) == Invalid("reply_to_what")


def test_in_a_forum_topic_opened_by_the_bot_talk_stays_talk() -> None:
    opener = {"message_id": 3, "from": {"id": BOT.id}, "forum_topic_created": {"name": "7K2"}}
    assert command_of(said("ai trực?", where=DUTY_ROOM, reply_to_message=opener)) is None


def test_a_typed_edit_is_bound_to_the_version_shown_in_that_chat() -> None:
    assert incident_to_edit(said("/sua 7K2 Lời mới")) == "7K2"
    assert command_of(said("/sua 7K2 Lời mới"), seen=3) == Edit("7K2", 3, "Lời mới")
    assert command_of(said("/sua 7K2"), seen=3) == AskEdit("7K2", 3)


def test_anonymous_administrators_and_channels_cannot_act_by_text() -> None:
    anonymous = {"id": GROUP_ANONYMOUS_BOT, "is_bot": True}
    as_channel = {"id": CHANNEL_BOT, "is_bot": True}
    for sender, more in ((anonymous, {"sender_chat": chat(DUTY_ROOM)}), (anonymous, {}), (as_channel, {})):
        raw = said("/duyet 7K2", where=DUTY_ROOM, **more)
        raw["message"]["from"] = sender
        assert command_of(raw) == Invalid("anonymous_sender")
        raw["message"]["text"] = "chỉ là trò chuyện"
        assert command_of(raw) is None
    raw = reply("Lời mới", where=DUTY_ROOM, sender_chat=chat(DUTY_ROOM))
    assert command_of(raw, replied=CARD) == Invalid("anonymous_sender")


def test_other_bots_are_not_listened_to() -> None:
    raw = said("/duyet 7K2", where=DUTY_ROOM)
    raw["message"]["from"]["is_bot"] = True
    assert command_of(raw) is None


def test_an_edited_reply_counts_as_nothing() -> None:
    raw = reply("Lời mới")
    raw["edited_message"] = raw.pop("message")
    assert command_of(raw, replied=CARD) is None


def test_a_press_is_the_command_of_its_button_whoever_presses() -> None:
    for who in (OWNER, COLLEAGUE, STRANGER):
        act = decode(press(button(Action.APPROVE, 3, "0a1b2c3d"), who=who), context())
        assert act == Act("tg:1", Actor("telegram", who), Approve(INCIDENT, 3, "0a1b2c3d"))


@pytest.mark.parametrize("data", ["", "approve", "A" * 64, None, 17, {"a": 1}, "\ud800"])
def test_a_press_that_no_button_of_ours_carries_is_forged(data: object) -> None:
    assert command_of(press(data)) == Invalid("forged_button")


def test_cancel_is_no_act() -> None:
    assert command_of(press(button(Action.CANCEL))) is None


def test_a_press_on_an_inaccessible_or_absent_message_still_counts() -> None:
    raw = press(button(Action.ACKNOWLEDGE))
    raw["callback_query"]["message"] = {"chat": chat(DUTY_ROOM), "message_id": 77, "date": 0}
    assert command_of(raw) == Acknowledge(INCIDENT)
    del raw["callback_query"]["message"]
    origin = origin_of(raw)
    assert command_of(raw) == Acknowledge(INCIDENT)
    assert origin is not None
    assert (origin.chat_id, origin.chat_type, origin.message_id) == (OWNER, "private", None)


def test_the_origin_of_an_act_is_known_for_the_answer() -> None:
    origin = origin_of(press(button(Action.ACKNOWLEDGE), who=COLLEAGUE))
    assert origin is not None
    assert (origin.chat_id, origin.message_id, origin.callback_id) == (DUTY_ROOM, 77, "4242")
    assert (origin.user_id, origin.user_name, origin.user_lang) == (COLLEAGUE, "Trần Thị Trực", "vi")
    origin = origin_of(said("/ds", where=DUTY_ROOM, message_thread_id=9, is_topic_message=True))
    assert origin is not None
    assert (origin.callback_id, origin.thread_id, origin.is_private) == (None, 9, False)


def test_membership_and_migration_are_read() -> None:
    def changed(status: str, **more: Any) -> dict[str, Any]:
        return {
            "my_chat_member": {"chat": chat(OWNER), "from": user(OWNER), "new_chat_member": {"status": status, **more}}
        }

    kicked, member, muted = (membership_of(changed(*s)) for s in (("kicked",), ("member",), ("restricted",)))
    assert kicked is not None
    assert member is not None
    assert muted is not None
    assert (kicked.present, member.present, muted.present) == (False, True, False)
    assert decode(changed("kicked"), context()) is None
    assert migration_of(said(None, where=-5, migrate_to_chat_id=-1005)) == (-5, -1005)
    assert migration_of(said(None, where=-1005, migrate_from_chat_id=-5)) == (-5, -1005)


NAMES = st.from_regex(
    r"update_id|message|callback_query|edited_message|my_chat_member|chat|from|id|text|data|reply_to_message|"
    r"message_id|type|new_chat_member|status|sender_chat|is_bot|language_code|first_name|migrate_to_chat_id|"
    r"message_thread_id|is_topic_message|sticker",
    fullmatch=True,
)
WORDS = st.text(max_size=20) | st.sampled_from(["/duyet 7K2", "/sua 7K2 x", "private", "member"])
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["/duyet 7K2", "private"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | st.text(max_size=4), inner, max_size=6),
    max_leaves=25,
)


@settings(max_examples=300, deadline=None)
@given(raw=ANYTHING)
def test_whatever_arrives_is_an_act_or_nothing_and_never_a_fault(raw: Any) -> None:
    for shape in (raw, {"message": raw}, {"callback_query": raw}, {"my_chat_member": raw}):
        for replied in (None, CARD):
            act = decode(shape, context(replied=replied))
            assert act is None or isinstance(act, Act)
        reply_target(shape), incident_to_edit(shape), membership_of(shape), migration_of(shape), origin_of(shape)
