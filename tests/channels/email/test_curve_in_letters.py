"""A letter says where the topic is heading and shows the curve below its words; without them it goes all the same."""

from __future__ import annotations

import asyncio
import io
from email.message import EmailMessage

import pytest
from PIL import Image

from bot.curves.drawing import Pictures
from bot.store import deliveries
from tests.curves.feed import rises
from tests.postoffice import link_in
from tests.signoff_desk import SignoffDesk

WORDS = "Diễn biến lượng đề cập"


def pictures(letter: EmailMessage) -> list[EmailMessage]:
    return [part for part in letter.walk() if part.get_content_type() == "image/png"]


def body(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


async def test_the_curve_is_said_and_lies_below_the_words_as_a_picture(office: SignoffDesk) -> None:
    await office.open()
    await rises(office.database, office.clock, office.incident_id)
    office.letter_picture = Pictures(office.database, office.clock.now).of
    office.restart()
    link = await office.link_for()
    (letter,) = office.post.to("p102@thuonggiang.example.vn")
    assert WORDS in body(letter)
    assert "giờ tới" in body(letter)
    assert link in body(letter)
    (picture,) = pictures(letter)
    assert picture.get_content_disposition() == "inline"
    assert picture.get_filename() == "dien-bien.png"
    assert Image.open(io.BytesIO(picture.get_payload(decode=True))).size == (900, 600)
    kinds = {part.get_content_type() for part in letter.walk()}
    assert kinds == {"multipart/mixed", "text/plain", "image/png"}, "no HTML: nothing hides behind words"


async def test_a_letter_about_a_matter_that_is_not_counted_is_words_alone(office: SignoffDesk) -> None:
    await office.open()
    office.letter_picture = Pictures(office.database, office.clock.now).of
    office.restart()
    await office.link_for()
    (letter,) = office.post.to("p102@thuonggiang.example.vn")
    assert letter.get_content_type() == "text/plain"
    assert WORDS not in body(letter)


async def broken(_incident_id: str, _lang: str) -> bytes | None:
    raise ValueError("no letters to draw with")


async def slow(_incident_id: str, _lang: str) -> bytes | None:
    await asyncio.Event().wait()
    return None


async def nothing(_incident_id: str, _lang: str) -> bytes | None:
    return None


@pytest.mark.parametrize("source", [broken, slow, nothing])
async def test_a_picture_that_fails_holds_no_letter_up(
    office: SignoffDesk, source: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.email.outbox.DRAWN_WITHIN", 0.05)
    await office.open()
    await rises(office.database, office.clock, office.incident_id)
    office.letter_picture = source
    office.restart()
    link = await office.link_for()
    (letter,) = office.post.to("p102@thuonggiang.example.vn")
    assert link_in(letter) == link
    assert WORDS in body(letter)
    assert pictures(letter) == []


async def test_the_question_whether_words_appeared_is_not_about_the_curve(office: SignoffDesk) -> None:
    await office.open()
    await rises(office.database, office.clock, office.incident_id)
    office.letter_picture = Pictures(office.database, office.clock.now).of
    office.restart()
    async with office.database.write() as tx:
        await deliveries.queue(tx, office.incident_id, 1, "newsroom", office.clock.now())
        await deliveries.claim(tx, office.incident_id, 1, "newsroom", 1, office.clock.now())
        await deliveries.mark_asked(tx, office.incident_id, 1, "newsroom", 1)
    await office.link_for()
    asked = [m for m in office.post.to("p102@thuonggiang.example.vn") if "đã đăng chưa" in str(m["Subject"])]
    assert [(pictures(m), WORDS in body(m)) for m in asked] == [([], False)]
