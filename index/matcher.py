"""The index over the playbooks: built once, asked for every alert."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from index.because import because
from index.dense import DenseView, Nearness
from index.encoder import Encoder
from index.errors import PlaybooksUnusable
from index.fusion import decide, fuse
from index.lexical import LexicalView
from index.store import vectors_of
from index.text import clean, fold, has_letters, passage
from index.values import Candidate, Match, MatchReason, PlaybookProfile, Progress, Query, no_progress

UNCLASSIFIED: Final = "unclassified"
CANDIDATES: Final = 3
_FOLDER: Final = "playbook-index"


@dataclass(frozen=True)
class IndexedText:
    """One row of the index: a text of a playbook, as written or folded."""

    playbook: int
    encoded: str
    shown: str
    is_example: bool


class PlaybookIndex:
    """Says which playbook fits an alert. Read-only once built, so it may be asked from several threads."""

    def __init__(
        self,
        profiles: Sequence[PlaybookProfile],
        rows: Sequence[IndexedText],
        vectors: npt.NDArray[np.float32],
        encoder: Encoder,
    ) -> None:
        """Put the views together; use `build`."""
        self._ids = tuple(profile.id for profile in profiles)
        self._rows = tuple(rows)
        self._encoder = encoder
        self._dense = DenseView(vectors, [row.playbook for row in rows], len(profiles))
        self._lexical = LexicalView([[passage(text, "", "") for text, _ in _texts(profile)] for profile in profiles])

    @classmethod
    def build(
        cls, profiles: Sequence[PlaybookProfile], encoder: Encoder, cache_dir: Path, progress: Progress = no_progress
    ) -> PlaybookIndex:
        """Index the playbooks; only texts that the cache does not know are encoded.

        Args:
            profiles: the playbooks; `unclassified` is left out.
            encoder: the model.
            cache_dir: where vectors are kept between starts.
            progress: told of every few texts encoded; not called when the cache knows them all.

        Raises:
            PlaybooksUnusable: no playbook, one without examples, an id twice, or an example in two playbooks.
            OSError: the cache cannot be written.
        """
        usable = [profile for profile in profiles if profile.id != UNCLASSIFIED]
        _check(usable)
        rows = [row for number, profile in enumerate(usable) for row in _rows(number, profile)]
        vectors, _ = vectors_of([row.encoded for row in rows], encoder, cache_dir / _FOLDER, progress)
        return cls(usable, rows, vectors, encoder)

    @property
    def ids(self) -> tuple[str, ...]:
        """The indexed playbooks, in the order of `scores`."""
        return self._ids

    def scores(self, query: Query) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """The raw scores of both views, dense and lexical, one per playbook: what the weights are fitted on."""
        text = passage(query.title, query.summary, query.text)
        return self._dense.search(self._encoder.encode([text])[0]).scores, self._lexical.search(text)

    def encode(self, text: str) -> npt.NDArray[np.float32]:
        """The vector of a text: float32 (d,), of length 1. With `passage(...)` it is the one that `match` used."""
        vector: npt.NDArray[np.float32] = self._encoder.encode([clean(text)])[0]
        return vector

    def match(self, query: Query) -> Match:
        """Find the playbook for an alert; answers anything and never raises for a text. Takes about 25 ms."""
        text = passage(query.title, query.summary, query.text)
        if not has_letters(text):
            return self._nothing_to_go_by(query)
        near = self._dense.search(self._encoder.encode([text])[0])
        probabilities = fuse(near.scores, self._lexical.search(text))
        best = np.argsort(-probabilities.playbooks, kind="stable")[:CANDIDATES]
        candidates = tuple(
            Candidate(
                playbook=self._ids[number],
                confidence=round(float(probabilities.playbooks[number]), 4),
                because=self._because(text, number, near),
            )
            for number in best
        )
        reason = decide(probabilities)
        return Match(
            playbook=candidates[0].playbook if reason is MatchReason.CLEAR_MATCH else None,
            confidence=candidates[0].confidence,
            candidates=candidates,
            reason=reason,
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

    def _because(self, text: str, playbook: int, near: Nearness) -> tuple[str, ...]:
        rows = [self._rows[row] for row in near.rows[playbook]]
        return because([row.shown for row in rows if row.is_example], self._lexical.shared(text, playbook))


def _texts(profile: PlaybookProfile) -> list[tuple[str, bool]]:
    """Every text that stands for a playbook, and whether it is an example."""
    about = [profile.name_vi, profile.name_en, profile.scope_vi, profile.scope_en]
    return [(text, False) for text in about if text.strip()] + [(text, True) for text in profile.examples]


def _rows(number: int, profile: PlaybookProfile) -> list[IndexedText]:
    """Each text as written and, where that differs, folded: what a post without diacritics looks like to the model."""
    rows = []
    for text, is_example in _texts(profile):
        written = passage(text, "", "")
        rows.append(IndexedText(playbook=number, encoded=written, shown=written, is_example=is_example))
        if fold(written) != written.lower():
            rows.append(IndexedText(playbook=number, encoded=fold(written), shown=written, is_example=is_example))
    return rows


def _check(profiles: Sequence[PlaybookProfile]) -> None:
    if not profiles:
        raise PlaybooksUnusable("no playbook to index; check the folder in the setting `playbooks`")
    ids: set[str] = set()
    owner: dict[str, str] = {}
    for profile in profiles:
        if profile.id in ids:
            raise PlaybooksUnusable(f"two playbooks have the id {profile.id}; rename or remove one")
        ids.add(profile.id)
        if not any(has_letters(example) for example in profile.examples):
            raise PlaybooksUnusable(f"playbook {profile.id} has no examples; add some under `examples:` in its file")
        for example in profile.examples:
            other = owner.setdefault(fold(clean(example)), profile.id)
            if other != profile.id:
                raise PlaybooksUnusable(
                    f"playbooks {other} and {profile.id} have the same example «{clean(example)[:60]}»; remove one"
                )
