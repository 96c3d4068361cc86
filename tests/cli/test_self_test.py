"""``keng self-test``: every way out is tried for real, and a broken one is named."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commands import keng
from tests.postoffice import PostOffice, post_office_outside

TO = "quantri@thuonggiang.example.vn"


@pytest.fixture
def post() -> Iterator[PostOffice]:
    with post_office_outside() as office:
        yield office


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KENG_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)


def mailing(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    monkeypatch.setenv("KENG_EMAIL__SMTP", f"127.0.0.1:{port}")
    monkeypatch.setenv("KENG_EMAIL__FROM", "keng@thuonggiang.example.vn")
    monkeypatch.setenv("KENG_EMAIL__STARTTLS", "false")


def tried(*arguments: str) -> tuple[int, dict[str, Any]]:
    done = keng("self-test", "--json", *arguments)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return done.exit_code, {line["name"]: line["ok"] for line in lines}


def test_what_is_not_set_up_is_off_and_no_fault(tmp_path: Path) -> None:
    assert tried() == (0, {"store": None, "telegram": None, "email": None})
    assert not (tmp_path / "data").exists(), "looking makes nothing"


def test_the_mail_server_is_asked_in_without_a_letter(monkeypatch: pytest.MonkeyPatch, post: PostOffice) -> None:
    mailing(monkeypatch, post.port)
    assert tried() == (0, {"store": None, "telegram": None, "email": True})
    assert post.heard == []


def test_a_test_letter_arrives_and_says_that_it_is_one(monkeypatch: pytest.MonkeyPatch, post: PostOffice) -> None:
    mailing(monkeypatch, post.port)
    code, found = tried("--mail-to", TO)
    assert (code, found[f"email to {TO}"]) == (0, True)
    (letter,) = post.to(TO)
    assert letter["Subject"] == "Kẻng: thư thử"
    assert "Không có vụ việc nào" in letter.get_content()


def test_a_mailbox_that_does_not_exist_and_a_server_that_is_away_are_faults(
    monkeypatch: pytest.MonkeyPatch, post: PostOffice
) -> None:
    mailing(monkeypatch, post.port)
    post.recipient_answers[TO] = "550 no such mailbox"
    code, found = tried("--mail-to", TO)
    assert (code, found["email"], found[f"email to {TO}"]) == (1, True, False)
    mailing(monkeypatch, 1)
    assert tried() == (1, {"store": None, "telegram": None, "email": False})


def test_a_bot_that_does_not_answer_is_named_without_its_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KENG_TELEGRAM__TOKEN", "1234:very-secret")
    monkeypatch.setenv("KENG_TELEGRAM__API_BASE", "http://127.0.0.1:1")
    done = keng("self-test")
    assert done.exit_code == 1
    assert "FAILED  telegram" in done.stdout
    assert "very-secret" not in done.output


def test_what_programs_read_is_not_mixed_with_the_log(tmp_path: Path) -> None:
    broken = {"KENG_TELEGRAM__TOKEN": "1234:very-secret", "KENG_TELEGRAM__API_BASE": "http://127.0.0.1:1"}
    command = [sys.executable, "-m", "bot", "self-test", "--json"]
    done = subprocess.run(command, env=os.environ | broken, capture_output=True, text=True, timeout=60, check=False)
    assert {json.loads(line)["name"] for line in done.stdout.splitlines()} == {"store", "telegram", "email"}


def test_every_outlet_is_tried_and_nothing_is_published(
    monkeypatch: pytest.MonkeyPatch, post: PostOffice, tmp_path: Path
) -> None:
    mailing(monkeypatch, post.port)
    (tmp_path / "tra-lai" / "new").mkdir(parents=True)
    monkeypatch.setenv(
        "KENG_OUTLETS__EMAIL_LIST",
        f"{{recipients: [tin@bao.example], bounces: {{address: tra@tinh.example, folder: {tmp_path / 'tra-lai'}}}}}",
    )
    monkeypatch.setenv("KENG_OUTLETS__CAP", f"{{sender: a@b.example, area: x, folder: {tmp_path / 'cap'}}}")
    monkeypatch.setenv("KENG_OUTLETS__WEBHOOK", f"{{url: 'http://127.0.0.1:1/', secret: whsec_{'a2V5' * 8}}}")
    monkeypatch.setenv("KENG_OUTLETS__STATIC_EXPORT__FOLDER", str(tmp_path / "none" / "newsroom"))
    code, found = tried()
    assert code == 1, "the portal is not there"
    outlets = {name: ok for name, ok in found.items() if name.startswith("outlets.")}
    assert outlets == {
        "outlets.email_list": True,
        "outlets.bounces": True,
        "outlets.webhook": False,
        "outlets.cap": True,
        "outlets.static_export": False,
    }
    assert post.heard == []
    assert list((tmp_path / "cap").iterdir()) == []
    (tmp_path / "none").mkdir()
    assert tried()[1]["outlets.static_export"] is True
    assert list((tmp_path / "none").iterdir()) == []


def test_a_return_mailbox_whose_server_is_away_is_a_fault_with_its_cause(
    monkeypatch: pytest.MonkeyPatch, post: PostOffice
) -> None:
    mailing(monkeypatch, post.port)
    box = "{host: 127.0.0.1, port: 1, tls: false, user: tra, password: bi-mat}"
    monkeypatch.setenv(
        "KENG_OUTLETS__EMAIL_LIST",
        f"{{recipients: [tin@bao.example], bounces: {{address: tra@tinh.example, imap: {box}}}}}",
    )
    done = keng("self-test", "--json")
    (said,) = [line for line in map(json.loads, done.stdout.splitlines()) if line["name"] == "outlets.bounces"]
    assert (done.exit_code, said["ok"]) == (1, False)
    assert "127.0.0.1: " in said["detail"] and "refused" in said["detail"].lower()
    assert "bi-mat" not in done.stdout
