"""Letters from a Maildir, an mbox and a real IMAP server: each comes in once, none is lost, all stay where they are."""

from __future__ import annotations

import asyncio
import imaplib
import mailbox
import re
import socket
import sys
import time
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.intake import FeedConfig, Intake
from bot.intake.fetching import imap
from bot.intake.fetching.fetcher import FetchFailed
from bot.intake.fetching.imap import ImapFetcher, MailServer
from bot.intake.fetching.imap_place import Place, numbers, ranges
from bot.intake.fetching.mailbox import FolderFetcher
from bot.intake.formats.mail import mail
from bot.store import alerts, feeds, quarantine
from bot.store.database import Database, StoreUnavailable
from tests.conftest import MovableClock
from tests.intake.formats.reading import sample

CONFIG = FeedConfig(format=mail(["truc@vnpt.example"]), pulled=True)


def letter(number: int) -> bytes:
    return sample("mail/plain.eml").replace(b"<1@vnpt", b"<%d@vnpt" % number)


@pytest.fixture
def intake(database: Database, clock: MovableClock) -> Intake:
    return Intake(database, clock, {}, on_accepted=lambda: None)


async def count(intake: Intake) -> int:
    async with intake.database.read() as tx:
        return len(await alerts.unplaced(tx))


async def test_a_maildirs_letters_come_in_once_and_are_marked_as_seen(tmp_path: Path, intake: Intake) -> None:
    box = mailbox.Maildir(tmp_path / "box")
    for number in range(3):
        box.add(letter(number))
    fetcher = FolderFetcher("thu", tmp_path / "box", 60, CONFIG, intake)
    assert await fetcher.fetch() == 3
    assert await fetcher.fetch() == 0
    assert await count(intake) == 3
    again = mailbox.Maildir(tmp_path / "box")
    assert len(again) == 3
    assert all("S" in message.get_flags() for message in again)


async def test_a_letter_stays_unseen_until_it_is_stored(tmp_path: Path, intake: Intake) -> None:
    mailbox.Maildir(tmp_path / "box").add(letter(1))
    fetcher = FolderFetcher("thu", tmp_path / "box", 60, CONFIG, intake)

    async def gone(*_arguments: Any) -> Any:
        raise StoreUnavailable("gone")

    kept, intake.take_in = intake.take_in, gone
    with pytest.raises(StoreUnavailable):
        await fetcher.fetch()
    intake.take_in = kept
    assert await fetcher.fetch() == 1


async def test_an_mboxs_letters_come_in_once_also_after_it_was_emptied(tmp_path: Path, intake: Intake) -> None:
    file = tmp_path / "box"
    box = mailbox.mbox(file)
    box.add(letter(1))
    box.flush()
    fetcher = FolderFetcher("thu", file, 60, CONFIG, intake)
    assert await fetcher.fetch() == 1
    box.add(letter(2))
    box.flush()
    assert await fetcher.fetch() == 1
    assert await fetcher.fetch() == 0
    file.write_bytes(b"")  # rotated
    assert await fetcher.fetch() == 0
    box = mailbox.mbox(file)
    box.add(letter(3))
    box.close()
    assert await fetcher.fetch() == 1
    assert await count(intake) == 3


async def test_letters_of_strangers_and_odd_ones_stop_nothing(tmp_path: Path, intake: Intake) -> None:
    box = mailbox.Maildir(tmp_path / "box")
    box.add(b"\xff\xfe nonsense")
    box.add(letter(1).replace(b"truc@vnpt", b"la@vnpt"))
    box.add(letter(2))
    assert await FolderFetcher("thu", tmp_path / "box", 60, CONFIG, intake).fetch() == 3
    assert await count(intake) == 1
    async with intake.database.read() as tx:
        assert len(await quarantine.waiting(tx)) == 1


async def test_a_folder_that_is_not_there_is_a_failure(tmp_path: Path, intake: Intake) -> None:
    with pytest.raises(FetchFailed, match="neither"):
        await FolderFetcher("thu", tmp_path / "nowhere", 60, CONFIG, intake).fetch()


