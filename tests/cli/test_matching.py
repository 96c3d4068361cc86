"""`keng match` and `keng serve` encode with the engine that the settings name."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

import bot.data
from bot.app import Keng
from bot.cli import matching
from bot.data import Data
from bot.settings import load_settings
from index import ModelUnusable


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
