"""Letters: the words and the counts are read, the person is not kept, strangers' letters wait."""

from __future__ import annotations

import hashlib
import json
import time

import pytest

from bot.intake.formats.arrival import NotMail
from bot.intake.formats.mail import mail
from tests.intake.formats.reading import alert, fault, items, sample

BRANDWATCH = (
    r"Your alert (?P<title>.+?) was triggered: (?P<observed>[\d.,]+) mentions",
    r"usually (?P<baseline>[\d.,]+)",
)
VIETNAMESE = (r"^Lượt nhắc: (?P<observed>.+)$", r"^Mức nền: (?P<baseline>.+)$", r"^Địa bàn: (?P<place>.+)$")


def test_a_vendors_letter_in_html_is_read_by_its_patterns() -> None:
    read = alert(mail(["@brandwatch.example"], patterns=BRANDWATCH), sample("mail/brandwatch.eml"))
    assert read.title == "Tỉnh Mẫu – tiêu cực"
    assert (read.volume.observed, read.volume.baseline) == (412, 66)
    assert [s.url for s in read.sources] == ["https://bao.example.vn/nuoc-may"]
    assert "color:red" not in read.summary
    assert read.source_id == "bw-2046442302-1@brandwatch.example"


def test_a_plain_letter_is_read_with_vietnamese_numbers() -> None:
    (item,) = items(mail(["truc@vnpt.example"], patterns=VIETNAMESE), sample("mail/plain.eml"))
    assert item.alert is not None
    assert item.alert.title == "Cảnh báo: nước máy có mùi dầu"
    assert (item.alert.volume.observed, item.alert.volume.baseline) == (1234, 198.5)
    assert item.alert.location.text == "phường Sông Thượng"
    assert b"truc@" not in item.raw and b"Nguyen" not in item.raw


def test_a_strangers_letter_waits_for_a_person() -> None:
    assert "mail.senders" in fault(mail(["@other.example"]), sample("mail/plain.eml"))
    assert "mail.senders" in fault(mail(["@watch.example"]), sample("mail/brandwatch.eml"))


def test_only_our_own_servers_word_on_a_signature_counts() -> None:
    letter = sample("mail/brandwatch.eml")
    known, server = ["@brandwatch.example"], "mx.tinh.example.gov.vn"
    assert alert(mail(known, server), letter)
    forged = [
        letter.replace(b"dkim=pass", b"dkim=fail"),
        letter.replace(b"header.d=brandwatch.example", b"header.d=evil.example"),
        letter.replace(b"header.d=brandwatch.example", b"header.d=notbrandwatch.example"),
        letter.replace(b"Authentication-Results: mx.tinh", b"Authentication-Results: mx.evil"),
        b"Authentication-Results: mx.tinh.example.gov.vn; dkim=none\r\n" + letter,
        letter.replace(b"Authentication-Results", b"X-Results"),
    ]
    for one in forged:
        assert "signature" in fault(mail(known, server), one)


def waits(letter: bytes, senders: list[str], server: str | None = None) -> bytes:
    """What is kept of a letter that waits for a person."""
    (item,) = items(mail(senders, server), letter)
    assert item.alert is None
    return item.raw


def test_a_letter_that_waited_is_let_in_once_its_sender_is_among_them() -> None:
    letter = sample("mail/plain.eml")
    kept = waits(letter, ["@other.example", "sep@vnpt.example"])
    for senders in (["truc@vnpt.example"], ["Truc@VNPT.example"], ["@vnpt.example"]):
        (item,) = items(mail(senders), kept)
        assert item.alert is not None, item.fault
        assert item.raw == items(mail(senders), letter)[0].raw  # as if it had come only now
    for senders in (["@other.example"], ["truc2@vnpt.example"], ["truc@other.example"], ["@pt.example"], ["@"]):
        assert "mail.senders" in fault(mail(senders), kept)


def test_a_letter_that_waited_is_let_in_once_the_mail_servers_name_is_right() -> None:
    letter, senders = sample("mail/brandwatch.eml"), ["@brandwatch.example"]
    kept = waits(letter, senders, "mx.old.example")
    assert alert(mail(senders, "mx.tinh.example.gov.vn"), kept)
    assert alert(mail(senders), kept)
    assert "signature" in fault(mail(senders, "mx.other.example"), kept)
    assert "signature" in fault(mail(senders, ""), kept)
    assert "mail.senders" in fault(mail(["@other.example"], "mx.tinh.example.gov.vn"), kept)


def test_a_letter_that_waited_for_its_sender_is_held_to_a_stricter_rule_made_since() -> None:
    forged = sample("mail/brandwatch.eml").replace(b"dkim=pass", b"dkim=fail")
    kept = waits(forged, ["@other.example"])  # nobody looked at signatures then
    assert "signature" in fault(mail(["@brandwatch.example"], "mx.tinh.example.gov.vn"), kept)


