"""Plays a scenario against a running Keng from outside: its webhook, the simulated phones, the public pages."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import aiohttp
from standardwebhooks import Webhook

from bot.cli.play_counts import CountingFeed
from bot.cli.scenarios import Deed, Scenario
from bot.cli.serving import console
from bot.model.statement import version_sha256
from bot.simulator.cast import DEFAULT_CAST

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
PATIENCE_SECONDS = 90.0
POLL_SECONDS = 0.05
DUTY, CHANNEL = -1001000000001, -1002000000001
OUT_OF_DATE = "đã cũ"
JUDGED = re.compile(r"^keng_counts_judged_until_seconds\{.*\} (\S+)$", re.MULTILINE)
DIGEST = re.compile(r"\b[0-9a-f]{8}\b")
"""The beginning of a version's hash, as the question shows it that the spokesperson confirms."""


class PlayFault(Exception):
    """The play did not go as it must; the message says where."""


class Play:
    """One run of one scenario. Everything it knows it sees as an outsider would."""

    def __init__(self, base_url: str, secret: str, scenario: Scenario) -> None:
        """``secret`` signs the alerts."""
        self._base_url = base_url
        self._webhook = Webhook(secret)
        self._scenario = scenario
        self._http = aiohttp.ClientSession()
        self._started = time.monotonic()
        self._names = {person.id: person.name for person in DEFAULT_CAST.people}
        self._code = ""
        self._confirmed = ""
        self._skipped = 0.0
        self._counting = (
            None if scenario.counting is None else CountingFeed(scenario.counting, self._push, self._now, self._pass)
        )

    async def __aenter__(self) -> Play:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._http.close()

    def tell(self, who: str, what: str) -> None:
        """One line of the transcript."""
        clock = datetime.now(UTC).astimezone(LOCAL)
        passed = time.monotonic() - self._started
        console.print(
            f"[dim]{clock:%H:%M:%S} +{passed:5.1f}s[/dim]  [bold]{who}[/bold]  {what}", highlight=False, soft_wrap=True
        )

    async def send_alerts(self) -> None:
        """Push the alerts through the webhook, signed, at their pace."""
        for timed in self._scenario.alerts:
            await asyncio.sleep(max(0.0, timed.at - (time.monotonic() - self._started)))
            answer = await self._push("/v1/alerts", timed.alert)
            self.tell("Hệ thống giám sát", f"→ {timed.alert['title']}")
            self.tell("Kẻng", f"202: {answer['results'][0]['outcome']} ({answer['results'][0]['id'][:8]}…)")
        counting = self._scenario.counting
        if self._counting is not None and counting is not None:
            bins = await self._counting.bring_history()
            self.tell("Hệ thống đếm", f"→ {bins} lượt số liệu của {counting.days} ngày: {counting.topic}")
            await self._counting.pass_bins(counting.rise, counting.rise_negative)
            self.tell("Hệ thống đếm", "→ " + ", ".join(f"{n:g}" for n in counting.rise) + " lượt đề cập mỗi 5 phút")
        card = await self._card(DUTY)
        self._code = (await self._incident_code(card)) or ""
        self.tell("Tổ trực truyền thông", f"nhận thẻ vụ việc {self._code}: {card['text'].splitlines()[0]}")

    async def let_people_act(self) -> None:
        """Play the people."""
        for deed in self._scenario.people:
            await self._do(deed)

    async def compare(self, also: Callable[[], Awaitable[None]]) -> None:
        """Check that channel, newsroom and what ``also`` looks at carry byte for byte the words that were approved.

        Raises:
            PlayFault: they do not, or nothing was published.
        """
        post = await self._until(self._first_post, "bài đăng trên kênh công khai")
        feed = await self._until(self._first_item, "bài trên trang tin")
        for where, words in (("Kênh Telegram", post["text"]), ("Trang tin", feed["content_text"])):
            if version_sha256({"vi/full": words})[: len(self._confirmed)] != self._confirmed:
                raise PlayFault(f"{where} không đúng từng byte với bản đã duyệt ({self._confirmed})")
            self.tell(where, f"đăng {len(words.encode())} byte, đúng bản đã duyệt")
        if post["text"].encode() != feed["content_text"].encode():
            raise PlayFault("kênh Telegram và trang tin không giống nhau từng byte")
        await also()
        passed, limit = self._skipped + (time.monotonic() - self._started) / 60, self._scenario.within_minutes
        if limit is not None:
            if passed > limit:
                raise PlayFault(f"công bố sau {passed:.0f} phút, muộn hơn mục tiêu {limit} phút")
            self.tell("Đồng hồ", f"công bố sau {passed:.0f} phút, mục tiêu {limit} phút")
        self.tell("KẾT QUẢ", f"ĐẠT: nội dung đã đăng trùng từng byte với bản đã duyệt ({self._confirmed})")

    async def _do(self, deed: Deed) -> None:
        chat = DUTY if deed.chat == "duty" else deed.who
        name = self._names[deed.who]
        if deed.unreachable:
            await self._control("block", {"user": deed.who})
            self.tell(name, "không liên lạc được")
        elif deed.hears is not None:
            heard = await self._until(lambda: self._saying(chat, deed.hears or ""), f"“{deed.hears}”")
            self.tell(name, "nhận: " + " ".join(heard["text"].split())[:160])
        elif deed.later is not None:
            await self._control("clock", {"advance": deed.later * 60})
            self._skipped += deed.later
            self.tell("Đồng hồ", f"{deed.later} phút sau")
        elif deed.counts and self._counting is not None:
            await self._counting.pass_bins(deed.counts, deed.negative)
            await self._until(self._judged, "số liệu được xét")
            self.tell("Hệ thống đếm", f"→ {len(deed.counts)} lượt số liệu nữa, {sum(deed.counts):g} lượt đề cập")
        elif deed.say is not None:
            said = deed.say.replace("{code}", self._code)
            self.tell(name, f"gõ: {said}")
            await self._acting("say", deed, {"chat": chat, "user": deed.who, "text": said})
        elif deed.reply_to_card is not None:
            card = await self._card(chat)
            self.tell(name, "trả lời vào thẻ bằng bản sửa")
            hour = self._now().astimezone(LOCAL).strftime("%Hh%M ngày %d/%m/%Y")
            words = deed.reply_to_card.replace("{now}", hour)
            body = {"chat": chat, "user": deed.who, "text": words, "reply_to": card["id"]}
            await self._acting("say", deed, body)
        elif deed.press is not None:
            await self._press(deed, chat, name)

    async def _press(self, deed: Deed, chat: int, name: str) -> None:
        """Press a button once it is there, and see what the bot answers; read a card again that was out of date."""
        message = await self._until(lambda: self._with_button(chat, deed.press or ""), f"nút {deed.press}")
        digest = DIGEST.search(message["text"])
        self._confirmed = digest[0] if digest else self._confirmed
        body = {"chat": chat, "user": deed.who, "message": message["id"], "label": deed.press, "wait": 10}
        answer = await self._control("press", body)
        self.tell(name, f"bấm [{deed.press}] → {answer.get('text') or '…'}")
        if answer.get("alert") and not deed.refused and OUT_OF_DATE in answer["text"]:
            self.tell(name, "chờ thẻ cập nhật rồi đọc lại")
            await self._until(lambda: self._shown_anew(chat, deed.press or "", message), "thẻ cập nhật")
            await self._press(deed, chat, name)
            return
        if bool(answer.get("alert")) != deed.refused:
            raise PlayFault(f"{name} bấm {deed.press}: {answer.get('text')!r}")

    async def _acting(self, verb: str, deed: Deed, body: dict[str, Any]) -> None:
        """Say something and wait until the bot has answered it."""
        chat = body["chat"]
        before = await self._messages(chat)
        await self._control(verb, body)

        async def answered() -> dict[str, Any] | None:
            new = [m for m in await self._messages(chat) if m["id"] > max((x["id"] for x in before), default=0)]
            return next((m for m in new if m["from_bot"]), None)

        reply = await self._until(answered, f"trả lời cho {self._names[deed.who]}")
        self.tell("Kẻng", reply["text"].splitlines()[0])

    def _now(self) -> datetime:
        """The play's hour: the simulator's clock is ahead by what was skipped."""
        return datetime.now(UTC) + timedelta(minutes=self._skipped)

    async def _pass(self, seconds: float) -> None:
        """Let time pass in the play."""
        if seconds > 0:
            await self._control("clock", {"advance": seconds})
            self._skipped += seconds / 60

    async def _push(self, path: str, content: Any) -> dict[str, Any]:
        body = json.dumps(content, ensure_ascii=False)
        now, message_id = self._now(), f"msg_{uuid4().hex}"
        headers = {
            "content-type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._webhook.sign(message_id, now, body),
        }
        async with self._http.post(f"{self._base_url}{path}", data=body.encode(), headers=headers) as response:
            if response.status != 202:
                raise PlayFault(f"webhook trả lời {response.status}: {await response.text()}")
            answer: dict[str, Any] = await response.json()
            return answer

    async def _card(self, chat: int) -> dict[str, Any]:
        return await self._until(lambda: self._with_button(chat, "Duyệt"), "thẻ vụ việc")

    async def _saying(self, chat: int, words: str) -> dict[str, Any] | None:
        return next((m for m in await self._messages(chat) if m["from_bot"] and words in m["text"]), None)

    async def _with_button(self, chat: int, label: str) -> dict[str, Any] | None:
        messages = [m for m in await self._messages(chat) if label in _labels(m)]
        return messages[-1] if messages else None

    async def _incident_code(self, card: dict[str, Any]) -> str | None:
        """The code as the card's typed form names it: ``/duyet 7K2``."""
        _, found, rest = card["text"].partition("/duyet ")
        return rest.split()[0].strip(".,)") if found else None

    async def _shown_anew(self, chat: int, label: str, seen: dict[str, Any]) -> dict[str, Any] | None:
        """What carries the button now, once it is another message than the one seen, or reads differently."""
        shown = await self._with_button(chat, label)
        return shown if shown and (shown["id"], shown["text"]) != (seen["id"], seen["text"]) else None

    async def _first_post(self) -> dict[str, Any] | None:
        posts = await self._messages(CHANNEL)
        return posts[0] if posts else None

    async def _first_item(self) -> dict[str, Any] | None:
        async with self._http.get(f"{self._base_url}/newsroom/feed.json") as response:
            items = (await response.json(content_type=None))["items"]
            return items[0] if items else None

    async def _judged(self) -> dict[str, Any] | None:
        """True once Keng has judged what was counted, as its metrics say."""
        until = 0.0 if self._counting is None else self._counting.brought_until
        async with self._http.get(f"{self._base_url}/metrics") as response:
            found = JUDGED.findall(await response.text())
        return {"until": until} if any(float(value) >= until for value in found) else None

    async def _messages(self, chat: int) -> list[dict[str, Any]]:
        async with self._http.get(f"{self._base_url}/_sim/chat/{chat}") as response:
            messages: list[dict[str, Any]] = (await response.json())["messages"]
            return messages

    async def _control(self, verb: str, body: dict[str, Any]) -> dict[str, Any]:
        async with self._http.post(f"{self._base_url}/_sim/{verb}", json=body) as response:
            answer: dict[str, Any] = await response.json()
            if response.status >= 400:
                raise PlayFault(f"{verb}: {answer}")
            return answer

    async def _until(self, look: Callable[[], Awaitable[dict[str, Any] | None]], what: str) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            found = await look()
            if found is not None:
                return found
            await asyncio.sleep(POLL_SECONDS)
        raise PlayFault(f"chờ quá {PATIENCE_SECONDS:.0f} giây mà không thấy {what}")


def _labels(message: dict[str, Any]) -> list[str]:
    return [button["text"] for row in message.get("buttons") or [] for button in row]
