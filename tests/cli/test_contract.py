"""Every command says how it is used, and speaks JSON where a program may read it (DESIGN §5)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import typer

from bot.cli import app
from bot.model.incident import Incident
from tests.cli.commands import keng, keng_beside

WITHOUT_JSON = {
    *("serve", "demo", "match", "detect", "audit export"),  # what these two write is JSON lines anyway
    *("backup", "restore", "move-store", "version", "feeds add", "feeds secret", "quarantine expire", "silences end"),
    *("silences release", "topics sensitivity", "topics forget", "people invite", "people release", "people place"),
    "people factor",
    *("playbooks learn add", "playbooks learn decline", "statements document", "statements cap"),
}
"""Those that do something, or write a file or data of a form of its own."""


def commands(group: click.Command, name: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by what is typed."""
    inner = getattr(group, "commands", {})
    if not inner or getattr(group, "invoke_without_command", False):
        yield name, group
    for word, command in sorted(inner.items()):
        yield from commands(command, f"{name} {word}".strip())


COMMANDS = dict(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_help_of_every_command_has_an_example(name: str) -> None:
    said = keng(*name.split(), "--help")
    assert said.exit_code == 0
    assert "Example:" in said.stdout


def test_whatever_a_program_may_read_is_there_as_json() -> None:
    with_json = {name for name, command in COMMANDS.items() if any("--json" in p.opts for p in command.params)}
    assert COMMANDS.keys() - with_json == WITHOUT_JSON


@pytest.mark.parametrize(
    "typed", ["nothing", "serve -c missing.yaml", "check -c .", "incidents show", "detect counts.csv", "match --jsonl"]
)
def test_wrong_use_ends_with_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str) -> None:
    monkeypatch.chdir(tmp_path)
    said = keng(*typed.split())
    assert (said.exit_code, said.stdout) == (2, "")
    assert said.stderr


def test_what_is_wrong_with_the_files_is_one_object(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("keng.yaml").write_text("http: {port: eighty}\n", encoding="utf-8")
    said = keng("check", "--json")
    (fault,) = json.loads(said.stdout)["faults"]
    assert (said.exit_code, fault.startswith("keng.yaml:1: http.port:")) == (1, True)
    Path("keng.yaml").unlink()
    said = keng("check", "--json")
    assert (said.exit_code, json.loads(said.stdout)["faults"]) == (0, [])


def test_what_is_wrong_with_a_playbook_is_told_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "fire-explosion.yaml").write_text("id: fire-explosion\nlead: 7\n", encoding="utf-8")
    settings = tmp_path / "keng.yaml"
    settings.write_text(f"playbooks: {tmp_path}\n", encoding="utf-8")
    said = keng("playbooks", "lint", "--config", str(settings), "--json")
    faults = [json.loads(line) for line in said.stdout.splitlines()]
    assert said.exit_code == 1
    assert any(f["file"].endswith("fire-explosion.yaml") and f["where"] == "lead" and f["line"] == 2 for f in faults)


async def test_whether_the_record_is_whole_is_told_to_programs(matter: Incident, tmp_path: Path) -> None:
    said = await keng_beside("audit", "verify", "--json")
    assert (said.exit_code, json.loads(said.stdout)) == (0, {"whole": True, "entries": 0, "fault": None})
    assert (await keng_beside("incidents", "show", matter.id)).exit_code == 0
    (tmp_path / "audit-head.json").unlink()
    said = await keng_beside("audit", "verify", "--json")
    found = json.loads(said.stdout)
    assert (said.exit_code, found["whole"], found["entries"]) == (1, False, 1)
    assert "audit-head.json" in found["fault"]


LOOKS = (
    *("incidents list", "topics list", "outlets list", "silences list", "quarantine list", "feeds list"),
    *("audit verify", "people list"),
)


@pytest.mark.parametrize("look", LOOKS)
def test_before_the_first_start_there_is_nothing_to_see_and_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, look: str
) -> None:
    monkeypatch.chdir(tmp_path)
    said = keng(*look.split(), "--json")
    assert said.exit_code == 0
    # Whoever looks from another folder than the service's is told so, beside what programs read.
    assert said.stderr == "" or said.stderr.startswith(f"{tmp_path}/var/keng.db: there is no store yet")
    if look in ("incidents list", "topics list", "silences list", "quarantine list"):
        assert said.stdout == ""
    assert list(tmp_path.iterdir()) == [], "looking makes no store"


def test_a_store_that_is_gone_is_not_taken_for_one_that_never_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("var").mkdir()
    Path("var/audit-head.json").write_text(json.dumps({"seq": 7, "sha256": "0" * 64}), encoding="utf-8")
    said = keng("audit", "verify", "--json")
    assert (said.exit_code, json.loads(said.stdout)["whole"]) == (1, False)
