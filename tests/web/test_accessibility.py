"""Every public page passes axe in a real browser, by day and by night, on a phone; and a keyboard is enough."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.model.statement import StatementKind
from bot.store.database import Database
from tests.browser import SWITCHES, chromium, quiet_page
from tests.web.published import WATER, follow, put
from tests.web.test_newsroom import Client, client

__all__ = ["client"]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=SWITCHES)
        yield browser
        await browser.close()


async def faults(page: Page) -> list[Any]:
    """What axe finds, short."""
    found = (await Axe().run(page, options=RULES)).response
    assert found["passes"], "axe looked at nothing"
    return [(v["id"], [n["html"][:160] for n in v["nodes"]]) for v in found["violations"]]


async def a_crisis(database: Database) -> dict[str, str]:
    """A newsroom with every kind of statement; the addresses of its pages."""
    first = await put(database, WATER)
    series = first.rpartition("-")[0]
    texts = {
        "vi/full": WATER.replace("12 người", "21 người"),
        "en/full": "CORRECTION\n\nTwenty-one people were treated.",
    }
    second = await follow(database, series, 2, texts, kind=StatementKind.CORRECTION, refers_to=1, hours=1)
    await follow(database, series, 3, "THU HỒI\n\nNhầm.", kind=StatementKind.RETRACTION, refers_to=2, hours=2)
    for number in range(3, 24):
        await put(database, f"THÔNG TIN {number}\n\nĐường đã thông.", hours=number)
    return {
        "listing": "/newsroom",
        "second page": "/newsroom?page=2",
        "search": "/newsroom?q=nuoc&from=2026-11-01",
        "fault": "/newsroom?from=x",
        "corrected": f"/newsroom/{first}",
        "retracted": f"/newsroom/{second}",
        "series": f"/newsroom/{series}",
        "english": f"/en/newsroom/{first}",
        "english listing": "/en/newsroom",
        "english series": f"/en/newsroom/{series}",
        "verify": "/verify",
        "verify by hash": f"/verify?hash={'0' * 64}",
        "missing": "/newsroom/nothing",
        "elsewhere": "/wp-login.php",
    }


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
async def test_axe_finds_nothing_on_any_page(client: Client, database: Database, scheme: Any, width: int) -> None:
    pages = await a_crisis(database)
    base = str(client.make_url("")).rstrip("/")
    async with a_browser() as browser:
        context = await browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        page = await context.new_page()
        for name, path in pages.items():
            await page.goto(base + path)
            assert await faults(page) == [], name
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        for pasted in (WATER, WATER.replace("12", "99"), f"Nóng!\n{WATER}\nChết 5 người!", "Không ai nói điều này cả."):
            await page.goto(f"{base}/verify")
            await page.fill("#text", pasted)
            await page.get_by_role("button", name="Kiểm tra nội dung").click()
            await expect(page.get_by_role("status")).to_be_visible()
            assert await faults(page) == [], pasted


async def test_a_keyboard_is_enough_to_check_a_text_without_javascript(client: Client, database: Database) -> None:
    await put(database, WATER)
    base = str(client.make_url("")).rstrip("/")
    async with quiet_page(base, javascript=False, width=390) as page:
        await page.goto(f"{base}/newsroom")
        await page.keyboard.press("Tab")
        await expect(page.locator(".skip")).to_be_focused()
        for _ in range(3):
            await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/verify")
        await page.locator("#text").focus()
        await page.keyboard.insert_text(WATER)
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Đúng nguyên văn bản đã công bố")).to_be_visible()


async def test_a_search_by_keyboard_without_javascript_finds_it(client: Client, database: Database) -> None:
    await put(database, WATER)
    base = str(client.make_url("")).rstrip("/")
    async with quiet_page(base, javascript=False, width=390) as page:
        await page.goto(f"{base}/newsroom")
        await page.locator("summary").focus()
        await page.keyboard.press("Enter")
        await page.get_by_label("Tìm trong các thông tin đã công bố").fill("nuoc may")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Kết quả tìm kiếm")
        await expect(page.locator("mark").first).to_have_text("NƯỚC")


async def test_on_paper_stand_the_agency_the_hash_and_the_address(client: Client, database: Database) -> None:
    item = await put(database, WATER)
    base = str(client.make_url("")).rstrip("/")
    async with quiet_page(base) as page:
        await page.goto(f"{base}/newsroom/{item}")
        await page.emulate_media(media="print")
        for shown in (".agency", ".hash", ".address", "#statement"):
            await expect(page.locator(shown)).to_be_visible()
        for hidden in (".ways", ".feeds", ".check"):
            await expect(page.locator(hidden)).to_be_hidden()
