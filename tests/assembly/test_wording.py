"""A machine that helps with wording: asked once, within a time, and believed in nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import ValidationError

from bot.assembly.wording import MAX_ANSWER, WordingHelp
from bot.drafting.rephrasing import WordingUnavailable
from bot.settings.wording import Wording

DRAFT = "Đến 14:30, tại phường Mỏ Bạc có 12 người có triệu chứng."
Answering = Callable[[web.Request], Awaitable[web.StreamResponse]]
Machine = Callable[[Answering], Awaitable[WordingHelp]]


@pytest.fixture
async def machine() -> AsyncIterator[Machine]:
    servers: list[TestServer] = []

    async def made(answering: Answering) -> WordingHelp:
        application = web.Application()
        application.router.add_post("/v1/chat/completions", answering)
        servers.append(TestServer(application))
        await servers[-1].start_server()
        address = f"http://127.0.0.1:{servers[-1].port}/v1/"
        return WordingHelp(Wording(endpoint=address, model="nhỏ", key="s3cret", timeout=1))

    yield made
    for server in servers:
        await server.close()


async def test_the_draft_and_nothing_else_is_sent(machine: Machine) -> None:
    asked: list[Any] = []

    async def answering(request: web.Request) -> web.Response:
        asked.append((request.headers["Authorization"], await request.json()))
        return web.json_response({"choices": [{"message": {"role": "assistant", "content": "Xin chào"}}]})

    assert await (await machine(answering)).rephrase(DRAFT, "vi") == "Xin chào"
    ((key, body),) = asked
    assert key == "Bearer s3cret"
    assert (body["model"], body["temperature"]) == ("nhỏ", 0)
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert body["messages"][1]["content"] == DRAFT


async def _slow(_request: web.Request) -> web.Response:
    await asyncio.sleep(5)
    return web.Response()


async def _endless(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse()
    await answer.prepare(request)
    for _ in range(20):
        await answer.write(b"x" * MAX_ANSWER)
    return answer


async def _elsewhere(_request: web.Request) -> web.Response:
    raise web.HTTPTemporaryRedirect("http://127.0.0.1:1/")


def _saying(body: Any, status: int = 200) -> Answering:
    async def answering(_request: web.Request) -> web.Response:
        return web.Response(text=body if isinstance(body, str) else json.dumps(body), status=status)

    return answering


@pytest.mark.parametrize(
    ("answering", "why"),
    [
        (_slow, "no answer within 1 s"),
        (_endless, "an answer of more than 256 KiB"),
        (_elsewhere, "HTTP 307"),
        (_saying("quota", 429), "HTTP 429"),
        (_saying("<html>"), "not an answer of chat completions"),
        (_saying({"choices": []}), "not an answer of chat completions"),
        (_saying({"choices": [{"message": {"content": None}}]}), "not an answer of chat completions"),
        (_saying([1]), "not an answer of chat completions"),
    ],
)
async def test_whatever_else_comes_there_is_no_text_and_the_reason_is_named(
    machine: Machine, answering: Answering, why: str
) -> None:
    with pytest.raises(WordingUnavailable, match=why):
        await (await machine(answering)).rephrase(DRAFT, "vi")


async def test_a_machine_that_is_not_there_is_no_error_of_ours() -> None:
    away = WordingHelp(Wording(endpoint="http://127.0.0.1:9/v1", model="x", timeout=1))
    with pytest.raises(WordingUnavailable) as raised:
        await away.rephrase(DRAFT, "en")
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://wording.example.com/v1",
        "ftp://127.0.0.1/",
        "127.0.0.1:80",
        "https://u:p@h.example/v1",
        "https://h.example/v1?k=1",
    ],
)
def test_an_address_that_would_carry_drafts_or_keys_in_clear_is_refused(endpoint: str) -> None:
    with pytest.raises(ValidationError):
        Wording(endpoint=endpoint, model="x")


def test_an_endpoint_without_a_model_is_refused() -> None:
    with pytest.raises(ValidationError, match="model"):
        Wording(endpoint="https://wording.example.com/v1")
