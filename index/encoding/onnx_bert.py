"""The network of a BERT or RoBERTa in ONNX, for one text: token ids in, one vector of length 1 out.

The graph takes a text at a time. So nothing is padded, no mask is needed, and a vector cannot depend on the texts that
happen to be encoded beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from onnx import ModelProto

from index.encoding.bert_folder import BertFolder
from index.encoding.bert_weights import BertWeights
from index.encoding.onnx_arithmetic import Arithmetic
from index.encoding.onnx_graph import IDS, Graph


@dataclass(frozen=True)
class Bert:
    """What the network is made of. The methods add a part to the graph and return the name of what comes out.

    Attributes:
        folder: the model's description.
        weights: its weights.
        arithmetic: how they are stored and multiplied with.
        graph: the graph to add to.
    """

    folder: BertFolder
    weights: BertWeights
    arithmetic: Arithmetic
    graph: Graph

    def build(self, step: Callable[[int], None]) -> ModelProto:
        """The whole network; `step` is called with 0 after the embeddings and with 1, 2, … after each layer."""
        tokens = self._embeddings()
        step(0)
        for number in range(self.folder.layers):
            tokens = self._layer(tokens, f"encoder.layer.{number}.")
            step(number + 1)
        mean = self.graph.node("ReduceMean", tokens, self.graph.constant("first_axis", [0], np.int64), keepdims=1)
        return self.graph.model(self.graph.node("LpNormalization", mean, axis=-1, p=2), self.folder.hidden)

    def _embeddings(self) -> str:
        """The sum of a token's word, place and kind, normalised: (tokens, hidden)."""
        places = self.weights["embeddings.position_embeddings.weight"][self.folder.first_position :]
        places = places[: self.folder.max_tokens] + self.weights["embeddings.token_type_embeddings.weight"][0]
        start, end = self.graph.constant("start", [0], np.int64), self.graph.node("Shape", IDS)
        place = self.graph.node("Slice", self.graph.weight("places", places), start, end)
        word = self.arithmetic.words(self.graph, self.weights)
        return self._normalised(self.graph.node("Add", word, place), "embeddings.LayerNorm")

    def _layer(self, tokens: str, name: str) -> str:
        """One layer: tokens look at each other, then each is worked on alone; (tokens, hidden) both ways."""
        seen = self._dense(self._attention(tokens, f"{name}attention.self."), f"{name}attention.output.dense")
        tokens = self._normalised(self.graph.node("Add", seen, tokens), f"{name}attention.output.LayerNorm")
        inner = self.graph.node("Gelu", self._dense(tokens, f"{name}intermediate.dense"))
        worked = self._dense(inner, f"{name}output.dense")
        return self._normalised(self.graph.node("Add", worked, tokens), f"{name}output.LayerNorm")

    def _attention(self, tokens: str, name: str) -> str:
        """All heads at once, from one product for queries, keys and values."""
        graph, heads, width = self.graph, self.folder.heads, self.folder.hidden // self.folder.heads
        weights = [self.weights[f"{name}{part}.weight"] for part in ("query", "key", "value")]
        biases = [self.weights[f"{name}{part}.bias"] for part in ("query", "key", "value")]
        scale = np.float32(width**-0.5)  # attention divides its scores by the root of the width: here, the queries
        weights[0], biases[0] = weights[0] * scale, biases[0] * scale
        mixed = self.arithmetic.product(graph, tokens, np.concatenate(weights), np.concatenate(biases), f"{name}all")
        parted = graph.node("Reshape", mixed, graph.constant("parted", [-1, 3, heads, width], np.int64))
        by_head = graph.node("Transpose", parted, perm=[1, 2, 0, 3])
        query, key, value = graph.split_node("Split", 3, by_head, axis=0, num_outputs=3)
        scores = graph.node("MatMul", query, graph.node("Transpose", key, perm=[0, 1, 3, 2]))
        seen = graph.node("MatMul", graph.node("Softmax", scores, axis=-1), value)
        joined = graph.constant("joined", [-1, heads * width], np.int64)
        return graph.node("Reshape", graph.node("Transpose", seen, perm=[0, 2, 1, 3]), joined)

    def _dense(self, tokens: str, name: str) -> str:
        weight, bias = self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
        return self.arithmetic.product(self.graph, tokens, weight, bias, name)

    def _normalised(self, tokens: str, name: str) -> str:
        weight = self.graph.weight(f"{name}.weight", self.weights[f"{name}.weight"])
        bias = self.graph.weight(f"{name}.bias", self.weights[f"{name}.bias"])
        return self.graph.node("LayerNormalization", tokens, weight, bias, axis=-1, epsilon=self.folder.epsilon)