@pytest.fixture
async def post_office(tmp_path: Path) -> AsyncIterator[int]:
    """A real IMAP server (pymap) as a process of its own, on a loopback port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    served = await asyncio.create_subprocess_exec(
        *(str(Path(sys.executable).with_name("pymap")), "--host", "127.0.0.1", "--port", str(port), "--no-tls"),
        *("--no-service", "managesieve", "--no-service", "admin"),
        *("dict", "--demo-user", "keng", "--demo-password", "mat khau"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            assert served.returncode is None
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)
    yield port
    served.terminate()
    await served.wait()


def deliver(port: int, *letters: bytes, read: bool = False) -> None:
    with imaplib.IMAP4("127.0.0.1", port) as client:
        client.login("keng", "mat khau")
        for one in letters:
            client.append("INBOX", "(\\Seen)" if read else "", "", one)


def open_all(port: int) -> None:
    """A colleague reads everything."""
    with imaplib.IMAP4("127.0.0.1", port) as client:
        client.login("keng", "mat khau")
        client.select("INBOX")
        client.store("1:*", "+FLAGS", "(\\Seen)")


def server(port: int, password: str = "mat khau", folder: str = "INBOX") -> MailServer:
    return MailServer("127.0.0.1", port, tls=False, user="keng", password=password, folder=folder)


async def test_a_mailbox_on_a_server_is_read_once_whoever_else_opens_it(post_office: int, intake: Intake) -> None:
    await asyncio.to_thread(deliver, post_office, letter(1), letter(2))
    fetcher = ImapFetcher("thu", server(post_office), 60, CONFIG, intake)
    assert await fetcher.fetch() == 2
    assert await fetcher.fetch() == 0
    await asyncio.to_thread(deliver, post_office, letter(3), read=True)  # a colleague has opened it already
    again = ImapFetcher("thu", server(post_office), 60, CONFIG, intake)
    assert await again.fetch() == 1
    assert await count(intake) == 3


async def test_what_was_read_before_keng_came_is_no_news(post_office: int, intake: Intake) -> None:
    await asyncio.to_thread(deliver, post_office, letter(1), read=True)
    fetcher = ImapFetcher("thu", server(post_office), 60, CONFIG, intake)
    assert await fetcher.fetch() == 0
    await asyncio.to_thread(deliver, post_office, letter(2), read=True)  # a colleague is faster than we are
    assert await fetcher.fetch() == 1
    assert await count(intake) == 1


async def titles(intake: Intake) -> list[str]:
    async with intake.database.read() as tx:
        return [stored.alert.title for stored in await alerts.several(tx, await alerts.unplaced(tx, 1000))]


def titled(title: str) -> bytes:
    """A letter of its own."""
    made = sample("mail/plain.eml").replace(b"<1@vnpt", f"<{title}@vnpt".encode())
    return re.sub(rb"(?m)^Subject: .*$", f"Subject: {title}".encode(), made)


async def test_more_unread_letters_than_one_round_takes_bring_no_read_ones_with_them(
    post_office: int, intake: Intake
) -> None:
    def lie_there() -> None:
        with imaplib.IMAP4("127.0.0.1", post_office) as client:
            client.login("keng", "mat khau")
            for n in range(130):
                client.append("INBOX", "(\\Seen)", "", titled(f"da-doc-{n}"))
                client.append("INBOX", "", "", titled(f"moi-{n}"))

    await asyncio.to_thread(lie_there)
    assert await ImapFetcher("thu", server(post_office), 60, CONFIG, intake).fetch() == 100
    await asyncio.to_thread(open_all, post_office)  # a colleague reads on, while we are not there
    await asyncio.to_thread(deliver, post_office, titled("den-sau"), read=True)
    again = ImapFetcher("thu", server(post_office), 60, CONFIG, intake)  # another process
    assert await again.fetch() == 31
    assert await again.fetch() == 0
    assert await titles(intake) == [*(f"moi-{n}" for n in range(130)), "den-sau"]


async def test_letters_of_a_first_time_that_was_cut_off_come_in_all_the_same(
    post_office: int, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    await asyncio.to_thread(deliver, post_office, titled("mot"), titled("hai"))
    fetcher = ImapFetcher("thu", server(post_office), 60, CONFIG, intake)

    async def gone(*_arguments: Any) -> Any:
        raise StoreUnavailable("gone")

    with monkeypatch.context() as away:
        away.setattr(intake, "take_in", gone)
        with pytest.raises(StoreUnavailable):
            await fetcher.fetch()
    await asyncio.to_thread(open_all, post_office)
    assert await ImapFetcher("thu", server(post_office), 60, CONFIG, intake).fetch() == 2
    assert await titles(intake) == ["mot", "hai"]


async def test_a_mailbox_that_is_numbered_anew_loses_nothing_and_brings_nothing_twice(
    post_office: int, intake: Intake, clock: MovableClock
) -> None:
    old = titled("cu").replace(b"2026", b"2019")
    fetcher = ImapFetcher("thu", server(post_office, folder="Bao"), 60, CONFIG, intake)

    def lay(*letters: tuple[bytes, bool]) -> None:
        """The folder is made anew, with these letters in it; some were read."""
        with imaplib.IMAP4("127.0.0.1", post_office) as client:
            client.login("keng", "mat khau")
            client.delete("Bao")
            client.create("Bao")
            for one, read in letters:
                client.append("Bao", "(\\Seen)" if read else "", "", one)

    today = clock.now().strftime("%a, %d %b %Y 08:00:00 +0700").encode()
    mot, hai, ba = (re.sub(rb"(?m)^Date: .*$", b"Date: " + today, titled(name)) for name in ("mot", "hai", "ba"))
    await asyncio.to_thread(lay, (old, True), (mot, False))
    assert await fetcher.fetch() == 1
    await asyncio.to_thread(lay, (old, True), (mot, True), (hai, False), (ba, True))  # two came, one was read since
    assert await fetcher.fetch() == 3
    assert await fetcher.fetch() == 0
    assert await titles(intake) == ["mot", "hai", "ba"]


async def test_the_place_that_an_earlier_release_kept_is_gone_on_from(
    post_office: int, intake: Intake, database: Database
) -> None:
    await asyncio.to_thread(deliver, post_office, titled("mot"), titled("hai"))
    await ImapFetcher("thu", server(post_office), 60, CONFIG, intake).fetch()
    async with database.write() as tx:
        kept = await feeds.position(tx, "thu")
        await feeds.put_position(tx, "thu", {"validity": kept["validity"], "uid": kept["uid"]}, intake.clock.now())
    await asyncio.to_thread(deliver, post_office, titled("ba"), read=True)
    assert await ImapFetcher("thu", server(post_office), 60, CONFIG, intake).fetch() == 1
    assert await titles(intake) == ["mot", "hai", "ba"]


async def test_a_server_that_does_not_name_its_next_letter_is_read_alike(
    post_office: int, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "_FOLLOWING", re.compile(b"not told"))
    fetcher = ImapFetcher("thu", server(post_office), 60, CONFIG, intake)
    assert await fetcher.fetch() == 0
    await asyncio.to_thread(deliver, post_office, titled("mot"), read=True)
    await asyncio.to_thread(deliver, post_office, titled("hai"))
    assert await fetcher.fetch() == 2
    assert await titles(intake) == ["mot", "hai"]


@pytest.mark.parametrize("told", [b"", b"1,2,3,5,8:10", b"7"])
def test_which_letters_were_unread_is_kept_in_short(told: bytes) -> None:
    unread = tuple(numbers(told.decode()))
    place = Place(1, 0, 20, unread)
    assert Place.from_json(place.to_json()) == place
    assert len(ranges(unread)) <= len(told)


def test_a_first_time_is_over_when_its_last_letter_was_brought_in() -> None:
    day = date(2026, 11, 22)
    place = Place(1, 0, 9, (3, 4, 9)).after(4, day)
    assert (place.unread, place.known_to) == ((9,), 9)
    assert "boundary" not in place.after(9, day).to_json()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"password": "wrong"}, "does not let"),
        ({"folder": "Nowhere"}, "no such folder"),
        ({"password": "a\r\nb"}, "one line"),
    ],
)
async def test_a_mailbox_that_does_not_open_is_a_failure_in_words(
    post_office: int, intake: Intake, change: dict[str, str], words: str
) -> None:
    with pytest.raises(FetchFailed, match=words):
        await ImapFetcher("thu", server(post_office, **change), 60, CONFIG, intake).fetch()


async def test_no_server_is_a_failure(intake: Intake) -> None:
    with pytest.raises(FetchFailed):
        await ImapFetcher("thu", server(9), 60, CONFIG, intake).fetch()
