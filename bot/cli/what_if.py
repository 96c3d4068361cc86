"""What matching would do if a proposal were added: the index built anew, with it and without it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.model.correction import Correction
from bot.model.playbook import UNCLASSIFIED
from bot.playbooks import Playbooks
from bot.playbooks.examples import EVALUATION, EXAMPLES, LabelledText, load_labelled_texts
from bot.playbooks.trial import FOLDS, Accuracy, Answer, Fit, Matcher, Scores, accuracy
from index import Encoder, IndexFault, PlaybookIndex, Query
from index.values import Progress

OWN = ""
"""The style of a playbook's own examples, which have none."""

TRIED = "proposal"
"""The style of a text that is only tried: nobody has said yet which it is."""


@dataclass(frozen=True)
class Difference:
    """What one proposal would do; ``after`` is None where it cannot be tried, and ``fault`` says why."""

    proposal: Correction
    before: Accuracy
    after: Accuracy | None
    fault: str = ""

    def shares(self, measured: Accuracy) -> dict[str, dict[str, float | None]]:
        """First guess over all playbooks, kept, refused, and the first guess of the playbooks concerned; 0..1."""
        return {
            "cross_validated": self._shares(measured.cross_validated),
            "evaluation": self._shares(measured.evaluation),
        }

    def _shares(self, scores: Scores) -> dict[str, float | None]:
        shares = {"first_guess": scores.first_guess(), "kept": scores.kept, "refused": scores.refused}
        concerned = (self.proposal.matched.playbook, self.proposal.chosen)
        return shares | {playbook: scores.first_guess(playbook) for playbook in concerned if playbook is not None}


def differences(
    playbooks: Playbooks, folder: Path, proposals: Sequence[Correction], encoder: Encoder, progress: Progress
) -> Iterator[Difference]:
    """Each proposal tried by itself. Costs six builds of the index for all together and six more for each.

    A text is encoded once however often it is learned from or asked about.
    """
    own = [LabelledText(p.id, OWN, e) for p in playbooks.values() if p.id != UNCLASSIFIED for e in p.examples]
    examples, evaluation = (
        [text for text in texts if text.playbook is None or text.playbook in playbooks]
        for texts in ([*own, *load_labelled_texts(folder / EXAMPLES)], load_labelled_texts(folder / EVALUATION))
    )
    fit = _counted(_fit(playbooks, encoder), (FOLDS + 1) * (1 + len(proposals)), progress)
    before = accuracy(fit, examples, evaluation)
    for proposal in proposals:
        if proposal.chosen == UNCLASSIFIED:
            yield Difference(proposal, before, None, f"{UNCLASSIFIED} has no examples")
            continue
        try:
            added = [LabelledText(proposal.chosen, TRIED, proposal.text)]
            yield Difference(proposal, before, accuracy(fit, examples, evaluation, added))
        except IndexFault as error:
            yield Difference(proposal, before, None, str(error))


def _fit(playbooks: Playbooks, encoder: Encoder) -> Fit:
    from bot.data import profiles

    known = [profile for profile in profiles(playbooks, ()) if profile.id != UNCLASSIFIED]
    remembering = _Remembering(encoder)

    def fit(texts: Sequence[LabelledText]) -> Matcher:
        own: dict[str | None, list[str]] = defaultdict(list)
        more: dict[str | None, list[str]] = defaultdict(list)
        for text in texts:
            (own if text.style == OWN or text.playbook is None else more)[text.playbook].append(text.text)
        learned = [
            replace(profile, examples=tuple(own[profile.id]), more_examples=tuple(more[profile.id]))
            for profile in known
        ]
        with TemporaryDirectory() as cache:  # the cache of the running Keng is not to be filled with trials
            index = PlaybookIndex.build(learned, remembering, Path(cache), unrelated=own[None])

        def matcher(text: str) -> Answer:
            match = index.match(Query(text=text))
            return Answer(match.candidates[0].playbook, match.playbook)

        return matcher

    return fit


def _counted(fit: Fit, total: int, progress: Progress) -> Fit:
    done = 0

    def counted(texts: Sequence[LabelledText]) -> Matcher:
        nonlocal done
        progress(done, total, "trials")
        matcher = fit(texts)
        done += 1
        progress(done, total, "trials")
        return matcher

    return counted


class _Remembering:
    """An encoder that encodes each text once."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.dimension = encoder.name, encoder.dimension
        self._encoder = encoder
        self._vectors: dict[str, Any] = {}

    def encode(self, texts: Sequence[str]) -> Any:
        import numpy as np

        new = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if new:
            self._vectors.update(zip(new, self._encoder.encode(new), strict=True))
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        return np.stack([self._vectors[text] for text in texts])
