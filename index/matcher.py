"""The index over the playbooks: built once, asked for every alert."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from index.abbreviations import spelled_out
from index.because import because
from index.encoding.encoder import Encoder
from index.errors import PlaybooksUnusable
from index.fusion import SHORT, Probabilities, decide, fuse
from index.head import NONE, Head, fingerprint, keep_head, load_head
from index.lexical import Counts, plain
from index.reading import Reading
from index.spread import Spread
from index.text import clean, fold, has_letters, passage, syllables
from index.values import Candidate, Match, MatchReason, PlaybookProfile, Progress, Query, no_progress
from index.vectors.dense import DenseView
from index.vectors.store import vectors_of

UNCLASSIFIED: Final = "unclassified"
CANDIDATES: Final = 3
NO_CRISIS: Final = "no-crisis"
"""How messages name the texts that fit no playbook."""

_NEAREST: Final = 3
_REMEMBERED: Final = 512
"""Readings, of some ten kilobytes each."""

_FOLDER: Final = "playbook-index"
_HEAD: Final = "head.npz"


@dataclass(frozen=True)
class IndexedText:
    """One text that is learned from: `label` is its playbook's number, or the number of "none"."""

    label: int
    written: str
    is_example: bool
    is_ordinary: bool

    @property
    def folded(self) -> str:
        """What the text looks like to the model when it is typed without diacritics."""
        return fold(self.written)


class PlaybookIndex:
    """Says which playbook fits an alert. Read-only once built, so it may be asked from several threads."""

    def __init__(
        self,
        ids: Sequence[str],
        examples: Sequence[str],
        dense: DenseView,
        head: Head,
        encoder: Encoder,
        spread: Spread,
    ) -> None:
        """Put the parts together; use `build`. `examples` are the texts behind the rows of `dense`."""
        self._ids = tuple(ids)
        self._examples = tuple(examples)
        self._dense = dense
        self._head = head
        self._encoder = encoder
        self._spread = spread
        # In a storm the same words come a thousand times; what is read in them only changes with the index.
        self._reading_of = lru_cache(maxsize=_REMEMBERED)(self._read)

    @classmethod
    def build(
        cls,
        profiles: Sequence[PlaybookProfile],
        encoder: Encoder,
        cache_dir: Path,
        progress: Progress = no_progress,
        *,
        unrelated: Sequence[str] = (),
    ) -> PlaybookIndex:
        """Index the playbooks. What the cache knows is neither encoded nor learned again.

        Args:
            profiles: the playbooks; `unclassified` is left out.
            encoder: the model.
            cache_dir: where vectors and the head are kept between starts.
            progress: told of every few texts encoded; not called when the cache knows them all.
            unrelated: texts that fit no playbook, to learn what to refuse.

        Raises:
            PlaybooksUnusable: no playbook, one without examples, an id twice, or an example in two playbooks.
        """
        usable = [profile for profile in profiles if profile.id != UNCLASSIFIED]
        _check(usable, unrelated)
        texts = _texts(usable, unrelated)
        wanted = [form for text in texts for form in (text.written, text.folded)]
        vectors, _ = vectors_of(wanted, encoder, cache_dir / _FOLDER, progress)
        written, folded = vectors[0::2], vectors[1::2]
        classes = (*(profile.id for profile in usable), NONE)
        head = _head(classes, texts, written, folded, encoder, cache_dir / _FOLDER / _HEAD)
        spread = Spread.of(vectors)
        shown = [row for row, text in enumerate(texts) if text.is_example and text.label < len(usable)]
        owners = [texts[row].label for row in shown] * 2
        vectors = np.concatenate([written[shown], folded[shown]])
        dense = DenseView(vectors, owners, len(usable), cache_dir / _FOLDER)
        return cls(classes[:-1], [texts[row].written for row in shown] * 2, dense, head, encoder, spread)

    @property
    def ids(self) -> tuple[str, ...]:
        """The indexed playbooks."""
        return self._ids

    def encode(self, text: str) -> npt.NDArray[np.float32]:
        """The vector of a text: float32 (d,), of length 1. With `passage(...)` it is the one that `match` used."""
        vector: npt.NDArray[np.float32] = self._encoder.encode([clean(text)])[0]
        return vector

    def match(self, query: Query) -> Match:
        """Find the playbook for an alert; answers anything and never raises for a text."""
        return self.read(query).match

    def read(self, query: Query) -> Reading:
        """Everything there is to say of an alert, from one encoding; answers anything and never raises for a text."""
        text = passage(query.title, query.summary, query.text)
        if not has_letters(text):
            nothing = np.zeros(self._encoder.dimension, dtype=np.float32)
            return Reading(
                self._nothing_to_go_by(query), nothing, self._encoder.name, dict.fromkeys(self._ids, 0.0), 1.0, {}
            )
        return self._reading_of(text)

    def _read(self, text: str) -> Reading:
        vector = self._encoder.encode([text])[0]
        counts = Counts.of(text)
        meaning, letters = self._head.meaning.scores(vector), self._head.letters.scores(counts)
        probabilities = fuse(meaning, letters, self._head.weights, counts.syllables)
        return Reading(
            match=self._matched(text, counts, vector, probabilities),
            vector=self._spread(vector),
            space=self._encoder.name,
            kinds=dict(zip(self._ids, probabilities.playbooks.tolist(), strict=True)),
            none=probabilities.none,
            terms={term: self._head.letters.vocabulary.rarity_of(term) for term in map(plain, counts.words)},
        )

    def _matched(
        self, text: str, counts: Counts, vector: npt.NDArray[np.float32], probabilities: Probabilities
    ) -> Match:
        best = np.argsort(-probabilities.playbooks, kind="stable")[:CANDIDATES]
        candidates = tuple(
            Candidate(
                playbook=self._ids[number],
                confidence=round(float(probabilities.playbooks[number]), 4),
                because=self._because(text, counts, int(number), vector),
            )
            for number in best
        )
        reason = decide(probabilities)
        return Match(
            playbook=candidates[0].playbook if reason is MatchReason.CLEAR_MATCH else None,
            confidence=candidates[0].confidence,
            candidates=candidates,
            reason=reason,
            none=round(probabilities.none, 4),
        )

    def _nothing_to_go_by(self, query: Query) -> Match:
        """The candidates are there to be picked from, in a fixed order and without confidence."""
        is_empty = not any(part.strip() for part in (query.title, query.summary, query.text))
        return Match(
            playbook=None,
            confidence=0.0,
            candidates=tuple(Candidate(playbook, 0.0, ()) for playbook in self._ids[:CANDIDATES]),
            reason=MatchReason.EMPTY_TEXT if is_empty else MatchReason.NO_LETTERS,
        )

    def _because(self, text: str, counts: Counts, playbook: int, vector: npt.NDArray[np.float32]) -> tuple[str, ...]:
        _, rows = self._dense.nearest_of(playbook, vector, _NEAREST)
        nearest = [self._examples[row] for row in rows]
        return because(nearest, self._head.letters.shared(text, counts, playbook))


