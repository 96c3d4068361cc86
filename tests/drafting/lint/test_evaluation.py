"""The linter is held to its targets on sentences that judged it once, unseen; docs/figures.md has those figures."""

from __future__ import annotations

import pytest

from bot.drafting.lint import lint
from tests.bench.lint import FALSE_PER_HUNDRED, RECALL
from tests.drafting.lint.judging import (
    CONTEXT,
    FIRST,
    SECOND,
    THIRD,
    Figures,
    clean,
    development,
    faulty,
    figures,
    shipped_rules,
)

RULES = shipped_rules()


@pytest.fixture(scope="module", params=(FIRST, SECOND, THIRD))
def found(request: pytest.FixtureRequest) -> Figures:
    return figures(RULES, faulty(request.param), clean(request.param))


def test_blocking_rules_find_what_they_must(found: Figures) -> None:
    assert found.overall >= RECALL, [(v.sample.rule, v.sample.text) for v in found.missed]


def test_clean_words_are_let_pass(found: Figures) -> None:
    assert found.false_per_hundred <= FALSE_PER_HUNDRED, [(v.blocked_by, v.sample.text) for v in found.wronged]


def test_every_blocking_rule_is_judged_by_enough_sentences() -> None:
    counts = {rule.id: 0 for rule in RULES.rules if rule.severity == "block"}
    for sample in faulty():
        counts[sample.rule or ""] += 1
    assert sum(counts.values()) >= 400
    assert min(counts.values()) >= 6, counts
    assert len(clean()) >= 300


def test_nothing_is_both_learned_from_and_judged_by() -> None:
    bad, good = development()
    learned = {sample.text for sample in (*bad, *good)}
    learned |= {text for rule in _samples() for text in rule}
    for which in (FIRST, SECOND, THIRD):
        assert not learned & {sample.text for sample in (*faulty(which), *clean(which))}


def _samples() -> list[list[str]]:
    import yaml

    from bot.playbooks import default_playbooks_folder

    data = yaml.safe_load((default_playbooks_folder() / "law" / "lint.yaml").read_text(encoding="utf-8"))
    return [[*rule.get("hits", ()), *rule.get("misses", ())] for rule in data["rules"]]


def test_what_the_rules_were_made_by_is_judged_rightly() -> None:
    bad, good = development()
    found = figures(RULES, bad, good)
    assert (found.missed, found.wronged) == ((), ())


def test_every_hit_of_the_evaluation_lies_where_it_says() -> None:
    for sample in faulty():
        for hit in lint({sample.key: sample.text}, RULES, CONTEXT):
            assert sample.text[hit.start : hit.end] == hit.words
            if not hit.is_omission:
                assert sample.text[hit.sentence_start :].startswith(hit.sentence)
