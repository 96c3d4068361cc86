"""What each way of reading a text is worth: learned from playbooks/examples/, judged on the playbooks' own examples.

Run by hand, from the root of the repository:  python -m tests.bench.matching_ways   (about two minutes)

The two sets were written by different hands. Nothing here touches the evaluation texts, so it may be used to choose.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from bot.playbooks import load_playbooks
from bot.playbooks.examples import EXAMPLES, load_labelled_texts
from bot.settings import IndexSettings
from index import OFFLINE, load_encoder
from index.head import NONE
from index.lexical import Counts
from index.text import fold, passage
from index.training import Lessons, fit_weights, held_out_scores, learn_letters, learn_meaning
from index.vectors.store import vectors_of
from tests.index.material import MODEL_CACHE, PLAYBOOKS

Part = Callable[[Counts], Counts]


def main() -> None:
    encoder = load_encoder(OFFLINE, MODEL_CACHE, engine=IndexSettings().chosen_engine)
    playbooks = {key: book for key, book in load_playbooks(PLAYBOOKS).items() if book.examples}
    classes = (*playbooks, NONE)
    examples = load_labelled_texts(PLAYBOOKS / EXAMPLES)
    learned_from = [(text.playbook or NONE, text.text) for text in examples]
    judged_on = [(key, text) for key, book in playbooks.items() for text in book.examples]

    def lessons(texts: list[tuple[str, str]]) -> Lessons:
        written = [passage(text, "", "") for _, text in texts]
        forms = [form for text in written for form in (text, fold(text))]
        vectors, _ = vectors_of(forms, encoder, MODEL_CACHE / "ways")
        labels = np.array([classes.index(label) for label, _ in texts])
        counts = tuple(Counts.of(text) for text in written)
        return Lessons(classes, labels, counts, vectors[0::2], vectors[1::2], np.ones(len(texts), dtype=np.bool_))

    known, asked = lessons(learned_from), lessons(judged_on)
    folded = replace(asked, counts=asked.counts, written=asked.folded)
    print(f"learned from {len(known.labels)} texts, judged on {len(asked.labels)} by another hand (first guess)")
    print(f"{'way':34} as written  without diacritics")
    meaning = learn_meaning(known)
    _print("meaning alone", meaning.scores(asked.written), meaning.scores(folded.written), asked)
    for name, part in PARTS.items():
        view = learn_letters(replace(known, counts=tuple(part(one) for one in known.counts)))
        scores = np.stack([view.scores(part(one)) for one in asked.counts])
        _print(f"{name} alone", scores, scores, asked)
        if name == "letters":
            weights = fit_weights(*held_out_scores(known), known.labels)
            joined = [
                weights.meaning * meaning.scores(vectors) + weights.letters * scores
                for vectors in (asked.written, folded.written)
            ]
            _print("both views joined", *joined, asked)
    half = known.only(np.random.default_rng(0).permutation(len(known.labels))[: len(known.labels) // 2])
    view = learn_letters(half)
    scores = np.stack([view.scores(one) for one in asked.counts])
    _print("letters alone, half the examples", scores, scores, asked)


PARTS: dict[str, Part] = {
    "letters": lambda one: one,
    "syllables and pairs": lambda one: Counts(one.words, Counter()),
    "pieces of words": lambda one: Counts(Counter(), one.pieces),
}


def _print(name: str, written: np.ndarray, folded: np.ndarray, asked: Lessons) -> None:
    shares = [float((scores[:, :-1].argmax(axis=1) == asked.labels).mean()) for scores in (written, folded)]
    print(f"{name:34} {shares[0]:9.1%}  {shares[1]:9.1%}")


if __name__ == "__main__":
    main()
