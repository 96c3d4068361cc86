"""What the handbook tells an administrator to copy and to type is there, and does what the handbook says."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from bot.app import MAX_BODY
from bot.cli import app
from bot.settings import check_for_serving, load_settings

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs" / "handbook").glob("*.md"))]
NGINX = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
CALLED = re.compile(r"(?:^|[`(]|&& |-- )keng (?P<words>[a-z-]+(?: [a-z-]+)?)", re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_is_named_exists(page: Path) -> None:
    whole = get_command(app)
    assert isinstance(whole, TyperGroup)
    for found in CALLED.finditer(page.read_text(encoding="utf-8")):
        first, _, second = found["words"].partition(" ")
        command = whole.commands.get(first)
        assert command is not None, found[0]
        if isinstance(command, TyperGroup) and second:
            assert second in command.commands, found[0]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_to_be_copied_exists(page: Path) -> None:
    named = re.findall(r"(?<![\w/])(?:deploy|playbooks)/[\w./-]*\w", page.read_text(encoding="utf-8"))
    made_by_the_reader = {"deploy/keng.yaml", "deploy/secrets", "deploy/organisation", "playbooks/statements"}
    lost = {name for name in named if not (ROOT / name).exists()}
    assert {name for name in lost if not name.startswith(tuple(made_by_the_reader))} == set()


def test_the_settings_to_begin_with_work_once_the_two_secrets_exist(tmp_path: Path) -> None:
    text = (ROOT / "deploy" / "keng.server.yaml").read_text(encoding="utf-8")
    (tmp_path / "telegram-token").write_text("1:a\n")
    (tmp_path / "default").write_text("whsec_YQ==\n")
    file = tmp_path / "keng.yaml"
    published = text.replace("/etc/keng/secrets", str(tmp_path)).replace(
        "public_url: null", 'public_url: "https://keng.tinh.example"'
    )
    for written in (
        published,
        re.sub(r"^# ( *(?:email|smtp|from|username|password_file):)", r"\1", published, flags=re.M),
    ):
        (tmp_path / "mail_password").write_text("x\n")
        file.write_text(written, encoding="utf-8")
        settings = load_settings(file, {})
        check_for_serving(settings)
        assert (settings.data_dir, settings.http.loopback) == (Path("/var/lib/keng"), True)
    assert settings.email.smtp == "mail.tinh.example"


def test_the_command_becomes_the_user_of_the_service_and_reads_its_settings(tmp_path: Path) -> None:
    script = (ROOT / "deploy" / "keng").read_text(encoding="utf-8")
    subprocess.run(["/bin/sh", "-n", str(ROOT / "deploy" / "keng")], check=True)
    said = 'echo "$0 $KENG_CONFIG $KENG_DATA_DIR $*"'
    (tmp_path / "keng").write_text(f"#!/bin/sh\n{said}\n")
    (tmp_path / "runuser").write_text('#!/bin/sh\necho "$1 $2"; shift 3; exec "$@"\n')
    for program in ("keng", "runuser"):
        (tmp_path / program).chmod(0o755)
    tried = script.replace("/opt/keng/bin/keng", str(tmp_path / "keng"))
    for uid, before in (("0", "-u keng\n"), ("1000", "")):
        asked = tried.replace('"$(id -u)"', uid)
        done = subprocess.run(
            ["/bin/sh", "-c", asked, "keng", "people", "list"],
            env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout == f"{before}{tmp_path}/keng /etc/keng/keng.yaml /var/lib/keng people list\n"


def published(path: str) -> str:
    """What nginx does with an address: the body of the location that is its own, or the longest that begins it."""
    places = re.findall(r"^    location (= )?(\S+)\s*\{((?:[^{}]|\n)*?)\}", NGINX, re.MULTILINE)
    exact = [body for equal, place, body in places if equal and place == path]
    longest = sorted((len(place), body) for equal, place, body in places if not equal and path.startswith(place))
    return str(exact[0] if exact else longest[-1][1])


@pytest.mark.parametrize("path", ["/", "/newsroom", "/newsroom/feed.atom", "/en/verify", "/verify", "/robots.txt"])
def test_what_is_for_the_world_reaches_it(path: str) -> None:
    assert "proxy_pass" in published(path)
    assert "deny all" not in published(path)


@pytest.mark.parametrize("path", ["/readyz", "/metrics", "/openapi.json"])
def test_what_is_for_the_office_is_refused_to_the_world(path: str) -> None:
    assert "deny all" in published(path)


@pytest.mark.parametrize("path", ["/telegram", "/_sim/", "/anything"])
def test_nothing_else_is_let_through(path: str) -> None:
    assert "return 404" in published(path)


@pytest.mark.parametrize("path", ["/signoff/abc", "/board/o/abc"])
def test_a_link_that_is_a_key_stands_in_no_log(path: str) -> None:
    assert "access_log off" in published(path)
    assert "error_log /dev/null" in published(path), "while Keng is away nginx writes the address into its error log"


def test_what_a_sender_may_send_is_let_through() -> None:
    megabytes = re.search(r"client_max_body_size (\d+)m;", NGINX)
    assert megabytes is not None
    assert int(megabytes[1]) * 1024 * 1024 >= MAX_BODY
