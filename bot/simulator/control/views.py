"""GET /_sim/…: looking at the simulated world."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from aiohttp import web

from bot.simulator.acts import ActRefused, chat_of
from bot.simulator.control import shown
from bot.simulator.control.reading import chat_id, number

if TYPE_CHECKING:
    from bot.simulator.simulator import Simulator


class Views:
    """Each returns what is answered as JSON; raises ActRefused."""

    def __init__(self, simulator: Simulator) -> None:
        """Look at this simulator."""
        self._simulator = simulator
        self._state = simulator.state

    def clock(self) -> shown.Shown:
        """The present instant."""
        clock = self._simulator.clock
        return {"now": shown.instant(clock.now()), "frozen": clock.frozen_at is not None}

    def state(self) -> shown.Shown:
        """The whole at a glance."""
        webhook, flood = self._state.webhook, self._simulator.flood.limits
        return {
            "bot": shown.person(self._state.bot),
            "clock": self.clock(),
            "people": [shown.person(person) for person in self._state.people.values() if not person.is_bot],
            "chats": self.chats(),
            "webhook": {"url": webhook.url, "has_secret": bool(webhook.secret)} if webhook.url else None,
            "pending_updates": [shown.update(update) for update in self._simulator.queue.pending()],
            "allowed_updates": list(self._state.subscription.kinds),
            "commands": [asdict(commands) for commands in self._state.commands.values()],
            "faults": [asdict(fault) for fault in self._simulator.faults.listed()],
            "flood": asdict(flood) if flood else None,
            "group_privacy": self._simulator.world.group_privacy,
            "callback_window": self._simulator.world.callback_window.total_seconds(),
            "problems": len(self._simulator.calls.problems()),
        }

    def chats(self) -> list[shown.Shown]:
        """All chats, private ones included."""
        return [shown.chat(chat, self._state) for chat in self._state.chats.values()]

    def chat(self, request: web.Request) -> shown.Shown:
        """One chat with its messages; deleted ones only with `?deleted=1`."""
        chat = chat_of(self._state, chat_id(self._state, request.match_info["chat"]))
        with_deleted = request.query.get("deleted") == "1"
        messages = [
            shown.message(message, self._state)
            for message in self._state.messages[chat.id].values()
            if with_deleted or not message.deleted
        ]
        return {"chat": shown.chat(chat, self._state), "messages": messages}

    def history(self, request: web.Request) -> list[shown.Shown]:
        """All wordings of one message, the original first."""
        chat = chat_of(self._state, chat_id(self._state, request.match_info["chat"]))
        message = number(request.match_info["message"], "message")
        if message not in self._state.messages[chat.id]:
            raise ActRefused("message", f"no message {message} in chat {chat.id}")
        return [shown.revision(revision, self._state) for revision in self._state.revisions[chat.id, message]]

    def calls(self, request: web.Request) -> list[shown.Shown]:
        """The bot's calls: `?method=`, `?since=` a number, `?chat=`."""
        query = request.query
        since = number(query.get("since", "0"), "since")
        chat = chat_id(self._state, query["chat"]) if "chat" in query else None
        return [shown.call(call) for call in self._simulator.calls.listed(query.get("method", ""), since, chat)]

    def problems(self) -> list[shown.Shown]:
        """Refusals that nobody announced."""
        return [shown.call(call) for call in self._simulator.calls.problems()]

    def callback(self, request: web.Request) -> shown.Shown:
        """A press and its answer."""
        found = self._state.callbacks.get(request.match_info["callback"])
        if found is None:
            raise ActRefused("callback", "no such press")
        return shown.callback(found)

    def faults(self) -> list[shown.Shown]:
        """Troubles still on order."""
        return [asdict(fault) for fault in self._simulator.faults.listed()]

    def updates(self) -> list[shown.Shown]:
        """All updates, delivered ones included, oldest first."""
        return [shown.update(update) for update in self._state.updates.values()]

    def file(self, request: web.Request) -> web.Response:
        """The content of an attachment, for the page; never as something that a browser would run."""
        file = self._state.files.get(request.match_info["file"])
        if file is None:
            raise web.HTTPNotFound
        is_picture = file.width is not None
        headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
        if not is_picture:
            headers["Content-Disposition"] = "attachment"
        mime = file.mime if is_picture and file.mime.startswith("image/") and "svg" not in file.mime else ""
        return web.Response(body=file.data, content_type=mime or "application/octet-stream", headers=headers)
