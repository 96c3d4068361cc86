"""`keng match` and `keng serve` encode with the engine that the settings name."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest
from structlog.testing import capture_logs

import bot.app
import bot.data
from bot.app import Keng
from bot.cli import matching
from bot.data import Data, data_folder
from bot.playbooks import default_playbooks_folder
from bot.settings import Settings, load_settings
from index import Match, MatchReason, ModelUnusable, Query


class AskedFor(ModelUnusable):
    """Stands for an encoder: which one was asked for."""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    def load_encoder(model: str, cache_dir: Path, *_: object, engine: str) -> None:
        raise AskedFor(f"{model} with {engine}")

    monkeypatch.setattr(bot.data, "load_encoder", load_encoder)
    path = tmp_path / "keng.yaml"
    path.write_text(f"data_dir: {tmp_path}\nindex: {{engine: onnx-int8}}\n", encoding="utf-8")
    return path


def test_match_uses_the_engine_of_the_settings(config: Path) -> None:
    with pytest.raises(AskedFor, match="offline with onnx-int8"):
        matching.run(config, io.BytesIO(b"{}"), io.StringIO())


def test_serve_uses_the_engine_of_the_settings(config: Path) -> None:
    settings = load_settings(config, {})
    with pytest.raises(AskedFor, match="offline with onnx-int8"):
        Keng(settings, Data.load(settings))._load_index()


class Unsure:
    """An index to which nothing fits."""

    def match(self, _: Query) -> Match:
        return Match(None, 0.0, (), MatchReason.NOTHING_FITS)


def answers(monkeypatch: pytest.MonkeyPatch, config: Path, *lines: bytes) -> tuple[int, list[dict[str, object]]]:
    """The exit code and the answers, read by a parser that knows no NaN."""
    monkeypatch.setattr(bot.data, "load_model", lambda *_: None)
    monkeypatch.setattr(bot.data, "build_index", lambda *_: Unsure())
    out = io.BytesIO()
    with io.TextIOWrapper(out, encoding="utf-8") as text:
        code = matching.run(config, io.BytesIO(b"\n".join(lines)), text)
        text.flush()
        written = out.getvalue().decode("utf-8")
    return code, [json.loads(line, parse_constant=pytest.fail) for line in written.splitlines()]


def test_an_id_comes_back_as_it_was_given(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, found = answers(monkeypatch, config, b'{"id": "\\ud800"}', b'{"id": 7}', b'{"id": null}', b"{}")
    assert (code, [answer["id"] for answer in found]) == (0, ["\ud800", 7, 3, 4])


@pytest.mark.parametrize("odd", [b"NaN", b"1e999", b"true", b'{"a": 1}', b"[" * 900 + b"]" * 900])
def test_an_id_that_is_no_id_is_told_and_the_line_answered_by_its_number(
    config: Path, monkeypatch: pytest.MonkeyPatch, odd: bytes
) -> None:
    code, found = answers(monkeypatch, config, b'{"id": ' + odd + b"}")
    assert (code, found[0]["id"], found[0]["reason"]) == (1, 1, "id: expected text or a number")


@pytest.fixture
def without_no_crisis(tmp_path: Path) -> Path:
    """Settings with a folder of playbooks of their own, in which nobody wrote what is no crisis."""
    own = tmp_path / "own"
    shutil.copytree(default_playbooks_folder(), own)
    (own / "examples" / "no-crisis.yaml").unlink()
    path = tmp_path / "keng.yaml"
    path.write_text(f"data_dir: {tmp_path}\nplaybooks: {own}\n", encoding="utf-8")
    return path


def test_playbooks_in_the_current_folder_go_before_those_of_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    others = tmp_path / "playbooks"
    others.mkdir()
    (others / "site.yaml").write_text("- hosts: all\n", encoding="utf-8")
    assert data_folder(Settings()) == default_playbooks_folder(), "another program's"
    shutil.copy(default_playbooks_folder() / "unclassified.yaml", others)
    assert data_folder(Settings()) == others
    assert data_folder(Settings(playbooks=tmp_path / "named")) == tmp_path / "named"
    (others / "unclassified.yaml").unlink()
    named = Settings(playbooks=Path("./playbooks"))
    assert data_folder(named) == others, "its faults are told"
    shutil.rmtree(others)
    assert data_folder(named) == default_playbooks_folder()


def test_match_warns_where_nothing_can_be_refused_and_answers_all_the_same(
    monkeypatch: pytest.MonkeyPatch, without_no_crisis: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, (answer,) = answers(monkeypatch, without_no_crisis, b'{"title": "x"}')
    assert (code, answer["id"]) == (0, 1)
    told = capsys.readouterr().err
    assert told.startswith("warning: ") and "own/examples/no-crisis.yaml" in told and "copy" in told


def test_match_does_not_warn_of_the_playbooks_that_came_with_keng(
    monkeypatch: pytest.MonkeyPatch, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers(monkeypatch, config, b'{"title": "x"}')
    assert "warning" not in capsys.readouterr().err


def test_serve_warns_where_nothing_can_be_refused_and_starts_all_the_same(
    monkeypatch: pytest.MonkeyPatch, without_no_crisis: Path
) -> None:
    monkeypatch.setattr(bot.app, "load_model", lambda *_: None)
    monkeypatch.setattr(bot.app, "build_index", lambda *_: Unsure())
    settings = load_settings(without_no_crisis, {})
    with capture_logs() as logged:
        Keng(settings, Data.load(settings))._load_index()
    (warning,) = [line for line in logged if line["log_level"] == "warning"]
    assert warning["event"] == "nearly_nothing_will_be_refused"
    assert "own/examples/no-crisis.yaml" in warning["fault"] and "copy" in warning["fault"]