def test_what_waits_tells_neither_the_address_nor_whose_letters_are_of_one_person() -> None:
    first = sample("mail/plain.eml")
    second = first.replace(b"Message-ID: <", b"Message-ID: <other-")
    assert first != second
    kept = [json.loads(waits(letter, ["@other.example"])) for letter in (first, second)]
    assert all("truc" not in json.dumps(one) for one in kept)
    assert kept[0]["address_hash"] != kept[1]["address_hash"]
    plain = hashlib.sha256(b"truc@vnpt.example").hexdigest()
    assert plain not in json.dumps(kept)


def test_a_letter_of_an_earlier_version_is_let_in_by_its_domain_and_stays_as_it_was_decided() -> None:
    letter = {"message_id": "m", "subject": "Cá chết", "text": "x", "from_domain": "vnpt.example"}
    before = {**letter, "sender_known": False, "sender_verified": True}
    assert alert(mail(["@vnpt.example"]), before)
    assert "mail.senders" in fault(mail(["truc@vnpt.example"]), before)
    for odd in ([], {}, None, 7):
        assert "mail.senders" in fault(
            mail(["a@b.example"]), letter | {"from_domain": "b.example", "address_hash": odd}
        )
        assert fault(mail(["@vnpt.example"]), letter | {"from_domain": odd})
    assert "signature" in fault(mail(["@vnpt.example"], "mx"), before | {"sender_verified": False})
    assert alert(mail(["@other.example"], "mx"), before | {"sender_known": True})


@pytest.mark.parametrize(
    "result",
    [
        b'spf=pass smtp.mailfrom="x; dkim=pass header.d=brandwatch.example ; y"@evil.example',
        b'spf=pass (domain of "x; dkim=pass header.d=brandwatch.example ;"@evil.example says so)',
        b"dkim=fail (signed by (nobody; dkim=pass header.d=brandwatch.example ;) at all) header.d=evil.example",
        b'spf=pass smtp.mailfrom="a\\"; dkim=pass header.d=brandwatch.example ; \\"b"@evil.example',
        b'spf=pass (of "x); dkim=pass header.d=brandwatch.example ; (y"@evil.example)',
        b'spf=pass (") smtp.mailfrom="x; dkim=pass header.d=brandwatch.example ; y"@evil.example (")',
        b"spf=pass (left open; dkim=pass header.d=brandwatch.example",
        b'spf=pass smtp.helo="left open; dkim=pass header.d=brandwatch.example',
    ],
)
def test_what_the_sender_wrote_into_a_result_is_no_result(result: bytes) -> None:
    letter = sample("mail/brandwatch.eml").replace(b"Authentication-Results", b"X-Results")
    forged = b"Authentication-Results: mx.tinh.example.gov.vn; " + result + b"\r\n" + letter
    assert "signature" in fault(mail(["@brandwatch.example"], "mx.tinh.example.gov.vn"), forged)


def test_a_comment_or_a_quoted_domain_in_a_true_result_does_not_spoil_it() -> None:
    letter = sample("mail/brandwatch.eml").replace(b"Authentication-Results", b"X-Results")
    true = b'mx.tinh.example.gov.vn 1; dkim=pass (2048-bit key; secure) header.d="brandwatch.example" header.s=a'
    assert alert(
        mail(["@brandwatch.example"], "mx.tinh.example.gov.vn"), b"Authentication-Results: " + true + b"\r\n" + letter
    )


def test_a_careless_expression_does_not_stop_the_door() -> None:
    slow = mail(["truc@vnpt.example"], patterns=[r"(?P<title>(a|aa)+)$"])
    letter = sample("mail/plain.eml") + b"a" * 200 + b"!"
    assert "takes too long" in fault(slow, letter) or items(slow, letter)[0].alert is not None


@pytest.mark.parametrize("body", [b"", b"\x00\xff", b"hello", b"{", b"[]"])
def test_what_is_no_letter_is_no_item(body: bytes) -> None:
    from bot.intake.formats.arrival import NotReadable

    with pytest.raises(NotReadable):
        items(mail(["@x.example"]), body)


def test_a_letter_without_words_waits_for_a_person() -> None:
    assert "Subject" in fault(mail(["a@b.example"]), b"From: a@b.example\r\n\r\n")
    assert issubclass(NotMail, Exception)


PART = b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n%s\r\n\r\nhi\r\n--b--\r\n"


@pytest.mark.parametrize(
    "letter",
    [
        b"From: " + b"a," * 50_000 + b"\r\n\r\nhi",
        PART % (b"Content-Type: text/plain; " + b"a=b; " * 20_000),
        PART % (b"Content-Disposition: " + b"a," * 50_000),
        b"From: a@b.example\r\n" + b"X: y\r\n" * 50_000 + b"\r\nhi",
    ],
    ids=["from", "type", "disposition", "many"],
)
def test_hostile_headers_take_no_time(letter: bytes) -> None:
    began = time.process_time()
    items(mail(["@b.example"]), letter)
    assert time.process_time() - began < 5
