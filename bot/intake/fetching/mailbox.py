"""Letters from a folder on this machine (Maildir or mbox): each goes through the door once, and stays where it is."""

from __future__ import annotations

import asyncio
import mailbox
from collections.abc import Iterator
from pathlib import Path

import structlog

from bot.intake.body import MAX_BYTES
from bot.intake.feeds import FeedConfig
from bot.intake.fetching.door import Door
from bot.intake.fetching.fetcher import FetchFailed
from bot.intake.formats.arrival import NotReadable
from bot.intake.parcel import WrongNumber
from bot.intake.tallies import NOT_READABLE
from bot.store import feeds

log = structlog.get_logger(__name__)

AT_ONCE = 100
"""Letters of one round; the rest come with the next."""


class FolderFetcher:
    """A Maildir, whose letters are marked as seen once they are stored, or an mbox, whose place is remembered."""

    def __init__(self, name: str, folder: Path, every: float, config: FeedConfig, intake: Door) -> None:
        """Take the folder, and the door through which its letters come in."""
        self.name = name
        self.every = every
        self._folder = folder
        self._config = config
        self._intake = intake

    async def fetch(self) -> int:
        """Bring in what arrived."""
        if self._folder.is_dir():
            return await self._from_maildir()
        if self._folder.is_file():
            return await self._from_mbox()
        raise FetchFailed(f"{self._folder}: neither a Maildir nor an mbox file")

    async def _from_maildir(self) -> int:
        came = 0
        for path in await asyncio.to_thread(lambda: list(_unseen(self._folder))):
            await hand_in(self._intake, self.name, self._config, await asyncio.to_thread(_read, path))
            await asyncio.to_thread(_mark_seen, self._folder, path)
            came += 1
        return came

    async def _from_mbox(self) -> int:
        """From where we stopped the last time; from its beginning again when the file became shorter since."""
        async with self._intake.database.read() as tx:
            position = dict(await feeds.position(tx, self.name))
        size = self._folder.stat().st_size
        read = int(position.get("read", 0)) if size >= int(position.get("size", 0)) else 0
        letters = await asyncio.to_thread(_letters, self._folder, read)
        for letter in letters:
            await hand_in(self._intake, self.name, self._config, letter)
        if letters or size != position.get("size"):
            async with self._intake.database.write() as tx:
                now = self._intake.clock.now()
                await feeds.put_position(tx, self.name, {"read": read + len(letters), "size": size}, now)
        return len(letters)


async def hand_in(intake: Door, name: str, config: FeedConfig, letter: bytes) -> None:
    """Bring one letter to the door; one that is none, or too large, is counted and let go."""
    if len(letter) > MAX_BYTES:
        log.warning("letter_too_large", feed=name, bytes=len(letter))
        intake.tallies.add(name, NOT_READABLE, intake.clock.now())
        return
    try:
        await intake.take_in(name, config, letter, {}, None)
    except (NotReadable, WrongNumber) as error:
        log.warning("letter_not_readable", feed=name, error=str(error))


def _unseen(folder: Path) -> Iterator[Path]:
    """Letters of a Maildir that nobody marked as seen, the oldest first (the name begins with the time)."""
    found = [path for path in (folder / "new").iterdir() if path.is_file() and not path.name.startswith(".")]
    found += [p for p in (folder / "cur").iterdir() if p.is_file() and "S" not in p.name.rpartition(":2,")[2]]
    yield from sorted(found, key=lambda path: path.name)[:AT_ONCE]


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _mark_seen(folder: Path, path: Path) -> None:
    """Move a letter to ``cur`` with the flag S, as a mail program does (https://cr.yp.to/proto/maildir.html)."""
    name, mark, flags = path.name.partition(":2,")
    path.rename(
        folder / "cur" / f"{name}:2,{''.join(sorted({*flags, 'S'}))}" if mark else folder / "cur" / f"{name}:2,S"
    )


def _letters(file: Path, start: int) -> list[bytes]:
    box = mailbox.mbox(file, create=False)
    try:
        return [box.get_bytes(key) for key in sorted(box.keys())[start : start + AT_ONCE]]
    finally:
        box.close()
