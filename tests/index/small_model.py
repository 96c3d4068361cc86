"""A sentence-transformers folder with a tiny network of random weights: quick to write, convert and spoil."""

from __future__ import annotations

import json
import string
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, pre_tokenizers, processors

HIDDEN, LAYERS, HEADS, INNER, POSITIONS = 64, 2, 4, 128, 40
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")


def write_small_model(folder: Path, kind: str = "bert", prefix: str = "", **config: object) -> Path:
    """Write the folder; `prefix` stands before every weight's name, `config` goes into config.json."""
    folder.mkdir(parents=True, exist_ok=True)
    letters = [*SPECIAL, "▁", *string.ascii_letters, *string.digits, *"ăâđêôơưáàạảãéèẹẻẽếềệ,.–"]
    described = {
        "architectures": ["BertModel" if kind == "bert" else "XLMRobertaModel"],
        "model_type": kind,
        "hidden_size": HIDDEN,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS,
        "intermediate_size": INNER,
        "vocab_size": len(letters),
        "max_position_embeddings": POSITIONS,
        "type_vocab_size": 1,
        "layer_norm_eps": 1e-5,
        "hidden_act": "gelu",
        "pad_token_id": 1,
        **config,
    }
    write_json(folder / "config.json", described)
    modules = [("Transformer", ""), ("Pooling", "1_Pooling"), ("Normalize", "2_Normalize")]
    write_json(
        folder / "modules.json",
        [
            {"idx": number, "name": str(number), "path": path, "type": f"sentence_transformers.models.{name}"}
            for number, (name, path) in enumerate(modules)
        ],
    )
    write_json(
        folder / "1_Pooling" / "config.json", {"word_embedding_dimension": HIDDEN, "pooling_mode_mean_tokens": True}
    )
    (folder / "2_Normalize").mkdir(exist_ok=True)
    write_json(folder / "sentence_bert_config.json", {"max_seq_length": POSITIONS - 2, "do_lower_case": False})
    special = dict(zip(("bos_token", "pad_token", "eos_token", "unk_token"), SPECIAL, strict=True))
    write_json(folder / "tokenizer_config.json", {"tokenizer_class": "PreTrainedTokenizerFast", **special})
    _tokenizer(letters).save(str(folder / "tokenizer.json"))
    weights = {prefix + name: values for name, values in _weights(len(letters)).items()}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


def write_json(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


def _tokenizer(letters: list[str]) -> Tokenizer:
    tokenizer = Tokenizer(models.Unigram([(letter, -float(n)) for n, letter in enumerate(letters)], unk_id=3))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens(list(SPECIAL))
    return tokenizer


def _weights(words: int) -> dict[str, np.ndarray]:
    random = np.random.default_rng(7)

    def matrix(rows: int, columns: int) -> np.ndarray:
        return random.normal(scale=columns**-0.5, size=(rows, columns)).astype(np.float32)

    weights = {
        "embeddings.word_embeddings.weight": matrix(words, HIDDEN),
        "embeddings.position_embeddings.weight": matrix(POSITIONS, HIDDEN),
        "embeddings.token_type_embeddings.weight": matrix(1, HIDDEN),
    }
    sizes = {
        "attention.self.query": (HIDDEN, HIDDEN),
        "attention.self.key": (HIDDEN, HIDDEN),
        "attention.self.value": (HIDDEN, HIDDEN),
        "attention.output.dense": (HIDDEN, HIDDEN),
        "intermediate.dense": (INNER, HIDDEN),
        "output.dense": (HIDDEN, INNER),
    }
    norms = ["embeddings.LayerNorm"]
    for layer in range(LAYERS):
        for name, (rows, columns) in sizes.items():
            weights[f"encoder.layer.{layer}.{name}.weight"] = matrix(rows, columns)
            weights[f"encoder.layer.{layer}.{name}.bias"] = matrix(1, rows)[0]
        norms += [f"encoder.layer.{layer}.{name}.LayerNorm" for name in ("attention.output", "output")]
    for name in norms:
        weights[f"{name}.weight"] = 1 + matrix(1, HIDDEN)[0]
        weights[f"{name}.bias"] = matrix(1, HIDDEN)[0]
    return weights
