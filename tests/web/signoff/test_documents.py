"""The document on the page behind a link: for who opened it, as long as they may look, and on the record."""

from __future__ import annotations

from bot.drafting.documents import read_back
from tests.signoff_desk import SignoffDesk
from tests.visitor import Visitor


async def test_the_owner_of_the_link_fetches_the_very_words_and_that_is_recorded(
    office: SignoffDesk, phat: Visitor
) -> None:
    await phat.enter(await office.link_for())
    assert "/document" in phat.page
    async with phat.http.get(f"{phat.url}/document") as answer:
        data, headers = await answer.read(), answer.headers
    assert (answer.status, headers["Cache-Control"]) == (200, "no-store")
    assert headers["Content-Disposition"] == 'attachment; filename="thong-cao-7K2-ban-1.docx"'
    current = await office.current()
    assert (read_back(data).text, read_back(data).sha256) == (current.full_vi, current.sha256)
    assert "show_document" in [entry.event.act for entry in await office.record()]


async def test_a_colleague_and_a_stranger_without_the_link_get_nothing(
    office: SignoffDesk, phat: Visitor, stranger: Visitor
) -> None:
    await phat.enter(await office.link_for())
    await stranger.get(f"{phat.url}/document")
    assert stranger.status == 403
    assert stranger.headers["Content-Type"].startswith("text/html")


async def test_a_link_that_ran_out_hands_out_nothing(office: SignoffDesk, phat: Visitor) -> None:
    await phat.enter(await office.link_for())
    room = phat.url
    office.clock.advance(hours=5)
    await phat.get(f"{room}/document")
    assert phat.status == 403
