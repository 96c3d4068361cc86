"""Fits the three numbers of `index.fusion.WEIGHTS` on the development set, and says what they are worth.

Run by hand, from the root of the repository:  python -m tests.index.fit_weights

Maximum likelihood of a multinomial logit by Newton's method (three parameters, so the Hessian is 3 × 3), with a tiny
ridge. What it prints is cross-validated: five folds, drawn with a fixed seed; every text is scored by weights that
never saw it. The set was written by one author in an afternoon: unseen alerts will do worse.
"""

from __future__ import annotations

import numpy as np

from index import OFFLINE, PlaybookIndex, Query, load_encoder
from index.fusion import MARGIN, THRESHOLD, Weights, fuse
from tests.index.material import MODEL_CACHE, development_set, profiles

STYLES = ("news", "social", "nodiac", "english", "indirect")


def main() -> None:
    encoder = load_encoder(OFFLINE, MODEL_CACHE)
    index = PlaybookIndex.build(profiles(), encoder, MODEL_CACHE)
    rows = development_set()
    scores = [index.scores(Query(title=row.text)) for row in rows]
    ids = list(index.ids)
    # features (texts, playbooks + 1, 3): a playbook has (dense, lexical, 0), "none" has (0, 0, 1)
    features = np.zeros((len(rows), len(ids) + 1, 3))
    for place, (dense, lexical) in enumerate(scores):
        features[place, :-1, 0] = dense
        features[place, :-1, 1] = lexical
        features[place, -1, 2] = 1
    right = np.array([ids.index(row.playbook) if row.playbook else len(ids) for row in rows])
    fitted = fit(features, right)
    print("WEIGHTS = Weights(meaning={:.1f}, letters={:.1f}, none={:.1f})".format(*fitted))
    folds = np.random.default_rng(0).permutation(len(rows)) % 5
    shares = np.zeros((len(rows), len(ids) + 1))
    for fold in range(5):
        weights = Weights(*fit(features[folds != fold], right[folds != fold]))
        for place in np.flatnonzero(folds == fold):
            found = fuse(features[place, :-1, 0], features[place, :-1, 1], weights)
            shares[place] = np.append(found.playbooks, found.none)
    report(shares, right, np.array([row.style for row in rows]))


def fit(features: np.ndarray, right: np.ndarray) -> np.ndarray:
    weights = np.array([10.0, 10.0, 5.0])
    every = np.arange(len(right))
    for _ in range(50):
        logits = features @ weights
        shares = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        mean = np.einsum("nk,nkf->nf", shares, features)
        slope = (mean - features[every, right]).mean(axis=0) + 1e-4 * weights
        square = np.einsum("nk,nkf,nkg->fg", shares, features, features) - np.einsum("nf,ng->fg", mean, mean)
        step = np.linalg.solve(square / len(right) + 1e-4 * np.eye(3), slope)
        weights = weights - np.clip(step, -5, 5)
        if np.abs(step).max() < 1e-6:
            break
    return weights


def report(shares: np.ndarray, right: np.ndarray, styles: np.ndarray) -> None:
    known = right < shares.shape[1] - 1
    order = np.argsort(-shares[:, :-1], axis=1)
    top, second = (shares[np.arange(len(right)), order[:, place]] for place in (0, 1))
    first_right = order[:, 0] == right
    print(f"{'style':10} texts  first  among three")
    for style in (*STYLES, "all"):
        chosen = known & ((styles == style) | (style == "all"))
        three = (order[chosen, :3] == right[chosen, None]).any(axis=1)
        print(f"{style:10} {chosen.sum():5}  {first_right[chosen].mean():5.0%}  {three.mean():5.0%}")
    wins = (top[known][:, None] > top[~known]).mean() + 0.5 * (top[known][:, None] == top[~known]).mean()
    print(f"none: AUROC {wins:.3f}")
    bins = np.minimum((top * 10).astype(int), 9)
    gap = sum(
        abs(top[bins == place].mean() - first_right[bins == place].mean()) * (bins == place).mean()
        for place in np.unique(bins)
    )
    print(f"calibration: expected error {gap:.3f} in ten bins")
    for threshold in (0.3, 0.35, 0.4, 0.45, 0.5, 0.6):
        kept = (top >= threshold) & (top - second >= MARGIN)
        mark = " <- THRESHOLD" if threshold == THRESHOLD else ""
        print(
            f"threshold {threshold:.2f}: related kept {kept[known].mean():.0%}, of these right "
            f"{first_right[known & kept].mean():.0%}; unrelated refused {(~kept[~known]).mean():.0%}{mark}"
        )


if __name__ == "__main__":
    main()
