"""Reading a sentence-transformers folder without torch: a BERT or RoBERTa whose vectors are means over its tokens.

That is what e5, multilingual MiniLM, XLM-R and most multilingual sentence encoders are. Anything else is refused by
the name of the file that says so, since a network that is nearly right gives vectors that are quietly wrong.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from index.errors import ModelUnusable, in_brief

if TYPE_CHECKING:
    from tokenizers import Tokenizer

USE_TORCH: Final = "set index.engine to torch for this model"
_BERT: Final = frozenset({"bert"})
_ROBERTA: Final = frozenset({"roberta", "xlm-roberta", "camembert"})
_STEPS: Final = ("Transformer", "Pooling", "Normalize")


@dataclass(frozen=True)
class BertFolder:
    """A folder that has been looked through.

    Attributes:
        path: the folder.
        hidden: the length of a token's vector.
        layers: how many layers.
        heads: attention heads in a layer.
        epsilon: what layer normalisation adds to the variance.
        first_position: the row of the position table that belongs to the first token (RoBERTa skips some).
        max_tokens: how many tokens the model reads.
        lower_case: whether texts are lower-cased first.
        prompts: what to put before a text, by purpose.
    """

    path: Path
    hidden: int
    layers: int
    heads: int
    epsilon: float
    first_position: int
    max_tokens: int
    lower_case: bool
    prompts: Mapping[str, str]

    def tokenizer(self) -> Tokenizer:
        """The folder's tokenizer, cutting at `max_tokens` and padding nothing.

        Raises:
            ModelUnusable: there is none that the library can read.
        """
        from tokenizers import Tokenizer, normalizers

        path = self.path / "tokenizer.json"
        if not path.is_file():
            raise ModelUnusable(f"{path} is missing; {USE_TORCH}")
        try:
            tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:  # the library raises a bare Exception
            raise ModelUnusable(
                f"{path}: cannot be read ({in_brief(error)}); put the whole file there again"
            ) from error
        if self.lower_case:
            inner = [tokenizer.normalizer] if tokenizer.normalizer else []
            tokenizer.normalizer = normalizers.Sequence([normalizers.Lowercase(), *inner])
        tokenizer.no_padding()
        tokenizer.enable_truncation(self.max_tokens)
        return tokenizer


def read_bert_folder(path: Path) -> BertFolder:
    """Look through a folder.

    Raises:
        ModelUnusable: a file is missing or damaged, or describes another kind of model; the message names it.
    """
    file = path / "config.json"
    config = _json(file)
    kind = str(config.get("model_type"))
    if kind not in _BERT | _ROBERTA:
        raise ModelUnusable(f"{file}: model_type {kind} is neither BERT nor RoBERTa; {USE_TORCH}")
    if config.get("hidden_act", "gelu") != "gelu" or config.get("position_embedding_type", "absolute") != "absolute":
        raise ModelUnusable(f"{file}: not the usual activation or positions; {USE_TORCH}")
    _check_steps(path)
    reading = _json(path / f"sentence_{kind}_config.json", {}) or _json(path / "sentence_bert_config.json", {})
    try:
        first = int(config["pad_token_id"]) + 1 if kind in _ROBERTA else 0
        longest = int(config["max_position_embeddings"]) - first
        wanted = reading.get("max_seq_length") or _json(path / "tokenizer_config.json", {}).get("model_max_length")
        return BertFolder(
            path=path,
            hidden=int(config["hidden_size"]),
            layers=int(config["num_hidden_layers"]),
            heads=int(config["num_attention_heads"]),
            epsilon=float(config.get("layer_norm_eps", 1e-12)),
            first_position=first,
            max_tokens=min(int(wanted or longest), longest),
            lower_case=bool(reading.get("do_lower_case", False)),
            prompts=dict(_json(path / "config_sentence_transformers.json", {}).get("prompts") or {}),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ModelUnusable(f"{file}: no whole description ({in_brief(error)}); {USE_TORCH}") from error


def _check_steps(path: Path) -> None:
    """A folder without `modules.json` is read as Transformer and mean pooling, as sentence-transformers does."""
    file = path / "modules.json"
    try:
        steps = [(str(step["type"]).rsplit(".", 1)[-1], str(step["path"])) for step in _json(file, [])]
    except (KeyError, TypeError) as error:
        raise ModelUnusable(f"{file}: no list of modules ({in_brief(error)}); {USE_TORCH}") from error
    kinds = tuple(kind for kind, _ in steps)
    if steps and kinds not in (_STEPS, _STEPS[:2]):
        raise ModelUnusable(f"{file}: {', '.join(kinds)} instead of {', '.join(_STEPS)}; {USE_TORCH}")
    for kind, place in steps:
        if kind == "Pooling" and not _takes_the_mean(_json(path / place / "config.json")):
            raise ModelUnusable(f"{path / place / 'config.json'}: no mean over all tokens; {USE_TORCH}")


def _takes_the_mean(pooling: Mapping[str, Any]) -> bool:
    """Reads both ways of writing it: `pooling_mode`, and the older switches `pooling_mode_…`."""
    old = [name for name, is_on in pooling.items() if name.startswith("pooling_mode_") and is_on is True]
    mode = pooling.get("pooling_mode", old)
    return mode in ("mean", ["mean"], ["pooling_mode_mean_tokens"]) and pooling.get("include_prompt", True) is True


def _json(path: Path, default: Any = None) -> Any:
    """The file's content, of the kind that the default has (else an object); the default where there is no file."""
    if default is not None and not path.is_file():
        return default
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelUnusable(f"{path}: cannot be read ({in_brief(error)}); put the whole file there again") from error
    if not isinstance(content, dict if default is None else type(default)):
        raise ModelUnusable(f"{path}: not what this file should hold; put the whole file there again")
    return content
