"""A folder of one's own with a fast engine: converted once, whole or not at all, or refused with a reason."""

from __future__ import annotations

import hashlib
import json
import os
import sys
import threading
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from index import Engine, EngineMissing, ModelUnusable, load_encoder
from index.encoding import bert_weights, onnx_folder
from index.encoding.onnx_arithmetic import in_levels
from tests.index.small_model import POSITIONS, write_json, write_small_model

TEXTS = ["nuoc may co mui la", "Dozens of workers", "", "ngap lut " * 30, "QĐ số 78, 2026"]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_small_model(tmp_path / "model")


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def _made(cache: Path) -> Path:
    """The one converted folder."""
    (record,) = cache.glob(f"*/{onnx_folder.RECORD}")
    return record.parent


@pytest.mark.parametrize("engine", ["onnx", "onnx-int8"])
@pytest.mark.parametrize(
    ("kind", "prefix"), [("bert", ""), ("bert", "bert."), ("xlm-roberta", ""), ("xlm-roberta", "roberta.")]
)
def test_a_bert_and_a_roberta_give_the_vectors_that_torch_gives(
    tmp_path: Path, cache: Path, engine: Engine, kind: str, prefix: str
) -> None:
    model = write_small_model(tmp_path / "model", kind, prefix)
    fast, slow = load_encoder(str(model), cache, engine=engine), load_encoder(str(model), cache)
    cosines = (fast.encode(TEXTS) * slow.encode(TEXTS)).sum(axis=1)
    assert cosines.min() >= {"onnx": 0.99999, "onnx-int8": 0.99}[engine]


def test_a_folder_without_modules_is_read_as_mean_pooling(model: Path, cache: Path) -> None:
    before = load_encoder(str(model), cache, engine="onnx").encode(TEXTS)
    (model / "modules.json").unlink()
    assert np.allclose(load_encoder(str(model), cache, engine="onnx").encode(TEXTS), before, atol=1e-6)


