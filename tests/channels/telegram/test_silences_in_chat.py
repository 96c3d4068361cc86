"""Silences from a phone: typed, previewed, agreed to with a button by a second person, and kept from strangers."""

from __future__ import annotations

import pytest

from bot.channels.telegram.menu import meaning, read
from bot.channels.telegram.render_telling import line, telling
from bot.model import commands as c
from bot.model.reasons import Reason
from bot.model.telling import Telling, Value, Word
from bot.simulator.cast import DEPUTY, DUTY_OFFICER, DUTY_ROOM, STRANGER
from tests.approval.office import NIGHT
from tests.channels.telegram.outgoing import Room

BOATS = "/imlang tao từ: đua ghe; trong: 4h; lý do: lễ hội"


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("/imlang", c.ListSilences()),
        ("/imlang xem 7KQ", c.ShowSilence("7KQ")),
        ("/imlang bo 7KQ", c.EndSilence("7KQ")),
        ("/imlang bỏ 7KQ", c.EndSilence("7KQ")),
        ("/imlang mở 7KQ", c.ReleaseHeld("7KQ")),
        ("/imlang thử từ: a b", c.TrySilence("từ: a b")),
        ("/imlang tạo\ntừ: a b\ntrong: 4h", c.MakeSilence("từ: a b\ntrong: 4h")),
        ("/imlang tạo", c.Invalid("silence_unclear")),
        ("/imlang im đi", c.Invalid("silence_unclear")),
    ],
)
def test_what_is_typed_is_understood_with_and_without_diacritics(typed: str, command: c.Command) -> None:
    found = read(typed)
    assert found is not None
    assert meaning(found) == command


async def answer_to(room: Room, who: int, words: str, chat: int = DUTY_ROOM) -> str:
    """Somebody types; returns what the bot answers where they typed."""
    before = len(room.texts(chat))
    room.simulator.people.say(chat, who, words)
    await room.hears()
    await room.sends_for(5)
    return room.texts(chat)[before]


async def test_a_silence_is_made_in_the_duty_room_and_its_answer_says_what_it_would_have_held(room: Room) -> None:
    await room.opens()  # the duty room is known
    await room.sends_for(5)
    said = await answer_to(room, DUTY_OFFICER, BOATS)
    assert "Đã tạo lệnh im lặng" in said
    assert "“đua ghe”" in said
    assert "Tính trên 7 ngày qua: giữ lại 0 cảnh báo" in said
    assert "đua ghe" in await answer_to(room, DUTY_OFFICER, "/imlang")


async def test_a_wide_one_is_agreed_to_by_another_with_one_press(room: Room) -> None:
    await answer_to(room, DUTY_OFFICER, "/imlang tao từ: nước; trong: 4h; lý do: súc xả")
    question = next(m for m in room.messages(DUTY_ROOM) if room.labels(m))
    assert "từ quá chung" in question.content.text
    label = room.labels(question)[0]
    room.simulator.people.press(DUTY_ROOM, DUTY_OFFICER, message=question.message_id, label=label)
    assert [o.reason for o in await room.hears()] == [Reason.SECOND_PERSON_NEEDED]
    room.simulator.people.press(DUTY_ROOM, DEPUTY, message=question.message_id, label=label)
    assert [o.reason for o in await room.hears()] == [Reason.SILENCE_AGREED]


async def test_a_stranger_learns_nothing(room: Room) -> None:
    await answer_to(room, DUTY_OFFICER, BOATS)
    room.simulator.people.say(STRANGER, STRANGER, "/imlang")
    (outcome,) = await room.hears()
    assert (outcome.reason, outcome.lines) == (Reason.NOT_ENROLLED, ())


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("word", list(Word))
def test_every_word_about_ourselves_has_no_hole(lang: str, word: Word) -> None:
    values: dict[str, Value] = {
        **dict.fromkeys(("feed", "code", "what", "why", "by"), "x"),
        **dict.fromkeys(("count", "before", "held", "fresh"), 3.0),
        **dict.fromkeys(("since", "starts", "until"), NIGHT),
        **dict.fromkeys(("silent", "habit"), NIGHT - NIGHT),
    }
    told = Telling("k", NIGHT, word=word, values=values, lines=("Việc",), request="r" * 32)
    for said in (telling(lang, told, lambda action, about, arg="": "data").plain, line(lang, told)):
        assert "…" not in said
        assert "telling." not in said
