"""Whether a model's ONNX form says what the model says: asked once, of a folder that Keng did not make itself.

A tokenizer that is rebuilt on loading, positions counted otherwise, a layer with an addition of its own: each would
give vectors that look like any other and are wrong. The offline model needs no such question, the tests answer it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from index.encoding.model_source import ModelSource
from index.errors import ModelUnusable
from index.values import Engine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from index.encoding.remembering import Forward

_LEAST_COSINE: Final[Mapping[Engine, float]] = {"onnx": 0.999, "onnx-int8": 0.98}
_PROBES: Final = (
    "Hơn 40 công nhân nhập viện sau bữa trưa ở bếp ăn ca hai",
    "nuoc may co mui la, ca khu pho khong dam dung",
    "Dozens of WORKERS hospitalised after lunch at the canteen",
    "  Cháy chợ 🔥🔥\n#chaycho @ai_do – 12/34 ca, 5,6 %  ",
    "",
    "Người dân phản ánh nước máy có mùi dầu; " * 80,  # longer than most models read
)


def check_against_torch(network: Forward, source: ModelSource, engine: Engine) -> None:
    """Compare the vectors of a few texts of every kind. Loads torch.

    Raises:
        ModelUnusable: they differ by more than the engine's arithmetic explains.
    """
    from index.encoding import torch_engine

    reference, _ = torch_engine.load(source)
    texts = list(_PROBES)
    least = float((network(texts) * reference(texts)).sum(axis=1).min())
    if not least >= _LEAST_COSINE[engine]:
        raise ModelUnusable(
            f"index.model {source.setting}: index.engine {engine} gives other vectors than torch (cosine {least:.3f}, "
            f"needed {_LEAST_COSINE[engine]}); set index.engine to torch for this model"
        )
