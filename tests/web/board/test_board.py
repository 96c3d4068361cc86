"""What the internal board shows: every matter, how it stands, its curve; no words of a draft, nothing that runs."""

from __future__ import annotations

import asyncio
import re
from xml.etree import ElementTree

import pytest
from sqlalchemy import update

from bot.curves.following import follow_statements
from bot.model import commands as c
from bot.model.incident import IncidentState
from bot.model.reasons import Reason
from bot.model.statement import StatementKind
from bot.store import alerts, incidents
from bot.store.database import StoreUnavailable, Tx
from bot.store.schema_counts import count_topics
from bot.web.board import room, view
from tests.approval.office import PHAT, PHO, TRUC
from tests.board_desk import BoardDesk
from tests.curves.feed import BIN, WATER
from tests.store.samples import an_incident
from tests.visitor import Visitor
from tests.web.published import follow, put

HOSTILE = "<script>alert(1)</script> ]]> & \"'><img src=x onerror=alert(2)> {{ 7*7 }} $\\frac{a}{b}$ \u202eđảo\u202c"


async def test_the_curve_its_words_and_the_moment_of_each_statement_are_there(office: BoardDesk, phat: Visitor) -> None:
    matter = await office.open()
    await office.rises(matter.id)
    await phat.enter(await office.link_for(PHAT))
    assert "lượt đề cập" in phat.page, "why it was alerted"
    assert "giờ tới" in phat.page, "where it is heading"
    assert "Chưa công bố thông tin nào kể từ khi" in phat.page
    (source,) = re.findall(r'<img class="curve" src="([^"]+)"', phat.page)
    await phat.get(office.base + source)
    assert phat.status == 200
    assert phat.headers["Content-Type"] == "image/svg+xml"
    assert phat.headers["Content-Security-Policy"].endswith("sandbox")
    assert phat.headers["Cache-Control"] == "no-store"
    assert ElementTree.fromstring(phat.page).tag.endswith("svg")
    assert "Nước máy có mùi dầu" in phat.page


