"""The internal board from outside: asked for in the chat, opened once, kept over a kill, gone with the account."""

from __future__ import annotations

import re
from typing import Any

import httpx

from tests.acceptance.scenes import approve, posts, text_of, type_
from tests.acceptance.service import KHACH, PHAT, PHO, Keng, until

LINK = re.compile(r"http://\S+/board/o/([a-z2-7]{40})")


def link_for(keng: Keng, who: int) -> str:
    """Type /bang and read the link in one's own chat."""
    said = type_(keng, who, "/bang")["text"]
    found = LINK.search(said)
    assert found, said
    return found[0]


def told_of_an_opening(keng: Keng, who: int) -> bool:
    """The owner reads in the chat that a board was opened in their name."""
    return any("đã được mở trên một thiết bị" in m["text"] for m in keng.phones.messages(who) if m["from_bot"])


def enter(browser: httpx.Client, link: str) -> httpx.Response:
    """Look, then press the button."""
    door = browser.get(link)
    form = re.search(r'name="form" value="([^"]+)"', door.text)
    assert form, door.text
    return browser.post(link, data={"form": form[1]}, follow_redirects=True)


def test_the_board_from_the_chat_to_a_browser_over_a_kill(keng: Keng, matter: dict[str, Any]) -> None:
    link = link_for(keng, PHAT)
    with httpx.Client(timeout=15) as browser, httpx.Client(timeout=15) as stranger:
        for _ in range(3):  # a preview, a scanner, a nervous thumb
            assert "Mở bảng" in stranger.get(link).text
        assert stranger.get(f"{keng.base}/board").status_code == 403
        board = enter(browser, link)
        assert board.url.path == "/board"
        until(lambda: told_of_an_opening(keng, PHAT), "the owner to be told")
        assert matter["code"] in board.text
        assert "dự thảo, chờ duyệt" in board.text
        assert text_of(keng, matter)[:60] not in board.text, "no words of a draft"
        assert stranger.post(link, data={"form": "x"}).status_code == 403
        assert "đã được mở lúc" in stranger.get(link).text
        approve(keng, PHAT, matter)
        words = text_of(keng, matter)
        until(lambda: posts(keng, words), "the publication")
        until(lambda: "Bản 1, Trang tin: đã đăng" in browser.get(f"{keng.base}/board").text, "the copies on the board")
        assert f'href="/newsroom/{matter["id"]}-1"' in browser.get(f"{keng.base}/board").text
        keng.service.kill()
        keng.start_service()
        keng.wait_ready()
        assert matter["code"] in browser.get(f"{keng.base}/board").text, "the session outlives the process"
        assert link.rpartition("/")[2] not in keng.service.log.read_text(encoding="utf-8")
    record = keng.command("audit", "export").stdout
    for act in ("ask_board", "board_open", "show_board"):
        assert f'"{act}"' in record, "every step is on the record"
    assert link.rpartition("/")[2] not in record
    assert keng.audit_is_whole()


def test_a_board_is_closed_from_the_chat_and_a_stranger_gets_none(keng: Keng, matter: dict[str, Any]) -> None:
    with httpx.Client(timeout=15) as browser:
        assert matter["code"] in enter(browser, link_for(keng, PHO)).text
        until(lambda: told_of_an_opening(keng, PHO), "the owner to be told")
        assert "(số lượng: 1)" in type_(keng, PHO, "/bang dong")["text"]
        gone = browser.get(f"{keng.base}/board")
        assert (gone.status_code, matter["code"] in gone.text) == (403, False)
    assert "/board/" not in type_(keng, KHACH, "/bang")["text"]
