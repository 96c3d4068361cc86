"""What several tests of the index need: the playbooks that are in the repository, and an index over them."""

from __future__ import annotations

import os
from pathlib import Path

from bot.data import profiles as profiles_of
from bot.playbooks import load_playbooks
from bot.playbooks.examples import EVALUATION, EXAMPLES, LabelledText, load_labelled_texts
from index import Encoder, PlaybookIndex, PlaybookProfile

REPOSITORY = Path(__file__).parents[2]
PLAYBOOKS = REPOSITORY / "playbooks"
MODEL_CACHE = Path(os.environ.get("KENG_TEST_MODEL_CACHE") or REPOSITORY / "var" / "cache" / "tests")


def profiles() -> list[PlaybookProfile]:
    return profiles_of(load_playbooks(PLAYBOOKS), load_labelled_texts(PLAYBOOKS / EXAMPLES))


def unrelated() -> list[str]:
    return [text.text for text in load_labelled_texts(PLAYBOOKS / EXAMPLES) if text.playbook is None]


def built(encoder: Encoder, cache: Path = MODEL_CACHE) -> PlaybookIndex:
    """The index over the repository's playbooks, out of the cache where it has it."""
    return PlaybookIndex.build(profiles(), encoder, cache, unrelated=unrelated())


def evaluation_texts() -> list[LabelledText]:
    return list(load_labelled_texts(PLAYBOOKS / EVALUATION))
