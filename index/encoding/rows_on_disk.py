"""An embedding table that stays on disk.

The word table is 240 MB of the offline model's 320, and a text needs some thirty rows of it. Mapped into memory it
becomes resident bit by bit, since every touched row brings its neighbours along (64 KiB at a time on Linux): 195 MB
after the playbooks alone. Read row by row it costs nothing but the kernel's page cache, and 1 µs a token.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from index.errors import ModelUnusable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_WORD_TABLE: Final = "embeddings.word_embeddings.weight"
_FLOAT_BYTES: Final = 4


def leave_word_table_on_disk(model: SentenceTransformer, weights: Path) -> None:
    """Let a loaded BERT read its word embeddings from its safetensors file instead of memory.

    Args:
        model: a sentence-transformers model whose first module is a BERT, with float32 weights.
        weights: the file that it was loaded from; it must stay where it is, or at least open.

    Raises:
        ModelUnusable: there is no float32 word table in the file.
    """
    import numpy as np
    import torch

    start, rows, width = _place(weights)
    row_bytes = width * _FLOAT_BYTES
    handle = os.open(weights, os.O_RDONLY)  # for the life of the process, as the mapping would have been

    class RowsOnDisk(torch.nn.Module):  # type: ignore[misc]  # torch is not type-checked
        """Takes token ids of any shape to float32 rows."""

        def forward(self, ids: torch.Tensor) -> torch.Tensor:
            wanted = ids.reshape(-1).tolist()
            if wanted and not 0 <= min(wanted) <= max(wanted) < rows:
                raise IndexError("token id outside the word table")
            raw = b"".join(os.pread(handle, row_bytes, start + number * row_bytes) for number in wanted)
            table = torch.from_numpy(np.frombuffer(bytearray(raw), dtype="<f4"))
            return table.reshape(*ids.shape, width)

    model[0].auto_model.embeddings.word_embeddings = RowsOnDisk()


def _place(weights: Path) -> tuple[int, int, int]:
    """Where the table starts in the file (bytes), and its rows and columns."""
    with weights.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        entry = json.loads(file.read(length)).get(_WORD_TABLE, {})
    if entry.get("dtype") != "F32":
        raise ModelUnusable(f"{weights}: no float32 word table; delete its folder, and it will be made again")
    rows, width = entry["shape"]
    return 8 + length + int(entry["data_offsets"][0]), int(rows), int(width)
