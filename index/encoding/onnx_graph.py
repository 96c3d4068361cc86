"""Putting an ONNX model together: a graph of nodes, and beside it one file of raw weights ("external data").

The weights are written in one pass, tensor after tensor, so that making a model takes no more memory than its largest
matrix; the runtime maps the file instead of loading it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO, Final

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

IDS: Final = "ids"
VECTOR: Final = "vector"
_OPSET: Final = 21
_IR: Final = 10  # the format version that goes with this opset; onnxruntime reads it since 1.18
_ALIGNMENT: Final = 64  # bytes: where a vector register may load from


class Graph:
    """A graph that grows. The methods that add something return the name under which others can use it."""

    def __init__(self, weights: BinaryIO, weights_name: str) -> None:
        """Start with nothing.

        Args:
            weights: an opened, empty file for the weights.
            weights_name: under which name the runtime will find it beside the graph.
        """
        self._file = weights
        self._file_name = weights_name
        self._nodes: list[NodeProto] = []
        self._tensors: dict[str, TensorProto] = {}

    def node(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """An operation of ONNX's own with one output."""
        return self.split_node(kind, 1, *inputs, **attributes)[0]

    def split_node(self, kind: str, outputs: int, *inputs: str, **attributes: Any) -> list[str]:
        """An operation with several outputs."""
        names = [f"{kind}_{len(self._nodes)}_{number}" for number in range(outputs)]
        self._nodes.append(helper.make_node(kind, inputs, names, **attributes))
        return names

    def constant(self, name: str, value: Any, kind: Any) -> str:
        """A small constant, kept in the graph itself, where the runtime's optimiser looks; may be given again."""
        self._tensors[name] = numpy_helper.from_array(np.asarray(value, dtype=kind), name)
        return name

    def weight(self, name: str, values: Any) -> str:
        """A matrix or vector of weights."""
        return self.weight_in_blocks(name, values.dtype, values.shape, [values])

    def weight_in_blocks(self, name: str, kind: Any, shape: Sequence[int], blocks: Iterable[Any]) -> str:
        """A matrix that comes in blocks of rows, which together fill the shape; it is stored little-endian."""
        self._file.write(bytes(-self._file.tell() % _ALIGNMENT))
        start = self._file.tell()
        for block in blocks:
            self._file.write(np.ascontiguousarray(block, dtype=np.dtype(kind).newbyteorder("<")).data)
        tensor = TensorProto(name=name, dims=shape, data_type=helper.np_dtype_to_tensor_dtype(np.dtype(kind)))
        tensor.data_location = TensorProto.EXTERNAL
        place = {"location": self._file_name, "offset": start, "length": self._file.tell() - start}
        for key, value in place.items():
            tensor.external_data.add(key=key, value=str(value))
        self._tensors[name] = tensor
        return name

    def model(self, vector: str, width: int) -> ModelProto:
        """The finished model: `ids`, int64 (tokens), in; `vector`, float32 (1, width), out."""
        self._nodes.append(helper.make_node("Identity", [vector], [VECTOR]))
        graph = helper.make_graph(
            self._nodes,
            "sentence_encoder",
            [helper.make_tensor_value_info(IDS, TensorProto.INT64, ["tokens"])],
            [helper.make_tensor_value_info(VECTOR, TensorProto.FLOAT, [1, width])],
            list(self._tensors.values()),
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=_IR)
