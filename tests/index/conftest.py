from __future__ import annotations

import pytest

from bot.settings import IndexSettings
from index import OFFLINE, Encoder, PlaybookIndex, load_encoder
from tests.index.material import MODEL_CACHE, built


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The offline model, converted once and kept between runs."""
    return load_encoder(OFFLINE, MODEL_CACHE)


@pytest.fixture(scope="session")
def shipped() -> Encoder:
    """The offline model run as the default settings run it."""
    return load_encoder(OFFLINE, MODEL_CACHE, engine=IndexSettings().chosen_engine)


@pytest.fixture(scope="session")
def index(shipped: Encoder) -> PlaybookIndex:
    """The playbooks of the repository, indexed as the default settings do it."""
    return built(shipped)
