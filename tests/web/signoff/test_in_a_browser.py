"""The sign-off page in a real browser: a phone's width, no JavaScript, no request to anybody else."""

from __future__ import annotations

from playwright.async_api import Page, expect

from bot.model.commands import Edit
from bot.model.statement import StatementState
from tests.browser import quiet_page
from tests.signoff_desk import CODE, SignoffDesk

PHONE = 360


async def fits(page: Page) -> bool:
    return bool(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


async def test_a_spokesperson_reads_and_approves_on_a_phone_without_javascript(office: SignoffDesk) -> None:
    link = await office.link_for()
    async with quiet_page(office.base, javascript=False, width=PHONE) as page:
        await page.goto(link)
        assert await fits(page)
        await page.get_by_role("button", name="Mở văn bản").click()
        assert link not in page.url, "the link is not in the address any more"
        text = (await office.current()).full_vi
        assert await page.locator("#text-vi-full").text_content() == text
        assert await fits(page)
        await expect(page.locator("h1")).to_have_count(1)
        await page.get_by_label("Mã xác thực").first.fill(CODE)
        await page.get_by_role("button", name="Duyệt bản 1").click()
        await expect(page.get_by_role("status")).to_contain_text("Anh/chị đã duyệt bản 1")
        assert await fits(page)
    assert (await office.current()).state is StatementState.APPROVED


async def test_a_browser_tells_nobody_where_it_came_from(office: SignoffDesk) -> None:
    link = await office.link_for()
    referers: list[str] = []
    async with quiet_page(office.base, javascript=False, width=PHONE) as page:
        page.on("request", lambda r: referers.append(r.headers.get("referer", "")))
        await page.goto(link)
        await page.get_by_role("button", name="Mở văn bản").click()
        await page.get_by_text("Trả lại", exact=True).click()
        await page.get_by_label("Lý do trả lại (bắt buộc)").fill("Sai địa danh")
        await page.locator("#code-return").fill(CODE)
        await page.get_by_role("button", name="Trả lại văn bản").click()
        await expect(page.get_by_role("status")).to_contain_text("Đã trả lại bản 1")
    assert len(referers) >= 4
    assert set(referers) == {""}
    assert (await office.current()).reason == "Sai địa danh"


async def test_a_reason_is_asked_for_before_anything_is_sent(office: SignoffDesk) -> None:
    link = await office.link_for()
    async with quiet_page(office.base, javascript=False, width=PHONE) as page:
        await page.goto(link)
        await page.get_by_role("button", name="Mở văn bản").click()
        await page.get_by_text("Trả lại", exact=True).click()
        await page.locator("#code-return").fill(CODE)
        await page.get_by_role("button", name="Trả lại văn bản").click()
        await expect(page.get_by_label("Lý do trả lại (bắt buộc)")).to_be_visible()
    assert office.told == []


async def test_an_edit_by_keyboard_alone_and_the_changes_are_seen(office: SignoffDesk) -> None:
    link = await office.link_for()
    old = (await office.current()).full_vi
    async with quiet_page(office.base, javascript=False, width=PHONE) as page:
        await page.goto(link)
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="Đến nội dung chính")).to_be_focused()
        await page.keyboard.press("Enter")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await page.get_by_text("Sửa", exact=True).focus()
        await page.keyboard.press("Enter")
        assert await page.get_by_label("Toàn văn mới").input_value() == old
        await page.get_by_label("Toàn văn mới").fill(old.replace("nguồn nước", "nguồn nước sông"))
        await page.locator("#code-edit").fill(CODE)
        await page.locator("#code-edit").press("Enter")
        await page.get_by_role("button", name="Xem bản 2").click()
        await expect(page.locator("ins")).to_have_count(1)
        await expect(page.locator("ins")).to_contain_text("sông")
        assert await page.locator("#text-vi-full").text_content() == old.replace("nguồn nước", "nguồn nước sông")
        assert await fits(page)


async def test_the_longest_words_still_fit_a_phone(office: SignoffDesk) -> None:
    await office.does("p104", Edit(office.incident_id, 1, "a" * 600 + "\n\n" + "ế" * 600))
    link = await office.link_for()
    async with quiet_page(office.base, javascript=False, width=PHONE) as page:
        await page.goto(link)
        await page.get_by_role("button", name="Mở văn bản").click()
        assert await fits(page)