def _head(
    classes: tuple[str, ...],
    texts: Sequence[IndexedText],
    written: npt.NDArray[np.float32],
    folded: npt.NDArray[np.float32],
    encoder: Encoder,
    path: Path,
) -> Head:
    """The head for these texts: the one that was kept, if it was learned from the same, else learned now."""
    labels, passages = [text.label for text in texts], [text.written for text in texts]
    key = fingerprint(encoder.name, classes, [(text.label, text.is_ordinary) for text in texts], passages)
    head = load_head(path, key)
    if head is None:
        from index.training import Lessons, learn  # scikit-learn and scipy are needed only here

        counts = tuple(Counts.of(text) for text in passages)
        ordinary = np.array([text.is_ordinary for text in texts])
        head = learn(Lessons(classes, np.array(labels, dtype=np.intp), counts, written, folded, ordinary))
        keep_head(path, head, key)
    return head


def _texts(profiles: Sequence[PlaybookProfile], unrelated: Sequence[str]) -> list[IndexedText]:
    """Every text that is learned from, in order; what is said twice under one label is learned once."""
    found: dict[tuple[int, str], IndexedText] = {}
    for number, profile in enumerate(profiles):
        about = [profile.name_vi, profile.name_en, profile.scope_vi, profile.scope_en]
        for texts, is_example, is_ordinary in (
            (about, False, False),
            (profile.examples, True, True),
            (profile.more_examples, True, False),
        ):
            for written in (passage(text, "", "") for text in texts):
                if has_letters(written):
                    is_usual = is_ordinary or (is_example and _is_short(written))
                    found.setdefault((number, written), IndexedText(number, written, is_example, is_usual))
    for text in unrelated:
        written = passage(text, "", "")
        if has_letters(written):
            found.setdefault((len(profiles), written), IndexedText(len(profiles), written, True, True))
    return list(found.values())


def _is_short(text: str) -> bool:
    """Whether a text is too short to be odd: how sure to be of short ones is learned from all that there are."""
    return len(syllables(spelled_out(text))) < SHORT


def _check(profiles: Sequence[PlaybookProfile], unrelated: Sequence[str]) -> None:
    if not profiles:
        raise PlaybooksUnusable("no playbook to index; check the folder in the setting `playbooks`")
    ids: set[str] = set()
    owner = {fold(clean(text)): NO_CRISIS for text in unrelated}
    for profile in profiles:
        if profile.id in ids:
            raise PlaybooksUnusable(f"two playbooks have the id {profile.id}; rename or remove one")
        ids.add(profile.id)
        examples = (*profile.examples, *profile.more_examples)
        if not any(has_letters(example) for example in examples):
            file = f"{profile.id}.yaml"
            raise PlaybooksUnusable(f"playbook {profile.id} has no examples; add some under `examples:` in {file}")
        for example in examples:
            other = owner.setdefault(fold(clean(example)), profile.id)
            if other != profile.id:
                raise PlaybooksUnusable(
                    f"playbooks {other} and {profile.id} have the same example «{clean(example)[:60]}»; "
                    f"remove it from {other}.yaml or {profile.id}.yaml, there or in examples/"
                )
