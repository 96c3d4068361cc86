"""The trained head: two linear views of a text, meaning and letters, that score every playbook and "none of them".

What is learned, and how, is in `index.training`; here it is only applied. A head is a few megabytes of plain numbers,
kept in the cache under a hash of everything that it was learned from.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from index.fusion import Weights
from index.lexical import LexicalView, Numbers, Vocabulary

NONE: Final = "-"
"""The class of texts that no playbook fits; the last one of every head."""

FORMAT: Final = 2
"""Raise it whenever training would learn something else from the same texts: kept heads are then made anew."""


@dataclass(frozen=True)
class MeaningView:
    """A linear score for every class over centred, normalised vectors: weights (d, classes), bias (classes)."""

    centre: Numbers
    weights: Numbers
    bias: Numbers

    def scores(self, vector: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
        """One score for every class for a vector (d,), or for each of many (n, d)."""
        scores: npt.NDArray[np.float64] = (centred(vector, self.centre) @ self.weights + self.bias).astype(np.float64)
        return scores


@dataclass(frozen=True)
class Head:
    """Both views and how they are weighed against each other. `classes` are playbook ids and, last, `NONE`."""

    classes: tuple[str, ...]
    meaning: MeaningView
    letters: LexicalView
    weights: Weights


def centred(vectors: npt.NDArray[np.float32], centre: Numbers) -> npt.NDArray[np.float32]:
    """The vectors less what all texts have in common, of length 1 again.

    Vectors of e5 all point roughly the same way (cosines between strangers are about 0.8).
    """
    moved = vectors - centre
    result: npt.NDArray[np.float32] = moved / np.maximum(np.linalg.norm(moved, axis=-1, keepdims=True), 1e-9)
    return result.astype(np.float32)


def fingerprint(model: str, classes: Sequence[str], labels: Sequence[tuple[int, bool]], texts: Sequence[str]) -> str:
    """A hash of everything that a head is learned from; a label is the class and whether the text is ordinary."""
    learned = json.dumps([FORMAT, model, list(classes), list(labels), list(texts)], ensure_ascii=True)
    return hashlib.sha256(learned.encode("ascii")).hexdigest()


def load_head(path: Path, fingerprint: str) -> Head | None:
    """The head kept at `path`, or None unless it is whole and was learned from exactly this."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            if str(kept["fingerprint"]) != fingerprint:
                return None
            terms = bytes(kept["terms"]).decode("utf-8").split("\n") if kept["terms"].size else []
            return Head(
                classes=tuple(str(name) for name in kept["classes"]),
                meaning=MeaningView(kept["centre"], kept["meaning"], kept["meaning_bias"]),
                letters=LexicalView(Vocabulary(terms, kept["rarity"]), kept["letters"], kept["letters_bias"]),
                weights=Weights(*(float(weight) for weight in kept["weights"])),
            )
    # Absent or damaged, it is learned anew. One wrong bit makes zipfile and numpy raise a dozen kinds of errors, from
    # NotImplementedError to tokenize.TokenError.
    except Exception:
        return None


def keep_head(path: Path, head: Head, fingerprint: str) -> None:
    """Keep a head in one step; a folder that cannot be written costs time at the next start and nothing else."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".writing-", dir=path.parent)
        try:
            os.fchmod(handle, 0o644)  # built by one user (an image, as root), read by another
            with os.fdopen(handle, "wb") as file:
                np.savez(
                    file,
                    fingerprint=np.array(fingerprint),
                    classes=np.array(head.classes),
                    centre=head.meaning.centre,
                    meaning=head.meaning.weights,
                    meaning_bias=head.meaning.bias,
                    terms=np.frombuffer("\n".join(head.letters.vocabulary.terms).encode("utf-8"), dtype=np.uint8),
                    rarity=head.letters.vocabulary.rarity,
                    letters=head.letters.weights,
                    letters_bias=head.letters.bias,
                    weights=np.array(astuple(head.weights)),
                )
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
