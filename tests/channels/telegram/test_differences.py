"""A difference on the phone: whole whatever its length, each text by its name, what is gone and what is new apart."""

from __future__ import annotations

import pytest

from bot.approval.comparing import compared
from bot.channels.telegram.render import MESSAGE_LIMIT, Rendered
from bot.channels.telegram.render_difference import difference
from bot.model.outcome import Outcome
from bot.model.reasons import Reason

VALUES = {"code": "7K2", "older": "1", "newer": "2", "by": "Lê Thị Phó"}


def shown(older: dict[str, str], newer: dict[str, str], lang: str = "vi") -> list[Rendered]:
    return difference(lang, Outcome(Reason.DIFF_SHOWN, values=VALUES, compared=compared(older, newer)))


def test_what_is_gone_is_struck_through_and_what_is_new_is_bold() -> None:
    (message,) = shown({"vi/full": "Có 12 người."}, {"vi/full": "Có 2 <b>người."})
    assert "<s>12</s>" in message.markup
    assert "<b>2</b>" in message.markup
    assert "<b>&lt;b&gt;người.</b>" in message.markup
    assert "▪ bản đầy đủ:" in message.plain


def test_texts_of_one_version_alone_are_told_so_and_shown_whole() -> None:
    (message,) = shown({"vi/full": "A.", "vi/short": "Ngắn."}, {"vi/full": "A.", "en/full": "Eng\u200blish."})
    assert "bản tiếng Anh: chỉ có ở bản 2:\nEng⟨U+200B⟩lish." in message.plain
    assert "bản ngắn mạng xã hội: chỉ có ở bản 1, nay không còn:\nNgắn." in message.plain
    assert "<s>Ngắn.</s>" in message.markup
    assert message.plain.endswith("Không đổi: bản đầy đủ.")


def test_versions_of_the_same_words_are_told_to_be_the_same() -> None:
    (message,) = shown({"vi/full": "A."}, {"vi/full": "A."})
    assert "Hai bản giống hệt nhau: bản đầy đủ." in message.plain
    (english,) = shown({"vi/full": "A."}, {"vi/full": "A."}, "en")
    assert "Both versions are the same: the full text." in english.plain


@pytest.mark.parametrize("between", [" ", "\n", ""])
def test_a_long_difference_takes_as_many_messages_as_it_needs(between: str) -> None:
    def words(sign: str) -> str:
        return between.join(f"{sign}{number:04}" for number in range(800))

    older = {"vi/full": words("c"), "en/full": words("d")}
    newer = {"vi/full": words("m"), "vi/loudspeaker": words("l")}
    messages = shown(older, newer)
    assert len(messages) > 4
    assert all(len(message.plain) <= MESSAGE_LIMIT for message in messages)
    told = "".join(message.plain.replace("\n", "") for message in messages)
    for sign in "cdml":
        assert [n for n in range(800) if f"{sign}{n:04}" not in told] == []
    assert all("▪ " in message.plain for message in messages), "each says which text it goes on with"
