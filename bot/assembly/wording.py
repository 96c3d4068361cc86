"""Asking a machine to say a draft more plainly: one bounded request, whose answer is worth nothing until it is checked.

The check is :mod:`bot.drafting.rephrasing`. What is sent is the draft and nothing else.
"""

from __future__ import annotations

import json
from typing import Any, Final

import aiohttp

from bot.drafting.rephrasing import WordingUnavailable
from bot.locale import text
from bot.settings.wording import Wording

MAX_ANSWER: Final = 256 * 1024


class WordingHelp:
    """One endpoint. Every call has a time limit and no second try."""

    def __init__(self, settings: Wording) -> None:
        """Ask the endpoint of ``settings``, which must name one."""
        assert settings.endpoint is not None  # noqa: S101 - the caller looks
        self._address = f"{settings.endpoint}/chat/completions"
        self._settings = settings

    @property
    def name(self) -> str:
        """What the record calls it."""
        return self._settings.model or ""

    async def rephrase(self, draft: str, lang: str) -> str:
        """What the machine makes of ``draft``, as it came.

        Raises:
            WordingUnavailable: it cannot be reached, takes too long, refuses, or answers something else.
        """
        asked = {
            "model": self._settings.model,
            "temperature": 0,
            "messages": [
                {"role": "system", "content": text(lang, "wording.task")},
                {"role": "user", "content": draft},
            ],
        }
        headers = (
            {} if self._settings.key is None else {"Authorization": f"Bearer {self._settings.key.get_secret_value()}"}
        )
        limit = aiohttp.ClientTimeout(total=self._settings.timeout)
        try:
            async with (
                aiohttp.ClientSession(timeout=limit, trust_env=False) as session,
                session.post(self._address, json=asked, headers=headers, allow_redirects=False) as answer,
            ):
                body = await answer.content.read(MAX_ANSWER + 1)
                while len(body) <= MAX_ANSWER and (more := await answer.content.read(MAX_ANSWER + 1 - len(body))):
                    body += more
                if answer.status != 200:
                    raise WordingUnavailable(f"HTTP {answer.status}")
        except TimeoutError:
            raise WordingUnavailable(f"no answer within {self._settings.timeout:.0f} s") from None
        except aiohttp.ClientError as error:
            raise WordingUnavailable(type(error).__name__) from error
        return _content(body)


def _content(body: bytes) -> str:
    if len(body) > MAX_ANSWER:
        raise WordingUnavailable(f"an answer of more than {MAX_ANSWER // 1024} KiB")
    try:
        answer: Any = json.loads(body)
        said = answer["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise WordingUnavailable("not an answer of chat completions") from None
    if not isinstance(said, str):
        raise WordingUnavailable("not an answer of chat completions")
    return said
