"""The newsroom as files: everything in public, nothing else, replaced as a whole, readable by any web server."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.model.delivery import DeliveryKey
from bot.model.statement import StatementKind, StatementState, text_sha256
from bot.outlets.base import NotDelivered, Publication
from bot.outlets.static_export import FolderRefused, StaticExportOutlet
from bot.store import deliveries, incidents, statements
from bot.store.database import Database
from bot.web import export_folder
from bot.web.export import Export, Target
from bot.web.export_folder import MANIFEST, alone
from tests.approval.office import AGENCY, NIGHT
from tests.browser import quiet_page
from tests.conftest import MovableClock
from tests.web.published import WATER, follow, put

BOTH = {"vi/full": "THÔNG TIN\n\nĐường đã thông.", "en/full": "STATEMENT\n\nThe road is open."}

Exporting = Callable[..., Export]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "www" / "newsroom"


@pytest.fixture
def exporting(database: Database, clock: MovableClock, folder: Path) -> Exporting:
    def make(base: str | None = None, asks: str | None = None, agency: str = AGENCY.name_vi) -> Export:
        return Export(database, clock, lambda: replace(AGENCY, name_vi=agency), Target(folder, base, asks))

    return make


async def test_every_link_of_every_page_leads_to_a_file_and_to_nobody_else(
    database: Database, exporting: Exporting, folder: Path
) -> None:
    first = await put(database, WATER)
    await follow(database, first[:-2], 2, "ĐÍNH CHÍNH\n\nKhác.", kind=StatementKind.CORRECTION, refers_to=1)
    for number in range(3, 26):
        await put(database, BOTH, hours=number)
    written = await exporting().write()
    assert written.statements == 25
    pages = list(folder.rglob("*.html"))
    assert len([f for f in folder.rglob("*") if f.is_file() and f.name != MANIFEST]) == written.files
    for page in pages:
        for link in re.findall(r'(?:href|src)="([^"]+)"', page.read_text(encoding="utf-8")):
            if link.startswith(("#", "data:")):
                continue
            assert not urlsplit(link).netloc, (page, link)
            assert (page.parent / urlsplit(link).path).resolve().is_file(), (page, link)
    assert {"index.html", "page-2.html", "verify.html"} <= {p.name for p in pages}


async def test_the_words_and_the_feed_are_those_of_the_newsroom(
    database: Database, exporting: Exporting, folder: Path
) -> None:
    item = await put(database, BOTH)
    await exporting("https://tin.example.vn/khan/").write()
    feed = json.loads((folder / "feed.json").read_text(encoding="utf-8"))
    assert [i["content_text"] for i in feed["items"]] == [BOTH["vi/full"]]
    assert feed["items"][0]["url"] == f"https://tin.example.vn/khan/{item}.html"
    english = json.loads((folder / "en" / "feed.json").read_text(encoding="utf-8"))
    assert [i["content_text"] for i in english["items"]] == [BOTH["en/full"]]
    ElementTree.parse(folder / "feed.atom")
    places = {e.text for e in ElementTree.parse(folder / "sitemap.xml").iter() if e.tag.endswith("loc")}
    assert f"https://tin.example.vn/khan/en/{item}.html" in places
    assert "Sitemap: https://tin.example.vn/khan/sitemap.xml" in (folder / "robots.txt").read_text()


async def test_without_a_base_nothing_names_an_address_of_ours(
    database: Database, exporting: Exporting, folder: Path
) -> None:
    await put(database, WATER)
    await exporting().write()
    assert not (folder / "sitemap.xml").exists()
    for page in folder.rglob("*.html"):
        assert "canonical" not in page.read_text(encoding="utf-8")
    assert json.loads((folder / "feed.json").read_text())["items"][0]["id"].startswith("urn:uuid:")


async def test_neither_drafts_nor_drills_are_in_any_file(
    database: Database, exporting: Exporting, folder: Path
) -> None:
    draft = await put(database, WATER, approved=False)
    drill = await put(database, WATER.replace("12", "77"), drill=True, hours=1)
    await put(database, BOTH, hours=2)
    assert (await exporting().write()).statements == 1
    everything = b"".join(f.read_bytes() for f in folder.rglob("*") if f.is_file())
    for hidden in ("Sông Thượng", draft[:-2], drill[:-2], text_sha256(WATER)):
        assert hidden.encode() not in everything


async def test_hashes_let_anybody_compare(database: Database, exporting: Exporting, folder: Path) -> None:
    item = await put(database, BOTH)
    await exporting(asks="https://keng.example.vn/verify").write()
    (one,) = json.loads((folder / "hashes.json").read_text())
    assert one["id"] == item
    assert one["texts"] == {variant: text_sha256(text) for variant, text in BOTH.items()}
    verify = (folder / "verify.html").read_text(encoding="utf-8")
    assert 'href="https://keng.example.vn/verify"' in verify
    assert 'href="hashes.json"' in verify
    assert "<form" not in verify


async def test_the_folder_is_replaced_as_a_whole_and_readers_never_see_a_part(
    database: Database, exporting: Exporting, folder: Path
) -> None:
    await put(database, WATER)
    await exporting().write()
    held = os.open(folder, os.O_RDONLY)
    before = (folder / "index.html").read_bytes()
    await put(database, BOTH, hours=1)
    await exporting().write()
    assert (folder / "index.html").read_bytes() != before
    assert os.listdir(held) == [], "the old folder was another one"  # noqa: PTH208
    os.close(held)
    assert [p.name for p in folder.parent.iterdir()] in (["newsroom", ".newsroom.lock"], [".newsroom.lock", "newsroom"])


async def test_a_system_without_the_exchange_renames_twice(
    database: Database, exporting: Exporting, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_folder.ctypes, "CDLL", lambda *_a, **_k: object())
    await exporting().write()
    await put(database, WATER)
    await exporting().write()
    assert "SỰ CỐ NƯỚC MÁY" in (folder / "index.html").read_text(encoding="utf-8")
    assert len(list(folder.parent.iterdir())) == 2


async def test_an_export_that_was_killed_is_cleared_away_by_the_next(
    database: Database, exporting: Exporting, folder: Path
) -> None:
    for left in (".newsroom.new", ".newsroom.new-before"):
        (folder.parent / left / "en").mkdir(parents=True)
        (folder.parent / left / "index.html").write_text("half")
    await put(database, WATER)
    await exporting().write()
    await exporting().write()
    assert sorted(p.name for p in folder.parent.iterdir()) == [".newsroom.lock", "newsroom"]
    assert "half" not in (folder / "index.html").read_text(encoding="utf-8")


async def test_what_has_not_changed_is_not_written_again(
    database: Database, exporting: Exporting, folder: Path
) -> None:
    first = await put(database, WATER)
    await exporting().write()
    old = (folder / f"{first}.html").stat().st_ino
    await put(database, BOTH, hours=1)
    await exporting().write()
    assert (folder / f"{first}.html").stat().st_ino == old
    await follow(database, first[:-2], 2, "ĐÍNH CHÍNH\n\nKhác.", kind=StatementKind.CORRECTION, refers_to=1)
    await exporting().write()
    assert "đã được đính chính" in (folder / f"{first}.html").read_text(encoding="utf-8")
    await exporting(agency="Ủy ban nhân dân tỉnh Hạ Giang").write()
    assert "Hạ Giang" in (folder / f"{first}.html").read_text(encoding="utf-8")


async def test_the_web_server_may_read_it_whatever_our_own_files_are(
    database: Database, exporting: Exporting, folder: Path
) -> None:
    await put(database, WATER)
    before = os.umask(0o077)
    try:
        await exporting().write()
    finally:
        os.umask(before)
    assert folder.stat().st_mode & 0o777 == 0o755
    for path in folder.rglob("*"):
        assert path.stat().st_mode & 0o777 == (0o755 if path.is_dir() else 0o644), path


async def test_somebody_elses_folder_is_never_touched(exporting: Exporting, folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "thesis.txt").write_text("years of work")
    with pytest.raises(FolderRefused):
        await exporting().write()
    assert [p.name for p in folder.iterdir()] == ["thesis.txt"]


async def test_an_empty_folder_is_taken(exporting: Exporting, folder: Path) -> None:
    folder.mkdir(parents=True)
    assert (await exporting().write()).statements == 0
    assert "Chưa có thông tin nào được công bố." in (folder / "index.html").read_text(encoding="utf-8")


async def test_an_export_that_fails_leaves_the_old_one(
    database: Database, exporting: Exporting, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await exporting().write()
    before = (folder / "index.html").read_bytes()
    await put(database, WATER)

    def full(_folder: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(export_folder, "_bring_to_disk", full)
    with pytest.raises(OSError, match="No space left"):
        await exporting().write()
    assert (folder / "index.html").read_bytes() == before
    assert not (folder.parent / ".newsroom.new").exists()


async def test_what_fails_once_the_words_are_out_does_not_say_that_they_are_not(
    database: Database, exporting: Exporting, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await exporting().write()
    shown = await put(database, WATER)

    def fails_once_exchanged(what: Path, *, ignore_errors: bool = False) -> None:
        if (folder / f"{shown}.html").exists() and not ignore_errors:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(export_folder, "_bring_to_disk", fails_once_exchanged)
    monkeypatch.setattr(shutil, "rmtree", fails_once_exchanged)
    assert (await exporting().write()).statements == 1


async def test_another_process_at_it_is_waited_for(exporting: Exporting, folder: Path) -> None:
    with alone(folder), pytest.raises(BlockingIOError):
        await exporting().write()
    await exporting().write()


async def test_the_browser_shows_the_files_as_pages(database: Database, exporting: Exporting, folder: Path) -> None:
    await put(database, WATER)
    await exporting().write()
    application = web.Application()
    application.router.add_static("/khan/", folder)
    server = TestServer(application)
    await server.start_server()
    base = str(server.make_url("")).rstrip("/")
    async with quiet_page(base, javascript=False, width=390) as page:
        await page.goto(f"{base}/khan/index.html")
        await page.get_by_role("link", name="THÔNG TIN BAN ĐẦU").click()
        await page.get_by_role("link", name="English").click()
        await page.get_by_role("link", name="Check a text").click()
        assert await page.get_by_role("heading", level=1).inner_text() == "Did the office publish this text?"
        await page.wait_for_load_state()  # a heading is there before the page's style is
        assert await page.evaluate("getComputedStyle(document.body).borderTopStyle") == "solid"
    await server.close()


# As an outlet.


async def _leaving(database: Database, outlet: str = "static_export") -> Publication:
    """An approved version whose copy for the outlet was claimed: it is on its way."""
    item = await put(database, WATER, approved=False)
    incident_id = item[:-2]
    async with database.write() as tx:
        await statements.enter(tx, incident_id, 1, StatementState.APPROVED, NIGHT, by="p102")
        await deliveries.queue(tx, incident_id, 1, outlet, NIGHT)
        await deliveries.claim(tx, incident_id, 1, outlet, 1, NIGHT)
        incident = await incidents.get(tx, incident_id)
        version = await statements.get_version(tx, incident_id, 1)
    assert incident is not None
    assert version is not None
    return Publication(incident, version)


def _outlet(export: Export) -> StaticExportOutlet:
    async def publish(publication: Publication) -> str:
        key = (publication.incident.id, publication.version.version)
        await export.write(key)
        return export.address(key)

    return StaticExportOutlet(publish)


async def test_the_words_that_are_leaving_are_in_the_files_and_can_be_brought_out_again(
    database: Database, exporting: Exporting, folder: Path
) -> None:
    publication = await _leaving(database)
    outlet = _outlet(exporting("https://tin.example.vn"))
    reference = await outlet.publish(publication)
    assert reference == f"https://tin.example.vn/{publication.incident.id}-1.html"
    page = folder / f"{publication.incident.id}-1.html"
    assert "12 người" in page.read_text(encoding="utf-8")
    assert await outlet.publish(publication) == reference
    assert outlet.repeatable


async def test_what_another_process_just_brought_out_does_not_vanish(
    database: Database, exporting: Exporting, folder: Path
) -> None:
    publication = await _leaving(database)
    await _outlet(exporting()).publish(publication)  # not yet settled
    await put(database, BOTH, hours=1)
    await exporting().write()
    assert (folder / f"{publication.incident.id}-1.html").is_file()


async def test_words_voided_before_they_were_out_are_not_kept(
    database: Database, exporting: Exporting, folder: Path
) -> None:
    publication = await _leaving(database)
    await _outlet(exporting()).publish(publication)
    async with database.write() as tx:
        await statements.enter(tx, publication.incident.id, 1, StatementState.VOIDED, NIGHT)
    await exporting().write()
    assert not (folder / f"{publication.incident.id}-1.html").exists()


async def test_two_at_once_take_turns(database: Database, exporting: Exporting, folder: Path) -> None:
    one, two = await _leaving(database), None
    await put(database, BOTH, hours=3)
    outlet = _outlet(exporting())
    two = Publication(one.incident, one.version)
    assert len(set(await asyncio.gather(outlet.publish(one), outlet.publish(two)))) == 1


async def test_the_folder_of_a_writing_that_is_cancelled_is_nobody_elses_until_it_has_ended(
    exporting: Exporting, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def held_up(*_: object) -> None:
        begun.set()
        may_end.wait(10)

    export = exporting()
    monkeypatch.setattr(export, "_write", held_up)
    writing = asyncio.create_task(export.write())
    await asyncio.to_thread(begun.wait, 10)
    writing.cancel()
    await asyncio.sleep(0)
    with pytest.raises(BlockingIOError), alone(folder):
        pass
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await writing
    with alone(folder):
        pass


async def test_a_full_disk_is_tried_again_and_a_foreign_folder_never(
    database: Database, exporting: Exporting, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publication = await _leaving(database)
    outlet = _outlet(exporting())
    with alone(folder), pytest.raises(NotDelivered) as busy:
        await outlet.publish(publication)
    assert busy.value.retry_after is not None
    folder.mkdir(parents=True)
    (folder / "other").write_text("x")
    with pytest.raises(NotDelivered) as refused:
        await outlet.publish(publication)
    assert refused.value.retry_after is None
    shutil.rmtree(folder)


async def test_a_correction_that_is_leaving_marks_what_it_corrects(
    database: Database, exporting: Exporting, folder: Path
) -> None:
    first = await put(database, WATER)
    later = await follow(
        database, first[:-2], 2, "ĐÍNH CHÍNH\n\nKhác.", kind=StatementKind.CORRECTION, refers_to=1, approved=False
    )
    async with database.write() as tx:
        await statements.enter(tx, first[:-2], 2, StatementState.APPROVED, NIGHT, by="p102")
    await exporting().write((first[:-2], DeliveryKey(first[:-2], 2, "static_export", 1).version))
    assert "đã được đính chính" in (folder / f"{first}.html").read_text(encoding="utf-8")
    assert f"{later}.html" in (folder / f"{first}.html").read_text(encoding="utf-8")
