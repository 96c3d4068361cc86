"""One approval, all outlets, identical words: mail, portal, CAP draft, newsroom and channel from outside."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.acceptance.conftest import NewStore
from tests.acceptance.scenes import approve, posts, text_of, type_
from tests.acceptance.service import CHANNEL, DUTY, PHAT, TRUC, Keng, labels, until
from tests.postoffice import PostOffice, post_office_outside

PRESS = [f"tin{n}@bao.example" for n in range(1, 7)]
SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"


class Portal(ThreadingHTTPServer):
    """The province's portal: keeps what it is told."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Desk)
        self.heard: list[dict[str, Any]] = []


class _Desk(BaseHTTPRequestHandler):
    server: Portal

    def do_POST(self) -> None:
        self.server.heard.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        self.send_response(202)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@contextmanager
def open_portal() -> Iterator[Portal]:
    portal = Portal()
    thread = threading.Thread(target=portal.serve_forever, daemon=True)
    thread.start()
    try:
        yield portal
    finally:
        portal.shutdown()
        portal.server_close()


def settings(post: PostOffice, portal: Portal | None, cap: Path) -> dict[str, str]:
    env = {
        "KENG_EMAIL__SMTP": f"127.0.0.1:{post.port}",
        "KENG_EMAIL__FROM": "keng@thuonggiang.example.vn",
        "KENG_EMAIL__STARTTLS": "false",
        "KENG_OUTLETS__EMAIL_LIST": json.dumps({"recipients": PRESS, "attach": "docx"}),
        "KENG_OUTLETS__CAP": json.dumps({"sender": "phatngon@tinh.example", "area": "x", "folder": str(cap)}),
    }
    if portal is not None:
        url = f"http://127.0.0.1:{portal.server_address[1]}/thong-cao"
        env["KENG_OUTLETS__WEBHOOK"] = json.dumps({"url": url, "secret": SECRET})
    return env


@pytest.fixture
def post() -> Iterator[PostOffice]:
    with post_office_outside() as office:
        yield office


def press_letters(post: PostOffice) -> list[Any]:
    return [letter for letter in post.sent if letter["To"] in PRESS]


def body_of(letter: Any) -> str:
    return letter.get_body().get_content().replace("\r\n", "\n")


def states(keng: Keng, matter: dict[str, Any]) -> dict[str, str]:
    return {d["outlet"]: d["state"] for d in keng.incident(matter["id"])["deliveries"]}


def test_one_approval_reaches_every_outlet_with_identical_bytes(
    tmp_path: Path, new_store: NewStore, post: PostOffice
) -> None:
    cap = tmp_path / "cap"
    with open_portal() as portal:
        keng = Keng(tmp_path, simulator_inside=True, **settings(post, portal, cap), **new_store()).start()
        try:
            matter = keng.open("Nước máy có mùi dầu ở phường Sông Thượng", location={"text": "phường Sông Thượng"})
            approve(keng, PHAT, matter)
            until(lambda: set(states(keng, matter).values()) == {"sent"}, "every copy to be out", 60)
            text = text_of(keng, matter)

            assert len(posts(keng, text)) == 1
            assert keng.feed()[0]["content_text"] == text
            assert sorted(letter["To"] for letter in press_letters(post)) == PRESS
            assert {body_of(letter) for letter in press_letters(post)} == {text + "\n"}
            (told,) = portal.heard
            assert told["data"]["texts"]["vi/full"]["text"] == text
            (file,) = cap.iterdir()
            assert ElementTree.parse(file).getroot().find(f"{CAP}info/{CAP}description").text == text
            before = len(keng.phones.messages(TRUC))
            type_(keng, TRUC, f"/noidang {matter['code']}")
            said = until(lambda: keng.phones.messages(TRUC)[before:], "the list")[-1]["text"]
            assert "Thư cho báo chí: đã đăng" in said
            assert "đã gửi 6" in said
            assert SECRET not in keng.service.log.read_text(encoding="utf-8")
            assert keng.audit_is_whole()
        finally:
            keng.stop()


def test_a_kill_in_the_middle_of_the_list_mails_nobody_twice_and_asks_about_the_one(
    tmp_path: Path, new_store: NewStore, post: PostOffice
) -> None:
    keng = Keng(tmp_path, **settings(post, None, tmp_path / "cap"), **new_store()).start()
    try:
        post.holding = {PRESS[2]}
        matter = keng.open("Cá chết trắng sông, nghi xả thải ở An Lộc Thượng", location={"text": "xã An Lộc Thượng"})
        approve(keng, PHAT, matter)
        until(lambda: [m for m in post.heard if m["To"] == PRESS[2]], "the third letter to be under way", 60)
        keng.service.kill()
        post.holding = set()
        keng.start_service()
        asked = until(lambda: keng.phones.with_button(DUTY, "Đã đăng", matter["code"]), "the question", 90)
        assert "Thư cho báo chí" in asked["text"]
        heard = [m["To"] for m in post.heard if m["To"] in PRESS]
        assert sorted(heard) == PRESS, "each once, the doubtful one too"
        shown = json.loads(
            next(
                line
                for line in keng.command("outlets", "show", matter["code"], "--json").stdout.splitlines()
                if '"email_list"' in line
            )
        )
        assert {one["address"]: one["state"] for one in shown["letters"]} == {
            address: "unknown" if address == PRESS[2] else "sent" for address in PRESS
        }
        assert labels(asked) == ["Đã đăng", "Chưa đăng"]
        keng.phones.press(DUTY, TRUC, "Chưa đăng", asked["id"])
        until(lambda: states(keng, matter)["email_list"] == "sent", "the one to go out once more", 60)
        assert [m["To"] for m in post.heard].count(PRESS[2]) == 2, "because a person said that it was not there"
        ids = {m["Message-ID"] for m in post.heard if m["To"] == PRESS[2]}
        assert len(ids) == 1, "and its reader's mail program can tell"
        assert len(keng.phones.messages(CHANNEL)) == 1
    finally:
        keng.stop()
