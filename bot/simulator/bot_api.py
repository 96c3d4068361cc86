"""The Bot API over HTTP: `/bot<token>/<method>` and `/file/bot<token>/<path>`.

Success is 200 `{"ok": true, "result": …}`; an error has its code as HTTP status too (telegram-bot-api `Query.cpp`).
"""

from __future__ import annotations

import asyncio
import inspect
import json
import secrets
from http import HTTPStatus

from aiohttp import web

from bot.simulator.calls import Call, CallRecord
from bot.simulator.errors import ApiError, too_many_requests
from bot.simulator.faults import Fault, FaultKind, Faults
from bot.simulator.flood import FloodGuard
from bot.simulator.guard import refuse_strangers
from bot.simulator.methods import METHODS, Described
from bot.simulator.params import Params
from bot.simulator.reading import read_params
from bot.simulator.world import World

_BAD_GATEWAY = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n"
    "<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n"
)
_NO_ANSWER = 0


class BotApi:
    """Carries out calls, with the troubles on order, and records them."""

    def __init__(self, world: World, token: str, calls: CallRecord, faults: Faults, flood: FloodGuard) -> None:
        """Answer calls that carry this token."""
        self._world = world
        self._token = token
        self._calls = calls
        self._faults = faults
        self._flood = flood

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer a call of a method."""
        refuse_strangers(request)
        at, name = self._world.now(), request.match_info["method"]
        known = METHODS.get(name.lower())
        name = known.name if known else name
        if not self._knows(request):
            return self._answer_error(ApiError(401, "Unauthorized"))
        try:
            params = await read_params(request)
        except ApiError as error:
            self._calls.add(Call(0, at, name, None, {}, error.code, error.description))
            return self._answer_error(error)
        chat = self._chat(params)
        delay, fault = self._faults.strike(name, chat)
        if delay:
            await asyncio.sleep(delay)
        status, body, result = await self._outcome(name, chat, params, fault)
        description = str(body.get("description", ""))
        mark = fault.kind.value if fault else ""
        self._calls.add(Call(0, at, name, chat, params.recorded(), status, description, result, mark))
        if status == _NO_ANSWER:
            return _drop(request)
        if fault and fault.kind is FaultKind.BAD_GATEWAY:
            return web.Response(status=status, text=_BAD_GATEWAY, content_type="text/html")
        return _answer(status, body)

    async def download(self, request: web.Request) -> web.StreamResponse:
        """Answer with the content of a file."""
        refuse_strangers(request)
        if not self._knows(request):
            return self._answer_error(ApiError(401, "Unauthorized"))
        path = request.match_info["path"]
        file = next((file for file in self._world.state.files.values() if file.path == path), None)
        if file is None:
            return self._answer_error(ApiError(404, "Not Found"))
        return web.Response(body=file.data, content_type="application/octet-stream")

    async def _outcome(
        self, name: str, chat: int | None, params: Params, fault: Fault | None
    ) -> tuple[int, dict[str, object], object]:
        """Status (0: no answer), body and result of a call under this trouble."""
        match fault.kind if fault else None:
            case FaultKind.REFUSE:
                return _NO_ANSWER, {}, None
            case FaultKind.HANG if fault is not None:
                await self._faults.hang(fault)
                return _NO_ANSWER, {}, None
            case FaultKind.BAD_GATEWAY:
                return 502, {}, None
            case FaultKind.ERROR if fault is not None:
                error = _ordered(fault)
                return error.code, _error_body(error), None
            case _:
                pass
        try:
            result = await self._carry_out(name, chat, params)
        except ApiError as error:
            return error.code, _error_body(error), None
        if name == "getUpdates" and self._faults.is_outage:
            # The outage began while this poll was waiting.
            return _NO_ANSWER, {}, None
        body: dict[str, object] = {"ok": True, "result": result}
        if isinstance(result, Described):
            body = {"ok": True, "result": result.result, "description": result.description}
            result = result.result
        if fault is not None and fault.kind is FaultKind.LOST:
            return _NO_ANSWER, {}, result
        if fault is not None and fault.kind is FaultKind.LOST_500:
            return 500, _error_body(ApiError(500, "Internal Server Error")), result
        return 200, body, result

    async def _carry_out(self, name: str, chat: int | None, params: Params) -> object:
        method = METHODS.get(name.lower())
        if method is None:
            raise ApiError(404, "Not Found: method not found")
        wait = self._flood.check(name, chat, self._world.now())
        if wait is not None:
            raise too_many_requests(wait)
        result = method.handle(self._world, params)
        return await result if inspect.isawaitable(result) else result

    def _knows(self, request: web.Request) -> bool:
        return secrets.compare_digest(request.match_info["token"].encode(), self._token.encode())

    def _chat(self, params: Params) -> int | None:
        reference = params.text("chat_id")
        if reference.startswith("@"):
            chat = self._world.state.chat_by_username(reference[1:])
            return chat.id if chat else None
        return params.integer("chat_id") or None

    def _answer_error(self, error: ApiError) -> web.Response:
        return _answer(error.code, _error_body(error))


def _ordered(fault: Fault) -> ApiError:
    if fault.retry_after is not None:
        return too_many_requests(fault.retry_after)
    try:
        phrase = HTTPStatus(fault.code).phrase
    except ValueError:
        phrase = "Error"
    return ApiError(fault.code, fault.description or phrase)


def _error_body(error: ApiError) -> dict[str, object]:
    body: dict[str, object] = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        body["parameters"] = error.parameters
    return body


def _answer(status: int, body: dict[str, object]) -> web.Response:
    headers = {}
    parameters = body.get("parameters")
    if isinstance(parameters, dict) and "retry_after" in parameters:
        headers["Retry-After"] = str(parameters["retry_after"])
    return web.json_response(body, status=status, headers=headers, dumps=_dumps)


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _drop(request: web.Request) -> web.StreamResponse:
    """Break the connection; what is returned never reaches the client."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