async def test_what_came_after_a_statement_is_said_with_the_word_that_it_proves_nothing(
    office: BoardDesk, phat: Visitor
) -> None:
    matter = an_incident()
    async with office.database.write() as tx:
        await incidents.add(tx, matter)
    feed = await office.rises(matter.id)
    await feed.live({WATER: [46.0] * 8})
    await follow(office.database, matter.id, 1, "THÔNG TIN\n\nNước đã an toàn.", hours=1)
    async with office.database.write() as tx:
        await follow_statements(tx, feed.closing)
    await feed.live({WATER: [30.0] * (5 * 3600 // BIN)})
    await phat.enter(await office.link_for(PHAT))
    assert "Bản 1, công bố lúc 03h00 ngày 23/11/2026:" in phat.page
    assert "kể từ khi công bố thông tin" in phat.page
    assert "không chứng minh" in phat.page


async def test_the_head_of_the_board_says_that_a_retraction_waits(office: BoardDesk, phat: Visitor) -> None:
    matter = await office.open()
    await follow(office.database, matter.id, 2, "THÔNG TIN\n\nMột trăm hộ.")
    assert (await office.does(PHO, c.FollowUp(matter.id, "retraction", "sai"))).reason is Reason.FOLLOW_UP_WRITTEN
    await phat.enter(await office.link_for(PHAT))
    assert re.search(r'<strong class="waits">bản \d \(thu hồi\) chờ duyệt · hạn ', phat.page)


async def test_the_head_of_the_board_says_that_publishing_stands_still(office: BoardDesk, phat: Visitor) -> None:
    await office.open()
    await phat.enter(await office.link_for(PHAT))
    assert "ĐANG DỪNG" not in phat.page
    await office.does(TRUC, c.StopPublishing("<b>Tài khoản</b> bị chiếm"))
    await phat.get(f"{office.base}/board")
    assert "ĐANG DỪNG MỌI VIỆC CÔNG BỐ (" in phat.page
    assert "&lt;b&gt;Tài khoản&lt;/b&gt; bị chiếm" in phat.page


async def test_no_words_of_a_draft_are_on_the_board(office: BoardDesk, phat: Visitor) -> None:
    matter = await office.open()
    assert (await office.does(PHO, c.Edit(matter.id, 1, "MẬT DANH XANH LÁ"))).reason is Reason.EDITED
    returned = await office.does(PHAT, c.Return(matter.id, "viết lại câu MẬT DANH"))
    assert returned.reason is Reason.RETURNED
    await phat.enter(await office.link_for(PHAT))
    assert "Bản 2 (thông tin ban đầu): đã trả lại" in phat.page
    assert "MẬT DANH" not in phat.page


async def test_the_board_follows_a_matter_to_its_end(office: BoardDesk, phat: Visitor) -> None:
    item = await put(office.database, "THÔNG TIN\n\nNước đã an toàn.", state=IncidentState.RESPONDING)
    matter = item.partition("-")[0]
    await phat.enter(await office.link_for(PHAT))
    assert "Đang mở (1)" in phat.page
    assert "Bản 1 (thông tin ban đầu): Nguyễn Văn Phát duyệt, công bố lúc" in phat.page
    assert f'href="/newsroom/{item}"' in phat.page
    assert "Bản 1, Trang tin: đã đăng" in phat.page, "where the copy is"
    await follow(office.database, matter, 2, "ĐÍNH CHÍNH\n\nNhầm.", kind=StatementKind.CORRECTION, refers_to=1, hours=1)
    await phat.get(f"{office.base}/board")
    assert "đã được đính chính" in phat.page
    assert (await office.does(TRUC, c.CloseIncident(matter, "xong"))).reason is Reason.CLOSED
    await phat.get(f"{office.base}/board")
    assert "Đang mở (0)" in phat.page
    assert "Không có vụ việc nào đang mở." in phat.page
    assert "Trần Thị Trực đã đóng vụ việc" in phat.page.partition("Mới kết thúc")[2]
    office.clock.advance(days=3, seconds=1)
    await phat.enter(await office.link_for(PHAT))
    assert "Không có vụ việc nào kết thúc" in phat.page


async def test_a_draft_has_no_public_page_and_neither_has_a_drill(office: BoardDesk, phat: Visitor) -> None:
    await put(office.database, "THÔNG TIN\n\nChưa duyệt.", approved=False)
    await phat.enter(await office.link_for(PHAT))
    assert "dự thảo, chờ duyệt" in phat.page
    assert 'href="/newsroom/' not in phat.page.partition("<main")[2]


async def test_drills_are_marked_plainly_and_come_last(office: BoardDesk, phat: Visitor) -> None:
    await office.open(code="8M3", level=4, drill=True, title="Lũ về trong đêm")
    await office.open(code="7K2", level=2, title="Nước máy đục")
    await office.open(code="9P4", level=3, title="Cháy chợ")
    await phat.enter(await office.link_for(PHAT))
    order = re.findall(r'<h3 id="t-[^"]+">([^<]+)</h3>', phat.page)
    assert order == ["Cháy chợ", "Nước máy đục", "Lũ về trong đêm"]
    articles = phat.page.split("<article")[1:]
    assert ["[DIỄN TẬP]" in one for one in articles] == [False, False, True]
    assert '<strong class="tag">Diễn tập</strong>' in phat.page


async def test_titles_and_topics_from_outside_run_nowhere(office: BoardDesk, phat: Visitor) -> None:
    matter = await office.open(title=HOSTILE)
    await office.rises(matter.id)
    async with office.database.write() as tx:
        await tx.execute(update(count_topics).values(name=HOSTILE))
    await phat.enter(await office.link_for(PHAT))
    assert "<script" not in phat.page
    assert "<img src=x" not in phat.page
    assert "{{ 7*7 }}" in phat.page, "shown, not computed"
    assert "U+202E" in phat.page, "what nobody can see is named"
    await phat.get(f"{office.base}/board/curve/{matter.id}.svg")
    root = ElementTree.fromstring(phat.page)
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags.isdisjoint({"script", "foreignObject", "a", "img", "animate", "set", "iframe"})
    attributes = {name.rpartition("}")[2].lower() for element in root.iter() for name in element.attrib}
    assert not any(name.startswith("on") for name in attributes)
    assert "alert(1)" in "".join(root.itertext()), "as letters"


async def test_a_title_without_end_is_cut_for_show(office: BoardDesk, phat: Visitor) -> None:
    await office.open(title="Nước máy đục " * 700)
    await phat.enter(await office.link_for(PHAT))
    assert phat.page.count("Nước máy đục") < 40
    assert "…</h3>" in phat.page


async def test_pictures_are_for_those_who_may_see_the_board(
    office: BoardDesk, phat: Visitor, stranger: Visitor
) -> None:
    matter = await office.open()
    await office.rises(matter.id)
    address = f"{office.base}/board/curve/{matter.id}.svg"
    await stranger.get(address)
    assert (stranger.status, office.drawn) == (403, [])
    await phat.enter(await office.link_for(PHAT))
    await phat.get(f"{office.base}/board/curve/{'0' * 32}.svg")
    assert (phat.status, office.drawn) == (404, [])
    await phat.get(address)
    assert phat.status == 200
    await office.does(PHAT, c.EndBoards())
    await phat.get(address)
    assert phat.status == 403


async def test_many_who_look_at_once_share_one_drawing_and_a_later_one_is_fresh(
    office: BoardDesk, phat: Visitor
) -> None:
    matter = await office.open()
    await office.rises(matter.id)
    await phat.enter(await office.link_for(PHAT))
    address = f"{office.base}/board/curve/{matter.id}.svg"
    answers = await asyncio.gather(*(phat.http.get(address) for _ in range(5)))
    assert {a.status for a in answers} == {200}
    assert len(office.drawn) == 1
    office.clock.advance(seconds=21)
    await phat.get(address)
    assert len(office.drawn) == 2


async def test_a_matter_without_counts_says_so(office: BoardDesk, phat: Visitor) -> None:
    await office.open()
    await phat.enter(await office.link_for(PHAT))
    assert "không được đếm nên không có biểu đồ" in phat.page
    assert "<img" not in phat.page


async def test_more_matters_than_fit_are_counted(office: BoardDesk, phat: Visitor) -> None:
    async with office.database.write() as tx:
        for number in range(view.MOST_OPEN + 2):
            await incidents.add(tx, an_incident(code=f"K{number:02d}", title=f"Vụ số {number}"))
    await phat.enter(await office.link_for(PHAT))
    assert f"Đang mở ({view.MOST_OPEN + 2})" in phat.page
    assert "Còn 2 vụ việc không hiện ở đây" in phat.page
    assert phat.page.count("<article") == view.MOST_OPEN


async def test_a_store_that_is_away_is_told_in_words(
    office: BoardDesk, phat: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.open()
    await phat.enter(await office.link_for(PHAT))

    async def away(tx: Tx, who: object) -> view.Board:
        raise StoreUnavailable("gone")

    monkeypatch.setattr(room, "read_board", away)
    await phat.get(f"{office.base}/board")
    assert phat.status == 503
    assert phat.headers["Retry-After"] == "10"
    assert "Traceback" not in phat.page


async def test_looking_changes_nothing_but_the_record(office: BoardDesk, phat: Visitor) -> None:
    matter = await office.open()
    await phat.enter(await office.link_for(PHAT))
    async with office.database.read() as tx:
        before = await incidents.get(tx, matter.id)
        waiting = await alerts.unplaced(tx)
    await phat.get(f"{office.base}/board")
    async with office.database.read() as tx:
        assert await incidents.get(tx, matter.id) == before
        assert await alerts.unplaced(tx) == waiting
    assert len(await office.record("show_board")) == 2
