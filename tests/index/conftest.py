from __future__ import annotations

import pytest

from index import OFFLINE, Encoder, PlaybookIndex, load_encoder
from tests.index.material import MODEL_CACHE, built


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The offline model, converted once and kept between runs."""
    return load_encoder(OFFLINE, MODEL_CACHE)


@pytest.fixture(scope="session")
def index(encoder: Encoder) -> PlaybookIndex:
    """The playbooks of the repository, indexed with the offline model."""
    return built(encoder)
