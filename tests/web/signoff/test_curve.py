"""On the sign-off page the curve is a picture inside the page: nothing more is fetched, and nothing else changes."""

from __future__ import annotations

import base64
import re

from bot.curves.drawing import Pictures
from tests.curves.feed import rises
from tests.signoff_desk import SignoffDesk
from tests.visitor import Visitor


async def test_the_page_says_and_shows_where_the_topic_is_heading(office: SignoffDesk, phat: Visitor) -> None:
    await rises(office.database, office.clock, office.incident_id)
    office.picture = Pictures(office.database, office.clock.now).as_svg
    await phat.enter(await office.link_for())
    assert "Vì sao báo" in phat.page
    assert "giờ tới" in phat.page
    (encoded,) = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', phat.page)
    drawn = base64.b64decode(encoded).decode()
    assert "<svg" in drawn
    assert "Nước máy có mùi dầu" in drawn
    assert "<script" not in drawn


async def test_without_a_topic_the_page_has_no_curve(office: SignoffDesk, phat: Visitor) -> None:
    await phat.enter(await office.link_for())
    assert "image/svg" not in phat.page
    assert "Diễn biến lượng đề cập" not in phat.page
