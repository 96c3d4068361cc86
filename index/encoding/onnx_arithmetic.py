"""The two ways in which an ONNX network computes: in full (float32), or with 8-bit whole numbers.

The second is what is called dynamic quantisation, but finer. Weights have one scale an output, and a token's values
have one scale a token: with the usual single scale for all tokens, one large value (BERT has some in every text) blurs
all the others. And weights use 7 of their 8 bits: processors without VNNI add two products in 16 bits, which then
cannot overflow, so that every processor gives the same vectors, and none silently worse ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt
from onnx import TensorProto

from index.encoding.bert_weights import WORD_TABLE, BertWeights, Floats
from index.encoding.onnx_graph import IDS, Graph

_LEVELS: Final = 127
_WEIGHT_LEVELS: Final = 63
_ZERO: Final = 128  # the tokens' values are stored as unsigned numbers around it, as the fast kernels want them


class Arithmetic(Protocol):
    """How weights are stored and multiplied with."""

    def words(self, graph: Graph, weights: BertWeights) -> str:
        """The rows of the word table that belong to the ids: float32 (tokens, width)."""

    def product(self, graph: Graph, tokens: str, weight: Floats, bias: Floats, name: str) -> str:
        """Tokens (n, inputs) times the transposed weight (outputs, inputs) plus bias: float32 (n, outputs)."""


class InFull:
    """float32 throughout; the word table, most of a multilingual model's bytes, is kept in 16 bits."""

    def words(self, graph: Graph, weights: BertWeights) -> str:
        """See `Arithmetic`."""
        rows = (block.astype(np.float16) for block in weights.word_rows())
        table = graph.weight_in_blocks(WORD_TABLE, np.float16, weights.words, rows)
        return graph.node("Cast", graph.node("Gather", table, IDS), to=TensorProto.FLOAT)

    def product(self, graph: Graph, tokens: str, weight: Floats, bias: Floats, name: str) -> str:
        """See `Arithmetic`."""
        product = graph.node("MatMul", tokens, graph.weight(f"{name}.weight", weight.T))
        return graph.node("Add", product, graph.weight(f"{name}.bias", bias))


class InEightBits:
    """8-bit whole numbers where numbers are multiplied, float32 in between. One for each graph."""

    def __init__(self) -> None:
        """Nothing is in 8 bits yet."""
        self._done: dict[str, tuple[str, str]] = {}

    def words(self, graph: Graph, weights: BertWeights) -> str:
        """See `Arithmetic`. One scale a row."""
        scales: list[Floats] = []

        def rows() -> Iterator[npt.NDArray[np.int8]]:
            for block in weights.word_rows():
                whole, scale = in_levels(block, _LEVELS)
                scales.append(scale)
                yield whole

        table = graph.weight_in_blocks(WORD_TABLE, np.int8, weights.words, rows())
        row = graph.node("Cast", graph.node("Gather", table, IDS), to=TensorProto.FLOAT)
        return graph.node("Mul", row, graph.node("Gather", graph.weight("word_scales", np.concatenate(scales)), IDS))

    def product(self, graph: Graph, tokens: str, weight: Floats, bias: Floats, name: str) -> str:
        """See `Arithmetic`."""
        levels, scale = in_levels(weight, _WEIGHT_LEVELS)
        whole, token_scale = self._in_8_bits(graph, tokens)
        zero = graph.constant("zero", _ZERO, np.uint8)
        product = graph.node("MatMulInteger", whole, graph.weight(f"{name}.weight", levels.T), zero)
        product = graph.node("Mul", graph.node("Cast", product, to=TensorProto.FLOAT), token_scale)
        product = graph.node("Mul", product, graph.weight(f"{name}.scale", scale[:, 0]))
        return graph.node("Add", product, graph.weight(f"{name}.bias", bias))

    def _in_8_bits(self, graph: Graph, tokens: str) -> tuple[str, str]:
        """The tokens' values as uint8, and the scale of each token (n, 1); worked out once for all who ask."""
        if tokens not in self._done:
            last = graph.constant("last_axis", [-1], np.int64)
            largest = graph.node("ReduceMax", graph.node("Abs", tokens), last, keepdims=0)
            scale = graph.node("Mul", largest, graph.constant("one_level", 1 / _LEVELS, np.float32))
            scale = graph.node("Max", scale, graph.constant("least_scale", 1e-12, np.float32))
            zeros = graph.node("Expand", graph.constant("one_zero", [_ZERO], np.uint8), graph.node("Shape", scale))
            whole = graph.node("QuantizeLinear", tokens, scale, zeros, axis=0)
            self._done[tokens] = (whole, graph.node("Unsqueeze", scale, last))
        return self._done[tokens]


def in_levels(rows: Floats, levels: int) -> tuple[npt.NDArray[np.int8], Floats]:
    """Each row as whole numbers from -levels to levels, and the scale (n, 1) that takes them back."""
    scale: Any = np.abs(rows).max(axis=1, keepdims=True) / np.float32(levels)
    scale[scale == 0] = 1
    return np.rint(rows / scale).astype(np.int8), scale
