"""A browser without a screen, for the pages that people enter by a link: the sign-off page and the board."""

from __future__ import annotations

import asyncio
import html
import re
from typing import Any

import aiohttp


class Visitor:
    """Somebody's browser: keeps cookies, follows redirects, fills in forms. Not the same as anybody else's."""

    def __init__(self) -> None:
        """Nothing was looked at."""
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self.page = ""
        self.status = 0
        self.url = ""
        self.headers: dict[str, str] = {}

    async def get(self, url: str, **more: Any) -> str:
        """Look at an address."""
        return await self._keep(self.http.get(url, **more))

    async def press(self, action: str, **fields: str) -> str:
        """Send the form whose action ends so, with its hidden fields as they stand on the page."""
        forms = re.findall(r'<form method="post" action="([^"]+)"[^>]*>(.*?)</form>', self.page, re.S)
        found = [(target, body) for target, body in forms if target.endswith(action)]
        assert found, f"no form for {action!r} on the page"
        target, body = found[0]
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)"', body)
        base = "/".join(self.url.split("/")[:3])
        sent = {name: html.unescape(value) for name, value in hidden} | fields
        return await self._keep(self.http.post(base + target, data=sent))

    async def enter(self, link: str) -> str:
        """Open the link as a person does: look, then press."""
        await self.get(link)
        return await self.press(link.rpartition("/")[2])

    async def _keep(self, request: Any) -> str:
        async with request as answer:
            self.page, self.status, self.url = await answer.text(), answer.status, str(answer.url)
            self.headers = dict(answer.headers)
        return self.page

    async def close(self) -> None:
        """Close it."""
        await self.http.close()
        await asyncio.sleep(0)
