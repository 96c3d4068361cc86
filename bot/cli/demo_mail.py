"""The demo's mail catcher: a mail server on this machine that delivers nothing and keeps every letter as a file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

MAIL = "mail"
"""The folder of the letters in the demo's data."""

SENDER = "Kẻng <phatngon@thuonggiang.example>"
PRESS = ("toasoan@bao-thuong-giang.example", "thoisu@dai-thuong-giang.example", "tin@bao-mien-ngoai.example")
"""An invented press list."""


class _Keeper:
    """Takes every letter and keeps it."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._number = folder, 0

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self._number += 1
        (self._folder / f"{self._number:03d}.eml").write_bytes(envelope.original_content)
        return "250 kept"


@asynccontextmanager
async def caught_mail(folder: Path, port: int) -> AsyncIterator[None]:
    """Catch what is sent to 127.0.0.1:``port`` in ``folder``, until left."""
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    controller = Controller(_Keeper(folder), hostname="127.0.0.1", port=port)
    await asyncio.to_thread(controller.start)
    try:
        yield
    finally:
        controller.stop()  # on this thread: when Keng has stopped there is no other


def letters_to(mail: Path, address: str) -> list[tuple[Path, EmailMessage]]:
    """The letters that were caught for one address, oldest first."""
    found = []
    for file in sorted(mail.glob("*.eml")):
        letter = message_from_bytes(file.read_bytes(), policy=default)
        if isinstance(letter, EmailMessage) and address in str(letter["To"]):
            found.append((file, letter))
    return found


def words_of(letter: EmailMessage) -> str:
    """The plain words of a letter, with the line ends that statements have."""
    body = letter.get_body(("plain",))
    return "" if body is None else str(body.get_content()).replace("\r\n", "\n").removesuffix("\n")
