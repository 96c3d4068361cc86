"""The newsroom from outside: approved in the chat, read on the page, checked by /verify, copied as files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.model.statement import text_sha256
from tests.acceptance.conftest import NewStore
from tests.acceptance.scenes import approve, card, posts, text_of, type_
from tests.acceptance.service import PHAT, PHO, Keng, until


@pytest.fixture(scope="module")
def keng(tmp_path_factory: pytest.TempPathFactory, new_store: NewStore) -> Iterator[Keng]:
    """An installation whose newsroom is also written as files after each publication."""
    folder = tmp_path_factory.mktemp("keng")
    exported = {"KENG_OUTLETS__STATIC_EXPORT__FOLDER": str(folder / "www" / "newsroom")}
    running = Keng(folder, simulator_inside=True, **exported, **new_store())
    try:
        yield running.start()
    finally:
        running.stop()


def www(keng: Keng) -> Path:
    return keng.folder / "www" / "newsroom"


def verify(keng: Keng, text: str) -> dict[str, Any]:
    said: dict[str, Any] = keng.http.post("/verify", data={"text": text}, headers={"Accept": "application/json"}).json()
    return said


def test_approved_words_are_on_the_page_in_the_files_and_known_to_verify(keng: Keng, matter: dict[str, Any]) -> None:
    draft = text_of(keng, matter)
    assert verify(keng, draft)["verdict"] == "unknown", "a draft is nobody's business"
    approve(keng, PHAT, matter)
    words = text_of(keng, matter)
    until(lambda: posts(keng, words), "the post")
    page = f"{matter['id']}-1.html"
    until(lambda: (www(keng) / page).is_file(), "the page as a file")
    files = json.loads((www(keng) / "feed.json").read_text(encoding="utf-8"))["items"]
    assert [i["content_text"] for i in files if matter["id"] in i["url"]] == [words]
    said = verify(keng, words)
    assert (said["verdict"], said["matches"][0]["sha256"]) == ("exact", text_sha256(words))
    states = until(lambda: _sent(keng, matter), "every copy to be settled")
    assert set(states) == {"newsroom", "telegram_channel", "static_export"}


def test_a_correction_is_in_the_files_too_and_verify_says_that_the_first_no_longer_stands(
    keng: Keng, matter: dict[str, Any]
) -> None:
    approve(keng, PHAT, matter)
    first = text_of(keng, matter)
    until(lambda: verify(keng, first)["published"], "the first statement")
    type_(keng, PHO, f"/dinhchinh {matter['code']} Nội dung đúng của vụ {matter['code']}.")
    until(lambda: "ĐÍNH CHÍNH (số 2)" in card(keng, PHAT, matter)["text"], "the second text on the card")
    approve(keng, PHAT, matter)
    until(lambda: not verify(keng, first)["matches"][0]["stands"], "the first to stand no more")
    page = www(keng) / f"{matter['id']}-1.html"
    until(lambda: "đã được đính chính" in page.read_text(encoding="utf-8"), "the note in the file")


def test_the_command_writes_the_same_pages_for_another_server(keng: Keng, matter: dict[str, Any]) -> None:
    approve(keng, PHAT, matter)
    words = text_of(keng, matter)
    until(lambda: verify(keng, words)["published"], "the statement")
    target = keng.folder / "elsewhere"
    ran = keng.command("newsroom", "export", str(target), "--base", "https://tin.tinh.example", "--json")
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["statements"] >= 1
    feed = json.loads((target / "feed.json").read_text(encoding="utf-8"))
    assert words in [i["content_text"] for i in feed["items"]]
    foreign = keng.folder / "foreign"
    foreign.mkdir()
    (foreign / "work.txt").write_text("x")
    refused = keng.command("newsroom", "export", str(foreign))
    assert (refused.returncode, "name another folder" in refused.stderr) == (1, True)
    assert keng.command("newsroom", "export", str(target), "--base", "ftp://x").returncode == 2


def _sent(keng: Keng, matter: dict[str, Any]) -> dict[str, str] | None:
    """The outlets of the first statement once all of them have it."""
    copies = {d["outlet"]: d["state"] for d in keng.incident(matter["id"])["deliveries"] if d["version"] == 1}
    return copies if copies and set(copies.values()) == {"sent"} else None
