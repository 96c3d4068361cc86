"""What a mail program reads in the head of a letter is what Kẻng wrote there, every space of it."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from bot.channels.email.wire import WIRE

SUBJECTS = (
    "[Kẻng] Mức 2 · 7K2 · Chờ anh/chị đồng ý bản 1: Nước máy có mùi dầu",
    "[Kẻng] Mức 2 · 7K2 · Chờ anh/chị soát pháp lý bản 1: Nhiều người đau bụng",
    "[DIỄN TẬP] [Kẻng] Mức 4 · 7R3 · Để biết: bản 12 chờ Nguyễn Văn Phát, Phạm Văn Chủ hoặc 3 người khác duyệt: "
    + "Phụ huynh phản ánh suất ăn bán trú có giòi, 20 cháu đau bụng " * 3,
    "plain words " * 12,
    "ễ" * 200,
)


@pytest.mark.parametrize("subject", [subject.strip() for subject in SUBJECTS])
def test_a_subject_keeps_its_spaces_however_long_it_is(subject: str) -> None:
    letter = EmailMessage()
    letter["Subject"] = subject
    letter.set_content("x")
    raw = letter.as_bytes(policy=WIRE)
    assert message_from_bytes(raw, policy=default)["Subject"] == subject
    head = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    assert all(len(line) <= 78 for line in head)
    words = [word for line in head for word in line.split() if word.startswith(b"=?")]
    assert all(len(word) <= 75 for word in words), "RFC 2047, section 2"