@pytest.mark.parametrize(
    "pooling",
    [
        {"embedding_dimension": 64, "pooling_mode": "mean", "include_prompt": True},
        {"word_embedding_dimension": 64, "pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False},
    ],
)
def test_both_ways_of_writing_mean_pooling_are_read(model: Path, cache: Path, pooling: dict[str, object]) -> None:
    write_json(model / "1_Pooling" / "config.json", pooling)
    assert load_encoder(str(model), cache, engine="onnx").dimension == 64


def test_texts_are_lower_cased_where_the_model_wants_it(model: Path, cache: Path) -> None:
    write_json(model / "sentence_bert_config.json", {"max_seq_length": POSITIONS - 2, "do_lower_case": True})
    upper, lower = load_encoder(str(model), cache, engine="onnx").encode(["NUOC May", "nuoc may"])
    assert np.allclose(upper, lower)


def test_the_prompt_of_the_model_is_put_before_a_text(model: Path, cache: Path) -> None:
    bare = load_encoder(str(model), cache, engine="onnx").encode(["hoi nuoc"])
    write_json(model / "config_sentence_transformers.json", {"prompts": {"query": "hoi "}})
    assert np.allclose(load_encoder(str(model), cache, engine="onnx").encode(["nuoc"]), bare, atol=1e-6)


def test_it_is_converted_once_and_the_progress_is_told_to_the_end(model: Path, cache: Path) -> None:
    steps: list[tuple[int, int, str]] = []
    first = load_encoder(str(model), cache, lambda *step: steps.append(step), engine="onnx-int8")
    assert [done for done, _, _ in steps] == list(range(len(steps)))
    assert steps[-1][:2] == (len(steps) - 1, len(steps) - 1)
    steps.clear()
    again = load_encoder(str(model), cache, lambda *step: steps.append(step), engine="onnx-int8")
    assert steps == []
    assert again.name == first.name


def test_two_at_once_convert_once(model: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []

    class Counted(bert_weights.BertWeights):
        def __init__(self, folder: Path) -> None:
            opened.append(folder)
            super().__init__(folder)

    monkeypatch.setattr(onnx_folder, "BertWeights", Counted)
    monkeypatch.setattr("index.encoding.onnx_engine.check_against_torch", lambda *_: None)
    threads = [
        threading.Thread(target=load_encoder, args=(str(model), cache), kwargs={"engine": "onnx"}) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert opened == [model]


def test_a_model_that_changed_is_converted_again_and_has_another_name(model: Path, cache: Path) -> None:
    before = load_encoder(str(model), cache, engine="onnx-int8")
    stamp = (model / "model.safetensors").stat().st_mtime_ns + 1
    os.utime(model / "model.safetensors", ns=(stamp, stamp))
    steps: list[tuple[int, int, str]] = []
    after = load_encoder(str(model), cache, lambda *step: steps.append(step), engine="onnx-int8")
    assert steps
    assert after.name != before.name


@pytest.mark.parametrize("name", [onnx_folder.GRAPH, onnx_folder.WEIGHTS, onnx_folder.RECORD])
def test_a_damaged_copy_is_made_again(model: Path, cache: Path, name: str) -> None:
    before = load_encoder(str(model), cache, engine="onnx-int8").encode(TEXTS)
    path = _made(cache) / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    assert (load_encoder(str(model), cache, engine="onnx-int8").encode(TEXTS) == before).all()


def test_a_graph_that_the_installed_library_cannot_read_is_named(model: Path, cache: Path) -> None:
    load_encoder(str(model), cache, engine="onnx")
    made = _made(cache)
    (made / onnx_folder.GRAPH).write_bytes(b"of another age")
    record = json.loads((made / onnx_folder.RECORD).read_text())
    write_json(made / onnx_folder.RECORD, record | {onnx_folder.GRAPH: hashlib.sha256(b"of another age").hexdigest()})
    with pytest.raises(ModelUnusable, match=r"model\.onnx: cannot be loaded.*delete its folder"):
        load_encoder(str(model), cache, engine="onnx")


def test_a_cache_that_cannot_be_written_is_named_with_what_to_do(model: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    with pytest.raises(ModelUnusable, match=r"cache/.*cannot be written.*index\.cache"):
        load_encoder(str(model), tmp_path / "cache", engine="onnx")


@pytest.mark.parametrize(("package", "engine"), [("onnxruntime", "onnx"), ("onnx", "onnx-int8")])
def test_a_missing_package_is_named_with_the_command_that_helps(
    model: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, package: str, engine: Engine
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(EngineMissing, match=f"{package} is not installed.*pip install {package},"):
        load_encoder(str(model), cache, engine=engine)
    assert not list(cache.glob("*/*"))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("config.json", {"model_type": "t5"}, "model_type t5 is neither BERT nor RoBERTa; set index.engine to torch"),
        ("config.json", {"model_type": "bert", "hidden_act": "relu"}, "not the usual activation"),
        ("config.json", {"model_type": "bert"}, r"no whole description \(KeyError: 'max_position_embeddings'\)"),
        ("config.json", None, "cannot be read"),
        (
            "modules.json",
            [{"type": "x.Transformer", "path": ""}, {"type": "x.Dense", "path": "1_Dense"}],
            "Transformer, Dense instead of",
        ),
        ("modules.json", ["Transformer"], "no list of modules"),
        ("modules.json", {"type": "x.Transformer"}, "not what this file should hold"),
        ("1_Pooling/config.json", {"pooling_mode_cls_token": True}, "no mean over all tokens"),
        ("1_Pooling/config.json", {"pooling_mode": "cls"}, "no mean over all tokens"),
        (
            "1_Pooling/config.json",
            {"pooling_mode_mean_tokens": True, "pooling_mode_max_tokens": True},
            "no mean over all tokens",
        ),
        ("1_Pooling/config.json", {"pooling_mode": "mean", "include_prompt": False}, "no mean over all tokens"),
        ("tokenizer.json", None, "cannot be read"),
        ("model.safetensors", None, "cannot be used"),
    ],
)
def test_what_would_come_out_wrong_is_refused_by_the_files_name(
    model: Path, cache: Path, name: str, content: object, says: str
) -> None:
    if content is None:
        (model / name).write_bytes((model / name).read_bytes()[:200])
    else:
        write_json(model / name, content)
    with pytest.raises(ModelUnusable, match=rf"{name}: {says}"):
        load_encoder(str(model), cache, engine="onnx")
    assert not list(cache.glob("*/*"))


@pytest.mark.parametrize("name", ["tokenizer.json", "model.safetensors"])
def test_a_missing_file_is_named(model: Path, cache: Path, name: str) -> None:
    (model / name).unlink()
    with pytest.raises(ModelUnusable, match=f"{name} is missing.*index.engine to torch"):
        load_encoder(str(model), cache, engine="onnx")


def test_weights_that_are_missing_or_of_another_form_are_refused(model: Path, cache: Path) -> None:
    config = json.loads((model / "config.json").read_text())
    write_json(model / "config.json", config | {"num_hidden_layers": 3})
    with pytest.raises(ModelUnusable, match=r"model\.safetensors: cannot be used.*layer\.2"):
        load_encoder(str(model), cache, engine="onnx")


def test_a_model_that_would_give_other_vectors_than_torch_is_refused(tmp_path: Path, cache: Path) -> None:
    model = write_small_model(tmp_path / "model", is_decoder=True)  # tokens see only those before them
    with pytest.raises(ModelUnusable, match=r"gives other vectors than torch \(cosine 0\.\d+, needed 0\.999\)"):
        load_encoder(str(model), cache, engine="onnx")
    assert not list(cache.glob("*/*"))


def test_no_sum_of_two_products_can_overflow_16_bits(model: Path, cache: Path) -> None:
    """What keeps processors without VNNI from giving other vectors: uint8 times weight, twice, within int16."""
    load_encoder(str(model), cache, engine="onnx-int8")
    graph = onnx.load(str(_made(cache) / onnx_folder.GRAPH)).graph
    factors = {node.input[1] for node in graph.node if node.op_type == "MatMulInteger"}
    weights = [numpy_helper.to_array(tensor) for tensor in graph.initializer if tensor.name in factors]
    assert len(weights) == 8
    assert max(2 * 255 * np.abs(weight.astype(int)).max() for weight in weights) < 2**15


def test_levels_come_back_within_half_a_level_and_zeros_stay_zeros() -> None:
    rows = np.array([[0.51, -1.0, 0.26], [0, 0, 0], [1e-30, 2e-30, -2e-30]], dtype=np.float32)
    levels, scale = in_levels(rows, 63)
    assert levels.dtype == np.int8
    assert levels[0].tolist() == [32, -63, 16]
    assert (np.abs(levels * scale - rows) <= scale * 0.5001).all()
    assert (levels[1] == 0).all()
