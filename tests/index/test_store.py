from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from index.store import vectors_of
from tests.index.counting_encoder import CountingEncoder

TEXTS = ["nước máy có mùi", "cháy chợ", "sạt lở"]


def _encoded(texts: list[str], folder: Path, encoder: CountingEncoder | None = None) -> list[str]:
    """Which texts had to be encoded."""
    encoder = encoder or CountingEncoder()
    vectors, count = vectors_of(texts, encoder, folder)
    assert np.allclose(vectors, CountingEncoder(dimension=encoder.dimension).encode(texts))
    assert count == len(encoder.encoded)
    return encoder.encoded


def test_a_second_start_encodes_nothing(tmp_path: Path) -> None:
    assert _encoded(TEXTS, tmp_path) == TEXTS
    assert _encoded(TEXTS, tmp_path) == []


def test_only_what_changed_is_encoded(tmp_path: Path) -> None:
    _encoded(TEXTS, tmp_path)
    assert _encoded(["sạt lở", "đình công", "nước máy có mùi"], tmp_path) == ["đình công"]


def test_the_same_text_twice_is_encoded_once(tmp_path: Path) -> None:
    assert _encoded(["cháy chợ", "cháy chợ"], tmp_path) == ["cháy chợ"]


def test_a_text_that_went_is_forgotten(tmp_path: Path) -> None:
    _encoded(TEXTS, tmp_path)
    _encoded(TEXTS[:1], tmp_path)
    assert _encoded(TEXTS, tmp_path) == TEXTS[1:]


def test_another_model_starts_afresh(tmp_path: Path) -> None:
    _encoded(TEXTS, tmp_path)
    assert _encoded(TEXTS, tmp_path, CountingEncoder(name="other")) == TEXTS


def test_another_width_starts_afresh(tmp_path: Path) -> None:
    _encoded(TEXTS, tmp_path)
    assert _encoded(TEXTS, tmp_path, CountingEncoder(dimension=16)) == TEXTS


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"format": 1}', "\x00"])
def test_a_damaged_manifest_starts_afresh(tmp_path: Path, content: str) -> None:
    _encoded(TEXTS, tmp_path)
    (tmp_path / "manifest.json").write_text(content)
    assert _encoded(TEXTS, tmp_path) == TEXTS


def test_a_damaged_vector_file_starts_afresh(tmp_path: Path) -> None:
    _encoded(TEXTS, tmp_path)
    (path,) = tmp_path.glob("vectors-*.faiss")
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert _encoded(TEXTS, tmp_path) == TEXTS


def test_a_manifest_that_promises_more_than_the_file_holds_starts_afresh(tmp_path: Path) -> None:
    _encoded(TEXTS, tmp_path)
    path = tmp_path / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["texts"].append("0" * 64)
    path.write_text(json.dumps(manifest))
    assert _encoded(TEXTS, tmp_path) == TEXTS


def test_a_save_that_fails_leaves_the_old_state_and_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _encoded(TEXTS, tmp_path)
    with monkeypatch.context() as patched:
        replace = Path.replace

        def die_before_the_manifest(self: Path, target: Path) -> Path:
            if target.name == "manifest.json":
                raise OSError(28, "No space left on device")
            return replace(self, target)

        patched.setattr(Path, "replace", die_before_the_manifest)
        vectors, _ = vectors_of([*TEXTS, "mới"], CountingEncoder(), tmp_path)
        assert len(vectors) == len(TEXTS) + 1
    assert _encoded(TEXTS, tmp_path) == []
    assert not list(tmp_path.glob(".writing-*"))


def test_progress_ends_at_the_end(tmp_path: Path) -> None:
    steps: list[tuple[int, int, str]] = []
    vectors_of([str(number) for number in range(40)], CountingEncoder(), tmp_path, lambda *step: steps.append(step))
    assert steps[0][:2] == (0, 40)
    assert steps[-1][:2] == (40, 40)
