"""Which address means what, and how refusals are answered: 400 `{"error", "field", "reason"}`."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from aiohttp import web

from bot.simulator.acts import ActRefused
from bot.simulator.control.acts import Acts
from bot.simulator.control.views import Views
from bot.simulator.guard import refuse_strangers

if TYPE_CHECKING:
    from bot.simulator.simulator import Simulator

View = Callable[[web.Request], object]
Act = Callable[[web.Request], Awaitable[object]]


class Control:
    """The control interface of one simulator."""

    def __init__(self, simulator: Simulator) -> None:
        """Control this simulator."""
        self._views = Views(simulator)
        self._acts = Acts(simulator)

    def add_routes(self, app: web.Application) -> None:
        """Mount everything under `/_sim/`."""
        views, acts = self._views, self._acts
        looks: dict[str, View] = {
            "state": lambda _: views.state(),
            "chats": lambda _: views.chats(),
            "chat/{chat}": views.chat,
            "chat/{chat}/{message}/history": views.history,
            "calls": views.calls,
            "problems": lambda _: views.problems(),
            "callback/{callback}": views.callback,
            "faults": lambda _: views.faults(),
            "updates": lambda _: views.updates(),
            "clock": lambda _: views.clock(),
            "file/{file}": views.file,
        }
        deeds: dict[str, Act] = {
            "say": acts.say,
            "press": acts.press,
            "edit": acts.edit,
            "delete": acts.delete,
            "start": acts.start,
            "block": acts.block,
            "unblock": acts.unblock,
            "add": acts.add,
            "kick": acts.kick,
            "mute": acts.mute,
            "promote": acts.promote,
            "migrate": acts.migrate,
            "person": acts.person,
            "chat": acts.chat,
            "faults": acts.fault,
            "flood": acts.flood,
            "clock": self._move_clock,
            "update": acts.update,
            "expect": acts.expect,
        }
        for path, view in looks.items():
            app.router.add_get(f"/_sim/{path}", _guarded(_looking(view)))
        for path, act in deeds.items():
            app.router.add_post(f"/_sim/{path}", _guarded(act))
        app.router.add_delete("/_sim/faults", _guarded(acts.clear_faults))
        app.router.add_delete("/_sim/problems", _guarded(acts.forgive))

    async def _move_clock(self, request: web.Request) -> object:
        await self._acts.move_clock(request)
        return self._views.clock()


def _looking(view: View) -> Act:
    async def look(request: web.Request) -> object:
        return view(request)

    return look


def _guarded(act: Act) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        refuse_strangers(request)
        try:
            answer = await act(request)
        except ActRefused as refusal:
            body = {"error": str(refusal), "field": refusal.field, "reason": refusal.reason}
            return web.json_response(body, status=400, dumps=_dumps)
        return answer if isinstance(answer, web.StreamResponse) else web.json_response(answer, dumps=_dumps)

    return handle


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
