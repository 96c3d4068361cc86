"""One reading of an alert holds all that others compare, from one encoding."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index import MatchReason, PlaybookIndex, PlaybookProfile, Query
from index.spread import Spread
from tests.index.counting_encoder import CountingEncoder

EXAMPLES = {
    "fire": ("cháy chợ Bến Nứa", "cháy kho hàng trong đêm"),
    "landslide": ("sạt lở bờ sông", "sạt lở đèo sau mưa"),
}


@pytest.fixture
def encoder() -> CountingEncoder:
    return CountingEncoder()


@pytest.fixture
def index(encoder: CountingEncoder, tmp_path: Path) -> PlaybookIndex:
    profiles = [PlaybookProfile(name, name, name, "", "", texts) for name, texts in EXAMPLES.items()]
    return PlaybookIndex.build(profiles, encoder, tmp_path)


def test_a_reading_costs_one_encoding(index: PlaybookIndex, encoder: CountingEncoder) -> None:
    encoder.encoded.clear()
    index.read(Query(title="Cháy chợ Suối Hạt", summary="Lửa bùng lên lúc nửa đêm"))
    assert len(encoder.encoded) == 1


def test_a_reading_has_the_match(index: PlaybookIndex) -> None:
    query = Query(title="cháy chợ Suối Hạt")
    assert index.read(query).match == index.match(query)


def test_the_kinds_and_none_are_probabilities_of_everything(index: PlaybookIndex) -> None:
    reading = index.read(Query(title="cháy chợ Suối Hạt"))
    assert set(reading.kinds) == set(EXAMPLES)
    assert sum(reading.kinds.values()) + reading.none == pytest.approx(1)


def test_terms_that_no_example_has_are_the_rarest(index: PlaybookIndex) -> None:
    terms = index.read(Query(title="cháy chợ Suối Hạt")).terms
    assert terms["suoi hat"] > terms["chay cho"] > terms["chay"] >= 1


def test_the_vector_is_of_length_one_and_compares_within_its_space(
    index: PlaybookIndex, encoder: CountingEncoder
) -> None:
    reading = index.read(Query(title="cháy chợ Suối Hạt"))
    assert np.linalg.norm(reading.vector) == pytest.approx(1, abs=1e-5)
    assert reading.space == encoder.name


@pytest.mark.parametrize("text", ["", "!!! 😀", "https://bao.example.vn/a"])
def test_a_text_without_letters_is_read_as_nothing(index: PlaybookIndex, text: str) -> None:
    reading = index.read(Query(title=text))
    assert reading.match.playbook is None
    assert reading.match.reason in {MatchReason.EMPTY_TEXT, MatchReason.NO_LETTERS}
    assert (reading.none, dict(reading.terms), reading.vector.any()) == (1.0, {}, False)


def test_what_all_texts_have_in_common_is_taken_out() -> None:
    chance = np.random.default_rng(1)
    crowd = (chance.normal(size=(200, 16)) * np.linspace(3, 0.2, 16) + 5).astype(np.float32)
    spread = Spread.of(crowd)
    cosines = np.stack([spread(v) for v in crowd[:50]]) @ np.stack([spread(v) for v in crowd[50:100]]).T
    assert abs(float(cosines.mean())) < 0.05


def test_a_few_examples_more_hardly_move_the_vectors() -> None:
    chance = np.random.default_rng(1)
    crowd = (chance.normal(size=(400, 16)) + 5).astype(np.float32)
    before, after = Spread.of(crowd), Spread.of(np.concatenate([crowd, crowd[:4] * 1.1]))
    assert min(float(before(v) @ after(v)) for v in crowd) > 0.99


def test_the_centre_itself_is_no_fault() -> None:
    crowd = np.ones((3, 8), dtype=np.float32)
    assert np.isfinite(Spread.of(crowd)(crowd[0])).all()
