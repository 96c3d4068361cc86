"""Enrolling by letter in a real browser: on a phone, without JavaScript, past axe, with no request to anybody else."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from bot.model.commands import VouchFactor
from tests.browser import quiet_page
from tests.signoff_desk import SignoffDesk
from tests.web.signoff.enrolling import invite, pairing_on, secret_on
from tests.web.signoff.test_in_a_browser import PHONE, fits
from tests.web.test_accessibility import a_browser, faults


class Seen:
    """What a page shows, for the helpers that read it."""

    def __init__(self, page: str) -> None:
        self.page = page


async def on(page: Page) -> Any:
    return Seen(await page.content())


async def test_the_whole_way_on_a_phone_without_javascript(office: SignoffDesk) -> None:
    sent = await invite(office, colleagues=())
    async with quiet_page(office.base, javascript=False, width=PHONE) as page:
        await page.goto(sent.link)
        assert await fits(page)
        await page.get_by_label("Mã do quản trị viên đọc cho anh/chị").fill(sent.code.lower())
        await page.get_by_role("button", name="Bắt đầu đăng ký").click()
        assert sent.link not in page.url, "the link is not in the address any more"
        assert await fits(page)
        drawn = await page.locator("img.qr").evaluate("image => [image.complete, image.naturalWidth > 0]")
        assert drawn == [True, True]
        app = secret_on(await on(page))
        address = await page.get_by_role("link", name="mở ứng dụng xác thực").get_attribute("href")
        assert address is not None
        assert address.startswith("otpauth://totp/Keng:p102%40thuonggiang.example.vn?")
        assert f"secret={app.secret}" in address
        await office.does("p101", VouchFactor(pairing_on(await on(page))))
        await page.get_by_role("link", name="Xem đã có ai xác nhận chưa").click()
        await expect(page.get_by_text("Trần Thị Trực đã xác nhận.")).to_be_visible()
        await page.get_by_label("Mã xác thực").fill(app.at(office.clock.now()))
        await page.get_by_role("button", name="Hoàn tất đăng ký").click()
        await expect(page.get_by_role("status")).to_contain_text("đã có hiệu lực")
        assert await fits(page)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
async def test_axe_finds_nothing_on_any_page(office: SignoffDesk, scheme: Any, width: int) -> None:
    sent, void = await invite(office), await invite(office, "p104", colleagues=())
    async with a_browser() as browser:
        context = await browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        page = await context.new_page()

        async def is_faultless(name: str) -> None:
            assert await faults(page) == [], name
            await expect(page.locator("h1")).to_have_count(1)
            assert await fits(page), name

        await page.goto(sent.link)
        await is_faultless("the owner's door")
        await page.get_by_role("textbox").fill("9Z9Z9Z")
        await page.get_by_role("button").click()
        await expect(page.get_by_role("alert")).to_be_visible()
        await is_faultless("the owner's door after a wrong code")
        await page.get_by_role("textbox").fill(sent.code)
        await page.get_by_role("button").click()
        await is_faultless("the secret")
        room, seen = page.url, await on(page)
        await page.goto(sent.colleagues["p103"])
        await is_faultless("the colleague's door")
        await page.get_by_role("textbox").fill(pairing_on(seen))
        await page.get_by_role("button").click()
        await expect(page.get_by_role("status")).to_be_visible()
        await is_faultless("a colleague vouched")
        await page.goto(room)
        await page.get_by_role("textbox").fill("000000")
        await page.get_by_role("button").click()
        await is_faultless("a wrong first code")
        await page.get_by_role("textbox").fill(secret_on(seen).at(office.clock.now()))
        await page.get_by_role("button").click()
        await expect(page.get_by_role("status")).to_be_visible()
        await is_faultless("done")
        for address in (f"{office.base}/signoff/f/{'a' * 50}", f"{office.base}/signoff/f/s/{void.id}"):
            await page.goto(address)
            await is_faultless(address)


async def test_a_browser_tells_nobody_where_it_came_from(office: SignoffDesk) -> None:
    sent = await invite(office, colleagues=())
    referers: list[str] = []
    async with quiet_page(office.base, javascript=False, width=PHONE) as page:
        page.on("request", lambda r: referers.append(r.headers.get("referer", "")))
        await page.goto(sent.link)
        await page.get_by_role("textbox").fill(sent.code)
        await page.get_by_role("button").click()
        await expect(page.locator("img.qr")).to_be_visible()
    assert set(referers) == {""}
