"""A difference on the phone: whole whatever its length, each text by its name, what is gone and what is new apart."""

from __future__ import annotations

import pytest

from bot.approval.comparing import compared, written_out
from bot.channels.telegram.render import MESSAGE_LIMIT, Rendered
from bot.channels.telegram.render_difference import difference
from bot.model.outcome import Outcome
from bot.model.reasons import Reason

VALUES = {"code": "7K2", "older": "1", "newer": "2", "by": "Lê Thị Phó"}


def shown(older: dict[str, str], newer: dict[str, str], lang: str = "vi") -> list[Rendered]:
    told = tuple(map(written_out, compared(older, newer)))
    return difference(lang, Outcome(Reason.DIFF_SHOWN, values=VALUES, compared=told))


def test_what_is_gone_is_struck_through_and_what_is_new_is_bold_where_it_stands() -> None:
    (message,) = shown({"vi/full": "Có 12 người."}, {"vi/full": "Có 2 người <b>."})
    assert "▪ bản đầy đủ:</b>\nCó <s>12</s> → <b>2</b> người<b> &lt;b&gt;</b>." in message.markup


def test_where_nothing_can_be_struck_through_words_say_what_went() -> None:
    (message,) = shown({"vi/full": "Có 12 người."}, {"vi/full": "Có 2 người."})
    assert "▪ bản đầy đủ:\nCó [bỏ: 12] [thêm: 2] người." in message.plain


def test_lines_that_did_not_change_are_left_out_and_it_is_said_so() -> None:
    text = "Dòng một.\nDòng hai.\nCó 12 người.\nDòng bốn.\nDòng năm."
    (message,) = shown({"vi/full": text}, {"vi/full": text.replace("12", "2")})
    assert "… (phần không đổi)\nCó <s>12</s> → <b>2</b> người.\n… (phần không đổi)" in message.markup


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("nước máy", "nước  máy", "nước<s>␣</s> → <b>␣␣</b>máy"),
        ("0200 123", "0200\u00a0123", "0200<s>␣</s> → <b>⟨U+00A0⟩</b>123"),
        ("Hết. Xong.", "Hết.\n\nXong.", "Hết.<s>␣</s> → <b>↵\n↵\n</b>Xong."),
        ("Hết.\nXong.", "Hết. Xong.", "Hết.<s>↵</s> → <b>␣</b>Xong."),
        ("Cấp cứu", "Cấp\u3164 cứu", "<s>Cấp</s> → <b>Cấp⟨U+3164⟩</b> cứu"),
        ("⚠\ufe0f Lũ", "⚠\ufe0f\ufe0f Lũ", "<s>⚠\ufe0f</s> → <b>⚠\ufe0f⟨U+FE0F⟩</b> Lũ"),
    ],
    ids=["space", "fixed-space", "paragraph", "line", "filler", "variation"],
)
def test_what_the_eye_would_miss_is_shown(old: str, new: str, told: str) -> None:
    (message,) = shown({"vi/full": old}, {"vi/full": new})
    assert told in message.markup


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


def test_no_message_has_more_marks_than_telegram_shows() -> None:
    older = " ".join(f"điều số {number}" for number in range(150))
    messages = shown({"vi/full": older}, {"vi/full": older.replace("0", "1")} | {"en/full": "Two."})
    assert all(message.markup.count("<s>") + message.markup.count("<b>") <= 100 for message in messages)
    many = " ".join(f"người dân {number}" for number in range(1000, 1150))
    messages = shown({"vi/full": many}, {"vi/full": many.replace("người dân 1", "người dân 2")})
    assert sum(message.markup.count("<s>") for message in messages) == 150
    assert all(message.markup.count("<s>") + message.markup.count("<b>") <= 100 for message in messages)
