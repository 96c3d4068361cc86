"""Telegram is never spoken to faster than it bears, and one chat never waits for another."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from bot.channels.telegram.pacing import CARD_SECONDS, GROUP, GROUP_EDITS, OVERALL, STEADY, Pacing

PERSON, OTHER, ROOM = 102, 103, -1001


@dataclass
class Seconds:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def pacing(seconds: Seconds) -> Pacing:
    return Pacing(seconds)


def calls_within(pacing: Pacing, seconds: Seconds, chat: int, length: float, *, urgent: bool) -> int:
    end, made = seconds.now + length, 0
    while seconds.now < end:
        delay = pacing.delay(chat, urgent=urgent)
        if delay:
            seconds.now += delay
        else:
            pacing.called(chat)
            made += 1
    return made


def test_cards_come_one_a_second(pacing: Pacing, seconds: Seconds) -> None:
    assert pacing.delay(PERSON, urgent=True, card=True) == 0
    pacing.called(PERSON, card=True)
    assert pacing.delay(PERSON, urgent=True, card=True) == pytest.approx(STEADY.seconds)
    assert pacing.delay(PERSON, urgent=True) == 0, "an answer does not wait for a card"
    assert pacing.delay(OTHER, urgent=True, card=True) == 0
    seconds.now += STEADY.seconds
    assert pacing.delay(PERSON, urgent=True, card=True) == 0


def test_a_message_and_its_card_come_together_in_a_quiet_chat_and_only_there(pacing: Pacing, seconds: Seconds) -> None:
    pacing.called(PERSON)
    assert pacing.delay(PERSON, urgent=True, card=True) == 0
    pacing.called(PERSON, card=True)
    seconds.now += STEADY.seconds
    pacing.called(PERSON)
    assert pacing.delay(PERSON, urgent=True, card=True) == pytest.approx(STEADY.seconds)


def test_a_card_that_took_long_counts_from_its_end(pacing: Pacing, seconds: Seconds) -> None:
    pacing.called(PERSON, card=True)
    seconds.now += 5
    pacing.ended(PERSON)
    assert pacing.delay(PERSON, urgent=True, card=True) == pytest.approx(STEADY.seconds)


def test_a_quiet_chat_may_be_called_three_times_at_once(pacing: Pacing) -> None:
    for _ in range(3):
        assert pacing.delay(PERSON, urgent=True) == 0
        pacing.called(PERSON)
    assert pacing.delay(PERSON, urgent=True) == pytest.approx(3.0)


def test_a_private_chat_gets_one_call_a_second_on_average(pacing: Pacing, seconds: Seconds) -> None:
    assert calls_within(pacing, seconds, PERSON, 60, urgent=True) <= 63


def test_a_group_gets_at_most_twenty_calls_a_minute(pacing: Pacing, seconds: Seconds) -> None:
    assert calls_within(pacing, seconds, ROOM, 59, urgent=True) <= GROUP.calls


def test_edits_leave_room_for_questions_in_a_group(pacing: Pacing, seconds: Seconds) -> None:
    assert calls_within(pacing, seconds, ROOM, 50, urgent=False) <= GROUP_EDITS.calls
    assert pacing.delay(ROOM, urgent=True) == 0


def test_a_pause_holds_one_chat_only(pacing: Pacing, seconds: Seconds) -> None:
    pacing.pause(PERSON, 20)
    assert pacing.delay(PERSON, urgent=True) == pytest.approx(20)
    assert pacing.delay(OTHER, urgent=True) == 0
    seconds.now += 20
    assert pacing.delay(PERSON, urgent=True) == 0


def test_a_shorter_pause_does_not_end_a_longer_one(pacing: Pacing) -> None:
    pacing.pause(PERSON, 20)
    pacing.pause(PERSON, 1)
    assert pacing.delay(PERSON, urgent=True) == pytest.approx(20)


def test_all_chats_together_get_thirty_calls_a_second(pacing: Pacing) -> None:
    for chat in range(1, OVERALL.calls + 1):
        assert pacing.delay(chat, urgent=True) == 0
        pacing.called(chat)
    assert 0 < pacing.delay(999, urgent=True) <= 1


def test_one_card_changes_every_three_seconds_at_most(pacing: Pacing, seconds: Seconds) -> None:
    assert pacing.card_delay("i", "duty") == 0
    pacing.card_shown("i", "duty")
    assert pacing.card_delay("i", "duty") == pytest.approx(CARD_SECONDS)
    assert pacing.card_delay("i", "person:p1") == pacing.card_delay("other", "duty") == 0
    seconds.now += CARD_SECONDS
    assert pacing.card_delay("i", "duty") == 0
