"""Linting: every rule in force upon every text of a version, the gravest hits first."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping

import regex

from bot.drafting.lint.checks import CHECKS, EXCUSES
from bot.drafting.lint.context import LintContext, Text, reading
from bot.drafting.lint.rules import LintRules, Outdated, Rule
from bot.drafting.lint.sentences import sentence_at
from bot.model.lint import Hit, Severity
from bot.model.playbook import Bilingual

Found = tuple[int, int, str]
"""A span of the text as it is read, and a better wording of its own, empty where the rule's stands."""

_AROUND = 120
"""Characters beside a place in which an exception to it is looked for."""


def lint(texts: Mapping[str, str], rules: LintRules, context: LintContext) -> tuple[Hit, ...]:
    """Every hit in the texts of a version (by ``lang/variant``): what blocks first, Vietnamese first, as one reads."""
    found: list[Hit] = []
    for key in texts:
        text = reading(key, texts[key])
        for rule in rules.rules:
            if rule.concerns(text.variant, context.kind, context.day):
                found.extend(_hit(rule, text, place) for place in places_of(rule, text, context))
    return tuple(sorted(found, key=_gravest_first))


def _gravest_first(hit: Hit) -> tuple[bool, bool, str, int, str]:
    return (not hit.blocks, not hit.key.startswith("vi/"), hit.key, hit.start, hit.rule)


def places_of(rule: Rule, text: Text, context: LintContext) -> list[Found]:
    """Where ``text`` breaks ``rule``, in order and without overlaps; an omission is found at the text's end."""
    read = text.normal.text
    if rule.absent:
        missing = not any(pattern.search(read) for pattern in rule.patterns)
        excused = bool(rule.excuse) and EXCUSES[rule.excuse](text, (0, 0), context)
        return [(len(read), len(read), "")] if missing and not excused else []
    found = [(m.start(), m.end(), "") for pattern in rule.patterns for m in pattern.finditer(read)]
    found += [place for old in rule.outdated if old.since <= context.day for place in _outdated(old, read)]
    if rule.check:
        found += CHECKS[rule.check](text, context)
    return _without_overlaps(place for place in sorted(found) if not _is_let_go(rule, text, place, context))


def _outdated(old: Outdated, read: str) -> Iterator[Found]:
    return ((m.start(), m.end(), old.instead) for m in old.pattern.finditer(read))


def _is_let_go(rule: Rule, text: Text, place: Found, context: LintContext) -> bool:
    start, end, _ = place
    if start >= end:
        return False
    if any(_overlaps(pattern, text.normal.text, start, end) for pattern in rule.unless):
        return True
    if rule.unless_near:
        sentence = sentence_of(text, start)
        if any(pattern.search(sentence) for pattern in rule.unless_near):
            return True
    return bool(rule.excuse) and EXCUSES[rule.excuse](text, (start, end), context)


def sentence_of(text: Text, start: int) -> str:
    """The sentence, as it is read, of the place that begins at ``start``."""
    at, _ = text.normal.original(start, start + 1)
    sentence = sentence_at(text.sentences, at)
    if sentence is None:
        return text.normal.text
    starts = text.normal.starts
    return text.normal.text[bisect_left(starts, sentence.start) : bisect_left(starts, sentence.end)]


def _overlaps(pattern: regex.Pattern[str], read: str, start: int, end: int) -> bool:
    """True when ``pattern`` is found across the place; an exception is looked for close by."""
    window = max(0, start - _AROUND)
    return any(m.end() > start for m in pattern.finditer(read, window, end + _AROUND) if m.start() < end)


def _without_overlaps(found: Iterable[Found]) -> list[Found]:
    kept: list[Found] = []
    for place in found:
        if not kept or place[0] >= kept[-1][1]:
            kept.append(place)
        elif place[1] > kept[-1][1] and place[0] == kept[-1][0]:
            kept[-1] = place
    return kept


def _hit(rule: Rule, text: Text, place: Found) -> Hit:
    start, end, instead = place
    better = Bilingual(instead, instead) if instead else rule.instead
    severity = Severity(rule.severity)
    if start >= end:
        length = len(text.original)
        return Hit(rule.id, severity, text.key, length, length, "", "", length, rule.message, better, rule.basis)
    begins, ends = text.normal.original(start, end)
    sentence = sentence_at(text.sentences, begins)
    said, said_from = (sentence.text, sentence.start) if sentence else (text.original, 0)
    words = text.original[begins:ends]
    return Hit(rule.id, severity, text.key, begins, ends, words, said, said_from, rule.message, better, rule.basis)
