"""Writing a sentence-transformers folder from a 4-bit file: configuration, tokenizer and weights.

The weights go out as one safetensors file, streamed tensor by tensor (8 bytes length, JSON header, raw data; the
format's own README), so that a conversion needs a few megabytes and not the 320 MB of the result.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
import numpy.typing as npt

from index.encoding.kept_pieces import kept
from index.encoding.q4_file import Floats, Q4File, Shape, Vocabulary
from index.values import Progress

MAX_TOKENS: Final = 512
_WORD_TABLE: Final = "emb.word"

# The charsmap of the original SentencePiece model is NFKC plus: controls vanish, odd spaces become a space.
_VANISHING: Final = "[\\x{01}-\\x{08}\\x{0b}\\x{0e}-\\x{1f}\\x{7f}\\x{8f}\\x{9f}]"
_SPACES: Final = "[\\t\\n\\f\\r\\x{1680}\\x{200b}-\\x{200f}\\x{2028}\\x{2029}\\x{2581}\\x{feff}\\x{fffd}]"

_LAYER_NAMES: Final = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


@dataclass(frozen=True)
class Weight:
    """One tensor of the folder: its name and shape there, its name in the 4-bit file (None: all zeros)."""

    name: str
    shape: tuple[int, ...]
    source: str | None

    @property
    def size(self) -> int:
        """Bytes as float32."""
        count = 4
        for length in self.shape:
            count *= length
        return count


def write_folder(source: Q4File, folder: Path, progress: Progress) -> None:
    """Write the whole folder: what `SentenceTransformer(folder)` reads."""
    pieces = kept([piece for piece, _ in source.vocabulary.pieces])
    vocabulary = _with_only(source.vocabulary, pieces)
    shape = replace(source.shape, vocabulary=len(pieces))
    weights = tuple(_weights(shape))
    total = len(weights) + 2
    progress(0, total, "tokenizer")
    _write_json(folder, "config.json", _bert_config(shape, vocabulary))
    for name, content in _SENTENCE_TRANSFORMERS.items():
        _write_json(folder, name, content)
    _write_json(folder, "1_Pooling/config.json", _pooling(shape))
    _write_json(folder, "tokenizer_config.json", _TOKENIZER_CONFIG)
    _write_tokenizer(vocabulary, folder / "tokenizer.json")
    progress(1, total, "weights")
    with (folder / "model.safetensors").open("wb") as file:
        _write_header(file, weights)
        for number, weight in enumerate(weights, start=2):
            for block in _values(source, weight, pieces):
                file.write(np.ascontiguousarray(block, dtype="<f4").data)
            progress(number, total, "weights")
    progress(total, total, "done")


def _weights(shape: Shape) -> Iterator[Weight]:
    wide = shape.hidden
    yield Weight("embeddings.word_embeddings.weight", (shape.vocabulary, wide), _WORD_TABLE)
    yield Weight("embeddings.position_embeddings.weight", (shape.positions, wide), "emb.pos")
    yield Weight("embeddings.token_type_embeddings.weight", (shape.token_types, wide), "emb.type")
    yield Weight("embeddings.LayerNorm.weight", (wide,), "emb.ln.w")
    yield Weight("embeddings.LayerNorm.bias", (wide,), "emb.ln.b")
    for layer in range(shape.layers):
        for short, long in _LAYER_NAMES.items():
            out = shape.intermediate if short == "fi" else wide
            into = shape.intermediate if short == "fo" else wide
            matrix = (wide,) if short.endswith("ln") else (out, into)
            yield Weight(f"encoder.layer.{layer}.{long}.weight", matrix, f"l{layer}.{short}.w")
            yield Weight(f"encoder.layer.{layer}.{long}.bias", (out,), f"l{layer}.{short}.b")
    # BERT's pooler is no part of e5, which takes the mean. Zeros spare the reader a warning about missing weights.
    yield Weight("pooler.dense.weight", (wide, wide), None)
    yield Weight("pooler.dense.bias", (wide,), None)


def _with_only(vocabulary: Vocabulary, pieces: list[int]) -> Vocabulary:
    """The vocabulary with these pieces, renumbered from 0."""
    place = {old: new for new, old in enumerate(pieces)}
    return Vocabulary(
        pieces=tuple(vocabulary.pieces[old] for old in pieces),
        bos=place[vocabulary.bos],
        eos=place[vocabulary.eos],
        pad=place[vocabulary.pad],
        unk=place[vocabulary.unk],
    )


def _write_header(file: BinaryIO, weights: tuple[Weight, ...]) -> None:
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    for weight in weights:
        header[weight.name] = {"dtype": "F32", "shape": weight.shape, "data_offsets": [end, end + weight.size]}
        end += weight.size
    head = json.dumps(header, separators=(",", ":")).encode("ascii")
    head += b" " * (-len(head) % 8)  # the data must start at a multiple of 8
    file.write(len(head).to_bytes(8, "little"))
    file.write(head)


def _values(source: Q4File, weight: Weight, pieces: list[int]) -> Iterator[Floats]:
    if weight.source is None:
        yield np.zeros(weight.shape, dtype=np.float32)
    elif weight.source == _WORD_TABLE:
        yield from _selected(source.rows(weight.source, weight.shape[1]), np.asarray(pieces))
    else:
        yield from source.rows(weight.source, weight.shape[-1])


def _selected(blocks: Iterator[Floats], lines: npt.NDArray[np.int64]) -> Iterator[Floats]:
    """Of a matrix that comes in blocks of rows, only these rows (ascending)."""
    first = 0
    for block in blocks:
        inside = lines[(lines >= first) & (lines < first + len(block))]
        yield block[inside - first]
        first += len(block)


def _write_tokenizer(vocabulary: Vocabulary, path: Path) -> None:
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram(list(vocabulary.pieces), unk_id=vocabulary.unk, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(_VANISHING), ""),
            normalizers.Replace(Regex(_SPACES), " "),
            normalizers.NFKC(),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", vocabulary.bos), ("</s>", vocabulary.eos)],
    )
    tokenizer.add_special_tokens([AddedToken(name, special=True) for name in ("<s>", "<pad>", "</s>", "<unk>")])
    tokenizer.save(str(path), pretty=False)


def _write_json(folder: Path, name: str, content: object) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _bert_config(shape: Shape, vocabulary: Vocabulary) -> dict[str, Any]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "intermediate_size": shape.intermediate,
        "vocab_size": shape.vocabulary,
        "max_position_embeddings": shape.positions,
        "type_vocab_size": shape.token_types,
        "layer_norm_eps": shape.epsilon,
        "hidden_act": "gelu",
        "bos_token_id": vocabulary.bos,
        "eos_token_id": vocabulary.eos,
        "pad_token_id": vocabulary.pad,
        "dtype": "float32",
    }


def _pooling(shape: Shape) -> dict[str, Any]:
    return {"word_embedding_dimension": shape.hidden, "pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False}


_SENTENCE_TRANSFORMERS: Final[dict[str, Any]] = {
    "modules.json": [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
        {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
    ],
    "2_Normalize/config.json": {},
    "sentence_bert_config.json": {"max_seq_length": MAX_TOKENS, "do_lower_case": False},
    "config_sentence_transformers.json": {
        "prompts": {"query": "query: "},
        "similarity_fn_name": "cosine",
    },
}

_TOKENIZER_CONFIG: Final = {
    "tokenizer_class": "PreTrainedTokenizerFast",  # read tokenizer.json as it is, rebuild nothing
    "model_max_length": MAX_TOKENS,
    "bos_token": "<s>",
    "eos_token": "</s>",
    "cls_token": "<s>",
    "sep_token": "</s>",
    "pad_token": "<pad>",
    "unk_token": "<unk>",
    "padding_side": "right",
    "truncation_side": "right",
}
