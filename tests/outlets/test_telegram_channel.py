"""What the public channel makes of Telegram's answers: sent, certainly not sent, or nobody knows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.channels.telegram.errors import (
    BadMessage,
    InDoubt,
    NotSent,
    SlowDown,
    TelegramError,
    Unauthorised,
    Unreachable,
)
from bot.model.statement import Author, StatementKind, StatementState, StatementVersion, version_sha256
from bot.outlets.base import DeliveryInDoubt, NotDelivered, Publication
from bot.outlets.telegram_channel import TelegramChannelOutlet
from tests.store.samples import NIGHT, an_incident

TEXT = "Giá <5 & {{ 7*7 }}"


def publication() -> Publication:
    incident, texts = an_incident(), {"vi/full": TEXT}
    version = StatementVersion(
        incident_id=incident.id,
        version=1,
        state=StatementState.APPROVED,
        texts=texts,
        sha256=version_sha256(texts),
        author=Author.PERSON,
        created_at=NIGHT,
        created_by="p",
        playbook="water-contamination",
    )
    return Publication(incident, version)


async def test_the_approved_bytes_are_posted_without_any_markup() -> None:
    calls: list[tuple[str, Any]] = []

    async def call(method: str, params: Any) -> Any:
        calls.append((method, params))
        return {"chat": {"id": -100}, "message_id": 7}

    assert await TelegramChannelOutlet(call, "@kenh").publish(publication()) == "-100/7"
    ((method, params),) = calls
    assert (method, params["text"]) == ("sendMessage", TEXT)
    assert "parse_mode" not in params


@pytest.mark.parametrize(
    ("error", "retry"),
    [
        (SlowDown("retry", 7.0), 7.0),
        (NotSent("no route"), 15.0),
        (Unauthorised("401"), 15.0),
        (Unreachable("need administrator rights in the channel chat"), None),
        (BadMessage("message is too long"), None),
    ],
)
async def test_what_certainly_did_not_happen_is_said_so(error: TelegramError, retry: float | None) -> None:
    async def call(_method: str, _params: Any) -> Any:
        raise error

    with pytest.raises(NotDelivered) as raised:
        await TelegramChannelOutlet(call, -100).publish(publication())
    assert raised.value.retry_after == retry


async def test_a_lost_answer_is_a_doubt_and_nothing_else() -> None:
    async def call(_method: str, _params: Any) -> Any:
        raise InDoubt("read timeout")

    with pytest.raises(DeliveryInDoubt):
        await TelegramChannelOutlet(call, -100).publish(publication())


@pytest.mark.parametrize(("earlier", "replied"), [("-100/7", 7), ("@kenh/12", 12), (None, None), ("hỏng", None)])
async def test_a_follow_up_is_a_new_post_that_answers_the_first(earlier: str | None, replied: int | None) -> None:
    calls: list[Any] = []

    async def call(method: str, params: Any) -> Any:
        calls.append((method, params))
        return {"chat": {"id": -100}, "message_id": 8}

    await TelegramChannelOutlet(call, "@kenh").publish(replace(publication(), earlier=earlier))
    ((method, params),) = calls
    assert method == "sendMessage"
    wanted = None if replied is None else {"message_id": replied, "allow_sending_without_reply": True}
    assert params.get("reply_parameters") == wanted


async def test_what_is_corrected_keeps_its_words_and_gets_a_button_that_leads_on() -> None:
    calls: list[tuple[str, Any]] = []

    async def call(method: str, params: Any) -> Any:
        calls.append((method, params))
        return {"chat": {"id": -1002000000001, "username": "kenh_tinh"}, "message_id": 9}

    first = publication()
    correction = replace(first.version, version=2, kind=StatementKind.CORRECTION, refers_to=1)
    sent = Publication(first.incident, correction, earlier="-1002000000001/7")
    assert await TelegramChannelOutlet(call, -1002000000001).publish(sent) == "-1002000000001/9"
    (_, (method, params)) = calls
    assert (method, params["message_id"]) == ("editMessageReplyMarkup", 7)
    assert "text" not in params
    ((button,),) = params["reply_markup"]["inline_keyboard"]
    assert button == {"text": "Đã đính chính – xem bản mới", "url": "https://t.me/kenh_tinh/9"}


async def test_a_mark_that_fails_changes_nothing_about_what_was_published() -> None:
    async def call(method: str, params: Any) -> Any:
        if method == "editMessageReplyMarkup":
            raise InDoubt("read timeout")
        return {"chat": {"id": -1002000000001}, "message_id": 9}

    first = publication()
    sent = Publication(first.incident, replace(first.version, refers_to=1), earlier="-1002000000001/7")
    assert await TelegramChannelOutlet(call, -1002000000001).publish(sent) == "-1002000000001/9"
