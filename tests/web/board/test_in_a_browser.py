"""The internal board in a real browser: a phone by night without JavaScript, a desk by day, axe, a keyboard, paper."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from bot.model import commands as c
from tests.approval.office import PHAT
from tests.board_desk import BoardDesk
from tests.browser import quiet_page
from tests.web.test_accessibility import a_browser, faults


async def a_night(office: BoardDesk) -> None:
    """A matter with a curve, one without, a drill, one that ended."""
    matter = await office.open(title="Nước máy có mùi dầu ở phường Sông Thượng, nhiều người đau bụng sau bữa tối")
    await office.rises(matter.id)
    await office.open(code="8M3", level=4, title="Cháy lớn ở chợ trung tâm " + "rất" * 60)
    await office.open(code="9P4", level=1, drill=True, title="Lũ về trong đêm")
    ended = await office.open(code="5H6", level=2, title="Tin đồn vỡ đê")
    await office.does(PHAT, c.FalseAlarm(ended.id, "tin cũ"))


async def fits(page: Page) -> bool:
    return bool(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


async def shape_of(page: Page) -> tuple[str, bool]:
    """Which picture the browser chose, and whether it is one."""
    image = page.locator("img.curve").first
    await image.scroll_into_view_if_needed()
    await expect(image).to_have_js_property("complete", value=True)
    source = str(await image.evaluate("i => i.currentSrc"))
    return source.rpartition(".svg")[2], bool(await image.evaluate("i => i.naturalWidth > 100"))


async def test_an_official_opens_and_reads_it_on_a_phone_without_javascript(office: BoardDesk) -> None:
    await a_night(office)
    link = await office.link_for(PHAT)
    async with quiet_page(office.base, javascript=False, width=390) as page:
        await page.goto(link)
        assert await fits(page)
        await page.get_by_role("button", name="Mở bảng").click()
        await page.wait_for_url(f"{office.base}/board")
        await expect(page.locator("h1")).to_have_count(1)
        assert await fits(page)
        await page.get_by_role("navigation").get_by_role("link", name="7K2").click()
        await expect(page.get_by_role("heading", name="Nước máy có mùi dầu")).to_be_in_viewport()
        image = page.locator("img.curve")
        await image.scroll_into_view_if_needed()
        await expect(image).to_be_visible()
        await page.get_by_role("button", name="Đóng bảng").click()
        await expect(page.get_by_role("status")).to_contain_text("không còn xem được")


@pytest.mark.parametrize(
    ("scheme", "width", "shape"), [("light", 1280, ""), ("dark", 390, "?tall"), ("dark", 320, "?tall")]
)
async def test_axe_finds_nothing_by_day_and_by_night(office: BoardDesk, scheme: Any, width: int, shape: str) -> None:
    await a_night(office)
    link = await office.link_for(PHAT)
    async with a_browser() as browser:
        context = await browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        page = await context.new_page()
        await page.goto(link)
        assert await faults(page) == [], "the door"
        await page.get_by_role("button", name="Mở bảng").click()
        await page.wait_for_url("**/board")
        assert await shape_of(page) == (shape, True)
        assert await faults(page) == [], "the board"
        assert await fits(page)
        for address in (link, f"{office.base}/board/o/abc"):
            await page.goto(address)
            assert await faults(page) == [], address
            assert await fits(page)
        await context.clear_cookies()
        await page.goto(f"{office.base}/board")
        assert await faults(page) == [], "without a session"


async def test_a_keyboard_is_enough(office: BoardDesk) -> None:
    await a_night(office)
    async with quiet_page(office.base, javascript=False, width=390) as page:
        await page.goto(await office.link_for(PHAT))
        await page.keyboard.press("Tab")
        await expect(page.locator(".skip")).to_be_focused()
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/board")
        for _ in range(3):
            await page.keyboard.press("Tab")
        await expect(page.get_by_role("navigation").get_by_role("link").first).to_be_focused()


async def test_on_paper_stand_the_matters_and_their_curves_and_no_buttons(office: BoardDesk) -> None:
    await a_night(office)
    async with quiet_page(office.base) as page:
        await page.goto(await office.link_for(PHAT))
        await page.get_by_role("button", name="Mở bảng").click()
        await page.emulate_media(media="print")
        for shown in (".agency", "h1", "article", "img.curve", ".drill"):
            await expect(page.locator(shown).first).to_be_visible()
        for hidden in (".leave", ".index", ".up"):
            await expect(page.locator(hidden).first).to_be_hidden()
