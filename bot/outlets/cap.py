"""CAP drafts in a folder, for the body that warns the public: written whole or not at all, and never broadcast."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

from bot.model.playbook import Bilingual
from bot.outlets.base import NotDelivered, Publication
from bot.outlets.cap_message import CapOffice, NotCap, cap_message, identifier

NAME = "cap"
AGAIN_SECONDS = 60.0


class CapOutlet:
    """Puts one file a version into a folder. Writing the same file twice does no harm."""

    name = NAME
    repeatable = True

    def __init__(self, folder: Path, office: Callable[[], CapOffice], event: Callable[[str], Bilingual]) -> None:
        """``office`` is who sends, as its file says now; ``event`` names the kind of matter of a playbook."""
        self._folder = folder
        self._office = office
        self._event = event

    async def publish(self, publication: Publication) -> str:
        """Write the file; returns its name.

        Raises:
            NotDelivered: it was not written.
        """
        incident, version = publication.incident, publication.version
        try:
            message = cap_message(
                self._office(), incident, version, publication.refers_to, self._event(incident.playbook)
            )
            return await asyncio.to_thread(self._write, f"{identifier(version)}.xml", message)
        except NotCap as error:
            raise NotDelivered(str(error), None) from error
        except OSError as error:
            raise NotDelivered(f"{self._folder}: {error.strerror}", AGAIN_SECONDS) from error

    async def probe(self) -> str:
        """Whether files can be put there; what is tried is taken away again.

        Raises:
            NotDelivered: they cannot.
        """
        try:
            await asyncio.to_thread(self._write, ".keng-self-test", b"")
            await asyncio.to_thread((self._folder / ".keng-self-test").unlink)
        except OSError as error:
            raise NotDelivered(f"{self._folder}: {error.strerror}", None) from error
        return f"{self._folder} can be written"

    def _write(self, name: str, data: bytes) -> str:
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = self._folder / f".{name}.part"
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._folder / name)
        return name
