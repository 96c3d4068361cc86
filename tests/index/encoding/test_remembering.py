from __future__ import annotations

import threading

import numpy as np
import pytest

from index import ModelUnusable
from index.encoding import remembering
from index.encoding.remembering import RememberingEncoder


class Network:
    """Gives a vector that tells the text's length, and writes down what it was asked."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []

    def __call__(self, texts: list[str]) -> np.ndarray:
        self.batches.append(texts)
        angles = np.array([len(text) / 5_000 for text in texts], dtype=np.float32)
        return np.stack([np.cos(angles), np.sin(angles)], axis=1)

    @property
    def texts(self) -> list[str]:
        return [text for batch in self.batches for text in batch]


@pytest.fixture
def network() -> Network:
    return Network()


@pytest.fixture
def encoder(network: Network) -> RememberingEncoder:
    made = RememberingEncoder(network, "a-model")
    network.batches.clear()  # the probe
    return made


def test_an_identical_text_is_not_encoded_twice(encoder: RememberingEncoder, network: Network) -> None:
    first = encoder.encode(["một câu chưa ai nói", "một câu chưa ai nói"])
    again = encoder.encode(["một câu chưa ai nói"])
    assert network.texts == ["một câu chưa ai nói"]
    assert (first[0] == again[0]).all()


def test_only_so_many_texts_are_remembered_the_latest_used(
    encoder: RememberingEncoder, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembering, "_REMEMBERED", 2)
    encoder.encode(["a", "b"])
    encoder.encode(["a"])
    encoder.encode(["c"])
    network.batches.clear()
    encoder.encode(["a", "c"])
    assert network.texts == []
    encoder.encode(["b"])
    assert network.texts == ["b"]


def test_many_texts_come_back_in_their_order(encoder: RememberingEncoder) -> None:
    texts = ["x" * (1 + number * 37 % 11) for number in range(11)]
    vectors = encoder.encode(texts)
    assert np.allclose(np.arctan2(vectors[:, 1], vectors[:, 0]) * 5_000, [len(text) for text in texts], atol=0.01)


def test_a_query_never_waits_behind_a_whole_index(encoder: RememberingEncoder, network: Network) -> None:
    encoder.encode([f"ví dụ {number}" for number in range(50)])
    assert max(len(batch) for batch in network.batches) <= 4


def test_the_network_works_for_one_thread_at_a_time(
    encoder: RememberingEncoder, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone: list[bool] = []

    def forward(texts: list[str]) -> np.ndarray:
        alone.append(encoder._lock.locked())
        return network(texts)

    monkeypatch.setattr(encoder, "_forward", forward)
    found: dict[int, np.ndarray] = {}
    threads = [
        threading.Thread(target=lambda n=number: found.update({n: encoder.encode(["x" * n])[0]}))
        for number in range(1, 13)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert alone == [True] * 12
    assert all((found[number] == encoder.encode(["x" * number])[0]).all() for number in range(1, 13))


def test_no_texts_give_no_vectors(encoder: RememberingEncoder) -> None:
    assert encoder.encode([]).shape == (0, 2)


def test_the_network_never_sees_a_lone_surrogate_or_more_than_it_can_read(
    encoder: RememberingEncoder, network: Network
) -> None:
    encoder.encode(["nửa \ud800 chữ", "từ " * 20_000])
    assert "nửa ? chữ" in network.texts
    assert max(len(text) for text in network.texts) == 4_000


@pytest.mark.parametrize("vectors", [np.array([[np.nan, 1]]), np.zeros((1, 2)), np.ones(2)])
def test_a_network_without_usable_vectors_is_refused(vectors: np.ndarray) -> None:
    with pytest.raises(ModelUnusable, match="a-model: the model gives no usable vector"):
        RememberingEncoder(lambda texts: vectors.astype(np.float32), "a-model")
