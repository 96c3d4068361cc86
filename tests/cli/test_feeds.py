"""``keng feeds`` as an administrator connects a new monitoring system with it."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from bot.assembly.feeds import feed_configs
from bot.intake import FeedConfig
from bot.settings import load_settings
from bot.settings.feeds import PULLED, FeedFormat
from bot.store.database import Database, full_url
from tests.cli.commands import keng
from tests.conftest import MovableClock
from tests.intake.conftest import INTAKE, OpenDoor, open_door
from tests.intake.formats.reading import SAMPLES

__all__ = ["open_door"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KENG_DATA_DIR", str(tmp_path / "data"))
    return tmp_path


def settings(folder: Path, text: str) -> None:
    (folder / "keng.yaml").write_text(text, encoding="utf-8")


def test_trying_a_payload_shows_each_field_and_what_is_dropped(here: Path) -> None:
    settings(here, (SAMPLES / "mapping" / "settings.yaml").read_text(encoding="utf-8"))
    tried = keng("feeds", "try", str(SAMPLES / "mapping" / "vendor.json"), "--feed", "vendor")
    assert tried.exit_code == 0, tried.output
    for words in ("volume.observed        1234", "severity_hint          3", "2026-11-22T06:05:00+00:00", "tac_gia"):
        assert words in tried.stdout
    assert "Người Đăng" not in tried.output
    assert not (here / "data").exists()


def test_trying_tells_what_would_be_quarantined_and_refused(here: Path) -> None:
    (here / "p.json").write_text('[{"title": 7}, {"title": "Văn bản MẬT"}, {"title": "Cá chết"}]', encoding="utf-8")
    tried = keng("feeds", "try", "p.json")
    assert tried.exit_code == 1
    assert "QUARANTINE: title" in tried.stdout
    assert "REFUSED" in tried.stdout
    assert "1 of 3" in tried.stderr
    lines = [json.loads(line) for line in keng("feeds", "try", "p.json", "--json").stdout.splitlines()]
    assert [line["outcome"] for line in lines] == ["quarantined", "refused", "accepted"]


def test_trying_takes_headers_from_a_file_as_curl_does(here: Path) -> None:
    settings(here, "feeds: {e: {format: cloudevents, bearer: t}}")
    binary = SAMPLES / "cloudevents" / "binary.json"
    tried = keng("feeds", "try", str(binary), "-f", "e", "-H", f"@{binary.with_suffix('.headers')}")
    assert tried.exit_code == 0, tried.output
    assert "/feeds/phổ-thông evt-20261122-0009" in tried.stdout
    missing = keng("feeds", "try", str(binary), "-f", "e", "-H", "@nowhere")
    assert (missing.exit_code, "nowhere: No such file" in missing.stderr) == (2, True)


def test_trying_reads_headers_and_standard_input(here: Path) -> None:
    settings(here, "feeds: {e: {format: cloudevents}}")
    headers = [f"-H{name}" for name in ("ce-specversion: 1.0", "ce-id: 7", "ce-source: /x", "ce-type: t")]
    tried = keng("feeds", "try", "-", "--feed", "e", *headers, given='{"title": "Cá chết"}')
    assert tried.exit_code == 0, tried.output
    assert "/x 7" in tried.stdout


def test_wrong_use_is_told_apart_from_a_payload_that_is_wrong(here: Path) -> None:
    (here / "p.json").write_text("{", encoding="utf-8")
    assert keng("feeds", "try", "p.json", "--feed", "nobody").exit_code == 2
    assert keng("feeds", "try", "nowhere.json").exit_code == 2
    broken = keng("feeds", "try", "p.json")
    assert (broken.exit_code, "line 1" in broken.stderr) == (1, True)


PUSHED = [form for form in get_args(FeedFormat) if form not in PULLED]
PASTED = [*(("native", way) for way in ("signature", "bearer", "basic")), *((form, "bearer") for form in PUSHED[1:])]


@pytest.mark.parametrize("file", [(), ("--secret-file", "s")], ids=["printed", "in a file"])
@pytest.mark.parametrize(("form", "way"), PASTED)
async def test_what_adding_prints_works_when_it_is_pasted(
    here: Path,
    open_door: OpenDoor,
    clock: MovableClock,
    monkeypatch: pytest.MonkeyPatch,
    form: str,
    way: str,
    file: tuple[str, ...],
) -> None:
    clock.advance(seconds=(datetime.now(UTC) - clock.now()).total_seconds())  # the shell signs with the machine's clock
    door = await open_door()
    monkeypatch.setenv("KENG_HTTP__PORT", str(door.port))
    added = await asyncio.to_thread(keng, "feeds", "add", "giamsat", "--format", form, "--auth", way, *file)
    assert added.exit_code == 0, added.output
    fragment, _, command = added.stdout.partition("# then restart")
    settings(here, "feeds:\n" + "".join(line + "\n" for line in fragment.splitlines() if not line.startswith("#")))
    again = await open_door(**feed_configs(load_settings()))
    script = command.partition("\n")[2].replace(str(door.port), str(again.port))
    sent = await asyncio.to_thread(
        subprocess.run, ["bash", "-c", script], capture_output=True, text=True, check=True, timeout=30
    )
    answer = json.loads(sent.stdout)
    assert (answer["accepted"] >= 1, answer["quarantined"], answer["refused"]) == (True, 0, 0), sent.stdout
    if file:
        assert Path("s").read_text(encoding="utf-8").strip() not in added.stdout, "it is in the file and nowhere else"


@pytest.mark.parametrize(
    ("form", "blank", "filled", "sample"),
    [
        ("rss", "https://…", "https://bao.example.vn/rss", "rss2.xml"),
        ("mail", "@…", "@vnpt.example", "plain.eml"),
    ],
)
def test_what_keng_fetches_is_told_line_by_line_what_is_to_be_filled_in_and_how_it_is_tried(
    here: Path, form: str, blank: str, filled: str, sample: str
) -> None:
    added = keng("feeds", "add", "moi", "--format", form)
    assert added.exit_code == 0, added.output
    fragment, _, told = added.stdout.partition("# fill in")
    assert told, "what is missing is said after the lines, too"
    assert all(name in fragment for name in re.findall(r"`(\w+):`", told))
    settings(here, "feeds:\n" + fragment)
    assert f"{blank} is still to be filled in" in keng("check").stdout
    settings(here, "feeds:\n" + fragment.replace(blank, filled))
    assert "still to be filled in" not in keng("check").stdout
    (command,) = re.findall(r"keng (feeds try \S+ --feed moi)", told)
    arguments = command.replace("feed.xml", "letter.eml").split()
    shutil.copy(SAMPLES / form / sample, here / "letter.eml")
    tried = keng(*arguments)
    assert tried.exit_code == 0, tried.output


@pytest.mark.parametrize("form", ["mapping", "grafana", "cap", "rss", "mail", "cloudevents"])
def test_every_fragment_is_settings_that_can_be_read(here: Path, form: str) -> None:
    added = keng("feeds", "add", "moi", "--format", form, "--auth", "basic")
    assert added.exit_code == 0, added.output
    fragment = re.split("# then restart|# fill in", added.stdout)[0]
    settings(here, "feeds:\n" + "".join(line + "\n" for line in fragment.splitlines() if not line.startswith("#")))
    assert load_settings().feeds["moi"].format == form


def test_a_credential_may_go_into_a_file_that_only_its_owner_reads(here: Path) -> None:
    added = keng("feeds", "add", "moi", "--format", "native", "--auth", "bearer", "--secret-file", "s")
    assert added.exit_code == 0
    assert (here / "s").stat().st_mode & 0o077 == 0
    fragment: Any = yaml.safe_load("feeds:\n" + added.stdout.partition("# then restart")[0])
    assert fragment["feeds"]["moi"]["bearer_file"] == str((here / "s").resolve())


def test_adding_asks_for_what_was_not_given_and_refuses_a_name_that_is_taken(here: Path) -> None:
    asked = keng("feeds", "add", given="moi\nalertmanager\n\n")
    assert asked.exit_code == 0, asked.output
    assert "authorization: Bearer" in asked.stdout
    fetched = keng("feeds", "add", given="bao\nrss\n")
    assert (fetched.exit_code, "fill in `url:`" in fetched.stdout) == (0, True), fetched.output
    assert keng("feeds", "add", "default", "--format", "native", "--auth", "basic").exit_code == 2
    assert keng("feeds", "add", "Tên Dài", "--format", "native", "--auth", "basic").exit_code == 2
    assert keng("feeds", "add", "x", "--format", "smoke", "--auth", "basic").exit_code == 2


def test_the_list_says_what_every_feed_needs(here: Path) -> None:
    settings(
        here, "feeds: {a: {bearer: t, networks: [10.0.0.0/8]}, b: {format: rss, rss: {url: 'https://x.example.vn'}}}"
    )
    lines = [json.loads(line) for line in keng("feeds", "list", "--json").stdout.splitlines()]
    assert [(line["feed"], line["credentials"], line["networks"]) for line in lines] == [
        ("a", ["bearer token"], ["10.0.0.0/8"]),
        ("b", ["fetched by Keng"], []),
    ]
    assert not (here / "data").exists()


async def test_the_list_counts_what_came_and_who_did_not_prove_who_they_are(
    here: Path, open_door: OpenDoor, database: Database, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = await open_door(default=FeedConfig(bearer="t"))
    good = {"Authorization": "Bearer t"}
    await door.post("/v1/alerts", json={"title": "Cá chết"}, headers=good)
    await door.post("/v1/alerts", json={"title": 7}, headers=good)
    for _ in range(3):
        await door.post("/v1/alerts", json={"title": "x"})
    await door.server.app[INTAKE].write_tallies()
    monkeypatch.setenv("KENG_DATABASE_URL", full_url(database.url.set(drivername=database.url.get_backend_name())))
    listed = await asyncio.to_thread(keng, "feeds", "list", "--json")
    (line,) = [json.loads(text) for text in listed.stdout.splitlines()]
    assert (line["accepted"], line["in_quarantine"], line["not_authentic"]) == (1, 1, 3)
    shown = (await asyncio.to_thread(keng, "feeds", "list")).stdout
    assert "3 NOT AUTHENTIC" in shown


def test_a_check_names_what_is_unfinished_about_feeds(here: Path) -> None:
    settings(
        here,
        "feeds:\n"
        "  a: {status: test}\n"
        "  b: {format: mail, mail: {senders: ['@x.example'], folder: ./nowhere}}\n"
        "  c: {format: rss, rss: {url: 'https://x.example.vn'}}\n",
    )
    said = keng("check").stdout
    for words in ("feeds.a: everything it sends is a drill", "verified_by", "nowhere is not there", "without keywords"):
        assert words in said
