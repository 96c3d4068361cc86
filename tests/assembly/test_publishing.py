"""The outlets as the settings put them together, and the mailbox that letters come back to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.assembly.publishing import ReturnedLetters, newsroom_address, outlets_of, return_mailbox
from bot.model.outcome import Notice
from bot.model.outlet_letter import CopyState
from bot.model.paper import no_papers
from bot.model.playbook import Bilingual
from bot.settings import Settings, load_settings
from bot.store import outlet_letters
from bot.store.database import Database, Tx
from tests.conftest import MovableClock
from tests.drafting.holding import AGENCY
from tests.outlets.test_bounces import Mailroom, report


def settings(tmp_path: Path, **outlets: Any) -> Settings:
    file = tmp_path / "keng.yaml"
    email = {"smtp": "127.0.0.1:25", "from": "keng@tinh.example", "starttls": False}
    file.write_text(json.dumps({"data_dir": str(tmp_path), "email": email, "outlets": outlets}), encoding="utf-8")
    return load_settings(file, {})


def named(chosen: Settings, database: Database, clock: MovableClock) -> set[str]:
    return set(
        outlets_of(
            chosen,
            database=database,
            clock=clock,
            agency=lambda: AGENCY,
            playbook_name=lambda _: Bilingual("", ""),
            papers=no_papers,
        )
    )


async def test_an_outlet_is_on_when_it_is_named(tmp_path: Path, database: Database, clock: MovableClock) -> None:
    assert named(settings(tmp_path), database, clock) == {"newsroom"}
    everything = settings(
        tmp_path,
        newsroom=None,
        email_list={"recipients": ["tin@bao.example"]},
        webhook={"url": "https://cong.example/in", "secret": "whsec_" + "a2V5" * 8},
        cap={"sender": "a@b.example", "area": "x", "folder": str(tmp_path / "cap")},
    )
    assert named(everything, database, clock) == {"email_list", "webhook", "cap"}
    assert newsroom_address(everything) is None, "no address of pages that are off"
    only_by_command = settings(tmp_path, cap={"sender": "a@b.example", "area": "x"})
    assert named(only_by_command, database, clock) == {"newsroom"}


async def test_a_letter_that_came_back_is_read_from_the_maildir_once_and_told_the_duty_room(
    tmp_path: Path, database: Database, clock: MovableClock
) -> None:
    sent = Mailroom(database, clock)
    await sent.sent(clock)
    folder = tmp_path / "tra-lai"
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True)
    (folder / "new" / "1.a").write_bytes(report(quotes=sent.copy.message_id))
    (folder / "new" / "2.b").write_bytes("Chào, chúng tôi đã nhận được.".encode())
    told: list[tuple[str, Notice]] = []

    async def tell(tx: Tx, key: str, notice: Notice) -> None:
        told.append((key, notice))

    chosen = settings(
        tmp_path,
        email_list={
            "recipients": ["tin1@bao.example"],
            "bounces": {"address": "tra-lai@tinh.example", "folder": str(folder)},
        },
    )
    mailbox = return_mailbox(chosen, ReturnedLetters(database, clock, tell))
    assert mailbox is not None
    assert await mailbox.fetch() == 2
    assert await mailbox.fetch() == 0
    assert await sent.state() is CopyState.BOUNCED
    ((key, notice),) = told
    assert key == f"bounce:{sent.copy.token}"
    assert (notice.words, notice.values["address"], notice.values["code"]) == ("bounced", "tin1@bao.example", "7K2")


def test_without_a_return_mailbox_nothing_is_fetched(tmp_path: Path, database: Database, clock: MovableClock) -> None:
    async def tell(tx: Tx, key: str, notice: Notice) -> None:
        pytest.fail("nobody")

    chosen = settings(tmp_path, email_list={"recipients": ["tin@bao.example"]})
    assert return_mailbox(chosen, ReturnedLetters(database, clock, tell)) is None


async def test_after_a_restore_letters_that_were_queued_are_asked_about(
    database: Database, clock: MovableClock
) -> None:
    sent = Mailroom(database, clock)
    await sent.sent(clock, state=CopyState.QUEUED)
    async with database.write() as tx:
        await outlet_letters.doubt_queued(tx, clock.now())
    assert await sent.state() is CopyState.UNKNOWN
