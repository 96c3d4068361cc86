"""The page of phones in a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.simulator import Simulator
from tests.browser import quiet_page
from tests.simulator.conftest import CHANNEL, DUTY_ROOM, OFFICER, SPOKESPERSON, STRANGER, Call, keyboard

STATIC = Path(__file__).parents[2] / "bot" / "simulator" / "static"


@pytest.fixture
async def page(base: str) -> AsyncIterator[Page]:
    async with quiet_page(base) as page:
        await page.goto(f"{base}/_sim/")
        await expect(page.locator("#link")).to_have_text("Đang nối trực tiếp")
        yield page


async def test_a_person_reads_presses_is_answered_and_writes(page: Page, simulator: Simulator, call: Call) -> None:
    phones = page.locator(".phone")
    assert await phones.locator(".phone-owner").all_text_contents() == [
        "Phòng trực", "Người phát ngôn", "Cấp phó", "Công chúng",
    ]  # fmt: skip
    group, spokesperson, channel = phones.nth(0), phones.nth(1), phones.nth(3)

    # A card arrives by itself; user text is never markup.
    hostile = "<b>7K2</b> &lt;img src=x onerror=alert(1)&gt;"
    for chat in (DUTY_ROOM, SPOKESPERSON):
        await call("sendMessage", chat_id=chat, text=hostile, parse_mode="HTML", reply_markup=keyboard("Duyệt", "Sửa"))
    await expect(spokesperson.locator(".text strong")).to_have_text("7K2")
    await expect(spokesperson.locator(".text")).to_contain_text("<img src=x onerror=alert(1)>")
    await expect(spokesperson.locator(".bubble time")).to_have_text("12:00")

    # A press in the group is the chosen holder's press; its answer is a toast.
    await group.locator(".holder-select").select_option(str(SPOKESPERSON))
    await group.get_by_role("button", name="Duyệt", exact=True).click()
    [update] = (await call("getUpdates", timeout=5))["result"]
    assert (update["callback_query"]["from"]["id"], update["callback_query"]["data"]) == (SPOKESPERSON, "do:Duyệt")
    await call("answerCallbackQuery", callback_query_id=update["callback_query"]["id"], text="Đã ghi nhận")
    await expect(group.locator(".toast")).to_have_text("Đã ghi nhận")

    # An alert must be closed, by keyboard too, and gives the focus back.
    await spokesperson.get_by_role("button", name="Sửa", exact=True).press("Enter")
    [update] = (await call("getUpdates", offset=update["update_id"] + 1, timeout=5))["result"]
    answer = {"callback_query_id": update["callback_query"]["id"], "text": "Không có quyền", "show_alert": True}
    await call("answerCallbackQuery", **answer)
    await expect(spokesperson.get_by_role("alertdialog")).to_contain_text("Không có quyền")
    await page.keyboard.press("Escape")
    await expect(spokesperson.get_by_role("alertdialog")).to_be_hidden()
    await expect(spokesperson.get_by_role("button", name="Sửa", exact=True)).to_be_focused()

    # A click on a message begins a reply.
    await spokesperson.locator(".bubble .text").click()
    await spokesperson.get_by_role("textbox").fill("Bản mới")
    await page.keyboard.press("Enter")
    await expect(spokesperson.locator(".is-own .text")).to_have_text("Bản mới")
    assert simulator.messages(SPOKESPERSON)[-1].reply_to == 1

    # An edit shows in place; a publication shows in the channel, which nobody can write in.
    await call("editMessageText", chat_id=SPOKESPERSON, message_id=1, text="7K2 đã duyệt")
    await expect(spokesperson.locator(".is-other .text")).to_have_text("7K2 đã duyệt")
    await expect(spokesperson.locator(".is-other .edited")).to_have_text("đã sửa")
    await expect(spokesperson.locator(".inline-key")).to_have_count(0)
    await call("sendMessage", chat_id=CHANNEL, text="Thông báo")
    await expect(channel.locator(".text")).to_have_text("Thông báo")
    await expect(channel.locator(".composer")).to_be_hidden()

    # Another phone can be looked at: a stranger's, who has still to press Start.
    await phones.nth(2).locator(".chat-select").select_option(str(STRANGER))
    await phones.nth(2).get_by_role("button", name="Bắt đầu").click()
    await expect(phones.nth(2).locator(".is-own .text")).to_have_text("/start")

    # The clock that everybody shares moves from the page.
    await page.get_by_role("button", name="+1 giờ").click()
    await expect(page.locator("#clock-time")).to_have_text("13:00")
    assert simulator.people.say(OFFICER, OFFICER, "x").date.hour == 6


@pytest.mark.parametrize("width", [390, 1280, 1920])
async def test_nothing_runs_over_the_edge(page: Page, width: int) -> None:
    await page.set_viewport_size({"width": width, "height": 900})
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    tops = await page.locator(".phone").evaluate_all("nodes => new Set(nodes.map(n => n.offsetTop)).size")
    assert tops == (4 if width == 390 else 1)


def test_no_script_sets_html() -> None:
    for script in STATIC.glob("*.js"):
        source = script.read_text(encoding="utf-8")
        assert "innerHTML" not in source and "insertAdjacentHTML" not in source, script.name
