from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from index import OFFLINE, Encoder, ModelMissing, ModelUnusable, load_encoder
from tests.index.material import MODEL_CACHE, REPOSITORY


def test_importing_the_package_loads_nothing_heavy() -> None:
    heavy = "{'numpy', 'torch', 'transformers', 'sentence_transformers', 'faiss', 'tokenizers'}"
    script = f"import sys, index; print(sorted({heavy} & sys.modules.keys()))"
    assert _python(script) == "[]"


def test_a_process_with_the_model_stays_well_below_a_gigabyte(encoder: Encoder) -> None:
    script = (
        "import pathlib, index; e = index.load_encoder(index.OFFLINE, pathlib.Path(sys.argv[1]))\n"
        "for n in range(40): e.encode([f'bài viết {n} có những từ rất khác nhau {n * 7919}'])\n"
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmRSS')))"
    )
    assert int(_python("import sys\n" + script, str(MODEL_CACHE))) < 800 * 1024  # kB; measured 670 MB


def test_many_texts_come_back_in_their_order(encoder: Encoder) -> None:
    texts = [f"{'dài ' * (7 - number % 7)}{number}" for number in range(11)]
    together = encoder.encode(texts)
    alone = np.stack([encoder.encode([text])[0] for text in texts])
    assert ((together * alone).sum(axis=1) > 0.9999).all()


def test_several_threads_get_the_right_vectors(encoder: Encoder) -> None:
    texts = [f"luồng số {number}" for number in range(12)]
    found: dict[str, np.ndarray] = {}
    threads = [threading.Thread(target=lambda t=text: found.update({t: encoder.encode([t])[0]})) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(float(found[text] @ encoder.encode([text])[0]) > 0.9999 for text in texts)


def test_a_folder_can_be_the_model(encoder: Encoder) -> None:
    folder = MODEL_CACHE / "multilingual-e5-small-offline"
    own = load_encoder(str(folder), MODEL_CACHE)
    texts = ["Cháy lớn ở chợ", "chay lon o cho"]
    assert own.name != encoder.name
    assert np.allclose((own.encode(texts) * encoder.encode(texts)).sum(axis=1), 1, atol=1e-4)


@pytest.mark.parametrize("name", ["/srv/models/gone", "./gone", "a/b/c"])
def test_a_folder_that_is_not_there_is_refused_by_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=f"{name}: no such model folder; correct index.model"):
        load_encoder(name, tmp_path)


def test_a_folder_without_a_model_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match=r"no config\.json or modules\.json"):
        load_encoder(str(tmp_path), tmp_path)


def test_a_torn_folder_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    with pytest.raises(ModelUnusable, match=f"{tmp_path}: cannot be loaded"):
        load_encoder(str(tmp_path), tmp_path)


def test_a_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(b"")
    with pytest.raises(ModelUnusable, match=r"model\.onnx: a file"):
        load_encoder(str(path), tmp_path)


def test_a_name_that_is_not_in_the_local_cache_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelUnusable, match=r"nobody/no-such-model: cannot be loaded.*HF_HUB_OFFLINE=0"):
        load_encoder("nobody/no-such-model", tmp_path)


def test_a_model_of_another_width_is_refused(encoder: Encoder) -> None:
    with pytest.raises(ModelUnusable, match="offline: vectors of 384 numbers where 768 are needed"):
        load_encoder(OFFLINE, MODEL_CACHE, dimension=768)


def _python(script: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()
