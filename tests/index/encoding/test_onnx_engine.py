"""The fast engines with the offline model: as good as torch, and what they spare."""

from __future__ import annotations

import asyncio
import copy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index import OFFLINE, Encoder, Engine, ModelUnusable, PlaybookIndex, Query, load_encoder
from index.vectors.store import vectors_of
from tests.index.encoding.texts import TEXTS
from tests.index.material import MODEL_CACHE, REPOSITORY, evaluation_texts

ENGINES: tuple[Engine, ...] = ("onnx", "onnx-int8")
LEAST_COSINE = {"onnx": 0.9999, "onnx-int8": 0.995}
ODD = ["", " ", "🔥", "\ud800", "\x00\x07", "\u200b\u202e", "từ " * 20_000, "ẩ" * 5_000, "ﷺ" * 600, "अ" * 50]


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    return request.param


@pytest.fixture(scope="module")
def fast(engine: Engine) -> Encoder:
    return load_encoder(OFFLINE, MODEL_CACHE, engine=engine)


def test_the_vectors_are_those_of_torch(encoder: Encoder, fast: Encoder, engine: Engine) -> None:
    texts = TEXTS + [row.text for row in evaluation_texts()]
    cosines = (encoder.encode(texts) * fast.encode(texts)).sum(axis=1)
    assert cosines.min() >= LEAST_COSINE[engine], dict(zip(texts, cosines, strict=True))


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_texts_get_the_vectors_that_torch_gives_them(
    encoder: Encoder, fast: Encoder, engine: Engine, text: str
) -> None:
    vector = fast.encode([text])
    assert (vector.dtype, vector.shape) == (np.float32, (1, 384))
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert float((vector @ encoder.encode([text]).T)[0, 0]) >= LEAST_COSINE[engine] - 0.005


def test_a_vector_does_not_depend_on_the_texts_beside_it(fast: Encoder) -> None:
    texts = ["Cháy", "Mưa lớn gây ngập nhiều tuyến đường ở trung tâm, giao thông tê liệt", "dau bung", "x " * 300]
    together = fast.encode(texts)
    fast._remembered.clear()
    alone = [fast.encode([text])[0] for text in texts]
    assert (together == np.stack(alone)).all()


def test_vectors_of_two_engines_never_mix(encoder: Encoder, fast: Encoder, tmp_path: Path) -> None:
    assert encoder.name.split(":")[:2] == fast.name.split(":")[:2]
    assert fast.name != encoder.name
    vectors_of(["Cháy chợ"], encoder, tmp_path)
    _, encoded = vectors_of(["Cháy chợ"], fast, tmp_path)
    assert encoded == 1


def test_at_most_one_point_of_accuracy_is_lost_to_8_bits(index: PlaybookIndex, encoder: Encoder) -> None:
    """In every measure that an official would notice: the same index, asked with torch's vectors and with its own.

    `python -m tests.bench.engines` compares indices that are learned anew from each engine's vectors.
    """
    asked_with_torch = copy.copy(index)
    asked_with_torch._encoder = encoder
    for eights, torchs in zip(_accuracy(index), _accuracy(asked_with_torch), strict=True):
        assert eights >= torchs - 0.01


def _accuracy(index: PlaybookIndex) -> tuple[float, float, float, float]:
    """Right at first guess, right among three, related texts kept, unrelated ones refused."""
    rows = [row for row in evaluation_texts() if row.playbook in {None, *index.ids}]
    matches = [(row.playbook, index.match(Query(title=row.text))) for row in rows]
    related = [(playbook, match) for playbook, match in matches if playbook]
    return (
        float(np.mean([match.candidates[0].playbook == playbook for playbook, match in related])),
        float(np.mean([playbook in {c.playbook for c in match.candidates} for playbook, match in related])),
        float(np.mean([match.playbook is not None for _, match in related])),
        float(np.mean([match.playbook is None for playbook, match in matches if playbook is None])),
    )


def test_a_process_with_a_fast_engine_has_no_torch_and_half_its_memory(engine: Engine, fast: Encoder) -> None:
    script = (
        "import pathlib, sys, index\n"
        "e = index.load_encoder(index.OFFLINE, pathlib.Path(sys.argv[1]), engine=sys.argv[2])\n"
        "for n in range(40): e.encode([f'bài viết {n} có những từ rất khác nhau {n * 7919}'])\n"
        "print(sorted({'torch', 'transformers', 'sentence_transformers', 'onnx'} & sys.modules.keys()))\n"
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmRSS')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(MODEL_CACHE), engine],
        cwd=REPOSITORY, capture_output=True, text=True, check=True,
    )  # fmt: skip
    loaded, resident = done.stdout.split("\n")[:2]
    assert loaded == "[]"
    assert int(resident) < {"onnx": 450, "onnx-int8": 350}[engine] * 1024  # kB; measured 340 and 260 MB


async def test_the_event_loop_runs_on_while_a_text_is_encoded(fast: Encoder) -> None:
    texts = [f"Sạt lở vùi lấp nhà dân số {number}. " * 40 for number in range(4)]
    encoding = asyncio.create_task(asyncio.to_thread(fast.encode, texts))
    turns = 0
    while not encoding.done():
        await asyncio.sleep(0)
        turns += 1
    assert (await encoding).shape == (4, 384)
    assert turns > 20


def test_a_model_of_another_width_is_refused(engine: Engine) -> None:
    with pytest.raises(ModelUnusable, match="offline: vectors of 384 numbers where 768 are needed"):
        load_encoder(OFFLINE, MODEL_CACHE, engine=engine, dimension=768)


def test_an_engine_that_takes_no_names_says_what_it_takes(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(
        ModelUnusable, match=f"index.engine {engine} takes `offline` or a folder.*index.engine to torch"
    ):
        load_encoder("intfloat/multilingual-e5-small", tmp_path, engine=engine)
