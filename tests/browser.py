"""A real browser for the page tests: found, started, and watched for complaints and for requests to anywhere else."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Page, async_playwright

SWITCHES = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def chromium() -> str:
    """Where Chromium is; its absence is a failure in CI and reported as not run elsewhere."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    if os.environ.get("CI"):
        pytest.fail("no Chromium in CI")
    pytest.skip("not run: no Chromium on this machine")


@asynccontextmanager
async def quiet_page(base: str, *, javascript: bool = True, width: int = 1440) -> AsyncIterator[Page]:
    """A page that fails the test when the browser complains or asks any other server for anything."""
    complaints: list[str] = []
    foreign: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=SWITCHES)
        page = await browser.new_page(viewport={"width": width, "height": 900}, java_script_enabled=javascript)
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: foreign.append(request.url) if not request.url.startswith(base) else None)
        yield page
        await browser.close()
    assert complaints == []
    assert foreign == []
