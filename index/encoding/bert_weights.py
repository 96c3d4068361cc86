"""Reading the weights of a BERT or RoBERTa out of its `model.safetensors`, as float32, without torch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TypeVar

import numpy as np
import numpy.typing as npt

from index.encoding.bert_folder import USE_TORCH
from index.errors import ModelUnusable, in_brief

Floats = npt.NDArray[np.float32]
_T = TypeVar("_T")

WORD_TABLE: Final = "embeddings.word_embeddings.weight"
_ROWS_AT_ONCE: Final = 8_192


class BertWeights:
    """One opened file, mapped and not loaded. Use it as a context manager.

    Every way of reading raises `ModelUnusable`, naming the file, where it is damaged or lacks the tensor.
    """

    def __init__(self, folder: Path) -> None:
        """Open the folder's file and find out what its names begin with: `bert.`, `roberta.` or nothing.

        Raises:
            ModelUnusable: the file is missing or damaged, or there is no word table in it.
        """
        from safetensors import safe_open

        self._path = folder / "model.safetensors"
        if not self._path.is_file():
            raise ModelUnusable(f"{self._path} is missing, the one form of weights that ONNX takes; {USE_TORCH}")
        self._file: Any = self._read(lambda: safe_open(self._path, framework="numpy"))
        names = [str(name) for name in self._read(self._file.keys) if str(name).endswith(WORD_TABLE)]
        if len(names) != 1:
            raise ModelUnusable(f"{self._path}: {len(names)} tensors named {WORD_TABLE}, not one; {USE_TORCH}")
        self._prefix = names[0].removesuffix(WORD_TABLE)

    def __enter__(self) -> BertWeights:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.__exit__(kind, error, at)

    def __getitem__(self, name: str) -> Floats:
        """A whole tensor, by its name in a bare BERT."""
        return self._read(lambda: np.asarray(self._file.get_tensor(self._prefix + name), dtype=np.float32))

    @property
    def words(self) -> tuple[int, int]:
        """Rows and columns of the word table."""
        rows, width = self._read(lambda: self._file.get_slice(self._prefix + WORD_TABLE).get_shape())
        return int(rows), int(width)

    def word_rows(self) -> Iterator[Floats]:
        """The word table in blocks of rows: it is most of the file and need not be in memory at once."""
        table = self._read(lambda: self._file.get_slice(self._prefix + WORD_TABLE))
        rows, _ = self.words
        for start in range(0, rows, _ROWS_AT_ONCE):
            yield self._part(table, start, min(start + _ROWS_AT_ONCE, rows))

    def _part(self, table: Any, start: int, end: int) -> Floats:
        return self._read(lambda: np.asarray(table[start:end], dtype=np.float32))

    def _read(self, act: Callable[[], _T]) -> _T:
        """What the act gives; every fault of the file as one that names it."""
        try:
            return act()
        except Exception as error:  # safetensors has errors of its own, numpy and the file system add theirs
            raise ModelUnusable(
                f"{self._path}: cannot be used ({in_brief(error)}); put the whole file there again "
                "(in Keng's model cache: delete the folder, and it will be made again)"
            ) from error
