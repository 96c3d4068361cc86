"""The newsroom in a real browser, without JavaScript, at a phone's width."""

from __future__ import annotations

from playwright.async_api import expect

from bot.store.database import Database
from tests.browser import quiet_page
from tests.web.test_newsroom import HOSTILE, Client, client, publish

__all__ = ["client"]


async def test_a_citizen_finds_and_reads_a_statement_without_javascript(client: Client, database: Database) -> None:
    await publish(database, HOSTILE.replace("\u0001", ""))
    base = str(client.make_url("")).rstrip("/")
    async with quiet_page(base, javascript=False, width=390) as page:
        await page.goto(f"{base}/newsroom")
        assert await page.evaluate("document.documentElement.lang") == "vi"
        await page.get_by_role("link", name="THÔNG TIN BAN ĐẦU <script>alert(1)</script>").click()
        statement = page.locator("#statement")
        await expect(statement).to_contain_text("Giá <5 & {{ 7*7 }}")
        await expect(page.locator("h1")).to_have_count(1)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await page.keyboard.press("Tab")
        await expect(page.locator(".skip")).to_be_focused()
